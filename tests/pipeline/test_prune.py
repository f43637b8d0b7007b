"""Prune: a backlog goes in small steps until nothing is left to forget."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from monitor.pipeline import prune
from monitor.pipeline.context import ActClock
from monitor.store import open_store, trails
from monitor.store.outcomes import Outcome
from tests.store.builders import MINUTE, NO, NOW, admitted


@pytest.fixture
def kit():
    """What of a kit this step uses."""
    store = open_store("sqlite://")
    yield SimpleNamespace(store=store, clock=ActClock(NOW))
    store.close()


def rejected(store, number):
    judged = {"verdict": NO, "mark": None, "placement": None, "outcome": Outcome.REJECTED}
    admitted(store, f"https://a.example/{number}", NOW + number * MINUTE, **judged)


async def test_what_is_past_its_time_goes(kit, monkeypatch):
    """A month after its rejection a text is forgotten; the rounds end when there is no more."""
    monkeypatch.setattr(prune, "AT_ONCE", 2)
    for number in range(3):
        rejected(kit.store, number)
    kit.clock.set(NOW + timedelta(days=31))
    rounds = [await prune.step(kit) for _ in range(3)]
    assert sum((one.done for one in rounds), Counter())["texts"] == 3
    assert [bool(one.rows) for one in rounds] == [True, True, False]
    assert kit.store.call(trails.find, "https://a.example/0").outcome is Outcome.REJECTED


async def test_nothing_to_forget_waits_an_hour(kit):
    """What is young stays, and the store is left alone."""
    rejected(kit.store, 0)
    done = await prune.step(kit)
    assert (done.rows, done.next_due) == ((), NOW + prune.EVERY)
