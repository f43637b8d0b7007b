"""Who hears of an item, how, and from when on."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Flag, NoticeKind, Placement, Telling, Verdict
from monitor.notify import decide
from monitor.notify.decide import after_quiet
from tests.digest.builders import NOW, a_channel

ALERT = Verdict(digest=True, alert=True, score=5.0)
PLAIN = Verdict(digest=True, alert=False, score=2.0)
SPORT = Verdict(digest=True, alert=True, score=5.0, flags=(Flag(code="sport", evidence="cup"),))
NEW = Placement(story=0, thread=0)
ADDS = Placement(story=7, thread=3, fresh=("Panjgur",))
COPY = Placement(story=7, thread=3, copy_of=70, fresh=("Panjgur",))
NIGHT = (time(22), time(6))


def told(**given) -> tuple[Telling, ...]:
    return decide.tellings(
        **{
            "channels": [a_channel()],
            "verdict": ALERT,
            "placement": NEW,
            "fresh": True,
            "late": False,
            "partial": False,
            "told": {},
            "now": NOW,
            **given,
        }
    )


def kinds(**given) -> list[NoticeKind]:
    return [telling.kind for telling in told(**given)]


def test_urgent_and_fresh_is_an_alert_at_once():
    """What the rules call urgent is told at once."""
    assert told() == (Telling(channel="desk", kind=NoticeKind.ALERT, not_before=NOW),)


@pytest.mark.parametrize("given", [{"verdict": PLAIN}, {"channels": [a_channel(alerts=False)]}, {"fresh": False}])
def test_all_else_waits_for_the_digest(given):
    """An alert is urgent, wanted and fresh."""
    assert kinds(**given) == [NoticeKind.DIGEST]


@pytest.mark.parametrize("state", ["alerted", "told"])
@pytest.mark.parametrize(
    ("placement", "kind"), [(ADDS, [NoticeKind.UPDATE]), (COPY, []), (Placement(story=7, thread=3), [])]
)
def test_story_told_before(state, placement, kind):
    """A story is told once; a text that adds something is an update, a copy never."""
    assert kinds(placement=placement, told={"desk": state}) == kind


def test_told_is_by_channel():
    """What one channel knows is news to another."""
    channels = [a_channel(), a_channel(id="wire")]
    assert [(one.channel, one.kind) for one in told(channels=channels, placement=ADDS, told={"desk": "alerted"})] == [
        ("desk", NoticeKind.UPDATE),
        ("wire", NoticeKind.ALERT),
    ]


def test_choice_is_each_channels_own():
    """What one channel leaves out, the others are told all the same, be it an alert, a digest or an update."""
    channels = [a_channel(exclude=("sport",)), a_channel(id="wire"), a_channel(id="cup", include=("sport",))]
    assert [one.channel for one in told(channels=channels, verdict=SPORT)] == ["wire", "cup"]
    assert [one.channel for one in told(channels=channels, verdict=SPORT, fresh=False)] == ["wire", "cup"]
    knows = dict.fromkeys(("desk", "wire", "cup"), "told")
    assert [one.channel for one in told(channels=channels, verdict=SPORT, placement=ADDS, told=knows)] == [
        "wire",
        "cup",
    ]
    assert [one.channel for one in told(channels=channels)] == ["desk", "wire"]


def test_story_is_told_by_its_first_item_that_is_for_the_channel():
    """A channel that left out the first text of a story hears of it by the next, as of a new one."""
    channels = [a_channel(exclude=("sport",))]
    assert told(channels=channels, verdict=SPORT) == ()
    assert kinds(channels=channels, placement=ADDS, told={"wire": "alerted"}) == [NoticeKind.ALERT]


def test_copy_of_an_untold_story_still_tells_it():
    """Where the first text could not be told, its copy is not kept back."""
    assert kinds(placement=COPY) == [NoticeKind.ALERT]


@pytest.mark.parametrize(
    ("given", "kind"),
    [({}, [NoticeKind.ALERT]), ({"verdict": PLAIN}, []), ({"placement": ADDS, "told": {"desk": "alerted"}}, [])],
)
def test_channel_without_digests(given, kind):
    """A channel without digests hears alerts alone, and of each story once."""
    assert kinds(channels=[a_channel(times=())], **given) == kind


def test_late_and_partial_are_marked():
    """What is known of a text's lateness and reading goes with the notice."""
    [telling] = told(late=True, partial=True)
    assert (telling.late, telling.partial) == (True, True)


@pytest.mark.parametrize(
    ("now", "quiet", "until"),
    [
        ("2026-11-21T23:30+05:00", NIGHT, "2026-11-22T06:00+05:00"),
        ("2026-11-21T22:00+05:00", NIGHT, "2026-11-22T06:00+05:00"),
        ("2026-11-22T05:59+05:00", NIGHT, "2026-11-22T06:00+05:00"),
        ("2026-11-22T06:00+05:00", NIGHT, "2026-11-22T06:00+05:00"),
        ("2026-11-21T13:15+05:00", (time(13), time(14)), "2026-11-21T14:00+05:00"),
        ("2026-11-21T12:59+05:00", (time(13), time(14)), "2026-11-21T12:59+05:00"),
        ("2026-11-21T12:59+05:00", (time(13), time(13)), "2026-11-21T12:59+05:00"),
        ("2026-11-21T12:59+05:00", None, "2026-11-21T12:59+05:00"),
    ],
)
def test_quiet_hours(now, quiet, until):
    """An alert in quiet hours waits for their end, in the channel's own time, over midnight as well."""
    moment = datetime.fromisoformat(now).astimezone(UTC)
    [telling] = told(channels=[a_channel(quiet=quiet, zone="Asia/Karachi")], now=moment)
    assert telling.not_before == datetime.fromisoformat(until)


def test_quiet_hours_hold_no_digest():
    """A digest has its own hour: its notices do not wait."""
    [telling] = told(channels=[a_channel(quiet=(time(0), time(23, 59)))], verdict=PLAIN)
    assert telling.not_before == NOW


def test_quiet_hours_in_the_repeated_hour():
    """In the second 01:10 of an autumn night, quiet hours that end at 01:30 end twenty minutes later or at once."""
    channel = a_channel(zone="Europe/London", quiet=(time(22), time(1, 30)))
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert second <= after_quiet(channel, second) <= second + timedelta(minutes=20)


clock = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(
    now=st.integers(1_577_836_800, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    quiet=st.tuples(clock, clock),
    zone=st.sampled_from(["Asia/Karachi", "Asia/Tehran", "Europe/London", "America/New_York", "UTC"]),
)
def test_quiet_hours_end_within_a_day_and_are_over_then(now, quiet, zone):
    """An alert is put off by a day and an hour at most, never into the past, and then to the end of quiet hours."""
    channel = a_channel(zone=zone, quiet=quiet)
    until = after_quiet(channel, now)
    assert now <= until <= now + timedelta(hours=25)
    if until != now:
        assert after_quiet(channel, until) == until or until.astimezone(ZoneInfo(zone)).time() != quiet[1]
