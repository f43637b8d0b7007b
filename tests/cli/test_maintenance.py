"""`monitor backup`, `restore` and `forget`."""

import sqlite3


def test_backup_during_a_transaction(monitor, played, tmp_path):
    """A copy taken during another transaction has the committed state, in one file."""
    writer = sqlite3.connect(played, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE source SET paused_reason = 'half done'")
    copy = tmp_path / "copy.db"
    assert monitor("backup", copy).code == 0
    writer.execute("ROLLBACK")
    writer.close()
    rows = sqlite3.connect(copy).execute("SELECT count(*), max(paused_reason) FROM source").fetchone()
    assert rows == (7, "")
    assert sorted(file.name for file in tmp_path.glob("*.db*")) == ["copy.db", "monitor.db"]
    assert list(tmp_path.glob(".*")) == []


def test_a_backup_is_restored(monitor, played, tmp_path):
    """After the store is lost the backup restores it; an existing store or its log is never overwritten."""
    matches = monitor("search", "pakistan", "--json").json
    copy = tmp_path / "copy.db"
    monitor("backup", copy)
    assert monitor("restore", copy).code == 1
    played.unlink()
    log = played.with_name("monitor.db-wal")
    log.touch()
    assert "monitor.db-wal: already exists" in monitor("restore", copy).err
    log.unlink()
    assert monitor("restore", copy).code == 0
    assert monitor("search", "pakistan", "--json").json == matches != []


def test_backup_does_not_overwrite_a_file(monitor, played, tmp_path):
    """If the file exists, the command fails and the file is unchanged."""
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    result = monitor("backup", copy)
    assert (result.code, copy.read_text()) == (1, "mine")
    assert "choose another name" in result.err


def test_a_missing_store_is_not_created(monitor, db, tmp_path):
    """If there is no store, backup fails and creates no empty database."""
    assert monitor("backup", tmp_path / "copy.db").code == 1
    assert not db.exists()


def test_an_invalid_backup_is_refused(monitor, played, db, tmp_path):
    """A damaged file, a database of another program and a newer schema have different errors; no store is created."""
    copy = tmp_path / "copy.db"
    monitor("backup", copy)
    played.unlink()
    intact = copy.read_bytes()
    broken = tmp_path / "broken.db"
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE t (a)").connection.close()
    newer = tmp_path / "newer.db"
    newer.write_bytes(intact)
    with sqlite3.connect(newer) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    for file, content, messages in (
        (broken, intact[: len(intact) // 2], "damaged|malformed"),
        (other, None, "not a database of monitor"),
        (newer, None, "newer than this program"),
    ):
        if content:
            file.write_bytes(content)
        result = monitor("restore", file)
        assert result.code == 1
        assert any(message in result.err for message in messages.split("|")), result.err
        assert not db.exists()


def test_forget_an_address(monitor, played):
    """Waiting messages to it are dropped, and the address is removed from the outbox."""
    result = monitor("forget", "reader@desk.example", "--yes")
    assert result.code == 0
    assert "reader@desk.example" not in monitor("outbox", "list", "--all").out


def test_forget_an_article(monitor, played):
    """Search does not find it any more, in any spelling of its URL; an unknown URL fails."""
    match = monitor("search", "pakistan", "--json").json[0]
    assert monitor("forget", match["url"] + "?utm_source=x", "--yes").code == 0
    assert match["title"] not in monitor("search", "pakistan").out
    assert monitor("forget", "https://never.example/", "--yes").code == 1


def test_forget_asks_for_confirmation(monitor, played):
    """Without a confirmation nothing is deleted."""
    assert monitor("forget", "reader@desk.example").code == 1
    assert "reader@desk.example" in monitor("outbox", "list").out


def test_postgresql_is_backed_up_by_pg_dump(monitor, tmp_path):
    """For PostgreSQL the command names the program to use."""
    result = monitor("--store", "postgresql://nobody@localhost/none", "backup", tmp_path / "copy.db")
    assert result.code == 1
    assert "pg_dump" in result.err
