"""Where the article is: prune what its names tell to be something else, then take the box with much dense running text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from monitor.extract.outline import CELLS, HEADINGS, LINES, Box, Outline
from monitor.extract.residue import is_heading_of_others
from monitor.extract.roles import JUNK, LEAD, NEVER, PICTURE

# A suspect box that holds this much of the page's running text is the article under an unlucky name:
# `sidebar-container` round everything, ASP.NET's one form, `widget` on each paragraph.
_SPARED: Final = 0.4
_ROOT_LENGTH: Final = 250  # characters of running text that an `article` or `main` needs to be believed
_ROOT_SHARE: Final = 0.2  # and their part of the page's running text
_BIG: Final = 0.4  # of the biggest `article`: is an article too
_LISTED: Final = 3
_MORE: Final = 1.3  # like siblings hold so much more than the box alone
_LITTLE: Final = 500  # characters of running text
_TEASER, _TEASER_BLOCKS = 400, 8  # the most characters of running text and blocks of a teaser
_PART_LINKED, _MOST_LINKED = 0.2, 0.6  # of a text that is a headline with a line; of the texts of a list of such
_CAPTION, _CAPTION_BLOCKS = 400, 4  # the most characters of running text and blocks of a caption
_HEADLINE, _HEADLINE_LINKED = 20, 0.8  # the least characters of its headline, and the part that is a link


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An outline with what is dropped of it, and running sums over its blocks."""

    outline: Outline
    dropped: list[Box | None]  # for each block the box with which it goes
    mass: list[int]  # sentence characters that stay, before each block
    size: list[int]  # all characters, also of what is dropped, before each block

    def held(self, box: Box) -> int:
        """Characters of running text under a box."""
        return self.mass[box.end] - self.mass[box.start]

    def score(self, box: Box) -> float:
        """Mass by density: a box round the article and the page's rest has more text, but thinner.

        What is dropped counts against a box: menus and teasers in it say that it is more than the article.
        """
        mass = self.held(box)
        return mass * mass / (self.size[box.end] - self.size[box.start]) if mass else 0.0


def weigh(outline: Outline, *, prune: bool) -> Weighed:
    """The outline with the boxes that are no article dropped, if asked."""
    dropped: list[Box | None] = _pruned(outline) if prune else [None] * len(outline.blocks)
    return Weighed(
        outline=outline,
        dropped=dropped,
        mass=_masses(outline, dropped),
        size=_sums([len(block.text) for block in outline.blocks]),
    )


def choose(weighed: Weighed) -> Box | None:
    """The box that is the article, or None where nothing on the page is running text."""
    if not weighed.outline.blocks:
        return None
    root = _root(weighed)
    inside = [box for box in _under(weighed.outline, root) if box.tag not in LINES]
    best = max(inside, key=weighed.score)
    return _with_siblings(weighed, best, root) if weighed.held(best) else None


def _pruned(outline: Outline) -> list[Box | None]:
    dropped: list[Box | None] = [None] * len(outline.blocks)
    for box in outline.boxes:
        if box.role is NEVER and not _holds_headline(outline, box):
            _drop(dropped, box)
    mass = _masses(outline, dropped)
    together = _by_name(outline, mass)
    # An article has one standfirst; what is called so three times are the leads of other articles, or its subheadings.
    listed = Counter((box.tag, box.names) for box in outline.boxes if box.role is LEAD and box.tag not in HEADINGS)
    for box, whole in zip(outline.boxes, _wholes(outline, mass), strict=True):
        suspect = box.role is JUNK or (box.role is LEAD and listed[box.tag, box.names] >= _LISTED)
        if suspect and together[box.tag, box.names] <= _SPARED * whole and not _is_table(outline, box):
            _drop(dropped, box)
    for box in (
        *_boxes_of_others(outline, mass),
        *_teasers(outline, mass),
        *_lists(outline, mass),
        *_captions(outline, mass),
    ):
        _drop(dropped, box)
    return dropped


def _is_table(outline: Outline, box: Box) -> bool:
    """Whether a figure is one of numbers: WordPress wraps its tables so."""
    return box.tag == "figure" and any(block.tag in CELLS for block in outline.blocks[box.start : box.end])


def _boxes_of_others(outline: Outline, mass: Sequence[int]) -> Iterator[Box]:
    """The boxes that begin with a heading such as "Related articles" and are not the article."""
    for index, block in enumerate(outline.blocks):
        if block.tag not in HEADINGS or not is_heading_of_others(block.text):
            continue
        heading = box = outline.boxes[block.box]
        while box.parent >= 0:
            above = outline.boxes[box.parent]
            if above.start != index or mass[above.end] - mass[above.start] > _SPARED * mass[-1]:
                break
            box = above
        # A heading alone says nothing of what follows it in the same box: that is judged line by line.
        if box is not heading:
            yield box


def _teasers(outline: Outline, mass: Sequence[int]) -> Iterator[Box]:
    """Boxes side by side under one name, each a linked headline and one block of text: other articles."""
    found: dict[tuple[int, str, str], list[Box]] = {}
    for box in outline.boxes:
        if 0 < mass[box.end] - mass[box.start] <= _TEASER and _is_teaser(outline, box):
            found.setdefault((box.parent, box.tag, box.names), []).append(box)
    for boxes in found.values():
        held = sum(mass[box.end] - mass[box.start] for box in boxes)
        if len(boxes) > 1 and held <= _SPARED * mass[-1]:
            yield from boxes


def _lists(outline: Outline, mass: Sequence[int]) -> Iterator[Box]:
    """Boxes without boxes in them, most of whose texts are part link: headlines with a line each, parted by line breaks."""
    texts = Counter(block.box for block in outline.blocks)
    linked = Counter(block.box for block in outline.blocks if block.link_share >= _PART_LINKED)
    for index, count in linked.items():
        box = outline.boxes[index]
        if count >= _LISTED and count > _MOST_LINKED * texts[index] and box.end - box.start == texts[index]:
            held = mass[box.end] - mass[box.start]
            # Beside a flash such a list is the most of the page.
            if 0 < held <= mass[-1] - _ROOT_LENGTH:
                yield box


def _captions(outline: Outline, mass: Sequence[int]) -> Iterator[Box]:
    """What little stands in boxes of pictures; some themes wrap text and picture together."""
    for box in outline.boxes:
        if box.role is PICTURE and box.end - box.start <= _CAPTION_BLOCKS:
            held = mass[box.end] - mass[box.start]
            if held <= min(_CAPTION, _SPARED * mass[-1]):
                yield box


def _is_teaser(outline: Outline, box: Box) -> bool:
    blocks = outline.blocks[box.start : box.end]
    if not 1 < len(blocks) <= _TEASER_BLOCKS or sum(block.sentence for block in blocks) > 1:
        return False
    return any(block.link_share > _HEADLINE_LINKED and len(block.text) >= _HEADLINE for block in blocks)


def _drop(dropped: list[Box | None], box: Box) -> None:
    dropped[box.start : box.end] = [box] * (box.end - box.start)


def _by_name(outline: Outline, mass: Sequence[int]) -> Counter[tuple[str, str]]:
    """Running text of all boxes of one name: an article may be cut into many, each paragraph a "widget"."""
    together: Counter[tuple[str, str]] = Counter()
    ends: dict[tuple[str, str], int] = {}
    for box in outline.boxes:
        if box.role not in (JUNK, LEAD):
            continue
        name = (box.tag, box.names)
        # A box inside one of its own name is counted there.
        if box.start >= ends.get(name, 0):
            ends[name] = box.end
            together[name] += mass[box.end] - mass[box.start]
    return together


def _wholes(outline: Outline, mass: Sequence[int]) -> list[int]:
    """For each box the running text that its share is measured by: of the `article` round it, else of the page.

    A page of teasers can be longer than its article.
    """
    wholes: list[int] = []
    for box in outline.boxes:
        if box.parent < 0:
            wholes.append(mass[-1])
            continue
        above = outline.boxes[box.parent]
        held = mass[above.end] - mass[above.start]
        wholes.append(held if above.root and held >= _ROOT_SHARE * mass[-1] else wholes[box.parent])
    return wholes


def _holds_headline(outline: Outline, box: Box) -> bool:
    """A page whose every box has "comment" in its name is still an article: taz.de, where commenting is a module."""
    return any(block.tag == "h1" for block in outline.blocks[box.start : box.end])


def _root(weighed: Weighed) -> Box:
    """Where the page itself says that its article is, if there is running text there; else the whole page."""
    for kind in ("body", "article", "main"):
        roots = [box for box in weighed.outline.boxes if box.root == kind]
        if kind == "article" and _are_entries(weighed, roots):
            continue
        most = max(map(weighed.held, roots), default=0)
        if most >= max(_ROOT_LENGTH, weighed.mass[-1] * _ROOT_SHARE):
            # The first big one, not the biggest: an endless page carries a second, longer story below.
            return next(box for box in roots if weighed.held(box) >= most * _BIG)
    return weighed.outline.boxes[0]


def _are_entries(weighed: Weighed, articles: Sequence[Box]) -> bool:
    """Whether each `article` of a page is one entry of a live page: side by side, and the headline in none of them."""
    biggest = max(articles, key=weighed.held, default=None)
    if biggest is None or any(_holds_headline(weighed.outline, box) for box in articles):
        return False
    return sum((box.parent, box.names) == (biggest.parent, biggest.names) for box in articles) >= _LISTED


def _under(outline: Outline, root: Box) -> list[Box]:
    """The box and every box in it; what wraps it has the same blocks, but stands before it."""
    first = outline.boxes.index(root)
    return [box for box in outline.boxes[first:] if root.start <= box.start and box.end <= root.end]


def _with_siblings(weighed: Weighed, best: Box, root: Box) -> Box:
    """The box itself, or one above it whose children of the same name hold much more: an article cut into several.

    Of a page with little text the foot may be the densest part: there what holds more is taken whole.
    """
    boxes = weighed.outline.boxes
    path = [best]
    while path[-1] is not root and path[-1].parent >= 0:
        path.append(boxes[path[-1].parent])
    parents = {box.parent for box in path}
    held: Counter[tuple[int, str, str]] = Counter()
    for box in boxes:
        if box.parent in parents:
            held[box.parent, box.tag, box.names] += weighed.held(box)
    for box, above in pairwise(path):
        together = held[box.parent, box.tag, box.names]
        if together > _MORE * weighed.held(best) and (together > weighed.held(box) or weighed.held(best) < _LITTLE):
            best = above
    return best


def _masses(outline: Outline, dropped: Sequence[Box | None]) -> list[int]:
    """Characters of running text that stay, before each block."""
    pairs = zip(outline.blocks, dropped, strict=True)
    return _sums([block.mass if gone is None else 0 for block, gone in pairs])


def _sums(values: Sequence[int]) -> list[int]:
    return list(accumulate(values, initial=0))
