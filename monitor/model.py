"""The nouns. Frozen, keyword-only; a new stage of life is a new type.

Times are aware and in UTC; an unknown time is None, never "now". Texts are plain text: paragraphs are parted by one
blank line, and a paragraph that quotes a post (an embedded tweet) begins with "> ".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from monitor.errors import FetchError

# --- what is polled ---------------------------------------------------------------------------------------------------


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


# --- looking at a URL -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified, byte for byte as the server sent them, of this one URL (RFC 9110, 8.8)."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body. `url` is what was asked, `final_url` where it came from after redirects."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]  # names in lower case
    body: bytes
    validators: Validators | None  # None where there are none or the answer was redirected
    moved_to: str = ""  # where every redirect of the way was permanent
    at: datetime

    def header(self, name: str) -> str:
        """The first value of a header, or ""."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: what we hold is current. Validators may have been renewed."""

    url: str
    validators: Validators
    headers: tuple[tuple[str, str], ...] = ()
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No body, and why."""

    url: str
    error: FetchError
    at: datetime


Outcome = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look at a URL gave, and the state of its host afterwards."""

    outcome: Outcome
    host: HostState


# --- entries and articles ---------------------------------------------------------------------------------------------


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


# --- relevance --------------------------------------------------------------------------------------------------------

Field = Literal["title", "summary", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One matched term with its place: `start` and `end` count characters of the untouched field."""

    term: str  # id of the term
    name: str  # its name for people
    side: str  # "IR", "PK", "" …
    kind: str  # country, person, group, place, body, topic …
    field: Field
    start: int
    end: int
    text: str  # as it stands there
    points: float = 0.0  # of the reasons that it bears


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of a judgement: what was found and where, and what it added to the score."""

    code: str
    points: float
    text: str  # a short sentence for people
    field: Field | Literal[""] = ""  # where it stands, and its place in that field
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A caution about a text ("template text", "sport", "us-iran mediation") with its evidence."""

    code: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a text is about ("border security"), with the words that say so."""

    code: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision with its score and reasons. `alert` implies `digest`."""

    digest: bool
    alert: bool
    score: float
    hits: tuple[Hit, ...] = ()
    reasons: tuple[Reason, ...] = ()
    flags: tuple[Flag, ...] = ()
    topics: tuple[Topic, ...] = ()  # the main one first
    missing: str = ""  # below the line: what it lacked
    near: bool = False  # just under the digest line
    rules: str = ""  # which version of the rules judged


# --- stories ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What grouping knows of an item: small, and the same whether just computed or read back from the store."""

    item: int  # 0: not stored yet
    story: int  # 0: none yet
    thread: int
    at: datetime  # published, else first seen
    language: str
    source: str
    title: str
    words: tuple[tuple[str, float], ...]  # heaviest terms, unit length; @ names, ! acts, > signs of no language
    shingles: tuple[int, ...]  # sampled, sorted
    names: tuple[str, ...]  # ids of people, groups and places of the rules that it names, sorted
    numbers: tuple[str, ...] = ()
    length: int = 0  # words of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an item belongs. 0 stands for a new one."""

    story: int
    thread: int
    copy_of: int = 0  # the item whose text it repeats
    reasons: tuple[str, ...] = ()  # for `why`
    fresh: tuple[str, ...] = ()  # what it adds to the story: names and numbers not told before


# --- telling ----------------------------------------------------------------------------------------------------------


class ChannelKind(StrEnum):
    """How a channel delivers."""

    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where and on what rhythm we tell."""

    id: str
    kind: ChannelKind
    name: str = ""
    recipients: tuple[str, ...]  # addresses or URLs
    zone: str = "UTC"
    times: tuple[time, ...] = (time(7, 30), time(18, 0))  # local, of digests; none: alerts only
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)  # Monday is 0
    alerts: bool = True
    quiet: tuple[time, time] | None = None  # local; alerts wait until its end
    include: tuple[str, ...] = ()  # codes of topics and flags: only texts with one of them; none: all
    exclude: tuple[str, ...] = ()  # codes of topics and flags: no text with one of these flags, or about this alone
    when_empty: bool = False  # send a digest that says that nothing was found
    most: int = 40  # stories in one digest; the rest is counted and said
    secret: str = field(default="", repr=False)  # whsec_… of a webhook
    allow_private: tuple[tuple[str, int], ...] = ()  # exact host and port on a private network
    proxy: str = ""


class NoticeKind(StrEnum):
    """Why a channel is told of a story."""

    ALERT = "alert"
    DIGEST = "digest"
    UPDATE = "update"  # told before; something new is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A notice to be written: this channel shall be told of the story, not before a time."""

    channel: str
    kind: NoticeKind
    not_before: datetime
    late: bool = False  # published long before we saw it
    partial: bool = False  # judged on title and summary alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A matched term with the words round it, for the "why" line."""

    before: str
    match: str
    after: str
    name: str
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An item as it is told: nothing of the article but headline, link and at most 40 words."""

    item: int
    url: str
    title: str
    lead: str
    source: str  # name of the outlet
    owner: str = ""
    country: str = ""
    language: str = ""
    published: datetime | None = None
    first_seen: datetime
    partial: bool = False
    copies: tuple[tuple[str, str], ...] = ()  # outlet and URL of each text that repeats it
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStory:
    """A story in a digest or alert: the first line leads."""

    story: int
    thread: int
    kind: NoticeKind
    lines: tuple[Line, ...]
    why: tuple[Context, ...]
    reasons: tuple[str, ...] = ()
    score: float = 0.0
    late: bool = False
    earlier: tuple[tuple[str, str], ...] = ()  # title and URL of earlier stories of its thread


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A text just under the line, and what it lacked."""

    title: str
    url: str
    source: str
    language: str
    score: float
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """A source that gave nothing, since when, and why."""

    source: str
    since: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A source whose window may have been overrun: entries between these times may have been missed."""

    source: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was looked at: silence is explained."""

    sources: int
    healthy: int
    entries: int  # seen in the period
    judged: int
    blind: tuple[Blind, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The stories of a period for one channel, ready to be written out. An alert is a digest of one story."""

    channel: str
    name: str  # of the channel, for people
    kind: Literal["digest", "alert"]
    start: datetime
    end: datetime
    zone: str
    stories: tuple[ToldStory, ...]
    near: tuple[NearMiss, ...] = ()
    held: int = 0  # stories over the cap, left for the next
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A digest written out."""

    subject: str
    text: str
    html: str
    data: Mapping[str, object]  # the JSON body of a webhook


# --- delivering -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One frozen message to one recipient: its id and body never change, however often it is tried."""

    channel: str
    recipient: str
    id: str  # Message-ID (with <>) or webhook-id
    body: bytes  # the MIME message or the JSON, byte for byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The receiver said yes."""

    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The receiver said no. Permanent: trying again is no use. Gone: the endpoint asks to be left alone (410)."""

    reason: str
    permanent: bool
    retry_after: timedelta | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """The message was given over but no answer came: it may have arrived, so the retry waits longer."""

    reason: str


Delivered = Sent | Rejected | Ambiguous
