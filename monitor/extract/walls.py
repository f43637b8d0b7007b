"""What answers in place of an article: a bot check, a login, a cookie notice, an error, the home page."""

import re
from collections.abc import Iterator
from typing import Final

from monitor.extract import words
from monitor.extract.ladder import Found
from monitor.extract.outline import Outline
from monitor.extract.page import Page
from monitor.model import Method

_LONGEST: Final = 1500  # characters of text that a wall shows
_SHARE: Final = 0.5  # of its text, said in words of a wall
_HEADLINE: Final = 20  # characters of a linked headline
_LINKED: Final = 0.8
_MANY, _OUTWEIGHING = 30, 2  # linked headlines of a listing, and how often they hold the characters of its text
# A home page is called nothing, by its language, or by its file.
_HOME: Final = re.compile(
    r"https?://[^/?#]+(?:/?|/(?:ar|en|fa|hi|ps|tr|ur)/?|/(?:index|home|default)\.\w+)(?:#.*)?", re.IGNORECASE
)
_TITLES: Final = {kind: re.compile(rf"\W*(?:{pattern})\W*") for kind, pattern in words.WALL_TITLES.items()}
_TEXTS: Final = {kind: re.compile(pattern) for kind, pattern in words.WALL_TEXTS.items()}


def wall(page: Page, whole: Outline, found: Found | None, *, title: str) -> str:
    """What the page is in place of an article ("a bot check", "a login", "a listing"), or "" for what may be one.

    Only where the page gives little text and no date in its structured data: many articles carry a login, a cookie
    notice or a word on JavaScript besides.
    """
    if _is_listing(page, whole, found):
        return "a listing"
    if (found and found.length > _LONGEST) or page.item.get("datePublished"):
        return ""
    shown = list(_shown(whole, found))
    for kind, pattern in _TITLES.items():
        # A login is a page with a field for it; a flash may well be headed "Login".
        if pattern.fullmatch(title.lower()) and (kind != "a login" or page.tree.css_first("input[type=password]")):
            return kind
    for kind, pattern in _TEXTS.items():
        said = sum(len(text) for text in shown if pattern.search(text.lower()))
        if said > _SHARE * sum(map(len, shown)):
            return kind
    return ""


def _shown(whole: Outline, found: Found | None) -> Iterator[str]:
    """The text, or everything on the page where none was found in its body."""
    if found and found.method is not Method.DESCRIPTION:
        return (paragraph.text for paragraph in found.paragraphs)
    return (block.text for block in whole.blocks)


def _is_listing(page: Page, whole: Outline, found: Found | None) -> bool:
    """A home page that shows headlines more than text: where outlets send a lost reader.

    Some pages with an article stand at the root, and broken themes name the home page on every article.
    """
    if not _is_home(page.url) and (page.item or page.meta("og:type").lower() == "article" or not _names_home(page)):
        return False
    headlines = [
        len(block.text) for block in whole.blocks if block.link_share > _LINKED and len(block.text) >= _HEADLINE
    ]
    return len(headlines) >= _MANY and sum(headlines) > _OUTWEIGHING * (found.length if found else 0)


def _names_home(page: Page) -> bool:
    link = page.tree.css_first('link[rel="canonical"]')
    href = (link.attributes.get("href") or "") if link else ""
    return _is_home(href) or _is_home(page.meta("og:url"))


def _is_home(address: str) -> bool:
    return _HOME.fullmatch(address) is not None
