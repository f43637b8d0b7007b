"""Pages that are shown in place of an article: a bot check, a login, a cookie notice, an error, the home page."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final

from monitor.extract import neighbours
from monitor.extract.blocks import BlockTree
from monitor.extract.document import HtmlDocument
from monitor.extract.main_text import Candidate
from monitor.languages.page import page_words
from monitor.languages.registry import codes
from monitor.model import Method

MAX_TEXT_CHARS: Final = 1500  # of an interstitial
MIN_TEXT_SHARE: Final = 0.5  # of its text in lines with the words of an interstitial
MIN_HEADLINE_CHARS: Final = 20
MIN_HEADLINE_LINK_SHARE: Final = 0.8
MIN_LISTING_HEADLINES: Final = 30
LISTING_FACTOR: Final = 2  # the headlines of a listing have so many times the characters of its text


class InterstitialKind(StrEnum):
    """The kind of a page in place of an article: its name for people, and in lower case its key in the language data."""

    LISTING = "a listing"
    BOT_CHECK = "a bot check"
    LOGIN = "a login"
    ERROR_PAGE = "an error page"
    COOKIE_NOTICE = "a cookie notice"
    JAVASCRIPT = "a call to enable JavaScript"


def classify(
    document: HtmlDocument, tree: BlockTree, candidate: Candidate | None, *, title: str
) -> InterstitialKind | None:
    """Returns the kind of interstitial that a page is, or None if it may be an article."""
    if is_home_listing(document, tree, candidate) or is_section_listing(document, tree, candidate, title=title):
        return InterstitialKind.LISTING
    # Many articles have a login, a cookie notice or a word on JavaScript besides, so a page with much text or with a
    # date in its structured data is none of these.
    if (candidate and candidate.length > MAX_TEXT_CHARS) or document.json_ld.get("datePublished"):
        return None
    lowered_title = title.lower()
    for kind, pattern in title_patterns().items():
        # A news flash may well be headed "Login", so a login page must have a field for a password.
        if pattern.fullmatch(lowered_title) and (
            kind is not InterstitialKind.LOGIN or document.tree.css_first("input[type=password]")
        ):
            return kind
    if candidate and candidate.method is not Method.DESCRIPTION:
        texts = list(candidate.paragraphs)
    else:
        texts = [block.text for block in tree.blocks]
    for kind, pattern in text_patterns().items():
        matching_chars = sum(len(text) for text in texts if pattern.search(text.lower()))
        if matching_chars > MIN_TEXT_SHARE * sum(map(len, texts)):
            return kind
    return None


def is_home_listing(document: HtmlDocument, tree: BlockTree, candidate: Candidate | None) -> bool:
    """Whether a page is a home page that shows headlines more than text."""
    # Outlets redirect the addresses of deleted articles to their home page.
    if not is_home(document.url):
        # Broken themes name the home page as the address of every article.
        is_declared_article = bool(document.json_ld) or document.meta("og:type").lower() == "article"
        if is_declared_article or not (is_home(document.canonical_href) or is_home(document.meta("og:url"))):
            return False
    # Some home pages have an article.
    headlines = [
        len(block.text)
        for block in tree.blocks
        if block.link_share > MIN_HEADLINE_LINK_SHARE and len(block.text) >= MIN_HEADLINE_CHARS
    ]
    text_chars = candidate.length if candidate else 0
    return len(headlines) >= MIN_LISTING_HEADLINES and sum(headlines) > LISTING_FACTOR * text_chars


def is_section_listing(document: HtmlDocument, tree: BlockTree, candidate: Candidate | None, *, title: str) -> bool:
    """Whether a page is a section: headlines with a line each, and no text below its own headline."""
    # Outlets redirect the addresses of deleted articles to their section, too.
    if candidate is None or candidate.is_anchored or document.json_ld or document.meta("og:type").lower() == "article":
        return False
    return neighbours.is_listing(tree, title=title, url=document.url)


def is_home(address: str) -> bool:
    """Whether an address is that of a home page."""
    return home_address().fullmatch(address) is not None


# Compiled on first use: most commands read no page.
@cache
def home_address() -> re.Pattern[str]:
    """Returns the pattern of the address of a home page: no path, a language, or the file of an index."""
    # Outlets of the region have editions in Hindi and Pashto besides.
    languages = "|".join(sorted({*codes(), "hi", "ps"}))
    return re.compile(rf"https?://[^/?#]+(?:/?|/(?:{languages})/?|/(?:index|home|default)\.\w+)(?:#.*)?", re.IGNORECASE)


@cache
def title_patterns() -> Mapping[InterstitialKind, re.Pattern[str]]:
    """Returns for each kind the pattern of a whole title in lower case."""
    words = page_words().interstitial_titles
    return {
        kind: re.compile(rf"\W*(?:{'|'.join(words[kind.name.lower()])})\W*")
        for kind in InterstitialKind
        if kind.name.lower() in words
    }


@cache
def text_patterns() -> Mapping[InterstitialKind, re.Pattern[str]]:
    """Returns for each kind the pattern of its words anywhere in a text in lower case."""
    words = page_words().interstitial_texts
    return {
        kind: re.compile("|".join(words[kind.name.lower()])) for kind in InterstitialKind if kind.name.lower() in words
    }
