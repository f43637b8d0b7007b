"""Open a database: make what is missing, bring what is older up to date, refuse what is newer."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError

from monitor.errors import StoreError
from monitor.store import schema

_VERSIONS = "alembic_version"
_MIGRATING = 0x4D6F6E31  # an advisory lock of PostgreSQL: two machines do not migrate at once


def engine_for(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…`, with the schema of this program in the database.

    Raises StoreError with the place and what to do.
    """
    target = _target(url)
    _make_folder(target)
    engine = create_engine(target, hide_parameters=True, **_options(target))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    try:
        with engine.begin() as conn:
            _bring_up(conn)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(f"{target.render_as_string()}: cannot be opened: {_cause(error)}{_cure(target)}") from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None where the database has none of its own (a server, memory).

    Raises StoreError where the URL is none of a database.
    """
    target = _target(url)
    if target.get_backend_name() != "sqlite" or _in_memory(target):
        return None
    return Path(target.database or "").absolute()


def _target(url: str) -> URL:
    try:
        target = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            f"{url!r} is no database URL (write sqlite:////folder/monitor.db or postgresql://user@host/name)"
        ) from error
    if target.drivername in ("postgresql", "postgres"):
        return target.set(drivername="postgresql+psycopg")
    if target.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"{target.render_as_string()}: only sqlite and postgresql are known")
    return target


def _options(target: URL) -> dict[str, Any]:
    if _in_memory(target):
        # Every connection to memory is another database: there is one, for whichever thread asks.
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    if target.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 5}}
    # A server that restarts leaves dead connections behind: they are tried before they are used.
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}


def _in_memory(target: URL) -> bool:
    return target.get_backend_name() == "sqlite" and target.database in (None, "", ":memory:")


def _make_folder(target: URL) -> None:
    if target.get_backend_name() != "sqlite" or target.database is None or _in_memory(target):
        return
    folder = Path(target.database).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder}: the folder of the database cannot be made: {error.strerror} (choose another with --store)"
        ) from error


def _tune_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """FULL: NORMAL may lose the last commits at a power cut, and a lost "sent" is a message sent twice."""
    connection.isolation_level = None  # the driver starts no transactions of its own
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(conn: Connection) -> None:
    """A plain BEGIN that reads and then writes fails at once beside another writer, whatever the timeout."""
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def _bring_up(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
    found = _revision(conn)
    if found == schema.REVISION:
        return
    if found is None:
        _create(conn)
    elif found > schema.REVISION:
        raise StoreError(
            f"{conn.engine.url.render_as_string()}: its schema {found} is newer than this program, "
            f"which knows {schema.REVISION} (update monitor, or open a backup made before the update)"
        )
    else:
        from monitor.store.migrations import upgrade  # noqa: PLC0415 - Alembic costs 60 ms and is rarely needed

        upgrade(conn)


def _revision(conn: Connection) -> str | None:
    if not inspect(conn).has_table(_VERSIONS):
        return None
    return conn.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()  # noqa: S608 - a constant


def _create(conn: Connection) -> None:
    """Write the whole schema at once: ten times faster than by migrations, and a test holds both equal."""
    schema.metadata.create_all(conn, checkfirst=False)
    for statement in schema.SQLITE_SEARCH if conn.dialect.name == "sqlite" else schema.POSTGRES_SEARCH:
        conn.exec_driver_sql(statement)
    conn.exec_driver_sql(
        f"CREATE TABLE {_VERSIONS} (version_num VARCHAR(32) NOT NULL, "
        f"CONSTRAINT {_VERSIONS}_pkc PRIMARY KEY (version_num))"
    )
    conn.execute(text(f"INSERT INTO {_VERSIONS} VALUES (:revision)"), {"revision": schema.REVISION})  # noqa: S608


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip()


def _cure(target: URL) -> str:
    if target.get_backend_name() == "postgresql":
        return " (is the server up, and may this user create tables?)"
    return " (may this user write there, and is it a database of monitor?)"


def broken(error: DatabaseError, engine: Engine) -> StoreError:
    """What to tell when the database itself fails under us."""
    cause = _cause(error)
    place = engine.url.render_as_string()
    if "locked" in cause:
        return StoreError(f"{place}: another process has held the database for 5 s: {cause} (end it, or wait)")
    if "full" in cause:
        return StoreError(f"{place}: {cause} (free some space on this disk)")
    return StoreError(f"{place}: {cause}")
