"""When next: rhythm, back-off, Retry-After, the slots of digests. Nothing here reads a clock or throws dice of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.model import Channel

DAY = timedelta(days=1)
LONGEST_HINT = DAY  # Retry-After and ttl of more than a day are mistakes or a no that is meant for somebody else
LONGEST_BACKOFF = timedelta(hours=6)  # four looks a day at a dead source cost nothing; one back after a day costs news
LONGEST_JITTER = timedelta(seconds=30)  # half of the minute that the promise leaves between poll and alert
FRESH = timedelta(hours=12)  # older news goes into a digest, marked late
PAGE_FIRST = timedelta(seconds=30)  # an alert by the title alone waits so long for the page; half of what we promise
BACKLOG = DAY  # how far back a source's first poll is told of
ARCHIVE = timedelta(days=30)  # what a source shows for the first time so long after its publication is no news
GRACE = timedelta(hours=12)  # a digest later than this is folded into the next
MOVED_AFTER = 3  # days on which a permanent redirect must say the same

READ_WAITS = (
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
AMBIGUOUS_WAIT = timedelta(minutes=5)  # a receiver that was slow to answer may yet record the id that it must drop

# RFC 5321, 4.5.4.1: give up after four to five days; greylisting wants the first retry soon.
_EMAIL_WAITS = tuple(timedelta(minutes=min(5 * 2**n, 180)) for n in range(36))  # 3 days 21 h in all
# Standard Webhooks: ten attempts over 75 hours.
_WEBHOOK_WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
TRY_WAITS: Mapping[Literal["email", "webhook"], tuple[timedelta, ...]] = {
    "email": _EMAIL_WAITS,
    "webhook": _WEBHOOK_WAITS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A digest that is due: its key (local date and time of the channel) and the period it tells of, in UTC."""

    day: date
    at: time
    start: datetime
    end: datetime


# --- polling and reading ----------------------------------------------------------------------------------------------


def next_poll(
    now: datetime,
    *,
    every: timedelta,
    failures: int,
    retry_after: timedelta | None,
    ttl: timedelta | None,
    rng: Random,
) -> datetime:
    """When to look at a source again: its rhythm, doubled with each failure in a row after the first.

    A wait that was asked for (Retry-After, ttl) lengthens the rhythm and never shortens it; it counts up to a day.
    The first failure costs nothing: most are a hiccup, and the promise is the rhythm.
    """
    backoff = max(every, min(every * (1 << min(max(failures - 1, 0), 16)), LONGEST_BACKOFF))
    wait = max(backoff, _hint(retry_after), _hint(ttl))
    return now + wait + _jitter(wait, rng)


def next_read(now: datetime, *, failures: int, retry_after: timedelta | None, permanent: bool) -> datetime | None:
    """When to try an entry's page again after that many failures; None: give up (five retries within a day)."""
    if permanent or failures > len(READ_WAITS):
        return None
    return now + max(READ_WAITS[max(failures, 1) - 1], _hint(retry_after))


def moved(answers: Iterable[tuple[date, str]]) -> str:
    """Where a source has moved for good, or "".

    `answers` are the days of its looks with the end of an all-permanent redirect ("" where it answered itself or the
    way was not permanent), in any order. True once the last three days that have an answer say the same: one bad
    deployment redirects every page home for an hour, and a source must not follow it.
    """
    by_day: dict[date, set[str]] = {}
    for day, target in answers:
        by_day.setdefault(day, set()).add(target)
    latest = [by_day[day] for day in sorted(by_day)[-MOVED_AFTER:]]
    said = set().union(*latest)
    return said.pop() if len(latest) == MOVED_AFTER and len(said) == 1 else ""


# --- telling ----------------------------------------------------------------------------------------------------------


def latest(published: datetime | None, *, zone: str) -> datetime | None:
    """When a text can have been published at the latest: a midnight of its source's zone is a day without an hour.

    Listings ("July 15, 2021", /15-Jul-2021/) and some pages name only the day. Counted from its midnight, all that
    they publish after noon would be late and alert nobody.
    """
    bare = published is not None and published.astimezone(ZoneInfo(zone)).time() == time(0)
    return published + DAY if published and bare else published


def is_alertable(published: datetime | None, first_seen: datetime, *, baseline: bool, now: datetime) -> bool:
    """Whether a text is fresh enough to alert: under 12 hours old by its own time, or by first sight where it has none.

    What a source's first poll shows is never alerted: it is as old as the source.
    """
    return not baseline and now - (published or first_seen) < FRESH


def is_late(published: datetime | None, first_seen: datetime, *, baseline: bool) -> bool:
    """Whether a text came to us long after it was published. What a first poll shows is not late: we are new."""
    return not baseline and published is not None and first_seen - published >= FRESH


def is_backlog(published: datetime | None, *, baseline: bool, now: datetime) -> bool:
    """Whether a text of a first poll is too old to tell: over a day, or undated, for then it may be of any age."""
    return baseline and (published is None or now - published >= BACKLOG)


def is_archive(published: datetime | None, first_seen: datetime) -> bool:
    """Whether a text was of an archive when we first saw it: front pages show articles of years ago among the news."""
    return published is not None and first_seen - published > ARCHIVE


def due_slots(channel: Channel, *, last: datetime, now: datetime) -> tuple[Slot, ...]:
    """The digest of a channel that is due, or none.

    `last` is the end of the last one composed, or when the channel was new: a slot before it is not made up for. One
    per local date and time: an hour that the clocks repeat gives one digest, an hour that they skip still one. What
    was missed is one catch-up, never several: the newest slot, up to 12 hours late, from where the last ended; later
    than that, its period falls to the slot that comes next.
    """
    after = max(last, now - GRACE)
    due = [(end, day, at) for end, day, at in _slots_until(channel, now) if after < end <= now]
    if not due:
        return ()
    end, day, at = max(due)
    return (Slot(day=day, at=at, start=last, end=end),)


def _slots_until(channel: Channel, now: datetime) -> Iterable[tuple[datetime, date, time]]:
    zone = ZoneInfo(channel.zone)
    today = now.astimezone(zone).date()
    for day in (today - DAY, today):
        if day.weekday() in channel.weekdays:
            for at in channel.times:
                # fold=0: the first of a repeated hour; a skipped hour is read with the offset before the gap.
                yield datetime.combine(day, at, tzinfo=zone).astimezone(UTC), day, at


# --- delivering -------------------------------------------------------------------------------------------------------


def next_try(
    now: datetime,
    *,
    attempts: int,
    kind: Literal["email", "webhook"],
    retry_after: timedelta | None,
    ambiguous: bool,
    rng: Random,
) -> datetime | None:
    """When to try a delivery again after that many attempts; None: give up (email after 4 days, webhook after 75 h)."""
    waits = TRY_WAITS[kind]
    if attempts > len(waits):
        return None
    least = AMBIGUOUS_WAIT if ambiguous else timedelta(0)
    wait = max(waits[max(attempts, 1) - 1], least, _hint(retry_after))
    return now + wait + _jitter(wait, rng)


def _hint(asked: timedelta | None) -> timedelta:
    return min(asked or timedelta(0), LONGEST_HINT)


def _jitter(wait: timedelta, rng: Random) -> timedelta:
    """Up to a twentieth more, never less: what was asked for is kept."""
    return min(wait / 20, LONGEST_JITTER) * rng.random()
