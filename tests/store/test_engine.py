"""Opening a database: new, older, newer, broken."""

import asyncio
import time
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from monitor.errors import StoreError
from monitor.store import Store, migrations, open_store, schema


def test_folder_and_file_are_made(tmp_path: Path):
    """A store opens where there is nothing yet."""
    store = open_store(f"sqlite:///{tmp_path}/deep/er/monitor.db")
    store.close()
    assert (tmp_path / "deep/er/monitor.db").exists()


def test_fresh_store_opens_fast(tmp_path: Path):
    """A new database costs less than 60 ms of CPU: the first command is not slow, and tests may be many."""
    times = []
    for number in range(5):
        start = time.process_time()
        store = open_store(f"sqlite:///{tmp_path}/{number}.db")
        times.append(time.process_time() - start)
        store.close()
    assert min(times) < 0.06


def test_reopening_keeps_what_is_there(url: str):
    """Opening a database twice changes nothing in it."""
    first = open_store(url)
    first.call(lambda conn: conn.execute(text("INSERT INTO counter VALUES ('kept', 7)")))
    first.close()
    second = open_store(url)
    assert second.call(lambda conn: conn.scalar(text("SELECT value FROM counter"))) == 7
    second.close()


async def test_a_database_in_memory_is_one_database():
    """What one thread wrote, another reads: the demo keeps nothing on disk."""
    store = open_store("sqlite://")
    store.call(lambda conn: conn.execute(text("INSERT INTO counter VALUES ('kept', 7)")))
    assert await store.run(lambda conn: conn.scalar(text("SELECT value FROM counter"))) == 7
    store.close()


def test_newer_schema_is_refused_with_the_cure(url: str):
    """A program never writes into a database that a newer one has changed."""
    store = open_store(url)
    store.call(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close()
    with pytest.raises(StoreError, match=r"9999 is newer than this program.*update monitor"):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "is not a database URL"),
        ("mysql://host/db", "only sqlite and postgresql"),
        ("sqlite:////proc/nowhere/monitor.db", "the folder of the database cannot be created"),
        ("postgresql://secret:hush@localhost:1/none", "is the server up"),
    ],
)
def test_what_cannot_be_opened_says_why(url: str, words: str):
    """The error names the place and the cure, and no password."""
    with pytest.raises(StoreError, match=words) as caught:
        open_store(url)
    assert "hush" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    """A file of something else is not overwritten."""
    path = tmp_path / "notes.txt"
    path.write_text("my notes, " * 200)
    with pytest.raises(StoreError, match=r"is it a database of monitor\?"):
        open_store(f"sqlite:///{path}")
    assert path.read_text().startswith("my notes")


def _parts(sql: str) -> str:
    """A definition that does not depend on the order of its lines, on quotes or blanks."""
    plain = " ".join(sql.replace('"', "").removesuffix(")").split())
    return ", ".join(sorted(part.strip() for part in plain.replace("( ", "(").split(", ")))


def _objects(conn: Connection) -> set[tuple[str, str]]:
    if conn.dialect.name == "sqlite":
        rows = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {(name, _parts(sql)) for name, sql in rows}
    columns = """
        SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    """
    return {(name, text) for name, text in conn.execute(text(columns))}


def _drop_all(conn: Connection) -> None:
    if conn.dialect.name == "sqlite":
        conn.execute(text("DROP TABLE item_search"))
    conn.execute(text("DROP TABLE alembic_version"))
    schema.metadata.drop_all(conn)


def test_migrations_lead_to_the_schema_that_is_written_at_once(store: Store):
    """The short way of a new database and the long way of an old one end in the same schema."""

    def both(conn: Connection) -> list[set[tuple[str, str]]]:
        at_once = _objects(conn)
        _drop_all(conn)
        migrations.upgrade(conn)
        return [at_once, _objects(conn)]

    at_once, migrated = store.call(both)
    assert migrated == at_once


def test_an_older_database_is_brought_up_and_keeps_what_is_there(url: str):
    """A store of the first release opens with every table of this one, and its rows."""

    def back_to_the_first(conn: Connection) -> None:
        _drop_all(conn)
        command.upgrade(migrations.config(conn), "0001")
        conn.execute(text("INSERT INTO counter VALUES ('kept', 7)"))

    store = open_store(url)
    store.call(back_to_the_first)
    store.close()
    newer = open_store(url)
    assert newer.call(lambda conn: conn.scalar(text("SELECT value FROM counter"))) == 7
    assert newer.call(lambda conn: conn.scalar(text("SELECT count(*) FROM page_fingerprint"))) == 0
    newer.close()


def test_autogenerate_finds_no_difference(store: Store):
    """Nothing of the tables is left for a next migration."""

    def differences(conn: Connection) -> list[object]:
        names = {"include_name": migrations.is_ours, "include_object": migrations.is_in_metadata}
        return compare_metadata(MigrationContext.configure(conn, opts=names), schema.metadata)

    assert store.call(differences) == []


def test_the_program_knows_the_newest_revision(store: Store):
    """Whoever adds a migration moves REVISION with it."""
    scripts = store.call(lambda conn: ScriptDirectory.from_config(migrations.config(conn)))
    assert scripts.get_current_head() == schema.REVISION


def test_sqlite_is_set_for_safety(tmp_path: Path):
    """WAL, full synchronisation, foreign keys and a busy time-out hold on the connection in use."""
    store = open_store(f"sqlite:///{tmp_path}/monitor.db")
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    found = store.call(lambda conn: [conn.scalar(text(f"PRAGMA {name}")) for name in pragmas])
    store.close()
    assert found == ["wal", 2, 1, 30_000]


def test_a_call_that_raises_leaves_nothing(store: Store):
    """Whatever a function raises undoes its transaction and comes out as it is."""

    def half(conn: Connection) -> None:
        conn.execute(text("INSERT INTO counter VALUES ('half', 1)"))
        raise LookupError("in the middle")

    with pytest.raises(LookupError):
        store.call(half)
    assert store.call(lambda conn: conn.scalar(text("SELECT count(*) FROM counter"))) == 0


async def test_run_gives_the_value_back(store: Store):
    """`run` awaits the transaction, many at a time."""
    values = await asyncio.gather(*(store.run(lambda conn, number: number + 1, number) for number in range(20)))
    assert values == list(range(1, 21))


def test_a_database_held_by_another_is_a_store_error(tmp_path: Path):
    """A lock that outlasts the time-out says who is in the way and what to do."""
    url = f"sqlite:///{tmp_path}/monitor.db"
    store = open_store(url)
    store.call(lambda conn: conn.execute(text("PRAGMA busy_timeout = 10")))
    other = create_engine(url)
    with other.connect() as conn:
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process has locked the database"):
            store.call(lambda conn: None)
    other.dispose()
    store.close()
