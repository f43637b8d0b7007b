"""Health: what an operator has to act on is named."""

from datetime import timedelta

import pytest

from monitor.services.health import check_store
from monitor.store import Store, digests, faults, heartbeats, open_store, outbox
from tests.store.builders import MINUTE, NOW, a_composed, a_message


@pytest.fixture
def store():
    """A store of a daemon that runs."""
    store = open_store("sqlite://")
    store.call(heartbeats.record, now=NOW)
    yield store
    store.close()


def failing(store: Store, *, now=NOW) -> dict[str, str]:
    return {check.name: check.detail for check in check_store(store, None, now=now) if not check.ok}


def test_messages_that_were_given_up_are_counted(store):
    """They stay in the check until a person retries or drops them."""
    messages = [a_message(f"{name}@desk.example") for name in "abc"]
    store.call(digests.save_digest, a_composed(messages=messages), now=NOW - 40 * MINUTE)
    first, second, _ = store.call(outbox.list_deliveries)
    for number, delivery in enumerate((first, second)):
        store.call(outbox.mark_dead, delivery.id, reason="550 no such user", now=NOW - 30 * MINUTE + number * MINUTE)
    detail = failing(store)["outbox"]
    assert detail.startswith("2 messages were given up since 2026-11-21 08:30")
    assert "monitor outbox list" in detail
    store.call(outbox.drop, first.id, now=NOW)
    store.call(outbox.drop, second.id, now=NOW)
    assert failing(store) == {}


def test_work_that_fails_is_named(store):
    """A step, or one channel: since when, why, and where to look; nothing is left of it after a success."""
    store.call(faults.record, "compose desk", reason="ValueError: no time zone", now=NOW - 90 * MINUTE)
    store.call(faults.record, "compose desk", reason="KeyError: 'zone'", now=NOW - MINUTE)
    detail = failing(store)["steps"]
    assert detail.startswith("compose desk has failed for 1 h (KeyError: 'zone')")
    store.call(faults.clear, "compose desk")
    assert failing(store, now=NOW + timedelta(seconds=30)) == {}
