"""How old a text is: whether it may alert, is late, or is too old for any notice. Nothing here reads a clock."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.model import NotifyReason, SkipReason

DAY = timedelta(days=1)
MAX_ALERT_AGE = timedelta(hours=12)  # older news goes into a digest, marked late
MAX_LIVE_AGE = 2 * DAY  # an edit of a live page is as new as the edit; an edited text of last week goes into a digest
MAX_BACKLOG_AGE = DAY  # older texts of a source's first poll are stored and cause no notice
# Front pages list articles of years ago among the news: a text that was published so long before a source first
# showed it is not news.
MIN_ARCHIVE_AGE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The limits that the age of a text sets, with the evidence for people ("first seen 14 h after publication")."""

    too_old: SkipReason | None = None  # FIRST_POLL_BACKLOG or ARCHIVE: no channel is notified
    alert_objection: NotifyReason | None = None  # FIRST_POLL or STALE_FOR_ALERT: digests only
    late: bool = False
    detail: str = ""


def assess(
    *,
    article_published: datetime | None,
    entry_published: datetime | None,
    first_seen: datetime,
    baseline: bool,
    zone: str,
    now: datetime,
    escalated_at: datetime | None = None,
) -> Freshness:
    """Returns the limits that the age of a text sets.

    `escalated_at` is when we saw an edit lift a known text over a line (digest, alert): the edit is the news.

    The page's own time counts before the one of the feed; `zone` is the time zone of the source, and `baseline` tells
    that its first poll showed the entry.
    """
    if escalated_at and escalated_at - (article_published or entry_published or first_seen) <= MAX_LIVE_AGE:
        article_published = entry_published = first_seen = escalated_at
    baseline = baseline and escalated_at is None
    published = latest_possible_time(article_published or entry_published, zone=zone)
    # A page may show that an undated entry is old. If page and source differ, the later time counts: one of them may
    # be a template's.
    newest = max(filter(None, (article_published, entry_published)), default=None)
    late = is_late(published, first_seen, baseline=baseline)
    if is_backlog(published, baseline=baseline, now=now):
        age = f"published {format_age(now - published)} before" if published else "without a time of publication, from"
        return Freshness(too_old=SkipReason.FIRST_POLL_BACKLOG, late=late, detail=f"{age} the first poll of its source")
    if newest and is_archive(newest, first_seen):
        detail = f"first seen {format_age(first_seen - newest)} after publication"
        return Freshness(too_old=SkipReason.ARCHIVE, late=late, detail=detail)
    if baseline:
        return Freshness(alert_objection=NotifyReason.FIRST_POLL, detail="shown by the first poll of its source")
    if is_alertable(published, first_seen, baseline=baseline, now=now):
        return Freshness(late=late)
    if published is None:
        detail = f"judged {format_age(now - first_seen)} after it was first seen"
    elif late:
        detail = f"first seen {format_age(first_seen - published)} after publication"
    else:
        detail = f"judged {format_age(now - published)} after publication"
    return Freshness(alert_objection=NotifyReason.STALE_FOR_ALERT, late=late, detail=detail)


def latest_possible_time(published: datetime | None, *, zone: str) -> datetime | None:
    """Returns the latest time at which a text can have been published: the end of its day if only a day is given.

    A midnight of the source's zone is a day without an hour: listings ("July 15, 2021", /15-Jul-2021/) and some pages
    name only the day. If their midnight counted, all that they publish after noon would be late and alert nobody.
    """
    is_day_only = published is not None and published.astimezone(ZoneInfo(zone)).time() == time(0)
    return published + DAY if published and is_day_only else published


def is_alertable(published: datetime | None, first_seen: datetime, *, baseline: bool, now: datetime) -> bool:
    """Returns whether a text is fresh enough for an alert: under 12 hours old, from its first sight if it is undated.

    An entry of a source's first poll never alerts: it is as old as the source.
    """
    return not baseline and now - (published or first_seen) < MAX_ALERT_AGE


def is_late(published: datetime | None, first_seen: datetime, *, baseline: bool) -> bool:
    """Returns whether a text was first seen long after publication. In a first poll nothing is late: we are new."""
    return not baseline and published is not None and first_seen - published >= MAX_ALERT_AGE


def is_backlog(published: datetime | None, *, baseline: bool, now: datetime) -> bool:
    """Returns whether a text of a first poll is too old for a notice: over a day, or undated, so of any age."""
    return baseline and (published is None or now - published >= MAX_BACKLOG_AGE)


def is_archive(published: datetime | None, first_seen: datetime) -> bool:
    """Returns whether a text was first seen so long after publication that it comes from an archive."""
    return published is not None and first_seen - published > MIN_ARCHIVE_AGE


def format_age(age: timedelta) -> str:
    """Returns an age for people: "14 h", and in days from two days on."""
    hours = int(age / timedelta(hours=1))
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004 - two days
