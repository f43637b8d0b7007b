"""Who is notified of an item, how, when, and why not."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import (
    Channel,
    Decision,
    Flag,
    NoticeKind,
    Notify,
    NotifyReason,
    Placement,
    Skip,
    SkipReason,
    StoryState,
    Verdict,
)
from monitor.notify import decide
from monitor.notify.decide import end_of_quiet_hours
from monitor.notify.freshness import Freshness, assess
from tests.digest.builders import NOW, a_channel

ALERT = Verdict(digest=True, alert=True, score=5.0)
PLAIN = Verdict(digest=True, alert=False, score=2.0)
SPORT = Verdict(digest=True, alert=True, score=5.0, flags=(Flag(code="sport", evidence="cup"),))
NEW = Placement(story=0, thread=0)
ADDS = Placement(story=7, thread=3, new_facts=("Panjgur",))
REPEATS = Placement(story=7, thread=3)
COPY = Placement(story=7, thread=3, copy_of=70, new_facts=("Panjgur",))
NIGHT = (time(22), time(6))
FRESH = Freshness()
STALE = Freshness(alert_objection=NotifyReason.STALE_FOR_ALERT, late=True, detail="first seen 14 h after publication")


def decisions(**given) -> tuple[Decision, ...]:
    return decide.decide_all(
        given.pop("channels", [a_channel()]),
        **{
            "verdict": ALERT,
            "placement": NEW,
            "story_states": {},
            "freshness": FRESH,
            "partial": False,
            "earliest": given.pop("now", NOW),
            **given,
        },
    )


def notices(**given) -> list[Notify]:
    return [decision for decision in decisions(**given) if isinstance(decision, Notify)]


def kinds(**given) -> list[NoticeKind]:
    return [notice.kind for notice in notices(**given)]


def reasons(**given) -> list[NotifyReason | SkipReason]:
    return [decision.reason for decision in decisions(**given)]


def test_urgent_and_fresh_is_an_alert_at_once():
    """A text that the rules call urgent alerts at once."""
    assert decisions() == (Notify(channel="desk", kind=NoticeKind.ALERT, not_before=NOW, reason=NotifyReason.URGENT),)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"verdict": PLAIN}, NotifyReason.BELOW_ALERT_THRESHOLD),
        ({"channels": [a_channel(alerts=False)]}, NotifyReason.ALERTS_OFF),
        ({"freshness": STALE}, NotifyReason.STALE_FOR_ALERT),
        ({"freshness": Freshness(alert_objection=NotifyReason.FIRST_POLL)}, NotifyReason.FIRST_POLL),
    ],
)
def test_all_else_waits_for_the_digest(given, reason):
    """An alert is urgent, wanted and fresh; the decision gives the reason why it is not one."""
    assert kinds(**given) == [NoticeKind.DIGEST]
    assert reasons(**given) == [reason]


@pytest.mark.parametrize("reason", [SkipReason.FIRST_POLL_BACKLOG, SkipReason.ARCHIVE])
def test_what_is_too_old_is_for_no_channel(reason):
    """Neither alert nor digest, whatever the verdict."""
    channels = [a_channel(), a_channel(id="wire", times=())]
    assert decisions(channels=channels, freshness=Freshness(too_old=reason, detail="old")) == tuple(
        Skip(channel=channel.id, reason=reason, detail="old") for channel in channels
    )


@pytest.mark.parametrize("state", [StoryState.ALERTED, StoryState.ALERTED_EARLIER, StoryState.IN_DIGEST])
@pytest.mark.parametrize(
    ("placement", "kind", "reason"),
    [
        (ADDS, [NoticeKind.UPDATE], NotifyReason.NEW_FACTS),
        (COPY, [], SkipReason.ALREADY_NOTIFIED),
        (REPEATS, [], SkipReason.NO_NEW_FACTS),
    ],
)
def test_story_received_before(state, placement, kind, reason):
    """A channel receives a story once; a text that adds facts is an update, a copy never."""
    given = {"placement": placement, "story_states": {"desk": state}, "verdict": PLAIN}
    assert kinds(**given) == kind
    assert reasons(**given) == [reason]


def test_a_text_that_deserves_an_alert_is_listed():
    """It adds no name and no number to the story, and is also new: its words count. A revision of a received text is not."""
    given = {"placement": REPEATS, "story_states": {"desk": StoryState.ALERTED}}
    assert (kinds(**given), reasons(**given)) == ([NoticeKind.UPDATE], [NotifyReason.ALSO_NEW])
    assert reasons(**given, freshness=STALE) == [SkipReason.NO_NEW_FACTS]
    assert reasons(**given, is_revision=True) == [SkipReason.NO_NEW_FACTS]
    assert reasons(**given, channels=[a_channel(times=())]) == [SkipReason.NO_NEW_FACTS]


@pytest.mark.parametrize(("placement", "kind"), [(ADDS, NoticeKind.ALERT), (REPEATS, NoticeKind.ALERT), (COPY, None)])
def test_a_story_that_a_digest_has_shown_can_alert(placement, kind):
    """The text that deserves the alert may come after the digest; a copy of a text in the digest does not."""
    given = {"placement": placement, "story_states": {"desk": StoryState.IN_DIGEST}}
    assert kinds(**given) == ([kind] if kind else [])
    assert kinds(**given, channels=[a_channel(alerts=False)]) == ([NoticeKind.UPDATE] if kind else [])


def test_story_state_is_by_channel():
    """A story that one channel has received is new to another."""
    channels = [a_channel(), a_channel(id="wire")]
    states = {"desk": StoryState.ALERTED}
    assert [(one.channel, one.kind) for one in notices(channels=channels, placement=ADDS, story_states=states)] == [
        ("desk", NoticeKind.UPDATE),
        ("wire", NoticeKind.ALERT),
    ]


def test_filter_is_each_channels_own():
    """The other channels are notified of a text that one channel excludes: by alert, digest and update."""
    channels = [a_channel(exclude=("sport",)), a_channel(id="wire"), a_channel(id="cup", include=("sport",))]
    assert [one.channel for one in notices(channels=channels, verdict=SPORT)] == ["wire", "cup"]
    assert [one.channel for one in notices(channels=channels, verdict=SPORT, freshness=STALE)] == ["wire", "cup"]
    states = dict.fromkeys(("desk", "wire", "cup"), StoryState.IN_DIGEST)
    updates = notices(channels=channels, verdict=SPORT, placement=ADDS, story_states=states)
    assert [one.channel for one in updates] == ["wire", "cup"]
    assert [one.channel for one in notices(channels=channels)] == ["desk", "wire"]
    assert reasons(channels=channels) == [NotifyReason.URGENT, NotifyReason.URGENT, SkipReason.NOT_INCLUDED]
    assert reasons(channels=channels, verdict=SPORT)[0] is SkipReason.EXCLUDED_BY_CHANNEL


def test_a_channel_receives_a_story_with_its_first_item_for_it():
    """A channel that excluded the first text of a story receives it with the next, as a new one."""
    channels = [a_channel(exclude=("sport",))]
    assert notices(channels=channels, verdict=SPORT) == []
    assert kinds(channels=channels, placement=ADDS, story_states={"wire": StoryState.ALERTED}) == [NoticeKind.ALERT]


def test_a_copy_in_a_new_story_is_notified():
    """If a channel did not receive the first text, its copy is not held back."""
    assert kinds(placement=COPY) == [NoticeKind.ALERT]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, [NoticeKind.ALERT]),
        ({"verdict": PLAIN}, []),
        ({"placement": ADDS, "story_states": {"desk": StoryState.ALERTED}}, []),
        ({"placement": ADDS, "story_states": {"desk": StoryState.ALERTED_EARLIER}}, [NoticeKind.ALERT]),
        ({"placement": ADDS, "story_states": {"desk": StoryState.ALERTED_EARLIER}, "verdict": PLAIN}, []),
    ],
)
def test_channel_without_digests(given, kind):
    """A channel without digests receives alerts only, and each story at most twice a day."""
    assert kinds(channels=[a_channel(times=())], **given) == kind
    assert kind or reasons(channels=[a_channel(times=())], **given) == [SkipReason.ALERT_ONLY_CHANNEL]


def test_late_and_partial_are_marked():
    """Lateness and a verdict on the title only go with the notice."""
    [notice] = notices(freshness=STALE, partial=True)
    assert (notice.late, notice.partial) == (True, True)


def test_a_notice_is_not_due_before_its_earliest_time():
    """An alert by the title waits for the page: half of the minute that is promised between poll and alert."""
    [notice] = notices(partial=True, earliest=NOW + decide.PAGE_WAIT)
    assert notice.not_before == NOW + decide.PAGE_WAIT


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
    [notice] = notices(channels=[a_channel(quiet_hours=quiet, zone="Asia/Karachi")], now=moment)
    assert notice.not_before == datetime.fromisoformat(until)
    assert (notice.reason is NotifyReason.QUIET_HOURS) is (notice.not_before != moment)


def test_quiet_hours_delay_no_digest():
    """A digest has its own hour: its notices do not wait."""
    [notice] = notices(channels=[a_channel(quiet_hours=(time(0), time(23, 59)))], verdict=PLAIN)
    assert notice.not_before == NOW


def test_quiet_hours_in_the_repeated_hour():
    """In the second 01:10 of an autumn night, quiet hours that end at 01:30 end twenty minutes later or at once."""
    channel = a_channel(zone="Europe/London", quiet_hours=(time(22), time(1, 30)))
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert second <= end_of_quiet_hours(channel, second) <= second + timedelta(minutes=20)


clock = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(
    now=moments,
    quiet=st.tuples(clock, clock),
    zone=st.sampled_from(["Asia/Karachi", "Asia/Tehran", "Europe/London", "America/New_York", "UTC"]),
)
def test_quiet_hours_end_within_a_day_and_are_over_then(now, quiet, zone):
    """An alert is delayed by a day and an hour at most, never into the past, and then to the end of quiet hours."""
    channel = a_channel(zone=zone, quiet_hours=quiet)
    until = end_of_quiet_hours(channel, now)
    assert now <= until <= now + timedelta(hours=25)
    if until != now:
        assert end_of_quiet_hours(channel, until) == until or until.astimezone(ZoneInfo(zone)).time() != quiet[1]


# --- alerts that are due together -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A notice, as far as grouping needs it."""

    id: int
    story: int


@pytest.mark.parametrize(
    ("stories", "messages"),
    [
        ([], []),
        ([1], [[0]]),
        ([1, 2, 1, 3], [[0, 2], [1], [3]]),
        ([1, 2, 3, 4], [[0, 1, 2, 3]]),
    ],
)
def test_alerts_of_many_stories_are_one_message(stories, messages):
    """Up to three stories are a message each; more are one message."""
    due = [Due(number, story) for number, story in enumerate(stories)]
    assert [[notice.id for notice in group] for group in decide.group_alerts(due)] == messages


# --- the rules in other words -----------------------------------------------------------------------------------------


def plain_rules(  # noqa: PLR0911 - a list of rules
    channel: Channel,
    verdict: Verdict,
    placement: Placement,
    *,
    state: StoryState,
    published: datetime | None,
    entry_published: datetime | None,
    first_seen: datetime,
    baseline: bool,
    now: datetime,
) -> NoticeKind | None:
    """The kind of notice that a channel gets of an item, by rules written down one by one."""
    time_known = published or entry_published
    if time_known and time_known.time() == time(0):
        time_known += timedelta(days=1)
    if baseline and (time_known is None or now - time_known >= timedelta(days=1)):
        return None
    newest = max((moment for moment in (published, entry_published) if moment), default=None)
    if newest and first_seen - newest > timedelta(days=30):
        return None
    flags = {flag.code for flag in verdict.flags}
    if flags & set(channel.exclude):
        return None
    if channel.include and not flags & set(channel.include):
        return None
    fresh = not baseline and now - (time_known or first_seen) < timedelta(hours=12)
    can_alert = verdict.alert and fresh and channel.alerts
    if can_alert and (state is StoryState.NEW or (state is StoryState.IN_DIGEST and not placement.copy_of)):
        return NoticeKind.ALERT
    if state is not StoryState.NEW:
        if placement.copy_of or not (placement.new_facts or (channel.times and verdict.alert and fresh)):
            return None
        again = NoticeKind.ALERT if can_alert and state is StoryState.ALERTED_EARLIER else None
        return NoticeKind.UPDATE if channel.times else again
    return NoticeKind.DIGEST if channel.times else None


ages = st.none() | st.sampled_from([0, 1, 11, 12, 13, 23, 24, 25, 48, 29 * 24, 31 * 24]).map(
    lambda n: timedelta(hours=n)
)
codes = st.lists(st.sampled_from(["sport", "template-text"]), unique=True).map(tuple)


@given(
    verdict=st.builds(
        lambda alert, flags: Verdict(
            digest=True, alert=alert, score=3.0, flags=tuple(Flag(code=code, evidence="x") for code in flags)
        ),
        st.booleans(),
        codes,
    ),
    channel=st.builds(
        lambda alerts, times, include, exclude: a_channel(
            alerts=alerts, times=times, include=include, exclude=exclude, quiet_hours=None
        ),
        st.booleans(),
        st.sampled_from([(), (time(7, 30),)]),
        codes,
        codes,
    ),
    placement=st.sampled_from([NEW, ADDS, REPEATS, COPY]),
    state=st.sampled_from(StoryState),
    page_age=ages,
    feed_age=ages,
    seen_ago=st.sampled_from([0, 1, 13, 30]).map(lambda n: timedelta(hours=n)),
    baseline=st.booleans(),
    now=moments.map(lambda moment: moment.replace(minute=0, second=0)),
)
def test_the_decision_is_that_of_the_rules(  # noqa: PLR0917 - hypothesis passes by name
    verdict, channel, placement, state, page_age, feed_age, seen_ago, baseline, now
):
    """For any item and channel, the decision equals a list of the rules; a skip always has its reason."""
    first_seen = now - seen_ago
    published = page_age if page_age is None else first_seen - page_age
    entry_published = feed_age if feed_age is None else first_seen - feed_age
    decision = decide.decide(
        channel,
        verdict=verdict,
        placement=placement,
        story_state=state,
        freshness=assess(
            article_published=published,
            entry_published=entry_published,
            first_seen=first_seen,
            baseline=baseline,
            zone="UTC",
            now=now,
        ),
        partial=False,
        earliest=now,
    )
    expected = plain_rules(
        channel,
        verdict,
        placement,
        state=state,
        published=published,
        entry_published=entry_published,
        first_seen=first_seen,
        baseline=baseline,
        now=now,
    )
    assert (decision.kind if isinstance(decision, Notify) else None) is expected
