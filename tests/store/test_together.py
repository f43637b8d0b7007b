"""Several at once: threads, processes, kills."""

import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest

from monitor.store import Store, digests, entries, items, open_store, outbox, polls, sources
from tests.store.builders import (
    LEASE,
    MINUTE,
    NOW,
    a_composed,
    a_message,
    a_source,
    admission,
    due_entries,
    poll,
    polled,
    seen,
)

HOSTS = 12
WORKERS = 4


@pytest.fixture
def stores(url: str):
    """Several stores over one database, as several processes have them."""
    opened = [open_store(url) for _ in range(WORKERS)]
    yield opened
    for store in opened:
        store.close()


def together(stores: list[Store], claim) -> list:
    """All that the stores claim, each of them until nothing is left for it."""

    def until_empty(store: Store) -> list:
        taken = []
        while found := store.call(claim):
            taken += found
        return taken

    with ThreadPoolExecutor(len(stores)) as threads:
        return [one for taken in threads.map(until_empty, stores) for one in taken]


def test_two_claims_never_share_a_source(stores):
    """Whoever claims at the same time, each source and each host is taken once."""
    many = [a_source(f"s{number}", url=f"https://h{number % HOSTS}.example/{number}") for number in range(40)]
    stores[0].call(sources.sync, many, now=NOW)
    taken = together(stores, lambda conn: polls.claim(conn, now=NOW, lease=LEASE, limit=2))
    names = [one.host.host for one in taken]
    assert len(names) == len(set(names)) == HOSTS


def test_two_claims_never_share_an_entry(stores):
    """The same for entries, whose hosts are shared with the sources."""
    stores[0].call(sources.sync, [a_source()], now=NOW)
    poll(stores[0], *(seen(f"https://h{number % HOSTS}.example/{number}") for number in range(40)))
    taken = together(stores, lambda conn: entries.claim(conn, now=NOW, lease=LEASE, limit=2))
    assert len({one.id for one in taken}) == len({one.host.host for one in taken}) == len(taken) == HOSTS


def test_two_claims_never_share_a_recipient(stores):
    """The same for deliveries: one message a recipient, whoever sends."""
    for turn in range(3):
        messages = [a_message(f"r{number}@x.example", id=f"<{turn}.{number}@x>") for number in range(HOSTS)]
        alert = a_composed(kind="alert", day=None, slot=None, messages=messages)
        stores[0].call(digests.save_digest, alert, now=NOW + turn * MINUTE)
    taken = together(stores, lambda conn: outbox.claim(conn, now=NOW + 5 * MINUTE, lease=LEASE, limit=2))
    assert len({one.message.recipient for one in taken}) == len(taken) == HOSTS


def test_polls_of_the_same_urls_do_not_block_each_other(stores):
    """Sources that bring the same new entries at one moment make one entry of each, without a deadlock."""
    stores[0].call(sources.sync, [a_source(f"s{number}") for number in range(WORKERS)], now=NOW)
    due = stores[0].call(polls.claim, now=NOW, lease=LEASE, limit=WORKERS)
    shown = [seen(f"https://h{number}.example/") for number in range(30)]

    def commit(turn: int) -> int:
        order = shown if turn % 2 else shown[::-1]
        return stores[turn].call(polls.commit, polled(due[turn], *order), now=NOW).new_count

    with ThreadPoolExecutor(WORKERS) as threads:
        assert sum(threads.map(commit, range(WORKERS))) == len(shown)


def test_several_may_open_a_new_database_at_once(tmp_path: Path):
    """The daemon and a command that start together make one schema between them."""
    url = f"sqlite:///{tmp_path}/monitor.db"
    with ThreadPoolExecutor(WORKERS) as threads:
        for store in threads.map(lambda _: open_store(url), range(WORKERS)):
            store.close()


# Commits two polls; stands still in the middle of the third one, its rows written and not committed.
VICTIM = """
    import sys, time
    from monitor.store import open_store, polls, sources
    from tests.store.builders import NOW, MINUTE, a_source, poll, seen, polled, LEASE

    store = open_store(sys.argv[1])
    store.call(sources.sync, [a_source()], now=NOW)
    for turn in (0, 1):
        poll(store, seen(f"https://h{turn}.example/"), now=NOW + turn * MINUTE)
    (due,) = store.call(polls.claim, now=NOW + 2 * MINUTE, lease=LEASE, limit=1)

    def stand_still(conn):
        polls.commit(conn, polled(due, seen("https://h2.example/"), body_hash="bb"), now=NOW + 2 * MINUTE)
        print("in the middle", flush=True)
        time.sleep(60)

    store.call(stand_still)
"""


def test_kill_9_in_a_transaction(url: str):
    """What was committed is there, what was not is not, and the row is due again when its lease ran out."""
    script = [sys.executable, "-c", textwrap.dedent(VICTIM), url]
    victim = subprocess.Popen(script, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert victim.stdout is not None
    assert victim.stdout.readline() == "in the middle\n"
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    victim.stdout.close()
    store = open_store(url)
    later = NOW + 2 * MINUTE + LEASE
    assert store.call(entries.count_by_status, since=NOW) == {"": 2}
    assert {one.entry.url for one in due_entries(store, NOW + timedelta(hours=1))} == {
        "https://h0.example/",
        "https://h1.example/",
    }
    (again,) = store.call(polls.claim, now=later, lease=LEASE, limit=1)
    assert (again.body_hash, again.polls) == ("aa", 2)
    assert store.call(polls.commit, polled(again, seen("https://h2.example/")), now=later).new_count == 1
    store.close()


def test_sending_and_polling_the_same_entries_do_not_block_each_other(stores):
    """Recipients of one digest are marked at one moment, while a poll fills in what the same entries lacked."""
    store = stores[0]
    store.call(sources.sync, [a_source(f"s{number}") for number in range(2)], now=NOW)
    one, two = store.call(polls.claim, now=NOW, lease=LEASE, limit=2)
    bare = [seen(f"https://h{number}.example/") for number in range(20)]
    fresh = store.call(polls.commit, polled(one, *bare), now=NOW).new_entries
    told = [store.call(items.save_item, admission(entry_id), now=NOW).item for entry_id, _ in fresh]
    messages = [a_message(f"r{number}@x.example") for number in range(WORKERS)]
    store.call(digests.save_digest, a_composed(items=told, messages=messages), now=NOW)
    sends = [(outbox.mark_sent, due.id) for due in store.call(outbox.claim, now=NOW, lease=LEASE, limit=WORKERS)]
    fuller = [seen(f"https://h{number}.example/", summary="More.") for number in reversed(range(20))]
    work = [*sends, (polls.commit, polled(two, *fuller))]
    with ThreadPoolExecutor(len(work)) as threads:
        turns = zip(cycle(stores), work, strict=False)
        assert all(threads.map(lambda turn: turn[0].call(turn[1][0], turn[1][1], now=NOW), turns))
    assert store.call(entries.count_by_status, since=NOW) == {"delivered": 20}
