"""When something is due next: polls, reads, digests, retries. Nothing here reads a clock; chance comes in as `rng`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from monitor.model import Channel

DAY = timedelta(days=1)
# Content systems write a ttl of a day (or 3,600, meant in seconds) into every feed. A source of ten minutes became one of a day,
# and all its news came too late to alert.
MAX_TTL = timedelta(hours=1)
# A Retry-After or ttl of more than a day is a mistake, or a refusal that is meant for another client.
MAX_REQUESTED_DELAY = DAY
MAX_BACKOFF = timedelta(hours=6)  # four polls of a dead source a day cost nothing; a day's delay would cost news
MAX_JITTER = timedelta(seconds=30)  # half of the minute that the promise leaves between poll and alert
MAX_DIGEST_DELAY = timedelta(hours=12)  # a digest later than this is merged into the next
# Some feeds answer 304 for ever (seen: Last-Modified in 2041). Without a body for so long they are polled once without validators.
MAX_VALIDATOR_AGE = DAY
MAX_UNCHANGED_PAUSES = 3  # of the usual pauses between the news of a source
MIN_VALIDATOR_POLLS = 3  # a body for each few polls is the price of a source that pauses for minutes
MIN_REDIRECT_DAYS = 3  # days on which a permanent redirect must lead to the same URL

READ_RETRY_DELAYS = (
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
# A receiver that was slow to answer may still be recording the id by which it drops the second copy.
MIN_AMBIGUOUS_DELAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A digest that is due: its key (local date and time of the channel) and the period that it covers, in UTC."""

    day: date
    at: time
    start: datetime
    end: datetime


# --- polling and reading ----------------------------------------------------------------------------------------------


def next_poll_at(
    now: datetime,
    *,
    interval: timedelta,
    failures: int,
    retry_after: timedelta | None,
    ttl: timedelta | None,
    rng: Random,
) -> datetime:
    """Returns when to poll a source again: its interval, doubled with each failure in a row after the first.

    A requested delay lengthens the interval and never shortens it. Retry-After counts up to a day, the ttl of a feed up to an
    hour.
    """
    # The first failure costs no delay: most are a hiccup, and the promise is the interval.
    backoff = max(interval, min(interval * (1 << min(max(failures - 1, 0), 16)), MAX_BACKOFF))
    wait = max(backoff, bounded_delay(retry_after), min(bounded_delay(ttl), MAX_TTL))
    return now + wait + jitter(wait, rng)


def max_validator_age(usual_pause: timedelta | None, *, interval: timedelta) -> timedelta:
    """Returns for how long a source may answer 304 before it is polled once without validators.

    It is three of the pauses that the source usually makes between its news, at least three polls and at most a day.
    """
    if usual_pause is None:
        return MAX_VALIDATOR_AGE
    return min(max(usual_pause * MAX_UNCHANGED_PAUSES, interval * MIN_VALIDATOR_POLLS), MAX_VALIDATOR_AGE)


def next_read_at(now: datetime, *, failures: int, retry_after: timedelta | None, permanent: bool) -> datetime | None:
    """Returns when to fetch an entry's page again after so many failures; None: give up (five retries in a day)."""
    if permanent or failures > len(READ_RETRY_DELAYS):
        return None
    return now + max(READ_RETRY_DELAYS[max(failures, 1) - 1], bounded_delay(retry_after))


def confirmed_redirect(redirects: Iterable[tuple[date, str]]) -> str:
    """Returns the URL to which a source has moved for good, or "".

    `redirects` are the days of its polls with the end of a chain of permanent redirects ("" if the source answered
    itself or a redirect was temporary), in any order. A move is confirmed if all polls of the last three days that have
    one agree.
    """
    # Seen: one bad deployment redirects every page to the home page for an hour. A source must not follow it.
    by_day: dict[date, set[str]] = {}
    for day, target in redirects:
        by_day.setdefault(day, set()).add(target)
    latest = [by_day[day] for day in sorted(by_day)[-MIN_REDIRECT_DAYS:]]
    targets = set().union(*latest)
    return targets.pop() if len(latest) == MIN_REDIRECT_DAYS and len(targets) == 1 else ""


# --- digests ----------------------------------------------------------------------------------------------------------


def due_slots(channel: Channel, *, last: datetime, now: datetime) -> tuple[Slot, ...]:
    """Returns the digest of a channel that is due, or an empty tuple.

    `last` is the end of the last digest, or the time from which the channel is known: a slot before it is not made up
    for. After an outage one digest catches up, never several: the newest slot, up to 12 hours late, from the end of the
    last digest on. If all missed slots are older, their period falls to the next one.
    """
    after = max(last, now - MAX_DIGEST_DELAY)
    due = [(end, day, at) for end, day, at in slots_on(channel, now, days=(-1, 0)) if after < end <= now]
    if not due:
        return ()
    end, day, at = max(due)
    return (Slot(day=day, at=at, start=last, end=end),)


def next_slot_at(channel: Channel, now: datetime) -> datetime | None:
    """Returns the time of the channel's next digest after `now`; None if it has no digests."""
    return min((end for end, _, _ in slots_on(channel, now, days=range(9)) if end > now), default=None)


def slots_on(channel: Channel, now: datetime, *, days: Iterable[int]) -> Iterator[tuple[datetime, date, time]]:
    """Yields the digests of some days, counted from today: their time in UTC, local date and local time.

    There is one for each local date and time: an hour that the clocks repeat gives one digest, an hour that they skip
    still gives one.
    """
    zone = ZoneInfo(channel.zone)
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=offset) for offset in days):
        if day.weekday() in channel.weekdays:
            for at in channel.times:
                # fold=0: the first of a repeated hour; a skipped hour is read with the offset before the gap.
                yield datetime.combine(day, at, tzinfo=zone).astimezone(UTC), day, at


# --- deliveries -------------------------------------------------------------------------------------------------------


def next_attempt_at(
    now: datetime,
    *,
    attempts: int,
    delays: Sequence[timedelta],
    retry_after: timedelta | None,
    ambiguous: bool,
    rng: Random,
) -> datetime | None:
    """Returns when to send a message again after so many attempts; None: give up.

    `delays` is the retry schedule of the channel kind: the wait after the first attempt, after the second, and so on.
    An `ambiguous` attempt may have arrived.
    """
    if attempts > len(delays):
        return None
    minimum = MIN_AMBIGUOUS_DELAY if ambiguous else timedelta(0)
    wait = max(delays[max(attempts, 1) - 1], minimum, bounded_delay(retry_after))
    return now + wait + jitter(wait, rng)


def bounded_delay(requested: timedelta | None) -> timedelta:
    """Returns a delay that a server requested, at most a day."""
    return min(requested or timedelta(0), MAX_REQUESTED_DELAY)


def jitter(wait: timedelta, rng: Random) -> timedelta:
    """Returns up to a twentieth of a wait. It spreads rows that were due together and never shortens a wait."""
    return min(wait / 20, MAX_JITTER) * rng.random()
