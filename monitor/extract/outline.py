"""The outline of a page: its boxes (block-level elements) and the blocks of text in them, in document order.

One walk over the tree with a stack of its own: a page may be nested deeper than Python recurses. As the blocks stand in
document order, the text under a box is a slice of them.
"""

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from monitor.extract.roles import JUNK, NEVER, PLAIN, POST, Role, of_box, of_line, unseen
from monitor.extract.words import words_of

MOST_NODES: Final = 300_000  # a page of 5 MB has some 100,000
MOST_CHARACTERS: Final = 3_000_000

_SKIPPED: Final = words_of(
    "audio button canvas datalist embed head iframe input map meter noscript object option progress script select style svg "
    "template textarea video"
)
HEADINGS: Final = words_of("h1 h2 h3 h4 h5 h6")
CELLS: Final = words_of("td th")
LINES: Final = HEADINGS | words_of("dd dt li p")
_BOXES: Final = LINES | words_of(
    "address article aside blockquote body caption center details dialog div dl fieldset figcaption figure footer form header "
    "hgroup hr html legend main menu nav ol pre section summary table tbody td tfoot th thead tr ul"
)
_ASIDES: Final = words_of("address aside caption dialog figcaption figure footer form legend menu nav")
_LANDMARKS: Final = words_of(
    "alert alertdialog banner complementary contentinfo dialog menu menubar navigation search toolbar"
)
_TELLING: Final = words_of("aria-hidden hidden itemprop role style")  # attributes
_ROOTS: Final = {"article": "article", "main": "main"}
_ENDS: Final = frozenset(".!?…。！？؟۔।")
_END: Final = re.compile(rf"[{''.join(_ENDS)}]\W*$")
_TAIL: Final = 8  # characters: an end mark, and the quotation marks and brackets that close after it
_SENTENCE, _WIDE_SENTENCE = 30, 12  # characters of the shortest sentence; a Chinese or Japanese one is shorter
_SURELY_RUNNING: Final = 200  # characters of a block that is running text whatever it ends with
_LINKED, _LINKED_ITEM = 0.4, 0.15  # the most of it that may be links
_WIDE: Final = re.compile("[。、，！？]")
_STREAMED: Final = re.compile(r"S:\d")
_HIDING: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)


# A page has hundreds of these two, and a frozen one takes ten times as long to make.
@dataclass(slots=True, eq=False)
class Box:
    """A block-level element: its blocks are those from `start` up to, not including, `end`."""

    tag: str
    parent: int
    names: str  # class and id
    role: Role
    root: str  # where the author says that the article is: "body" (itemprop=articleBody), "article" or "main"
    start: int
    end: int = 0


@dataclass(slots=True)
class Block:
    """A run of text that no block-level element interrupts, on one line."""

    text: str
    tag: str  # of the box that holds it
    box: int
    linked: int  # characters inside links
    sentence: bool
    post: bool  # an embedded post of a social network

    @property
    def mass(self) -> int:
        """Characters of running text."""
        return len(self.text) if self.sentence else 0

    @property
    def link_share(self) -> float:
        """The part of the text that is links, 0 to 1."""
        return min(1.0, self.linked / len(self.text)) if self.linked else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Boxes in the order of their opening tags, blocks in the order of the text."""

    boxes: list[Box]
    blocks: list[Block]
    cut: str = ""  # the limit behind which a page was not read


def outline(body: LexborNode) -> Outline:  # noqa: C901, PLR0912, PLR0915 - one loop: see the comment on it
    """The outline of everything under `body`; what lies beyond the limits of nodes and characters is left out."""
    walk = _Walk(body)
    pieces, unmade = walk.pieces, walk.unmade
    linked = 0  # characters of the pieces that stand inside links
    links = 0  # links that are open
    breaks = 0  # line breaks since the last letter
    above: list[tuple[LexborNode, str]] = []  # the elements that are open
    cut = ""
    node = body.first_child
    # A third of the time of a reading goes into this loop, so it calls nothing where it need not.
    for _ in range(MOST_NODES):
        while node is None and above:
            node, tag = above.pop()
            if tag in _BOXES:
                if pieces:
                    linked = walk.flush(linked)
                walk.close()
            elif tag == "a":
                links -= 1
            node = node.next
        if node is None:
            break
        # Two in five of the nodes of a page are the white space between tags.
        if node.is_empty_text_node:
            if pieces:
                pieces.append(" ")
            node = node.next
            continue
        tag = node.tag or "-"
        child = None
        if tag == "-text":
            text = node.text_content or ""
            if walk.characters > MOST_CHARACTERS:
                cut = f"{MOST_CHARACTERS:,} characters"
                break
            if not text.isspace():
                pieces.append(text)
                breaks = 0
                if links:
                    linked += len(text.strip())
            elif pieces:
                pieces.append(" ")
        elif tag in _BOXES:
            if pieces:
                linked = walk.flush(linked)
            if (child := node.first_child) is not None:
                unmade.append((node, tag))
        elif tag == "br":
            # Two line breaks with nothing between them part paragraphs; one is a blank.
            breaks += 1
            if breaks == 1:
                pieces.append("\n")
            else:
                linked = walk.flush(linked)
        elif tag not in _SKIPPED and (child := node.first_child) is not None:
            if (names := node.attributes.get("class")) and unseen(names):
                child = None
            elif tag == "a":
                links += 1
        if child is None:
            node = node.next
        else:
            above.append((node, tag))
            node = child
    else:
        cut = f"{MOST_NODES:,} nodes"
    return walk.finish(linked, cut)


class _Walk:
    """What has been read so far. A box is made when a text is found in it: a fifth of them hold none."""

    def __init__(self, body: LexborNode) -> None:
        self.characters = 0
        self.pieces: list[str] = []  # of the block that is being read
        tag = body.tag or "-"
        self.unmade = [(body, tag)] if tag in _BOXES else []  # the innermost boxes that are open, without a text as yet
        # A root of our own: what is handed in may be an element that makes no box.
        self._boxes = [Box("root", -1, "", PLAIN, "", 0)]
        self._blocks: list[Block] = []
        self._around = [0]  # the other boxes that are open

    def flush(self, linked: int) -> int:
        """Make a block of the pieces; the new number of characters in links, which is none."""
        text = " ".join("".join(self.pieces).split())
        self.pieces.clear()
        if text:
            self.characters += len(text)
            if self.unmade:
                self._make()
            index = self._around[-1]
            tag = self._boxes[index].tag
            self._blocks.append(Block(text, tag, index, linked, _is_sentence(text, tag, linked), post=False))
        return 0

    def close(self) -> None:
        """End the innermost box."""
        if self.unmade:
            self.unmade.pop()
            return
        index = self._around.pop()
        box = self._boxes[index]
        if box.role is POST:
            self._join(index)
        box.end = len(self._blocks)

    def finish(self, linked: int, cut: str) -> Outline:
        """The outline; boxes that a limit left open end here."""
        self.flush(linked)
        self.unmade.clear()
        while self._around:
            self.close()
        return Outline(boxes=self._boxes, blocks=self._blocks, cut=cut)

    def _make(self) -> None:
        around, boxes, start = self._around, self._boxes, len(self._blocks)
        for node, tag in self.unmade:
            names, role, root = _meaning(tag, node.attributes)
            box = Box(tag, around[-1], names, role, root, start)
            around.append(len(boxes))
            boxes.append(box)
        self.unmade.clear()

    def _join(self, index: int) -> None:
        """Make one block of a post, whatever boxes are in it."""
        box = self._boxes[index]
        text = " ".join(block.text for block in self._blocks[box.start :])
        del self._boxes[index + 1 :], self._blocks[box.start :]
        sentence = _is_sentence(text, box.tag, linked=0)
        self._blocks.append(Block(text, box.tag, index, 0, sentence, post=True))


def _meaning(tag: str, attributes: dict[str, str | None]) -> tuple[str, Role, str]:
    """The names of a box, its role, and what kind of root it is."""
    if not attributes:
        return "", JUNK if tag in _ASIDES else PLAIN, _ROOTS.get(tag, "")
    classes, identity = attributes.get("class") or "", attributes.get("id") or ""
    role, root, aside = PLAIN, _ROOTS.get(tag, ""), tag in _ASIDES
    # A theme puts the layout's state on the body: `has-sidebar`, `comments-open`.
    if tag != "body":
        of_names = of_line if tag in LINES else of_box
        # Classes come again and again, an id does not: each is looked up for itself.
        role = max(of_names(classes), of_names(identity)) if identity else of_names(classes)
    if not _TELLING.isdisjoint(attributes):
        if (attributes.get("itemprop") or "").lower() == "articlebody":
            root = "body"
        root = root or _ROOTS.get(attributes.get("role") or "", "")
        aside = aside or _is_aside(tag, attributes)
    if aside and role < NEVER:
        role = JUNK
    return f"{classes} {identity}" if identity else classes, role, root


def _is_aside(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether the attributes of an element say that it is not shown, or no part of the page's matter."""
    if attributes.get("role") in _LANDMARKS or _HIDING.search(attributes.get("style") or ""):
        return True
    # TechRadar hides the paragraphs behind its paywall from screen readers, one by one.
    if attributes.get("aria-hidden") == "true" and tag not in LINES:
        return True
    # React streams parts of a page into hidden boxes and moves them into place by script.
    return "hidden" in attributes and not _STREAMED.match(attributes.get("id") or "")


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, closing marks aside."""
    return text[-1:] in _ENDS or _END.search(text, max(0, len(text) - _TAIL)) is not None


def _is_sentence(text: str, tag: str, linked: int) -> bool:
    """Running text: an end mark, some length, few links (a list item of links is a menu)."""
    size = len(text)
    if size < _SENTENCE and (size < _WIDE_SENTENCE or text.isascii() or not _WIDE.search(text)):
        return False
    if linked > size * (_LINKED_ITEM if tag == "li" else _LINKED):
        return False
    # The last sentence of a block often lacks its full stop, and Thai has none.
    return size > _SURELY_RUNNING or ends_sentence(text)
