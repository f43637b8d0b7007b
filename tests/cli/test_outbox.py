"""`monitor outbox`: list, retry and drop messages."""

from datetime import UTC, datetime

from monitor.store import open_store, outbox

NOW = datetime(2025, 7, 1, tzinfo=UTC)


def _mark_dead(db, number: int) -> None:
    store = open_store(f"sqlite:///{db}")
    assert store.call(outbox.mark_dead, number, reason="550 no such reader", now=NOW)
    store.close()


def test_waiting_messages_are_listed(monitor, played):
    """The list has one row for each message, with its recipient."""
    rows = monitor("outbox", "list", "--json").json
    assert {(row["state"], row["recipient"]) for row in rows} == {("waiting", "reader@desk.example")}
    lines = monitor("outbox", "list").out.splitlines()
    assert len(lines) == len(rows) + 1


def test_a_dead_message_is_retried(monitor, played):
    """A dead message waits again under its old id."""
    before = monitor("outbox", "list", "--json").json[0]
    _mark_dead(played, before["id"])
    assert "550 no such reader" in monitor("outbox", "list").out
    assert monitor("outbox", "retry", before["id"]).out == f"{before['id']}: waiting again\n"
    after = monitor("outbox", "list", "--json").json[0]
    assert (after["state"], after["attempts"], after["message_id"]) == ("waiting", 0, before["message_id"])


def test_all_dead_messages_are_retried(monitor, played):
    """--all retries every dead message, and succeeds if there is none."""
    first = monitor("outbox", "list", "--json").json[0]["id"]
    _mark_dead(played, first)
    assert monitor("outbox", "retry", "--all").out == f"{first}: waiting again\n"
    assert monitor("outbox", "retry", "--all").out == "nothing to do\n"


def test_a_waiting_message_is_not_retried(monitor, played):
    """A waiting message is due anyway; the command says so and fails."""
    result = monitor("outbox", "retry", "1")
    assert (result.code, result.err) == (1, "1: not dead, so it is not retried\n")


def test_a_dropped_message_is_not_sent(monitor, played):
    """It leaves the list, is shown by --all, and cannot be dropped twice."""
    first = monitor("outbox", "list", "--json").json[0]["id"]
    assert monitor("outbox", "drop", first).code == 0
    assert first not in [row["id"] for row in monitor("outbox", "list", "--json").json]
    assert "dropped" in {row["state"] for row in monitor("outbox", "list", "--all", "--json").json}
    assert monitor("outbox", "drop", first, "999").code == 1
