"""CSS selectors that people write for the pages of a source: whether they can be used, and what they choose."""

from collections.abc import Container, Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.extract.page import LONGEST_LINE, line
from monitor.model import PageSelectors
from monitor.text import clean

_LONGEST: Final = 500  # characters


def selector_error(css: str) -> str:
    """What is wrong with a CSS selector, from where on; "" where it can be used, or is empty."""
    if len(css) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    if not css or _is_css(css):
        return ""
    # The engine does not say where it stopped: behind the longest beginning that it can read.
    end = next((end for end in range(len(css) - 1, 0, -1) if _is_css(css[:end])), 0)
    return f"is no CSS selector from {css[end:]!r} on" if end else f"is no CSS selector: {css!r}"


def _is_css(css: str) -> bool:
    try:
        LexborHTMLParser("").css(css)
    except (SelectolaxError, UnicodeEncodeError):  # a command line may hold bytes that are no text
        return False
    return True


def chosen(tree: LexborHTMLParser, css: str) -> list[LexborNode]:
    """The elements that a selector chooses, in order, none inside another: its text would be told twice.

    An empty selector chooses nothing. Raises SelectolaxError where it is none.
    """
    nodes = {node.mem_id: node for node in tree.css(css)} if css else {}  # "p, .lead" gives a p.lead twice
    return [node for node in nodes.values() if not _is_inside(node, nodes)]


def said(tree: LexborHTMLParser, css: str) -> Iterator[str]:
    """What each element that a selector chooses says, where it says anything: metas and times by an attribute."""
    for node in chosen(tree, css):
        attributes = node.attributes
        told = attributes.get("content") or attributes.get("datetime") or ""
        if text := clean(told, limit=LONGEST_LINE) or line(node):
            yield text


def gave_nothing(css: str, what: str) -> str:
    """The note of an article whose page a selector did not fit."""
    return f"selector {css!r} gave no {what}"


def misfits(page: PageSelectors) -> frozenset[str]:
    """The notes by which articles tell that these selectors no longer fit the pages of the source.

    Authors and what is to be removed are not among them: many a page has neither.
    """
    told = ((page.content, "text"), (page.title, "title"), (page.date, "date"))
    return frozenset(gave_nothing(css, what) for css, what in told if css)


def _is_inside(node: LexborNode, nodes: Container[int]) -> bool:
    above = node.parent
    while above is not None and above.mem_id not in nodes:
        above = above.parent
    return above is not None
