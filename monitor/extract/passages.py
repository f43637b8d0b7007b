"""Which blocks of the chosen box are the article's text, and why the others are not.

A reason is a word or two for whoever looks into a reading; "" says that the block stays.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from monitor.extract.density import Weighed
from monitor.extract.origins import is_place
from monitor.extract.outline import CELLS, HEADINGS, Block, Box, ends_sentence
from monitor.extract.page import letters
from monitor.extract.residue import boilerplate, closing, is_date, is_heading_of_others, opening
from monitor.extract.words import words_of

ITEMS: Final = words_of("dd dt li")
_LINES: Final = HEADINGS | CELLS | ITEMS | words_of("p pre")
_APART: Final = HEADINGS | CELLS | ITEMS  # structured data often leaves them out
DATELINE: Final = "dateline"
OUTSIDE: Final = "outside the article"
PRUNED: Final = "dropped with the box round it"

_HALF, _MOSTLY = 0.5, 0.8  # share of links
_TEXT_AGAIN: Final = 120  # characters of a paragraph that is the article's even under such a heading
_CLOSING_SPAN: Final = 4  # paragraphs from the end in which authors and sources are named
_OPENING_SPAN: Final = 2  # and from the beginning
_LABEL: Final = 40  # characters of a line that announces links
_SHORT_LINE: Final = 30  # letters
_OPENING: Final = 80  # letters
_KNOWN: Final = 0.8  # part of the text that the structured data must hold to be believed on the rest
_LONG_TOLD: Final = 300  # letters that it must have
_PROBE: Final = 30  # letters by which a paragraph is looked for in it
_FULL_NAME: Final = 7  # letters; shorter names open too many sentences

Dropped = Iterator[tuple[int, str]]  # the index of a block, and why it goes
_Rule = Callable[[Sequence[Block], list[int]], Dropped]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the head of a page says of its article, as far as it helps to tell the text from what stands beside it."""

    title: str
    authors: tuple[str, ...] = ()
    body: str = ""  # the text in the structured data, which may be a part of it


def passages(weighed: Weighed, box: Box, told: Told) -> list[str]:
    """For every block of the outline why it is not in the text, "" where it is.

    What stays, in order: paragraphs, list items, cells, posts, and headings that have text below them; nothing twice,
    nothing that is the headline.
    """
    blocks = weighed.outline.blocks
    why = [OUTSIDE] * len(blocks)
    for index in range(box.start, box.end):
        why[index] = _alone(blocks[index], pruned=weighed.dropped[index] is not None)
    standing = [index for index in range(box.start, box.end) if not why[index]]
    rules = (
        _headlines,
        _opening_dates,
        _dateline_alone,
        _under_others,
        _unknown_to(told.body),
        nothing_below,
        _labels_of_links,
        _closings_by(told.authors),
        _repeats(told.title),
        _lead_told_again,
    )
    for rule in rules:
        for index, reason in rule(blocks, standing):
            why[index] = reason
        standing = [index for index in standing if not why[index]]
    return why


def sentences(weighed: Weighed, *, title: str) -> list[str]:
    """The same, where every block of running text on the page stays: what is left to try where no box is an article."""
    blocks = weighed.outline.blocks
    why = ["" if block.sentence else "no sentence" for block in blocks]
    for index, block in enumerate(blocks):
        if weighed.dropped[index] is not None:
            why[index] = PRUNED
        elif not why[index] and (kind := boilerplate(block.text)):
            why[index] = f"line of boilerplate: {kind}"
    for index, reason in _repeats(title)(blocks, [index for index, reason in enumerate(why) if not reason]):
        why[index] = reason
    return why


def is_told(lead: str, texts: Sequence[str]) -> bool:
    """Whether the first of these texts say what the lead says."""
    start = letters(lead)[:_OPENING]
    return any(start in letters(text) for text in texts[:4])


def _alone(block: Block, *, pruned: bool) -> str:
    """Why a block goes, whatever stands beside it."""
    # A post stays even in a box called "video" or "social".
    if block.post:
        return ""
    if pruned:
        return PRUNED
    if kind := boilerplate(block.text):
        return f"line of boilerplate: {kind}"
    if block.tag not in _LINES:
        return "" if block.sentence else "no sentence"
    return "mostly links" if block.link_share >= _most_links(block) else ""


def _most_links(block: Block) -> float:
    """The share of links from which a block is a pointer to elsewhere."""
    # A colon ends what leads up to a quotation.
    return _MOSTLY if block.tag == "p" and (ends_sentence(block.text) or block.text.endswith(":")) else _HALF


def _headlines(blocks: Sequence[Block], standing: list[int]) -> Dropped:
    """The headline above the text, where the head of the page words it otherwise, with the kicker above it."""
    above: list[int] = []
    for index in standing:
        if blocks[index].tag == "h1":
            yield index, "the headline"
            yield from ((other, "above the headline") for other in above)
            above = []
        elif blocks[index].sentence:
            return
        else:
            above.append(index)


def _opening_dates(blocks: Sequence[Block], standing: list[int]) -> Dropped:
    """Dates and clocks that stand alone above the first sentence."""
    for index in standing:
        if blocks[index].sentence:
            return
        if blocks[index].tag not in HEADINGS and is_date(blocks[index].text):
            yield index, "date"


def _dateline_alone(blocks: Sequence[Block], standing: list[int]) -> Dropped:
    """The place that stands on a line of its own above the first sentence."""
    for index, after in pairwise(standing):
        if blocks[index].sentence:
            return
        if blocks[after].sentence and blocks[index].tag not in _APART and is_place(blocks[index].text):
            yield index, DATELINE


def _under_others(blocks: Sequence[Block], standing: list[int]) -> Dropped:
    """Headings that announce other articles, and the short lines under them."""
    heading = ""
    for index in standing:
        block = blocks[index]
        if block.tag in HEADINGS:
            heading = block.text if is_heading_of_others(block.text) else ""
        elif block.sentence and block.tag == "p" and len(block.text) > _TEXT_AGAIN:
            heading = ""
        if heading:
            yield index, f'under "{heading}"'


def nothing_below(blocks: Sequence[Block], standing: list[int]) -> Dropped:
    """Headings that nothing stands under, text or a lower heading: their lists of links are gone."""
    below = ""
    for index in reversed(standing):
        tag = blocks[index].tag
        if tag in HEADINGS and (not below or (below in HEADINGS and below < tag)):
            yield index, "heading with no text below"
        else:
            below = tag


def _labels_of_links(blocks: Sequence[Block], standing: list[int]) -> Dropped:
    """Short lines such as "Read more:" whose links are gone."""
    for index, after in pairwise([*standing, len(blocks)]):
        if index + 1 < after and blocks[index + 1].link_share >= _HALF and _announces(blocks[index]):
            yield index, "above links that are gone"


def _announces(block: Block) -> bool:
    return block.text.endswith(":") and len(block.text) <= _LABEL and block.tag not in _APART


def _closings_by(authors: Sequence[str]) -> _Rule:
    names = tuple(key for name in authors if len(key := letters(name)) >= _FULL_NAME)

    def rule(blocks: Sequence[Block], standing: list[int]) -> Dropped:
        """Lines at the end, and some at the beginning, that speak of the author, the sources or the rights."""
        for index in standing[:_OPENING_SPAN]:
            if kind := opening(blocks[index].text):
                yield index, f"opening: {kind}"
        for index in standing[1:][-_CLOSING_SPAN:]:
            text = blocks[index].text
            if blocks[index].tag in CELLS:
                continue
            named = names and blocks[index].tag not in HEADINGS and letters(text).startswith(names)
            kind = closing(text) or ("author" if named else "")
            if kind:
                yield index, f"closing: {kind}"

    return rule


def _unknown_to(body: str) -> _Rule:
    whole = letters(body)

    def rule(blocks: Sequence[Block], standing: list[int]) -> Dropped:
        """Paragraphs that the structured data does not know, where it knows nearly all others; but not the lead.

        Of 55 pages with such a body 8 gave a fifth of the text, so it says nothing where it knows little.
        """
        if len(whole) < _LONG_TOLD:
            return
        paragraphs = [index for index in standing[1:] if blocks[index].tag not in _APART and not blocks[index].post]
        unknown = [index for index in paragraphs if not _is_in(whole, letters(blocks[index].text))]
        last = max(set(paragraphs).difference(unknown), default=-1)
        # Structured data that ends within a paragraph was cut, and says nothing of what follows.
        if not whole.endswith(letters(blocks[last].text)[-_PROBE:]):
            unknown = [index for index in unknown if index < last]
        held = sum(len(blocks[index].text) for index in standing)
        if sum(len(blocks[index].text) for index in unknown) <= (1 - _KNOWN) * held:
            yield from ((index, "not in the structured data") for index in unknown)

    return rule


def _is_in(whole: str, key: str) -> bool:
    """Whether a text holds the beginning, the middle or the end of another: editors mend a word here and there."""
    middle = len(key) // 2
    return any(part in whole for part in (key[:_PROBE], key[middle : middle + _PROBE], key[-_PROBE:]))


def _repeats(title: str) -> _Rule:
    headline = letters(title)

    def rule(blocks: Sequence[Block], standing: list[int]) -> Dropped:
        """Anadolu repeats the headline above the text, farms print a teaser six times; short lines may come again."""
        seen: set[str] = set()
        for index in standing:
            key = letters(blocks[index].text)
            if key and key == headline:
                yield index, "the headline" if blocks[index].tag in HEADINGS else "repeats the headline"
            elif blocks[index].tag in CELLS:
                continue
            elif not key:
                yield index, "no letters"
            elif key in seen:
                yield index, "told before"
            elif len(key) > _SHORT_LINE:
                seen.add(key)

    return rule


def _lead_told_again(blocks: Sequence[Block], standing: list[int]) -> Dropped:
    """UrduPoint's summary is the first sentence of the text, without the dateline."""
    first, *others = (blocks[index].text for index in standing[:5]) if standing else ("",)
    if len(letters(first)) > _SHORT_LINE and is_told(first, others):
        yield standing[0], "told again by the text"
