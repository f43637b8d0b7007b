"""What a digest of a period would tell a channel."""

from dataclasses import replace
from datetime import time, timedelta
from types import SimpleNamespace

import pytest

from monitor import digest
from monitor.model import Channel, Flag, NoticeKind, Notify, NotifyReason, Topic
from monitor.notify import schedule
from monitor.pipeline import compose
from monitor.pipeline.context import ActClock
from monitor.store import Store, decisions, faults, open_store, outbox
from tests.store.builders import MINUTE, NOW, a_verdict, admitted

DESK = Channel(id="desk", kind="email", recipients=("desk@desk.example",))
SPORT = a_verdict(flags=(Flag(code="sport", evidence="cup"),))
TALKS = a_verdict(topics=(Topic(code="diplomacy", evidence="envoy"),))


@pytest.fixture
def store():
    """Two stories, the second of them sport."""
    store = open_store("sqlite://")
    admitted(store, "https://dawn.example/1", verdict=TALKS)
    admitted(store, "https://dawn.example/2", NOW + MINUTE, verdict=SPORT)
    yield store
    store.close()


async def told(store: Store, **choice: tuple[str, ...]) -> list[str]:
    channel = replace(DESK, **choice)
    shown = await compose.preview(store, channel, since=NOW, until=NOW + timedelta(hours=1))
    return sorted(story.articles[0].url for story in shown.stories)


async def test_preview_keeps_to_the_choice_of_the_channel(store):
    """What a channel would not be told is not in the digest that it is shown beforehand."""
    talks, sport = "https://dawn.example/1", "https://dawn.example/2"
    assert await told(store) == [talks, sport]
    assert await told(store, exclude=("sport",)) == [talks]
    assert await told(store, include=("sport", "nuclear")) == [sport]


# --- decisions at composing -------------------------------------------------------------------------------------------

HOOK = Channel(id="wire", kind="webhook", recipients=("https://hooks.example/",), secret="whsec_bW9uaXRvcg==")


def notified(store: Store, number: int, kind: NoticeKind, reason: NotifyReason) -> int:
    """The id of a new item in a story of its own, with a notice for HOOK."""
    notify = Notify(channel=HOOK.id, kind=kind, not_before=NOW, reason=reason)
    return admitted(store, f"https://dawn.example/n{number}", NOW + number * MINUTE, decisions=[notify]).item


def composed(store: Store, channel: Channel, *, now) -> list[tuple[str, str]]:
    context = SimpleNamespace(templates=digest.compile_templates(digest.template_sources()), mail=None)
    return store.call(compose.compose_due, context, channel, now=now)


def reasons(store: Store, items: list[int]) -> list[NotifyReason]:
    return [decision.reason for item in items for decision in store.call(decisions.of_item, item)]


def test_alerts_in_one_message_have_that_reason(store):
    """Four stories that alert at the same time are one message, and each decision shows it."""
    items = [notified(store, number, NoticeKind.ALERT, NotifyReason.URGENT) for number in range(3, 7)]
    assert [kind for kind, _ in composed(store, HOOK, now=NOW + timedelta(hours=1))] == ["alert"]
    assert reasons(store, items) == [NotifyReason.BUNDLED] * 4


def test_a_story_over_the_limit_has_that_reason(store):
    """A full digest leaves the story for the next one, and its decision shows it."""
    channel = replace(HOOK, max_stories=1, times=(time(13, 0),))
    composed(store, channel, now=NOW)  # the channel is new: its first digest covers the time from now on
    items = [notified(store, number, NoticeKind.DIGEST, NotifyReason.BELOW_ALERT_THRESHOLD) for number in range(3, 5)]
    composed(store, channel, now=schedule.next_slot_at(channel, NOW + timedelta(hours=1)))
    assert sorted(reasons(store, items)) == [NotifyReason.BELOW_ALERT_THRESHOLD, NotifyReason.OVERFLOW]


# --- faults -----------------------------------------------------------------------------------------------------------


async def test_a_channel_that_cannot_be_composed_stops_no_other():
    """Its fault is stored, it rests for a while, and ends as soon as it can be composed again; the others get their alerts."""
    store = open_store("sqlite://")
    notices = [
        Notify(channel=name, kind=NoticeKind.ALERT, not_before=NOW, reason=NotifyReason.URGENT)
        for name in ("broken", HOOK.id)
    ]
    admitted(store, "https://dawn.example/1", decisions=notices)
    broken = replace(HOOK, id="broken", zone="No/Where")
    clock = ActClock(NOW + MINUTE)
    context = SimpleNamespace(
        store=store,
        channels={channel.id: channel for channel in (broken, HOOK)},
        templates=digest.compile_templates(digest.template_sources()),
        mail=None,
        clock=clock,
    )
    assert (await compose.step(context)).done == {"alert": 1}
    (fault,) = store.call(faults.list_faults)
    assert (fault.name, fault.since) == ("compose broken", clock())
    assert "No/Where" in fault.reason
    context.channels["broken"] = replace(broken, zone="UTC")
    assert (await compose.step(context)).done == {}
    await clock.sleep(compose.FAULT_PAUSE.total_seconds())
    assert (await compose.step(context)).done == {"alert": 1}
    assert store.call(faults.list_faults) == []
    store.close()


def test_a_recipient_that_cannot_be_written_to_stops_no_other(store):
    """Its message is stored, so that it ends in the outbox with its reason; the others are written."""
    mixed = replace(DESK, recipients=("x..y@desk.example", "a@desk.example"))
    notify = Notify(channel="desk", kind=NoticeKind.ALERT, not_before=NOW, reason=NotifyReason.URGENT)
    admitted(store, "https://dawn.example/n", NOW + 2 * MINUTE, decisions=[notify])
    assert [kind for kind, _ in composed(store, mixed, now=NOW + 3 * MINUTE)] == ["alert"]
    stored = store.call(outbox.list_deliveries)
    assert [delivery.recipient for delivery in stored] == ["x..y@desk.example", "a@desk.example"]
