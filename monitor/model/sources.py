"""What is polled: sources and what is remembered of their hosts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class SourceKind(StrEnum):
    """How a source lists its entries."""

    FEED = "feed"
    SITEMAP = "news-sitemap"
    LISTING = "listing"


class Read(StrEnum):
    """Which entries of a source have their page read."""

    ALL = "all"
    HINTED = "hinted"  # only those whose title or summary has a hit
    NEVER = "never"  # the feed carries the full text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingSelectors:
    """CSS for a listing page; all but `entry` are looked up inside one entry and may be empty."""

    entry: str
    link: str = "a"
    title: str = ""
    summary: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSelectors:
    """CSS for the article pages of a source, for where the general way does not serve."""

    content: str = ""
    remove: tuple[str, ...] = ()
    title: str = ""
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed, news sitemap or listing page that we poll."""

    id: str
    name: str
    url: str
    kind: SourceKind = SourceKind.FEED
    language: str = ""  # BCP 47, primary subtag; empty: unknown or mixed
    country: str = ""  # ISO 3166-1 alpha-2 of the outlet
    owner: str = ""  # private, state, public, party, exile, agency …
    zone: str = "UTC"  # IANA; read for times that name no zone
    every: timedelta = timedelta(minutes=10)
    read: Read = Read.ALL
    enabled: bool = True
    note: str = ""  # why it is off, or what was seen
    listing: ListingSelectors | None = None
    page: PageSelectors | None = None
    proxy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What a host asked of us; kept over restarts. `robots` is the text of its robots.txt ("" when it has none)."""

    host: str
    ready_at: datetime | None = None  # not to be asked before
    robots: str | None = None
    robots_at: datetime | None = None
