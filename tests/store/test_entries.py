"""Entries: what is read next, and that each of them comes to exactly one end."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from monitor.store import Store, entries, entry_history, items, open_store, polls, schema, sources
from monitor.store.statuses import EntryStatus
from tests.store.builders import (
    LEASE,
    MINUTE,
    NOW,
    a_host,
    a_source,
    a_verdict,
    admission,
    due_entries,
    poll,
    polled,
    seen,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def dawn(store: Store) -> Store:
    store.call(sources.sync, [a_source()], now=NOW)
    return store


def urls(due):
    return [one.entry.url for one in due]


def finish(store: Store, due, status=EntryStatus.REJECTED, now=NOW, **changes):
    known = {"status": status, "reason": "", "host": due.host, "now": now}
    return store.call(entries.finish, due, **(known | changes))


def test_hits_first_then_the_newest(dawn: Store):
    """A title with a hit is read before all others, then what is fresh; an unknown date counts as first sight."""
    poll(
        dawn,
        seen("https://a.example/old", published=NOW - HOUR),
        seen("https://b.example/undated"),
        seen("https://c.example/hit", published=NOW - 9 * HOUR, verdict=a_verdict()),
        seen("https://d.example/older", published=NOW - 2 * HOUR),
    )
    order = ["https://c.example/hit", "https://b.example/undated", "https://a.example/old", "https://d.example/older"]
    assert urls(due_entries(dawn)) == order


def test_one_page_of_a_host_at_a_time(dawn: Store):
    """Two pages of one host are read one after the other, at the pace of the host."""
    poll(dawn, seen("https://dawn.example/1"), seen("https://dawn.example/2"))
    (first,) = due_entries(dawn)
    assert due_entries(dawn) == []
    finish(dawn, first, host=a_host(ready_at=NOW + MINUTE))
    assert due_entries(dawn) == []
    assert dawn.call(entries.next_due) == NOW + MINUTE
    (second,) = due_entries(dawn, NOW + MINUTE)
    assert first.entry.url != second.entry.url


def test_polling_and_reading_share_the_host(dawn: Store):
    """A host at work on a page is not polled, and one being polled is not read."""
    poll(dawn, seen("https://dawn.example/1"))
    (due,) = due_entries(dawn, NOW + MINUTE)
    assert dawn.call(polls.claim, now=NOW + MINUTE, lease=LEASE, limit=5) == []
    finish(dawn, due)
    (polled,) = dawn.call(polls.claim, now=NOW + MINUTE, lease=LEASE, limit=5)
    assert polled.source.id == "dawn"


def test_a_lease_that_ran_out_is_due_again(dawn: Store):
    """A killed reader loses nothing."""
    poll(dawn, seen())
    assert len(due_entries(dawn)) == 1
    assert due_entries(dawn, NOW + LEASE - MINUTE) == []
    assert len(due_entries(dawn, NOW + LEASE)) == 1


def test_postponed_entries_come_back_with_their_attempts(dawn: Store):
    """A page that failed is tried later, and counted."""
    poll(dawn, seen())
    (due,) = due_entries(dawn)
    assert dawn.call(entries.postpone, due, host=due.host, next_at=NOW + HOUR, reason="HTTP 503", now=NOW)
    assert dawn.call(entries.next_due) == NOW + HOUR
    (again,) = due_entries(dawn, NOW + HOUR)
    assert again.attempts == 1
    trail = dawn.call(entry_history.find, "https://dawn.example/1")
    assert (trail.tried_at, trail.reason) == (NOW, "HTTP 503")


def test_who_lost_the_lease_cannot_put_back(dawn: Store):
    """A slow reader does not take the entry out of the hands of who reads it now."""
    poll(dawn, seen())
    (slow,) = due_entries(dawn)
    due_entries(dawn, NOW + LEASE)
    assert not dawn.call(entries.postpone, slow, host=slow.host, next_at=NOW, reason="", now=NOW + LEASE)
    assert due_entries(dawn, NOW + LEASE) == []


def test_the_first_end_stays(dawn: Store):
    """An entry has one recorded outcome: a second reader finds it taken."""
    poll(dawn, seen())
    (due,) = due_entries(dawn)
    assert finish(dawn, due, EntryStatus.FETCH_FAILED, reason="HTTP 404")
    assert not finish(dawn, due, EntryStatus.REJECTED)
    trail = dawn.call(entry_history.find, "https://dawn.example/1")
    assert (trail.status, trail.reason, trail.ended_at) == (EntryStatus.FETCH_FAILED, "HTTP 404", NOW)


def test_only_some_sources(store: Store):
    """A step can be bounded to the entries of some sources."""
    store.call(sources.sync, [a_source("a"), a_source("b")], now=NOW)
    for due in store.call(polls.claim, now=NOW, lease=LEASE, limit=5):
        shown = seen(f"https://{due.source.id}.example/1")
        store.call(polls.commit, polled(due, shown), now=NOW)
    assert urls(due_entries(store, only_sources=["b"])) == ["https://b.example/1"]
    assert store.call(entries.next_due, only_sources=["a"]) == NOW


@pytest.mark.parametrize(
    "values",
    [
        {"status": "pending"},
        {"read_at": None},
        {"status": "pending", "read_at": None},
        {"ended_at": NOW},
        {"status": "pending", "ended_at": NOW},
    ],
)
def test_an_entry_waits_or_has_ended(dawn: Store, values):
    """The database itself refuses an entry that neither waits nor ended, and one that does both."""
    poll(dawn, seen())
    with pytest.raises(IntegrityError):
        dawn.call(lambda conn: conn.execute(update(schema.entry).values(values)))


ENDS = st.sampled_from([None, "finish", "postpone", "admit", "lose"])


@settings(max_examples=15, deadline=None)
@given(ends=st.lists(ENDS, min_size=1, max_size=6), polls=st.integers(1, 3))
def test_every_entry_is_accounted_for(tmp_path_factory, ends, polls):
    """However polls and readings go, the entries that ended and those that wait are all the entries seen."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('s')}/m.db")
    store.call(sources.sync, [a_source()], now=NOW)
    shown = [seen(f"https://h{number}.example/") for number in range(len(ends))]
    for turn in range(polls):
        poll(store, *shown, now=NOW + turn * MINUTE)
    for due, end in zip(due_entries(store, NOW + HOUR), ends, strict=True):
        if end == "finish":
            finish(store, due)
        elif end == "postpone":
            store.call(entries.postpone, due, host=due.host, next_at=NOW + 2 * HOUR, reason="", now=NOW)
        elif end == "admit":
            store.call(items.save_item, admission(due.id), now=NOW)
    counted = store.call(entries.count_by_status, since=NOW - HOUR)
    store.close()
    assert counted.total() == len(ends)
    assert counted["rejected"] == ends.count("finish")
    assert counted["pending"] == ends.count("admit")
