"""When something is due next."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.channels import registry
from monitor.model import Channel
from monitor.notify import schedule

NOW = datetime(2025, 6, 29, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Still(Random):
    """Dice that always show zero."""

    def random(self) -> float:
        return 0.0


class Highest(Random):
    """Dice that always show the most."""

    def random(self) -> float:
        return 1.0


def wait(*, interval=10 * MINUTE, failures=0, retry_after=None, ttl=None, rng=None) -> timedelta:
    return (
        schedule.next_poll_at(
            NOW, interval=interval, failures=failures, retry_after=retry_after, ttl=ttl, rng=rng or Still()
        )
        - NOW
    )


# --- polling ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        (0, 10 * MINUTE),
        (1, 10 * MINUTE),
        (2, 20 * MINUTE),
        (3, 40 * MINUTE),
        (6, 320 * MINUTE),
        (7, 6 * HOUR),
        (10_000, 6 * HOUR),
    ],
)
def test_failures_in_a_row_double_the_wait(failures: int, expected: timedelta):
    """The first failure costs nothing, each further one doubles, up to six hours."""
    assert wait(failures=failures) == expected


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({"retry_after": 30 * MINUTE}, 30 * MINUTE),
        ({"retry_after": MINUTE}, 10 * MINUTE),
        ({"retry_after": 90 * DAY}, DAY),
        ({"retry_after": -HOUR}, 10 * MINUTE),
        ({"ttl": HOUR}, HOUR),
        ({"ttl": 20 * MINUTE}, 20 * MINUTE),
        ({"ttl": 7 * DAY}, HOUR),
        ({"ttl": HOUR, "retry_after": 2 * HOUR, "failures": 5}, 160 * MINUTE),
        ({"interval": 2 * DAY, "failures": 9}, 2 * DAY),
    ],
)
def test_hints_lengthen_the_rhythm_and_never_shorten_it(hints, expected: timedelta):
    """The longest of interval, back-off and requested delay; Retry-After counts up to a day, a ttl up to an hour."""
    assert wait(**hints) == expected


@pytest.mark.parametrize(
    ("usual_pause", "expected"),
    [
        (None, DAY),
        (HOUR, 3 * HOUR),
        (7 * HOUR, 21 * HOUR),
        (2 * DAY, DAY),
        (MINUTE, 30 * MINUTE),
        (timedelta(0), 30 * MINUTE),
    ],
)
def test_how_long_a_304_is_believed(usual_pause: timedelta | None, expected: timedelta):
    """Three usual pauses of the source, at least three polls, at most a day."""
    assert schedule.max_validator_age(usual_pause, interval=10 * MINUTE) == expected


def test_jitter_stays_within_the_promise():
    """Polls are spread by at most 30 seconds, and only later."""
    assert wait(rng=Highest()) == 10 * MINUTE + timedelta(seconds=30)
    assert wait(interval=MINUTE, rng=Highest()) == timedelta(seconds=63)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_page_is_tried_for_most_of_a_day():
    """Five retries, further and further apart; then the entry is given up."""
    waits = [schedule.next_read_at(NOW, failures=n, retry_after=None, permanent=False) for n in range(1, 7)]
    assert waits == [NOW + wait for wait in schedule.READ_RETRY_DELAYS] + [None]


def test_a_page_that_is_gone_is_not_asked_for_again():
    """A permanent failure ends the tries at once."""
    assert schedule.next_read_at(NOW, failures=1, retry_after=HOUR, permanent=True) is None


def test_a_page_waits_as_long_as_its_host_asks():
    """Retry-After is kept, up to a day."""
    assert schedule.next_read_at(NOW, failures=1, retry_after=HOUR, permanent=False) == NOW + HOUR
    assert schedule.next_read_at(NOW, failures=1, retry_after=9 * DAY, permanent=False) == NOW + DAY


# --- moving -----------------------------------------------------------------------------------------------------------

NEW = "https://new.example/feed"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], ""),
        ([(1, NEW), (2, NEW)], ""),
        ([(1, NEW), (1, NEW), (1, NEW)], ""),
        ([(1, NEW), (2, NEW), (3, NEW)], NEW),
        ([(3, NEW), (1, "https://other.example/"), (5, NEW), (2, NEW)], NEW),
        ([(1, NEW), (2, ""), (3, NEW)], ""),
        ([(1, NEW), (2, NEW), (3, NEW), (3, "")], ""),
        ([(1, NEW), (2, NEW), (3, NEW), (4, "https://other.example/")], ""),
        ([(1, ""), (2, ""), (3, "")], ""),
    ],
)
def test_a_source_moves_after_three_days_of_the_same_answer(answers, expected: str):
    """Three equal permanent redirects on different days, the latest three that have an answer."""
    assert schedule.confirmed_redirect((date(2025, 6, day), target) for day, target in answers) == expected


# --- digests ----------------------------------------------------------------------------------------------------------


def a_channel(*times: time, zone="Asia/Karachi", weekdays=range(7)) -> Channel:
    return Channel(
        id="desk",
        kind="email",
        recipients=("desk@desk.example",),
        zone=zone,
        times=times or (time(7, 30), time(18, 0)),
        weekdays=tuple(weekdays),
    )


def at(text: str, zone="UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def keys(slots) -> list[tuple[str, str]]:
    return [(slot.day.isoformat(), slot.at.isoformat("minutes")) for slot in slots]


def test_a_slot_is_due_from_its_minute_on_and_once():
    """Not before its local time; not again once its end is the end of the last digest."""
    channel, last = a_channel(), at("2025-06-28T18:00", "Asia/Karachi")
    assert schedule.due_slots(channel, last=last, now=at("2025-06-29T07:29", "Asia/Karachi")) == ()
    (slot,) = schedule.due_slots(channel, last=last, now=at("2025-06-29T07:30", "Asia/Karachi"))
    assert slot == schedule.Slot(
        day=date(2025, 6, 29), at=time(7, 30), start=last, end=at("2025-06-29T07:30", "Asia/Karachi")
    )
    assert schedule.due_slots(channel, last=slot.end, now=at("2025-06-29T07:31", "Asia/Karachi")) == ()


def test_a_new_channel_waits_for_its_next_time():
    """A slot that passed before a channel was there is not made up for."""
    opened = at("2025-06-29T08:00", "Asia/Karachi")
    assert schedule.due_slots(a_channel(), last=opened, now=opened + timedelta(minutes=1)) == ()


def test_a_late_start_sends_one_catch_up():
    """Two missed slots are one digest: the newest, over the whole time since the last."""
    last = at("2025-06-28T18:00", "Asia/Karachi")
    slots = schedule.due_slots(a_channel(), last=last, now=at("2025-06-29T19:00", "Asia/Karachi"))
    assert keys(slots) == [("2025-06-29", "18:00")]
    assert slots[0].start == last


def test_a_digest_too_late_is_folded_into_the_next():
    """After 12 hours a slot is skipped, and the next one tells of its period too."""
    channel, last = a_channel(time(7, 30)), at("2025-06-28T07:30", "Asia/Karachi")
    assert keys(schedule.due_slots(channel, last=last, now=at("2025-06-29T19:29", "Asia/Karachi"))) == [
        ("2025-06-29", "07:30")
    ]
    assert schedule.due_slots(channel, last=last, now=at("2025-06-29T19:30", "Asia/Karachi")) == ()
    (slot,) = schedule.due_slots(channel, last=last, now=at("2025-06-30T07:30", "Asia/Karachi"))
    assert slot.start == last


def test_weekdays_are_those_of_the_channel():
    """A digest late from a working day comes on the day off; the day off has none of its own."""
    channel = a_channel(time(22, 0), zone="Asia/Tehran", weekdays=(5, 6, 0, 1, 2))  # Saturday to Wednesday
    last = at("2025-07-01T22:00", "Asia/Tehran")  # a Tuesday
    assert keys(schedule.due_slots(channel, last=last, now=at("2025-07-03T01:00", "Asia/Tehran"))) == [
        ("2025-07-02", "22:00")
    ]
    assert (
        schedule.due_slots(
            channel, last=at("2025-07-02T22:00", "Asia/Tehran"), now=at("2025-07-04T22:30", "Asia/Tehran")
        )
        == ()
    )


def test_a_channel_without_times_has_no_digests():
    """Alerts only."""
    channel = Channel(id="desk", kind="email", recipients=(), times=())
    assert schedule.due_slots(channel, last=NOW - DAY, now=NOW) == ()


def digests_told(channel: Channel, start: datetime, end: datetime, *, tick: timedelta) -> list[schedule.Slot]:
    told: list[schedule.Slot] = []
    last, now = start, start
    while now <= end:
        for slot in schedule.due_slots(channel, last=last, now=now):
            told.append(slot)
            last = slot.end
        now += tick
    return told


@pytest.mark.parametrize(
    "zone", ["Europe/London", "America/New_York", "Asia/Karachi", "Asia/Tehran", "Australia/Lord_Howe"]
)
@pytest.mark.parametrize("hour", [time(1, 30), time(2, 30)])
def test_every_local_date_has_one_digest_over_a_year(zone: str, hour: time):
    """Clocks that repeat or skip the hour of a digest change neither their number nor the seams between them."""
    start, end = at("2024-12-31T12:00", zone), at("2025-12-31T12:00", zone)
    told = digests_told(a_channel(hour, zone=zone), start, end, tick=30 * MINUTE)
    assert [slot.day for slot in told] == [date(2025, 1, 1) + n * DAY for n in range(365)]
    assert all(before.end == after.start for before, after in pairwise(told))


def test_the_repeated_and_the_skipped_hour():
    """01:30 in London is told in summer time when it comes twice, and an hour later when it does not come."""
    channel = a_channel(time(1, 30), zone="Europe/London")
    (autumn,) = schedule.due_slots(channel, last=at("2025-10-25T00:30"), now=at("2025-10-26T03:00"))
    (spring,) = schedule.due_slots(channel, last=at("2025-03-29T01:30"), now=at("2025-03-30T03:00"))
    assert (autumn.end, spring.end) == (at("2025-10-26T00:30"), at("2025-03-30T01:30"))


# --- delivering -------------------------------------------------------------------------------------------------------


def tries(kind, **options) -> list[timedelta]:
    waits: list[timedelta] = []
    options = {"retry_after": None, "ambiguous": False, "rng": Still()} | options
    while then := schedule.next_attempt_at(
        NOW, attempts=len(waits) + 1, delays=registry.get(kind).retry_schedule, **options
    ):
        waits.append(then - NOW)
    return waits


def test_mail_is_tried_for_four_days():
    """First after five minutes, doubling to three hours."""
    waits = tries("email")
    assert waits[:4] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]
    assert max(waits) == 3 * HOUR
    assert 3.5 * DAY < sum(waits, timedelta()) <= 4 * DAY


def test_a_webhook_is_tried_ten_times_over_75_hours():
    """The schedule of Standard Webhooks: nine retries after the first attempt."""
    waits = tries("webhook")
    assert len(waits) == 9
    assert timedelta(hours=75) < sum(waits, timedelta()) < timedelta(hours=76)


def test_an_unsure_delivery_waits_longer():
    """Where the message may have arrived, no retry comes within five minutes."""
    assert min(tries("webhook", ambiguous=True)) == 5 * MINUTE


def test_a_receiver_that_asks_for_time_has_it():
    """Retry-After is kept to the second; jitter only adds."""
    assert tries("webhook", retry_after=HOUR)[0] == HOUR
    assert tries("webhook", retry_after=HOUR, rng=Highest())[0] == HOUR + timedelta(seconds=30)


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=2**31), st.integers(min_value=0, max_value=2**31))
def test_the_next_look_is_never_too_soon(failures: int, retry_after: int, seed: int):
    """Whatever happened, the next poll is after the rhythm, after what was asked up to a day, and within a day and a bit."""
    asked = timedelta(seconds=retry_after)
    later = wait(failures=failures, retry_after=asked, rng=Random(seed))
    assert max(10 * MINUTE, min(asked, DAY)) <= later <= DAY + timedelta(seconds=30)
