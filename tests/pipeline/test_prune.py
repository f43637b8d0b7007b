"""Prune: a backlog goes in small steps until nothing is left to forget."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from monitor.pipeline import prune
from monitor.pipeline.context import ActClock
from monitor.store import entry_history, open_store
from monitor.store.statuses import EntryStatus
from tests.store.builders import MINUTE, NO, NOW, admitted


@pytest.fixture
def context():
    """What of a context this step uses."""
    store = open_store("sqlite://")
    yield SimpleNamespace(store=store, clock=ActClock(NOW))
    store.close()


def rejected(store, number):
    judged = {"verdict": NO, "features": None, "placement": None, "status": EntryStatus.REJECTED}
    admitted(store, f"https://a.example/{number}", NOW + number * MINUTE, **judged)


async def test_what_is_past_its_time_goes(context, monkeypatch):
    """A month after its rejection a text is forgotten; the rounds end when there is no more."""
    monkeypatch.setattr(prune, "BATCH_ROWS", 2)
    for number in range(3):
        rejected(context.store, number)
    context.clock.set(NOW + timedelta(days=31))
    rounds = [await prune.step(context) for _ in range(3)]
    assert sum((one.done for one in rounds), Counter())["texts"] == 3
    assert [bool(one.rows) for one in rounds] == [True, True, False]
    assert context.store.call(entry_history.find, "https://a.example/0").status is EntryStatus.REJECTED


async def test_nothing_to_forget_waits_an_hour(context):
    """What is young stays, and the store is left alone."""
    rejected(context.store, 0)
    done = await prune.step(context)
    assert (done.rows, done.next_due) == ((), NOW + prune.INTERVAL)
