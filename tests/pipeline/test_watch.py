"""The operator gets one message when many sources fall silent, and one when they answer again."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.app import open_app
from monitor.config import Config
from monitor.model import Channel, Source
from monitor.pipeline import watch
from monitor.pipeline.context import ActClock
from monitor.store import sources
from monitor.store.schema import delivery
from tests.cli.builders import a_config, a_source
from tests.store.builders import NOW, poll

HOUR = timedelta(hours=1)
OPERATOR = Channel(
    id="ops", kind="webhook", recipients=("https://hooks.example/a", "https://hooks.example/b"), secret="s"
)
DOWN = {"ok": False, "status": "failed", "reason": "no such name"}


def configuration(*, operator: str = "ops") -> Config:
    """Three sources and the channel of the operator."""
    feeds: list[Source] = [a_source(name) for name in ("a", "b", "c")]
    return a_config(*feeds, channels=(OPERATOR,), operator_channel=operator)


def messages(store) -> list[dict]:
    """The bodies of the messages to the first recipient, oldest first."""
    bodies = select(delivery.c.body).where(delivery.c.recipient == OPERATOR.recipients[0]).order_by(delivery.c.id)
    return [json.loads(body)["data"] for body in store.call(lambda conn: conn.scalars(bodies).all())]


@pytest.fixture
async def context():
    """An application whose sources have just answered."""
    clock = ActClock(NOW)
    async with open_app(configuration(), store="sqlite://", clock=clock) as opened:
        poll_all(opened, clock)
        yield opened


def poll_all(context, clock, **result) -> None:
    """Poll every source now, with the same result."""
    for source in ("a", "b", "c"):
        context.store.call(sources.resume, source, now=clock())  # due now
        poll(context.store, now=clock(), next_at=clock() + 100 * HOUR, **result)


async def test_onset_and_recovery_are_one_message_each(context):
    """However often the step runs, also after a restart, each change is sent once to each recipient."""
    clock = context.clock
    assert (await watch.step(context)).rows == ()
    for _ in range(3):
        clock.set(clock() + HOUR)
        poll_all(context, clock, **DOWN)
        await watch.step(context)
    clock.set(clock() + HOUR)
    poll_all(context, clock)
    for _ in range(2):
        await watch.step(context)
    onset, recovery = messages(context.store)
    assert (onset["kind"], onset["sources"], [silent["source"] for silent in onset["silent"]]) == (
        "outage",
        3,
        ["a", "b", "c"],
    )
    assert "Monitor: 3 of 3 sources silent" in onset["text"]
    assert "no such name" in onset["text"]
    assert (recovery["kind"], recovery["silent"], recovery["start"]) == ("recovery", [], onset["end"])


async def test_one_failure_is_not_an_outage(context):
    """A poll that failed once may be answered the next time."""
    clock = context.clock
    clock.set(clock() + timedelta(minutes=10))
    poll_all(context, clock, **DOWN)
    assert (await watch.step(context)).rows == ()


async def test_a_pause_of_the_service_is_not_an_outage(context):
    """After days without the service no source was polled, and none has failed."""
    context.clock.set(NOW + 1000 * HOUR)
    assert (await watch.step(context)).rows == ()


async def test_nobody_is_notified_without_an_operator_channel():
    """Without operator_channel no message is written, to whatever channel."""
    clock = ActClock(NOW)
    async with open_app(configuration(operator=""), store="sqlite://", clock=clock) as context:
        for _ in range(3):
            clock.set(clock() + HOUR)
            poll_all(context, clock, **DOWN)
            assert (await watch.step(context)).rows == ()
        assert messages(context.store) == []
