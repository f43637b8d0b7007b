"""Entries as sources announce them, and articles as they were read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One canonical URL that a source says exists. All texts are plain and on one line, but `content`."""

    url: str  # canonical: the key
    link: str  # as the source gave it, absolute: what is fetched and shown
    title: str
    summary: str = ""
    content: str = ""  # the full text, where the feed carries one
    author: str = ""
    published: datetime | None = None
    published_text: str = ""  # as the source wrote it
    language: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a source's body held. Not `complete`: cut short or broken, so its validators must not be kept."""

    entries: tuple[Entry, ...]
    bad: int = 0  # entries that could not be read, each of them counted
    complete: bool = True
    title: str = ""
    language: str = ""
    ttl: timedelta | None = None  # how long the source asks not to be polled again
    notes: tuple[str, ...] = ()  # what was odd, for the log and `sources check`


class Method(StrEnum):
    """How the text of an article was found, best first."""

    SELECTORS = "selectors"
    DENSITY = "density"
    PARAGRAPHS = "paragraphs"
    JSON_LD = "json-ld"
    DESCRIPTION = "description"
    FEED = "feed"


class Shape(StrEnum):
    """What a paragraph of an article is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"  # of a list
    ROW = "row"  # of a table
    QUOTE = "quote"
    POST = "post"  # an embedded post of a social network


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What was read from an entry's page, or from the feed where the page was not read (method FEED)."""

    url: str  # of the page, after redirects
    title: str
    text: str
    canonical: str = ""  # what the page says its URL is
    lead: str = ""  # standfirst or description
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    published_text: str = ""
    published_from: str = ""  # json-ld, meta, time, url, text …
    language: str = ""
    site: str = ""
    origin: str = ""  # the agency that a text names as its source
    dateline: str = ""  # the place it was filed from, as it stands before the first sentence ("TEHRAN")
    shapes: tuple[Shape, ...] = ()  # of each paragraph of the text, in order; none where they are not known
    method: Method
    quality: float = 1.0  # 0 to 1: how sure we are that the text is the article and the whole of it
    noarchive: bool = False  # the page asks not to be stored, or reserves text mining
    free: bool = True  # False: behind a paywall, only the lead is given
    notes: tuple[str, ...] = ()
