"""A clock that was ahead for a while: nothing waits for the times that it wrote."""

from datetime import timedelta

import pytest

from monitor.model import NoticeKind, Notify, NotifyReason
from monitor.services.health import check_store
from monitor.store import Store, clock_skew, digests, heartbeats, notices, outbox, polls, sources
from monitor.store.items import save_item
from tests.store.builders import (
    LEASE,
    MINUTE,
    NOW,
    a_composed,
    a_host,
    a_message,
    a_source,
    admission,
    due_entries,
    poll,
    polled,
    seen,
)

SLOT = a_composed().slot


@pytest.fixture(params=[timedelta(hours=5), timedelta(days=9)], ids=["5h", "9d"])
def ahead(request: pytest.FixtureRequest, store: Store) -> timedelta:
    """A store in which a poll, a digest and a notice were written by a clock that was ahead."""
    later = NOW + request.param
    store.call(sources.sync, [a_source(), a_source("geo")], now=NOW - 10 * MINUTE)
    (due,) = store.call(polls.claim, now=later, lease=LEASE, limit=1, only=["dawn"])
    host = a_host(ready_at=later + MINUTE)
    shown = (seen("https://dawn.example/1"), seen("https://dawn.example/2"))
    result = polled(due, *shown, next_at=later + 10 * MINUTE, host=host)
    entry_ids = {
        shown.entry.url: entry_id for entry_id, shown in store.call(polls.commit, result, now=later).new_entries
    }
    notify = Notify(channel="desk", kind=NoticeKind.ALERT, not_before=later, reason=NotifyReason.URGENT)
    store.call(save_item, admission(entry_ids["https://dawn.example/1"], decisions=[notify]), now=later)
    digest = a_composed(day=later.date(), start=later - timedelta(days=1), end=later, messages=[a_message()])
    assert store.call(digests.save_digest, digest, now=later)
    store.call(polls.claim, now=later, lease=LEASE, limit=1, only=["geo"])  # and nobody finishes this poll
    store.call(heartbeats.record, now=later)
    return request.param


def test_everything_is_due_after_the_clock_was_set_back(store: Store, ahead: timedelta):
    """Sources, an entry, a notice and a message are claimed at once, and the digests go by the real days."""
    assert store.call(clock_skew.pull_back, now=NOW) == NOW + ahead
    claimed = store.call(polls.claim, now=NOW, lease=LEASE, limit=5)
    assert sorted(due.source.id for due in claimed) == ["dawn", "geo"]
    for due in claimed:
        store.call(polls.commit, polled(due, next_at=NOW + MINUTE), now=NOW)
    assert [due.entry.url for due in due_entries(store)] == ["https://dawn.example/2"]
    assert len(store.call(notices.due, channel="desk", now=NOW)) == 1
    assert [due.message.recipient for due in store.call(outbox.claim, now=NOW, lease=LEASE, limit=5)] == [
        "a@desk.example"
    ]
    assert store.call(digests.latest_end, "desk") == NOW
    real_day = a_composed(day=(NOW + ahead).date(), messages=[a_message(id="<2>")])
    assert store.call(digests.save_digest, real_day, now=NOW + ahead)


def test_times_that_are_right_stay(store: Store, ahead: timedelta):
    """Pulled back once, nothing is pulled back again; a store of right times is not changed."""
    assert store.call(clock_skew.pull_back, now=NOW)
    poll_time = NOW + 2 * MINUTE
    for due in store.call(polls.claim, now=NOW, lease=LEASE, limit=5):
        store.call(polls.commit, polled(due, next_at=poll_time), now=NOW)
    assert store.call(clock_skew.pull_back, now=NOW) is None
    assert store.call(polls.next_due) == poll_time


def test_clocks_of_machines_may_differ(store: Store):
    """Less than the tolerance is no reason to poll again."""
    store.call(sources.sync, [a_source()], now=NOW)
    poll(store, now=NOW + 4 * MINUTE)
    assert store.call(clock_skew.pull_back, now=NOW) is None


def test_health_names_a_clock_that_was_set_back(store: Store, ahead: timedelta):
    """The check fails until the times are pulled back."""
    before = {check.name: check for check in check_store(store, None, now=NOW)}
    assert not before["clock"].ok
    assert before["clock"].value == ahead.total_seconds()
    store.call(clock_skew.pull_back, now=NOW)
    assert all(check.ok for check in check_store(store, None, now=NOW) if check.name in ("clock", "daemon"))
