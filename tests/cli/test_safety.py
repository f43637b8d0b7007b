"""`monitor backup`, `restore` and `forget`."""

import sqlite3


def test_backup_is_whole_while_others_write(monitor, played, tmp_path):
    """A copy taken in the middle of another's transaction holds what was committed, and is one file."""
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


def test_backup_is_restored(monitor, played, tmp_path):
    """What was backed up is there again after the store is lost; a store that is there, or its log,
    is never written over.
    """
    listed = monitor("search", "pakistan", "--json").json
    copy = tmp_path / "copy.db"
    monitor("backup", copy)
    assert monitor("restore", copy).code == 1
    played.unlink()
    log = played.with_name("monitor.db-wal")
    log.touch()
    assert "monitor.db-wal: already exists" in monitor("restore", copy).err
    log.unlink()
    assert monitor("restore", copy).code == 0
    assert monitor("search", "pakistan", "--json").json == listed != []


def test_backup_writes_over_nothing(monitor, played, tmp_path):
    """A file that is there stays."""
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    ran = monitor("backup", copy)
    assert (ran.code, copy.read_text()) == (1, "mine")
    assert "choose another name" in ran.err


def test_missing_store_is_not_made(monitor, db, tmp_path):
    """There is nothing to back up, and no empty database either."""
    assert monitor("backup", tmp_path / "copy.db").code == 1
    assert not db.exists()


def test_broken_backup_is_refused(monitor, played, db, tmp_path):
    """A damaged file, another program's database and a newer schema are told apart and leave nothing behind."""
    copy = tmp_path / "copy.db"
    monitor("backup", copy)
    played.unlink()
    whole = copy.read_bytes()
    broken = tmp_path / "broken.db"
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE t (a)").connection.close()
    newer = tmp_path / "newer.db"
    newer.write_bytes(whole)
    with sqlite3.connect(newer) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    for file, content, said in (
        (broken, whole[: len(whole) // 2], "damaged|malformed"),
        (other, None, "not a database of monitor"),
        (newer, None, "newer than this program"),
    ):
        if content:
            file.write_bytes(content)
        ran = monitor("restore", file)
        assert ran.code == 1
        assert any(one in ran.err for one in said.split("|")), ran.err
        assert not db.exists()


def test_address_is_forgotten(monitor, played):
    """What waits for it is dropped, and the address itself is gone from the outbox."""
    ran = monitor("forget", "reader@desk.example", "--yes")
    assert ran.code == 0
    assert "reader@desk.example" not in monitor("outbox", "list", "--all").out


def test_article_is_forgotten(monitor, played):
    """Its words are found no more, in any spelling of its URL; one never seen is said so."""
    found = monitor("search", "pakistan", "--json").json[0]
    assert monitor("forget", found["url"] + "?utm_source=x", "--yes").code == 0
    assert found["title"] not in monitor("search", "pakistan").out
    assert monitor("forget", "https://never.example/", "--yes").code == 1


def test_forgetting_asks_first(monitor, played):
    """It is for good: without a yes nothing is done."""
    assert monitor("forget", "reader@desk.example").code == 1
    assert "reader@desk.example" in monitor("outbox", "list").out


def test_postgresql_has_its_own_programs(monitor, tmp_path):
    """The copy of a server's database is its own business, and the command says whose."""
    ran = monitor("--store", "postgresql://nobody@localhost/none", "backup", tmp_path / "copy.db")
    assert ran.code == 1
    assert "pg_dump" in ran.err
