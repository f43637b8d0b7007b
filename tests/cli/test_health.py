"""`monitor health`: what is well, what is not, and what to do about it."""

from datetime import UTC, datetime, timedelta

from monitor.store import digests, entries, heartbeats, open_store, page_health, sources
from monitor.store.statuses import EntryStatus
from tests.store.builders import a_composed, a_message, a_source, due_entries, poll, seen


def stored(db, *, beat=timedelta(0), letter=None):
    """A store whose daemon lived, and whose oldest letter was written, so long ago."""
    store, now = open_store(f"sqlite:///{db}"), datetime.now(UTC)
    store.call(heartbeats.record, now=now - beat)
    if letter is not None:
        store.call(digests.compose, a_composed(messages=[a_message()]), now=now - letter)
    store.close()


def unread(db, *, since=timedelta(0)):
    """A source of which no page of late could be read; that it was looked at is so long ago."""
    store, now = open_store(f"sqlite:///{db}"), datetime.now(UTC) - since
    store.call(sources.sync, [a_source()], now=now)
    poll(
        store, *(seen(f"https://dawn.example/{number}") for number in range(page_health.FAILED_PAGES_IN_A_ROW)), now=now
    )
    for _ in range(page_health.FAILED_PAGES_IN_A_ROW):
        (due,) = due_entries(store, now)
        done = {"status": EntryStatus.EXTRACTION_FAILED, "reason": "no main text", "host": due.host}
        store.call(entries.finish, due, **done, now=now)
    store.close()


def test_a_service_that_works_is_healthy(monitor, db):
    """A sign of life, an outbox that moves and room on the disk: exit code 0, one line each."""
    stored(db, letter=timedelta(minutes=5))
    ran = monitor("health")
    assert ran.code == 0
    assert [line[:3] for line in ran.out.splitlines()] == ["ok "] * 4


def test_a_changed_layout_is_told(monitor, db):
    """The service is well all the same: the health check of a container must not start it anew for that."""
    stored(db)
    unread(db)
    ran = monitor("health")
    assert ran.code == 0
    assert "ok   page layouts: probably changed at dawn; `monitor sources list` shows why" in ran.out


def test_a_silent_daemon_is_not(monitor, db):
    """A minute without a sign of life is too long."""
    stored(db, beat=timedelta(minutes=3))
    ran = monitor("health", "--json")
    assert ran.code == 1
    assert not ran.json["healthy"]
    assert [check["name"] for check in ran.json["checks"] if not check["ok"]] == ["daemon"]
    assert ran.json["checks"][0]["says"].startswith("last heartbeat 3 min ago; is `monitor run` up?")


def test_a_message_that_does_not_leave_is_told(monitor, db):
    """After an hour somebody should look at the mail server."""
    stored(db, letter=timedelta(hours=2))
    ran = monitor("health")
    assert ran.code == 1
    assert "FAIL outbox: the oldest message has waited for 2 h; `monitor outbox list` shows the reason" in ran.out


def test_no_store_is_made_by_looking(monitor, db):
    """A mistyped path is said, not filled with an empty database."""
    ran = monitor("health")
    assert ran.code == 1
    assert f"{db} does not exist" in ran.out
    assert not db.exists()


def test_a_store_that_no_daemon_has_used(monitor, db):
    """`monitor fetch` fills a store as well; that nobody tells is said."""
    open_store(f"sqlite:///{db}").close()
    assert "no daemon has run over this store; start `monitor run`" in monitor("health").out
