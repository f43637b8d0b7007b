"""The outline of a page: its boxes (block-level elements) and the blocks of text in them, in document order.

One walk over the tree with a stack of its own: a page may be nested deeper than Python recurses. As the blocks stand in
document order, the text under a box is a slice of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from monitor.extract.roles import Role, of_box, of_line, unseen
from monitor.extract.words import words_of

MOST_NODES: Final = 300_000  # a page of 5 MB has some 100,000
MOST_CHARACTERS: Final = 1_000_000

_SKIPPED: Final = words_of(
    "audio button canvas datalist embed head iframe input map meter noscript object option progress script select style svg "
    "template textarea video"
)
HEADINGS: Final = words_of("h1 h2 h3 h4 h5 h6")
LINES: Final = HEADINGS | words_of("dd dt li p")
_BOXES: Final = LINES | words_of(
    "address article aside blockquote body caption center details dialog div dl fieldset figcaption figure footer form header "
    "hgroup hr html legend main menu nav ol pre section summary table tbody td tfoot th thead tr ul"
)
_ASIDES: Final = words_of("address aside caption dialog figcaption figure footer form legend menu nav")
_LANDMARKS: Final = words_of(
    "alert alertdialog banner complementary contentinfo dialog menu menubar navigation search toolbar"
)
_ROOTS: Final = {"article": "article", "main": "main"}
_END: Final = re.compile(r"[.!?…。！？؟۔।]\W*$")
_TAIL: Final = 8  # characters: an end mark, and the quotation marks and brackets that close after it
_SENTENCE, _WIDE_SENTENCE = 30, 12  # characters of the shortest sentence; a Chinese or Japanese one is shorter
_SURELY_RUNNING: Final = 200  # characters of a block that is running text whatever it ends with
_LINKED, _LINKED_ITEM = 0.4, 0.15  # the most of it that may be links
_WIDE: Final = re.compile("[。、，！？]")
_STREAMED: Final = re.compile(r"S:\d")
_HIDING: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Box:
    """A block-level element: its blocks are those from `start` up to, not including, `end`."""

    tag: str
    parent: int
    role: Role
    names: str  # class and id
    start: int
    end: int = 0
    root: str = ""  # where the author says that the article is: "body" (itemprop=articleBody), "article" or "main"


@dataclass(frozen=True, slots=True, kw_only=True)
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
        return min(1.0, self.linked / len(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Boxes in the order of their opening tags, blocks in the order of the text."""

    boxes: list[Box]
    blocks: list[Block]


def outline(body: LexborNode) -> Outline:
    """The outline of everything under `body`; what lies beyond the limits of nodes and characters is left out."""
    walk = _Walk()
    above: list[tuple[LexborNode, str]] = []
    node: LexborNode | None = body
    for _ in range(MOST_NODES):
        if node is None or walk.characters > MOST_CHARACTERS:
            break
        tag = node.tag or "-"
        if tag == "-text":
            walk.text(node.text_content or "")
        elif walk.enter(node, tag):
            if child := node.first_child:
                above.append((node, tag))
                node = child
                continue
            walk.leave(tag)
        after = node.next if above else None
        while after is None and above:
            node, tag = above.pop()
            walk.leave(tag)
            after = node.next if above else None
        node = after
    return walk.finish()


class _Walk:
    """What has been read so far."""

    def __init__(self) -> None:
        self.characters = 0
        # A root of our own: what is handed in may be an element that makes no box.
        self._boxes = [Box(tag="root", parent=-1, role=Role.PLAIN, names="", start=0)]
        self._blocks: list[Block] = []
        self._open = [0]
        self._pieces: list[str] = []
        self._linked = 0
        self._links = 0  # links that are open
        self._breaks = 0  # line breaks since the last letter

    def text(self, text: str) -> None:
        """Read a text node."""
        if text.isspace():
            if self._pieces:
                self._pieces.append(" ")
            return
        self._pieces.append(text)
        self._breaks = 0
        if self._links:
            self._linked += len(text.strip())

    def enter(self, node: LexborNode, tag: str) -> bool:
        """Read an opening tag; say whether what is in it is wanted, and its closing tag to be read."""
        if tag in _BOXES:
            return self._box(node, tag)
        if tag in _SKIPPED or tag[0] == "-":
            return False
        if tag == "br":
            self._break()
            return False
        names = node.attributes.get("class")
        if names and unseen(names):
            return False
        if tag == "a":
            self._links += 1
        return True

    def leave(self, tag: str) -> None:
        """Read a closing tag."""
        if tag in _BOXES:
            if self._pieces:
                self._flush()
            self._boxes[self._open.pop()].end = len(self._blocks)
        elif tag == "a":
            self._links -= 1

    def finish(self) -> Outline:
        """The outline; boxes that a limit left open end here."""
        self._flush()
        for index in self._open:
            self._boxes[index].end = len(self._blocks)
        return Outline(boxes=self._boxes, blocks=self._blocks)

    def _break(self) -> None:
        """Two line breaks with nothing between them part paragraphs; one is a blank."""
        self._breaks += 1
        if self._breaks > 1:
            self._flush()
        else:
            self._pieces.append("\n")

    def _box(self, node: LexborNode, tag: str) -> bool:
        if self._pieces:
            self._flush()
        value = node.attributes.get
        names = f"{value('class') or ''} {value('id') or ''}"
        role, root = _meaning(tag, names, value("role"), value("itemprop"), value("aria-hidden"), _hiding(value))
        box = Box(tag=tag, parent=self._open[-1], role=role, names=names, start=len(self._blocks), root=root)
        self._open.append(len(self._boxes))
        self._boxes.append(box)
        if role is Role.POST:
            self._pieces.append(node.text(deep=True, separator=" "))
            self.leave(tag)
        return role is not Role.POST

    def _flush(self) -> None:
        text = " ".join("".join(self._pieces).split())
        linked, self._linked, self._pieces = self._linked, 0, []
        if not text:
            return
        self.characters += len(text)
        box = self._open[-1]
        tag, role = self._boxes[box].tag, self._boxes[box].role
        sentence = _is_sentence(text, tag, linked)
        self._blocks.append(
            Block(text=text, tag=tag, box=box, linked=linked, sentence=sentence, post=role is Role.POST)
        )


@lru_cache(maxsize=16384)
def _meaning(  # noqa: PLR0917 - a key of the cache: the attributes that count
    tag: str,
    names: str,
    landmark: str | None,
    itemprop: str | None,
    aria_hidden: str | None,
    hidden: bool,  # noqa: FBT001
) -> tuple[Role, str]:
    """The role of a box, and what kind of root it is."""
    root = "body" if (itemprop or "").lower() == "articlebody" else _ROOTS.get(tag) or _ROOTS.get(landmark or "", "")
    # A theme puts the layout's state on the body: `has-sidebar`, `comments-open`.
    role = Role.PLAIN if tag == "body" else of_line(names) if tag in LINES else of_box(names)
    if role in (Role.POST, Role.NEVER):
        return role, root
    # TechRadar hides the paragraphs behind its paywall from screen readers, one by one.
    unheard = aria_hidden == "true" and tag not in LINES
    if hidden or unheard or tag in _ASIDES or landmark in _LANDMARKS:
        return Role.JUNK, root
    return role, root


def _hiding(value: Callable[[str, str | None], str | None]) -> bool:
    """Whether an element is not shown."""
    style = value("style", None)
    if style and _HIDING.search(style):
        return True
    # React streams parts of a page into hidden boxes and moves them into place by script.
    return value("hidden", "no") != "no" and not _STREAMED.match(value("id", None) or "")


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, closing marks aside."""
    return _END.search(text, max(0, len(text) - _TAIL)) is not None


def _is_sentence(text: str, tag: str, linked: int) -> bool:
    """Running text: an end mark, some length, few links (a list item of links is a menu)."""
    if len(text) < _SENTENCE and (len(text) < _WIDE_SENTENCE or not _WIDE.search(text)):
        return False
    # The last sentence of a block often lacks its full stop, and Thai has none.
    ends = len(text) > _SURELY_RUNNING or ends_sentence(text)
    return ends and linked <= len(text) * (_LINKED_ITEM if tag == "li" else _LINKED)
