"""`monitor health`: the checks of the daemon, the outbox, page layouts and the disk."""

from datetime import UTC, datetime, timedelta

from monitor.store import digests, entries, heartbeats, open_store, page_health, sources
from monitor.store.statuses import EntryStatus
from tests.store.builders import a_composed, a_message, a_source, due_entries, poll, seen


def create_store(db, *, heartbeat_age=timedelta(0), message_age=None):
    """Creates a store with a heartbeat of that age and, if given, a waiting message of that age."""
    store, now = open_store(f"sqlite:///{db}"), datetime.now(UTC)
    store.call(heartbeats.record, now=now - heartbeat_age)
    if message_age is not None:
        store.call(digests.save_digest, a_composed(messages=[a_message()]), now=now - message_age)
    store.close()


def store_unreadable_pages(db, *, since=timedelta(0)):
    """Creates a store with a source whose last pages could not be read; `since` is the time since its poll."""
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


def test_a_working_service_is_healthy(monitor, db):
    """A recent heartbeat, a moving outbox and free disk space: exit code 0, one line for each check."""
    create_store(db, message_age=timedelta(minutes=5))
    result = monitor("health")
    assert result.code == 0
    assert [line[:3] for line in result.out.splitlines()] == ["ok "] * 4


def test_a_changed_layout_is_reported(monitor, db):
    """A changed layout is shown, but the check stays ok: restarting a container would not help."""
    create_store(db)
    store_unreadable_pages(db)
    result = monitor("health")
    assert result.code == 0
    assert "ok   page layouts: probably changed at dawn; `monitor sources list` shows why" in result.out


def test_an_old_heartbeat_fails(monitor, db):
    """A heartbeat that is older than a minute fails the check."""
    create_store(db, heartbeat_age=timedelta(minutes=3))
    result = monitor("health", "--json")
    assert result.code == 1
    assert not result.json["healthy"]
    assert [check["name"] for check in result.json["checks"] if not check["ok"]] == ["daemon"]
    assert result.json["checks"][0]["says"].startswith("last heartbeat 3 min ago; is `monitor run` up?")


def test_an_old_message_fails(monitor, db):
    """A message that has waited for more than an hour fails the check."""
    create_store(db, message_age=timedelta(hours=2))
    result = monitor("health")
    assert result.code == 1
    assert "FAIL outbox: the oldest message has waited for 2 h; `monitor outbox list` shows the reason" in result.out


def test_a_missing_store_is_not_created(monitor, db):
    """A mistyped path is reported; no empty database is created."""
    result = monitor("health")
    assert result.code == 1
    assert f"{db} does not exist" in result.out
    assert not db.exists()


def test_a_store_without_a_daemon(monitor, db):
    """`monitor fetch` can fill a store too; the check says that no daemon has run."""
    open_store(f"sqlite:///{db}").close()
    assert "no daemon has run over this store; start `monitor run`" in monitor("health").out
