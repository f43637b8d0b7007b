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
    assert [line[:3] for line in result.out.splitlines()] == ["ok "] * 7


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
    assert f"no store at {db}" in result.out
    assert not db.exists()


def test_a_store_without_a_daemon(monitor, db):
    """`monitor fetch` can fill a store too; the check says that no daemon has run."""
    open_store(f"sqlite:///{db}").close()
    assert "no daemon has run over this store; start `monitor run`" in monitor("health").out


def test_an_outage_of_sources_fails(monitor, db):
    """If a third of the polled sources is silent, the check fails and gives the first reasons."""
    stored = open_store(f"sqlite:///{db}")
    now = datetime.now(UTC)
    day_ago = now - timedelta(days=1)
    stored.call(heartbeats.record, now=now)
    stored.call(sources.sync, [a_source("s1"), a_source("s2"), a_source("s3")], now=day_ago)
    for reason in ("DNS", "HTTP 500", ""):
        poll(stored, now=day_ago, ok=not reason, status="failed" if reason else "new", reason=reason)
    stored.call(sources.sync, [a_source("s1"), a_source("s2")], now=now)
    stored.close()
    result = monitor("health", "--json")
    (check,) = [check for check in result.json["checks"] if check["name"] == "sources"]
    assert (result.code, check["ok"], check["value"]) == (1, False, 2)
    assert check["says"].startswith(
        "2 of 2 returned nothing for three intervals (s1: DNS; s2: HTTP 500); `monitor doctor`"
    )


def test_a_few_silent_sources_are_no_outage(monitor, db):
    """Of many sources some always fail: the check names them and stays ok."""
    stored = open_store(f"sqlite:///{db}")
    now = datetime.now(UTC)
    stored.call(heartbeats.record, now=now)
    stored.call(sources.sync, [a_source(f"s{number}") for number in range(4)], now=now - timedelta(days=1))
    poll(
        stored,
        now=now - timedelta(days=1),
        ok=False,
        status="failed",
        reason="HTTP 403",
        next_at=now + timedelta(hours=1),
    )
    for _ in range(3):
        poll(stored, now=now, next_at=now + timedelta(hours=1))
    stored.close()
    result = monitor("health")
    assert result.code == 0
    assert "ok   sources: 1 of 4 returned nothing for three intervals (s0: HTTP 403)" in result.out
