"""Channels, notices, and digests as they are composed and rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Literal

from monitor.model.verdicts import Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Who is notified, how, and on which schedule."""

    id: str
    kind: str  # the id of a kind in channels.registry
    name: str = ""
    recipients: tuple[str, ...]  # addresses or URLs
    zone: str = "UTC"
    # Before the working day and before the evening news, in the zone of the channel.
    times: tuple[time, ...] = (time(7, 30), time(18, 0))  # local times of digests; empty: alerts only
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)  # Monday is 0
    alerts: bool = True
    quiet_hours: tuple[time, time] | None = None  # local; an alert is delayed to their end
    include: tuple[str, ...] = ()  # codes of topics and flags; if set, only texts with one of them
    exclude: tuple[str, ...] = ()  # codes of topics and flags: see notify.channel_filter
    send_empty: bool = False  # send a digest also if it has no stories
    max_stories: int = 40  # in one digest; the rest is counted, and left for the next one
    secret: str = field(default="", repr=False)  # whsec_… of a webhook
    # An exact host and port, never a network: a webhook on the own machine must not open the rest of the private network.
    allow_private: tuple[tuple[str, int], ...] = ()  # exact host and port on a private network
    proxy: str = ""
    server: str = ""  # of the service, if not its public one


class NoticeKind(StrEnum):
    """How a channel is notified of a story."""

    ALERT = "alert"
    DIGEST = "digest"
    UPDATE = "update"  # in a digest, because a story that the channel has already received has new facts


class StoryState(StrEnum):
    """Whether a channel has received a story."""

    NEW = ""
    ALERTED = "alerted"  # or an alert is pending
    ALERTED_EARLIER = "alerted_earlier"  # more than half a day ago
    IN_DIGEST = "in_digest"


class NotifyReason(StrEnum):
    """Why an item goes to a channel as an alert, as an update or in a digest. The codes are stored.

    Those "in the digest" are the reasons why it was not alerted.
    """

    URGENT = "urgent"  # the verdict alerts, the text is fresh, the channel takes alerts
    QUIET_HOURS = "quiet_hours"  # an alert, delayed to the end of the channel's quiet hours
    BUNDLED = "bundled"  # an alert, sent in one message with others that were due at the same time
    NEW_FACTS = "new_facts"  # an update
    CORRECTION = "correction"  # an update: a text that the channel has received was corrected
    ALSO_NEW = "also_new"  # an update without new facts, because its text alone deserves an alert
    BELOW_ALERT_THRESHOLD = "below_alert_threshold"  # in the digest: the verdict does not alert
    STALE_FOR_ALERT = "stale_for_alert"  # in the digest: too old for an alert
    FIRST_POLL = "first_poll"  # in the digest: entries of a first poll never alert
    ALERTS_OFF = "alerts_off"  # in the digest: the channel takes no alerts
    OVERFLOW = "overflow"  # in the next digest: the last one had `max_stories` already


class SkipReason(StrEnum):
    """Why a channel gets no notice of an item at all. The codes are stored."""

    FIRST_POLL_BACKLOG = "first_poll_backlog"
    ARCHIVE = "archive"
    EXCLUDED_BY_CHANNEL = "excluded_by_channel"
    NOT_INCLUDED = "not_included"
    ALREADY_NOTIFIED = "already_notified"  # of the story; this item repeats the text of another one
    NO_NEW_FACTS = "no_new_facts"  # the channel has received the story; this item adds nothing to it
    ALERT_ONLY_CHANNEL = "alert_only_channel"  # the channel has no digests, and the item is not an alert for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """The decision to notify a channel of the story of an item, not before a time. It becomes a notice."""

    channel: str
    kind: NoticeKind
    not_before: datetime
    reason: NotifyReason
    detail: str = ""  # the evidence, for people: "first seen 14 h after publication"
    late: bool = False  # published long before it was first seen
    partial: bool = False  # judged on title and summary alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """The decision not to notify a channel of an item."""

    channel: str
    reason: SkipReason
    detail: str = ""


Decision = Notify | Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """A stored decision about an item for a channel, and the digest or alert that carried the item to it."""

    channel: str
    kind: NoticeKind | None  # None: the channel is not notified
    reason: NotifyReason | SkipReason
    detail: str
    not_before: datetime | None
    at: datetime
    # The first digest or alert only: a story that was alerted and repeated in a digest was known by the alert.
    carried_by: Literal["alert", "digest", ""] = ""  # "": nothing has carried the item to the channel
    carried_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A matched term with the words around it: the evidence shown beside a story."""

    before: str
    match: str
    after: str
    name: str
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestArticle:
    """An item as a digest shows it: headline, link and at most 40 words of the article."""

    item: int
    url: str
    title: str
    # At most 40 words: digests leave the house, and full texts stay in the store (see Courtesy in the README).
    lead: str
    source: str  # name of the outlet
    owner: str = ""
    country: str = ""
    language: str = ""
    published: datetime | None = None
    first_seen: datetime
    partial: bool = False
    copies: tuple[tuple[str, str], ...] = ()  # outlet and URL of each duplicate
    flags: tuple[Flag, ...] = ()
    raised_notice: bool = False  # the story is shown because of this article


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierStory:
    """A story of the same affair that began before, as far as a reader needs it."""

    story: int
    title: str
    url: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertedStory:
    """A story that an alert of the digest's period has shown already."""

    story: int
    title: str
    url: str
    source: str
    language: str
    alerted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """A story in a digest or alert; the first article is the leading one."""

    story: int
    thread: int
    kind: NoticeKind
    articles: tuple[DigestArticle, ...]
    excerpts: tuple[Excerpt, ...]
    reasons: tuple[str, ...] = ()
    score: float = 0.0
    late: bool = False
    urgent: bool = False  # the rules give one of its articles an alert
    topics: tuple[str, ...] = ()  # codes, those of the leading article first
    new_facts: tuple[str, ...] = ()  # of an update: names, events and numbers that the channel has not received
    gloss: str = ""  # English: who, and about which topics; for readers who do not read the headline's language
    headline_suffices: bool = False  # the headline names both sides, so the evidence would repeat it
    earlier: tuple[EarlierStory, ...] = ()  # of its thread, the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A text just below the digest threshold, and the evidence that was missing."""

    title: str
    url: str
    source: str
    language: str
    score: float
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentSource:
    """A source that returned nothing, since when, and why."""

    source: str
    since: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A possible gap in a feed: entries that a source showed only between these times were missed."""

    source: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many sources were polled and entries judged: it distinguishes silence from failure."""

    sources: int
    healthy: int  # they answered in the period
    failed: int = 0  # they were polled in the period and never answered
    never_asked: int = 0  # they were not polled in the period
    entries: int  # seen in the period
    judged: int
    silent: tuple[SilentSource, ...] = ()
    gaps: tuple[Gap, ...] = ()


class OutageChange(StrEnum):
    """A change that the operator is notified of; also the kind of the message."""

    ONSET = "outage"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageReport:
    """Many sources fell silent, or answer again: a message to the operator."""

    channel: str
    zone: str
    change: OutageChange
    sources: int  # that are polled
    silent: tuple[SilentSource, ...]  # now
    start: datetime  # when the outage was noticed
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The stories of a period for one channel, ready to be rendered. An alert is a digest of one story, or a few."""

    channel: str
    name: str  # of the channel, for people
    kind: Literal["digest", "alert"]
    start: datetime
    end: datetime
    zone: str
    stories: tuple[DigestStory, ...]
    near_misses: tuple[NearMiss, ...] = ()
    overflow: int = 0  # stories over `max_stories`, left for the next digest
    alerted: tuple[AlertedStory, ...] = ()  # in the period, and not moved since; the newest first
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A digest rendered as text, HTML and JSON."""

    subject: str
    text: str
    html: str
    data: Mapping[str, object]  # the JSON body of a webhook
