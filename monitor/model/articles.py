"""Entries as sources announce them, and articles as they were extracted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published unit that a source announces. All texts are plain and on one line, except `content`."""

    url: str  # canonical; the key of the entry
    link: str  # as the source gave it, but absolute; it is fetched and shown
    title: str
    summary: str = ""
    content: str = ""  # the full text, if the feed has it
    author: str = ""
    published: datetime | None = None
    published_text: str = ""  # as the source wrote it
    language: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """The entries in the body of a source's response; an index of sitemaps has sitemaps and no entries."""

    entries: tuple[Entry, ...]
    sitemaps: tuple[str, ...] = ()  # URLs, the most likely to have news first
    bad: int = 0  # the number of entries that could not be read
    complete: bool = True  # False: cut short or broken, so the validators of the response must not be stored
    title: str = ""
    language: str = ""
    ttl: timedelta | None = None  # the delay that the source requests until the next poll
    notes: tuple[str, ...] = ()  # irregularities, for the log and `sources check`
    item_hashes: tuple[str, ...] = ()  # of all items of the body, for the next poll
    known_count: int = 0  # items that were left out because the last poll had them


class Method(StrEnum):
    """The strategy that found the text of an article, best first."""

    SELECTORS = "selectors"
    DENSITY = "density"
    PARAGRAPHS = "paragraphs"
    JSON_LD = "json-ld"
    EMBEDDED = "embedded"  # in templates, <noscript> or the state of scripts
    DESCRIPTION = "description"
    FEED = "feed"


class Shape(StrEnum):
    """The kind of a paragraph."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"  # of a list
    ROW = "row"  # of a table
    QUOTE = "quote"
    POST = "post"  # an embedded post of a social network


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The article of an entry, from its page, or from the feed if the page was not read (method FEED)."""

    url: str  # of the page, after redirects
    title: str
    text: str
    lead: str = ""  # standfirst or description
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    published_text: str = ""  # the date as the page or feed writes it
    published_from: str = ""  # the place of this text: json-ld, meta, time, url, text …
    language: str = ""
    site: str = ""
    origin: str = ""  # the agency that the text credits
    dateline: str = ""  # the place that it was filed from, as written before the first sentence ("TEHRAN")
    method: Method
    quality: float = 1.0  # 0 to 1: how surely the text is the whole article
    noarchive: bool = False  # the page asks not to be stored, or reserves text mining
    free: bool = True  # False: behind a paywall, so only the lead may be shown
    next_page: str = ""  # the address at which the article goes on, if that page was not read
    notes: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether the text is known to be less than the article: a summary, the lead before a paywall, a first page."""
        is_summary = self.method is Method.DESCRIPTION or (self.method is Method.FEED and self.text == self.lead)
        return is_summary or not self.free or bool(self.next_page)
