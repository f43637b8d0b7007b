"""Sources, and the stored state of their hosts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ReadPolicy(StrEnum):
    """The entries of a source whose pages are fetched."""

    ALL = "all"
    IF_MATCHED = "if_matched"  # only those whose title or summary has a match
    NEVER = "never"  # the feed carries the full text


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSelectors:
    """CSS selectors for the article pages of a source, if the general extraction fails on them."""

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
    # A string, not an enum: the registry of parse/ decides which kinds exist, so that a new one touches one file there.
    kind: str = "feed"  # an id of `parse.SOURCE_KINDS`
    language: str = ""  # BCP 47, primary subtag; empty: unknown or mixed
    country: str = ""  # ISO 3166-1 alpha-2 of the outlet
    owner: str = ""  # private, state, public, party, exile, agency …
    # Many outlets print local times without a zone. Read as UTC, an evening story of Karachi would lie five hours ahead.
    zone: str = "UTC"  # IANA; for times without a zone
    interval: timedelta = timedelta(minutes=10)
    interval_is_configured: bool = False  # then a feed that asks for longer pauses does not get them
    fetch_pages: ReadPolicy = ReadPolicy.ALL
    enabled: bool = True
    # A disabled source stays in the catalogue with its reason, so that nobody adds it again without knowing.
    note: str = ""  # the reason why it is disabled, or an observation
    options: Mapping[str, object] | None = None  # of its kind, as the form of that kind validated them
    page: PageSelectors | None = None
    proxy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """The delay and robots.txt of a host; stored. `robots` is the text of its robots.txt, "" if it has none."""

    host: str
    ready_at: datetime | None = None  # no request before this time
    robots: str | None = None
    robots_at: datetime | None = None
