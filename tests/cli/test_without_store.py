"""Commands over a store that does not exist, is being written to, or belongs to a configuration with errors."""

import sqlite3
from contextlib import closing

import pytest

READING = [
    ("search", "iran"),
    ("why", "https://dawn.example/1"),
    ("story", "list"),
    ("story", "show", "1"),
    ("outbox", "list"),
    ("label", "list"),
    ("digest", "--preview"),
    ("backtest",),
    ("health",),
]


@pytest.mark.parametrize(
    "words", [*READING, ("outbox", "retry", "--all"), ("outbox", "drop", "1"), ("digest", "--send")]
)
def test_a_missing_store_is_reported(monitor, desk, db, words):
    """A mistyped or default --store is named, exit code 1; nothing is created, and "nothing found" is not claimed."""
    (desk / "channels.yaml").write_text(
        "channels: [{id: desk, kind: webhook, recipients: ['https://hooks.example/'], secret: whsec_bW9uaXRvcg==}]\n"
    )
    result = monitor(*words)
    assert result.code == 1
    assert f"no store at {db}" in result.err + result.out
    assert not db.parent.joinpath(db.name).exists()


def test_an_address_is_not_forgotten_in_a_new_store(monitor, db):
    """`forget` over a mistyped path would claim a deletion that never happened."""
    assert monitor("forget", "reader@desk.example").code == 1
    assert not db.exists()


def test_sources_are_listed_before_the_first_poll(monitor, db):
    """The configured sources are shown, with the note that nothing is stored yet."""
    result = monitor("sources", "list", "--json")
    assert (result.code, [source["id"] for source in result.json]) == (0, ["dawn"])
    assert f"no store at {db}" in result.err
    assert not db.exists()


@pytest.mark.parametrize("words", [("search", "pakistan"), ("story", "list"), ("outbox", "list"), ("sources", "list")])
def test_reading_waits_for_no_writer(monitor, played, words):
    """Another process holds the write lock, as a long migration or a backup script does: reading goes on."""
    with closing(sqlite3.connect(played, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert monitor(*words).code == 0


@pytest.mark.parametrize("broken", ["channels: [{id: desk, kind: pigeon}]\n", "channels: [\n"])
def test_a_broken_channels_file_hides_nothing(monitor, played, desk, tmp_path, broken):
    """What is stored is shown, and backed up, although channels.yaml has errors."""
    monitor_yaml = desk / "monitor.yaml"
    monitor_yaml.write_text(f"{monitor_yaml.read_text()}store: sqlite:///{played}\n")
    url = monitor("search", "pakistan", "--json").json[0]["url"]
    (desk / "channels.yaml").write_text(broken)
    explained = monitor("--store", "", "why", url)
    assert (explained.code, "channels.yaml:" in explained.err) == (0, True), explained.err
    for words in (("search", "pakistan"), ("health",), ("outbox", "list"), ("backup", tmp_path / "copy.db")):
        result = monitor("--store", "", *words)
        assert "channels.yaml" not in result.err
        assert result.code == 0 or words == ("health",)
    assert (tmp_path / "copy.db").exists()


def test_a_digest_that_cannot_be_delivered_exits_1(monitor, played, desk):
    """The messages wait in the outbox; the exit code and a line on stderr say so, and no secret is printed."""
    path = "/services/T000/B000/abcdefghijklmnopqrstuvwx"
    (desk / "channels.yaml").write_text(
        "channels: [{id: hook, kind: webhook, zone: UTC, "
        f"recipients: ['https://127.0.0.1:1{path}'], secret: whsec_bW9uaXRvcg==}}]\n"
    )
    with closing(sqlite3.connect(played)) as database, database:
        (story, item) = database.execute(
            "SELECT story, id FROM item WHERE relevant ORDER BY id DESC LIMIT 1"
        ).fetchone()
        database.execute(
            "INSERT INTO notice (channel, story, kind, item, not_before, created_at)"
            " VALUES ('hook', ?, 'digest', ?, '2025-06-30 00:00:00.000000', '2025-06-30 00:00:00.000000')",
            (story, item),
        )
    result = monitor("digest", "hook", "--send")
    assert result.code == 1
    assert "monitor outbox list" in result.err
    assert "abcdefghijklmnop" not in result.err + result.out
    listed = monitor("outbox", "list", "--all")
    assert "https://127.0.0.1:1/" in listed.out
    assert "abcdefghijklmnop" not in listed.out
