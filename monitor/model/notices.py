"""Channels, notices, and digests as they are composed and rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Literal

from monitor.model.verdicts import Flag


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
