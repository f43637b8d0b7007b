"""`monitor outbox`: what waits, what was given up, and what a person does about it."""

from datetime import UTC, datetime

from monitor.store import open_store, outbox

NOW = datetime(2025, 7, 1, tzinfo=UTC)


def _give_up(db, number: int) -> None:
    store = open_store(f"sqlite:///{db}")
    assert store.call(outbox.mark_dead, number, reason="550 no such reader", now=NOW)
    store.close()


def test_waiting_messages_are_listed(monitor, played):
    """Each with its recipient, and since when it waits."""
    rows = monitor("outbox", "list", "--json").json
    assert {(row["state"], row["recipient"]) for row in rows} == {("waiting", "reader@desk.example")}
    lines = monitor("outbox", "list").out.splitlines()
    assert len(lines) == len(rows) + 1


def test_dead_message_is_revived(monitor, played):
    """A message that was given up is tried again under its old id."""
    before = monitor("outbox", "list", "--json").json[0]
    _give_up(played, before["id"])
    assert "550 no such reader" in monitor("outbox", "list").out
    assert monitor("outbox", "retry", before["id"]).out == f"{before['id']}: waiting again\n"
    after = monitor("outbox", "list", "--json").json[0]
    assert (after["state"], after["attempts"], after["message_id"]) == ("waiting", 0, before["message_id"])


def test_all_dead_are_revived(monitor, played):
    """--all names those that are dead, and is content with none."""
    first = monitor("outbox", "list", "--json").json[0]["id"]
    _give_up(played, first)
    assert monitor("outbox", "retry", "--all").out == f"{first}: waiting again\n"
    assert monitor("outbox", "retry", "--all").out == "nothing to do\n"


def test_waiting_message_is_not_revived(monitor, played):
    """What waits is tried anyway; the command says so and fails."""
    ran = monitor("outbox", "retry", "1")
    assert (ran.code, ran.err) == (1, "1: not dead, so it is not retried\n")


def test_dropped_message_is_gone_for_good(monitor, played):
    """It leaves the list, stays in --all, and cannot be dropped twice."""
    first = monitor("outbox", "list", "--json").json[0]["id"]
    assert monitor("outbox", "drop", first).code == 0
    assert first not in [row["id"] for row in monitor("outbox", "list", "--json").json]
    assert "dropped" in {row["state"] for row in monitor("outbox", "list", "--all", "--json").json}
    assert monitor("outbox", "drop", first, "999").code == 1
