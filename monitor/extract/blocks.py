"""The block tree of a page: its containers (block-level elements) and the text blocks in them, in document order.

One walk over the HTML tree with a stack of its own, because a page may be nested deeper than Python recurses. Text blocks
are in document order, so the text under a container is a slice of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from monitor.extract.document import normalize
from monitor.extract.fates import KEPT, OUTSIDE, Fate
from monitor.extract.roles import (
    ALWAYS_DROP,
    HIDDEN,
    JUNK,
    PLAIN,
    POST,
    Role,
    is_screen_reader_only,
    role_of_block,
    role_of_inline,
)
from monitor.extract.vocabulary import word_set
from monitor.text import DANDA, SENTENCE_ENDS, WIDE_SENTENCE_ENDS

MAX_NODES: Final = 300_000  # a page of 5 MB has some 100,000
MAX_CHARS: Final = 3_000_000

SKIPPED_TAGS: Final = word_set(
    "audio button canvas datalist embed head iframe input map marquee meter noscript object option progress script select style svg "
    "template textarea video"
)
HEADINGS: Final = word_set("h1 h2 h3 h4 h5 h6")
CELLS: Final = word_set("td th")
LIST_ITEMS: Final = word_set("dd dt li")
LINES: Final = HEADINGS | LIST_ITEMS | {"p"}
BLOCK_TAGS: Final = LINES | word_set(
    "address article aside blockquote body caption center details dialog div dl fieldset figcaption figure footer form header "
    "hgroup hr html legend main menu nav ol pre section summary table tbody td tfoot th thead tr ul"
)
ASIDE_TAGS: Final = word_set("address aside caption dialog figcaption figure footer form legend menu nav")
ASIDE_ROLES: Final = word_set(
    "alert alertdialog banner complementary contentinfo dialog menu menubar navigation search toolbar"
)
TELLING_ATTRIBUTES: Final = word_set("aria-hidden hidden itemprop role style")
ROOT_TAGS: Final = {"article": "article", "main": "main"}
END_MARKS: Final = frozenset(SENTENCE_ENDS + WIDE_SENTENCE_ENDS + DANDA)
END_MARK: Final = re.compile(rf"[{''.join(sorted(END_MARKS))}]\W*$")
MAX_ENDING_CHARS: Final = 8  # an end mark, and the quotation marks and brackets that close after it
MIN_SENTENCE_CHARS: Final = 30
MIN_WIDE_SENTENCE_CHARS: Final = 12  # Chinese and Japanese sentences are shorter
SURE_PROSE_CHARS: Final = 200  # a longer block is prose whatever it ends with
MAX_LINK_SHARE: Final = 0.4  # of a sentence
MAX_ITEM_LINK_SHARE: Final = 0.15  # of a sentence in a list item
WIDE_PUNCTUATION: Final = re.compile("[。、，！？]")
STREAMED_ID: Final = re.compile(r"S:\d")
LINK: Final = "a link"  # in place of the tag of an <a>
BUTTON: Final = "a button"
MAX_BUTTON_CHARS: Final = 60  # a longer text in an <a> that leads nowhere is not the label of a button
NO_ADDRESS: Final = ("#", "javascript:")
# Not shown at all, or only read out by screen readers: clipped to nothing, or moved off the screen.
HIDING_STYLE: Final = re.compile(
    r"display\s*:\s*none|clip\s*:\s*rect\(\s*[01](px)?[,\s]|clip-path\s*:\s*inset\(\s*(50|100)%"
    r"|(?:left|top|text-indent)\s*:\s*-\d{4,}(px|em|rem)",
    re.IGNORECASE,
)


# A page has hundreds of containers and blocks, and a frozen dataclass takes ten times as long to make.
@dataclass(slots=True, eq=False)
class Container:
    """A block-level element: its blocks are those from `start` up to, not including, `end`."""

    tag: str
    parent: int  # index of the container round it; -1 for the root
    names: str  # class and id
    role: Role
    root: str  # the kind of mark of the article: "body" (itemprop=articleBody), "article" or "main"
    start: int
    end: int = 0


@dataclass(slots=True, eq=False)
class TextBlock:
    """A run of text that no block-level element interrupts, on one line, and its fate."""

    index: int  # in the tree
    text: str
    tag: str  # of its container
    container: int  # index
    linked_chars: int  # inside links
    is_sentence: bool
    is_post: bool = False  # an embedded post of a social network
    href: str = ""  # of the first link in it
    fate: Fate = OUTSIDE
    pruned_with: Container | None = None  # the container that was dropped as a whole
    _key: str | None = field(default=None, init=False)

    @property
    def key(self) -> str:
        """The normalized text, to compare blocks."""
        # Some ten rules compare each block of an article; most blocks of a page are compared by none.
        if self._key is None:
            self._key = normalize(self.text)
        return self._key

    @property
    def prose_chars(self) -> int:
        """The number of characters if the block is prose, else 0."""
        return len(self.text) if self.is_sentence else 0

    @property
    def link_share(self) -> float:
        """The part of the text that is inside links, 0 to 1."""
        return min(1.0, self.linked_chars / len(self.text)) if self.linked_chars else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTree:
    """Containers in the order of their opening tags, blocks in the order of the text."""

    containers: list[Container]
    blocks: list[TextBlock]
    cut: str = ""  # the limit behind which the page was not read

    @property
    def kept_blocks(self) -> list[TextBlock]:
        """The blocks that are in the text, without the standfirst above it."""
        return [block for block in self.blocks if block.fate is KEPT]

    def copy(self) -> "BlockTree":
        """Returns a tree with the same containers and with blocks of its own, all of them outside the article."""
        blocks = [
            TextBlock(
                block.index,
                block.text,
                block.tag,
                block.container,
                block.linked_chars,
                block.is_sentence,
                block.is_post,
                block.href,
            )
            for block in self.blocks
        ]
        return BlockTree(containers=self.containers, blocks=blocks, cut=self.cut)

    def ancestors(self, block: TextBlock) -> Iterator[Container]:
        """Yields the container of a block and those round it, the innermost first."""
        index = block.container
        while index >= 0:
            container = self.containers[index]
            yield container
            index = container.parent


def build_tree(body: LexborNode) -> BlockTree:  # noqa: C901, PLR0912, PLR0915 - one loop: see the comment on it
    """Returns the tree of everything under `body`, up to the limits of nodes and characters."""
    builder = TreeBuilder(body)
    pieces, pending = builder.pieces, builder.pending
    linked_chars = 0  # of the pieces that are inside links
    open_links = open_buttons = 0
    breaks = 0  # line breaks since the last letter
    open_elements: list[tuple[LexborNode, str]] = []
    cut = ""
    node = body.first_child
    # A third of the time of an extraction goes into this loop, so it calls nothing where it need not.
    for _ in range(MAX_NODES):
        while node is None and open_elements:
            node, tag = open_elements.pop()
            if tag in BLOCK_TAGS:
                if pieces:
                    linked_chars = builder.flush(linked_chars)
                builder.close()
            elif tag == LINK:
                open_links -= 1
            elif tag == BUTTON:
                open_buttons -= 1
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
            if builder.chars > MAX_CHARS:
                cut = f"{MAX_CHARS:,} characters"
                break
            if not text.isspace():
                pieces.append(text)
                breaks = 0
                if open_links:
                    linked_chars += len(text.strip())
                elif open_buttons:
                    builder.button_chars += len(text.strip())
            elif pieces:
                pieces.append(" ")
        elif tag in BLOCK_TAGS:
            if pieces:
                linked_chars = builder.flush(linked_chars)
            if (child := node.first_child) is not None:
                pending.append((node, tag))
        elif tag == "br":
            # Two line breaks with nothing between them separate paragraphs; one is a blank.
            breaks += 1
            if breaks == 1:
                pieces.append("\n")
            else:
                linked_chars = builder.flush(linked_chars)
        elif tag not in SKIPPED_TAGS and (child := node.first_child) is not None:
            attributes = node.attributes
            if (names := attributes.get("class")) and is_screen_reader_only(names):
                child = None
            elif tag == "a" and (href := attributes.get("href")) is not None:
                # HTML has no self-closing <a>: `<a name="top"/>` is open to the end of the text, so an <a> without an address
                # is no link. With an address that leads nowhere it is a button, or a note on a text.
                if href.startswith(NO_ADDRESS):
                    open_buttons += 1
                    tag = BUTTON
                else:
                    open_links += 1
                    tag = LINK
                    builder.href = builder.href or href
        if child is None:
            node = node.next
        else:
            open_elements.append((node, tag))
            node = child
    else:
        cut = f"{MAX_NODES:,} nodes"
    return builder.finish(linked_chars, cut)


class TreeBuilder:
    """The tree as far as it is built. A container is made when a text is found in it: a fifth of them have none."""

    def __init__(self, body: LexborNode) -> None:
        self.chars = 0
        self.href = ""  # of the first link since the last block
        self.button_chars = 0  # of the pieces that are inside an <a> that leads nowhere
        self.pieces: list[str] = []  # of the block that is being read
        tag = body.tag or "-"
        self.pending = [(body, tag)] if tag in BLOCK_TAGS else []  # the innermost open elements, still without a text
        # A root of its own, because `body` may be an element that makes no container.
        self._containers = [Container("root", -1, "", PLAIN, "", 0)]
        self._blocks: list[TextBlock] = []
        self._open = [0]  # indexes of the open containers

    def flush(self, linked_chars: int) -> int:
        """Make a block of the pieces; returns the new number of characters in links, which is 0."""
        text = " ".join("".join(self.pieces).split())
        self.pieces.clear()
        if text:
            self.chars += len(text)
            if self.pending:
                self._open_pending()
            container = self._open[-1]
            tag = self._containers[container].tag
            # The entries of a table of contents lead to parts of the page.
            if self.button_chars and (len(text) <= MAX_BUTTON_CHARS or tag in LIST_ITEMS):
                linked_chars += self.button_chars
            self.button_chars = 0
            is_prose = is_sentence(text, tag, linked_chars)
            block = TextBlock(len(self._blocks), text, tag, container, linked_chars, is_prose)
            if linked_chars:
                block.href = self.href
                self.href = ""
            self._blocks.append(block)
        return 0

    def close(self) -> None:
        """End the innermost container."""
        if self.pending:
            self.pending.pop()
            return
        index = self._open.pop()
        container = self._containers[index]
        if container.role is POST:
            self._join(index)
        container.end = len(self._blocks)

    def finish(self, linked_chars: int, cut: str) -> BlockTree:
        """Returns the tree. Containers that a limit left open end here."""
        self.flush(linked_chars)
        self.pending.clear()
        while self._open:
            self.close()
        return BlockTree(containers=self._containers, blocks=self._blocks, cut=cut)

    def _open_pending(self) -> None:
        open_indexes, containers, start = self._open, self._containers, len(self._blocks)
        for node, tag in self.pending:
            names, role, root = read_attributes(tag, node.attributes)
            container = Container(tag, open_indexes[-1], names, role, root, start)
            open_indexes.append(len(containers))
            containers.append(container)
        self.pending.clear()

    def _join(self, index: int) -> None:
        """Make one block of a post, whatever containers are in it."""
        post = self._containers[index]
        text = " ".join(block.text for block in self._blocks[post.start :])
        del self._containers[index + 1 :], self._blocks[post.start :]
        is_prose = is_sentence(text, post.tag, linked_chars=0)
        self._blocks.append(TextBlock(len(self._blocks), text, post.tag, index, 0, is_prose, is_post=True))


def read_attributes(tag: str, attributes: dict[str, str | None]) -> tuple[str, Role, str]:
    """Returns the names of an element, its role, and its kind of root."""
    if not attributes:
        return "", JUNK if tag in ASIDE_TAGS else PLAIN, ROOT_TAGS.get(tag, "")
    classes, identity = attributes.get("class") or "", attributes.get("id") or ""
    role, root, is_aside = PLAIN, ROOT_TAGS.get(tag, ""), tag in ASIDE_TAGS
    # A theme puts the layout's state on the body: `has-sidebar`, `comments-open`.
    if tag != "body":
        role_of = role_of_inline if tag in LINES else role_of_block
        # Looked up one by one, for the cache: classes recur, an id does not.
        role = max(role_of(classes), role_of(identity)) if identity else role_of(classes)
    if not TELLING_ATTRIBUTES.isdisjoint(attributes):
        if (attributes.get("itemprop") or "").lower() == "articlebody":
            root = "body"
        root = root or ROOT_TAGS.get(attributes.get("role") or "", "")
        is_aside = is_aside or attributes.get("role") in ASIDE_ROLES
        if role < HIDDEN and is_hidden(tag, attributes):
            role = HIDDEN
    if is_aside and role < ALWAYS_DROP:
        role = JUNK
    return f"{classes} {identity}" if identity else classes, role, root


def is_hidden(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether its attributes hide an element."""
    if HIDING_STYLE.search(attributes.get("style") or ""):
        return True
    # TechRadar hides the paragraphs behind its paywall from screen readers, one by one.
    if attributes.get("aria-hidden") == "true" and tag not in LINES:
        return True
    # React streams parts of a page into hidden elements and moves them into place by script.
    return "hidden" in attributes and not STREAMED_ID.match(attributes.get("id") or "")


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, closing marks aside."""
    return text[-1:] in END_MARKS or END_MARK.search(text, max(0, len(text) - MAX_ENDING_CHARS)) is not None


def is_sentence(text: str, tag: str, linked_chars: int) -> bool:
    """Whether a block is prose: an end mark, some length, few links (a list item of links is a menu)."""
    size = len(text)
    if size < MIN_SENTENCE_CHARS and (
        size < MIN_WIDE_SENTENCE_CHARS or text.isascii() or not WIDE_PUNCTUATION.search(text)
    ):
        return False
    if linked_chars > size * (MAX_ITEM_LINK_SHARE if tag == "li" else MAX_LINK_SHARE):
        return False
    # The last sentence of a block often lacks its full stop, and Thai has none.
    return size > SURE_PROSE_CHARS or ends_sentence(text)
