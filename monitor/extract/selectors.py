"""CSS selectors that people write for the pages of a source: the elements they choose, and when they choose none."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.document import MAX_LINE_CHARS, one_line
from monitor.model import PageSelectors
from monitor.text import clean


@dataclass(frozen=True, slots=True, order=True)
class SelectorMismatch:
    """A selector of a source that chose nothing on a page. `str()` is the note of the article, which is stored."""

    css: str
    field: str  # "text", "title" or "date"

    def __str__(self) -> str:
        return f"selector {self.css!r} gave no {self.field}"


def select(tree: LexborHTMLParser, css: str) -> list[LexborNode]:
    """Returns the elements that a selector chooses, in order, none inside another: its text would come twice.

    An empty selector chooses nothing. Raises SelectolaxError if the selector is not valid.
    """
    nodes = {node.mem_id: node for node in tree.css(css)} if css else {}  # "p, .lead" chooses a p.lead twice
    return [node for node in nodes.values() if not is_inside(node, nodes)]


def select_texts(tree: LexborHTMLParser, css: str) -> Iterator[str]:
    """Yields the text of each element that a selector chooses and that has one; metas and times have it in an attribute."""
    for node in select(tree, css):
        attributes = node.attributes
        value = attributes.get("content") or attributes.get("datetime") or ""
        if text := clean(value, limit=MAX_LINE_CHARS) or one_line(node):
            yield text


def possible_mismatches(selectors: PageSelectors) -> frozenset[SelectorMismatch]:
    """Returns the mismatches that show that selectors no longer fit the pages of a source.

    Authors and elements to remove are not among them, because many pages have neither.
    """
    checked = ((selectors.content, "text"), (selectors.title, "title"), (selectors.date, "date"))
    return frozenset(SelectorMismatch(css, field) for css, field in checked if css)


def mismatches_in(notes: Iterable[str], selectors: PageSelectors) -> frozenset[SelectorMismatch]:
    """Returns the mismatches of these selectors that the notes of an article report."""
    reported = set(notes)
    return frozenset(mismatch for mismatch in possible_mismatches(selectors) if str(mismatch) in reported)


def is_inside(node: LexborNode, nodes: Container[int]) -> bool:
    """Whether an element is inside one of the others, which are given by their `mem_id`."""
    ancestor = node.parent
    while ancestor is not None and ancestor.mem_id not in nodes:
        ancestor = ancestor.parent
    return ancestor is not None
