"""Open a database: create a missing schema, migrate an older one, refuse a newer one."""

import logging
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError

from monitor.errors import StoreError
from monitor.store import schema

log = logging.getLogger(__name__)

REVISION_TABLE = "alembic_version"
MIGRATION_LOCK = 0x4D6F6E31  # an advisory lock of PostgreSQL: two machines do not migrate at once


def open_engine(url: str) -> Engine:
    """Returns an engine for `sqlite:///…` or `postgresql://…`, with the schema of this program in the database.

    Raises StoreError with the URL, the cause and a hint.
    """
    target = parse_url(url)
    create_folder(target)
    engine = create_engine(target, hide_parameters=True, **engine_options(target))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", tune_sqlite)
        event.listen(engine, "begin", begin_immediate)
    try:
        with engine.begin() as conn:
            migrate(conn)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(f"{target.render_as_string()}: cannot be opened: {cause_of(error)}{hint(target)}") from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def sqlite_file(url: str) -> Path | None:
    """Returns the file of a SQLite database; None if the database has no file (a server, memory).

    Raises StoreError if the URL is not the URL of a database.
    """
    target = parse_url(url)
    if target.get_backend_name() != "sqlite" or is_in_memory(target):
        return None
    return Path(target.database or "").absolute()


def parse_url(url: str) -> URL:
    """Returns the parsed URL of a supported database, with its driver. Raises StoreError for any other."""
    try:
        target = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            f"{url!r} is not a database URL (write sqlite:////folder/monitor.db or postgresql://user@host/name)"
        ) from error
    if target.drivername in ("postgresql", "postgres"):
        return target.set(drivername="postgresql+psycopg")
    if target.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"{target.render_as_string()}: only sqlite and postgresql are supported")
    return target


def engine_options(target: URL) -> dict[str, Any]:
    """Returns the options of `create_engine` for a database."""
    if is_in_memory(target):
        # Every connection to ":memory:" opens another database: all threads share one connection.
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    if target.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 5}}
    # A server that restarts leaves dead connections behind: each is checked before it is used.
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}


def is_in_memory(target: URL) -> bool:
    """Whether a database lives in memory only."""
    return target.get_backend_name() == "sqlite" and target.database in (None, "", ":memory:")


def create_folder(target: URL) -> None:
    """Create the folder of a SQLite file. Raises StoreError if that fails."""
    if target.get_backend_name() != "sqlite" or target.database is None or is_in_memory(target):
        return
    folder = Path(target.database).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder}: the folder of the database cannot be created: {error.strerror} (choose another with --store)"
        ) from error


def tune_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set a new connection for safety and for several processes."""
    # synchronous FULL: NORMAL may lose the last commits at a power cut, and a lost "sent" is a message sent twice.
    connection.isolation_level = None  # the driver starts no transactions of its own
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}").close()


def begin_immediate(conn: Connection) -> None:
    """Take the write lock at the start of a transaction."""
    # A plain BEGIN that reads and then writes fails at once beside another writer, whatever the timeout: measured with
    # four writers, 3 of 4 transactions ended as "locked"; with IMMEDIATE none did.
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def migrate(conn: Connection) -> None:
    """Bring the schema of a database to the revision of this program. Raises StoreError if it is newer."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    stored = stored_revision(conn)
    if stored == schema.REVISION:
        return
    if stored is None:
        create_schema(conn)
    elif stored > schema.REVISION:
        raise StoreError(
            f"{conn.engine.url.render_as_string()}: its schema {stored} is newer than this program, "
            f"which writes {schema.REVISION} (update monitor, or restore a backup made before the update)"
        )
    else:
        from monitor.store.migrations import upgrade  # noqa: PLC0415 - Alembic costs 60 ms and is rarely needed

        # SQLite files are copied before: see backup.back_up_before_migration. A server has to be dumped by its operator.
        copied = "" if conn.dialect.name == "sqlite" else "; no backup was made: use pg_dump before an update"
        upgrade(conn)
        log.warning("store.migrated from schema %s to %s%s", stored, schema.REVISION, copied)


def stored_revision(conn: Connection) -> str | None:
    """Returns the revision of the schema in a database; None if it has no schema yet."""
    if not inspect(conn).has_table(REVISION_TABLE):
        return None
    return conn.execute(text(f"SELECT version_num FROM {REVISION_TABLE}")).scalar()  # noqa: S608 - a constant


def create_schema(conn: Connection) -> None:
    """Create the whole schema at once: ten times faster than by migrations; a test compares the two."""
    schema.metadata.create_all(conn, checkfirst=False)
    for statement in schema.SQLITE_SEARCH if conn.dialect.name == "sqlite" else schema.POSTGRES_SEARCH:
        conn.exec_driver_sql(statement)
    conn.exec_driver_sql(
        f"CREATE TABLE {REVISION_TABLE} (version_num VARCHAR(32) NOT NULL, "
        f"CONSTRAINT {REVISION_TABLE}_pkc PRIMARY KEY (version_num))"
    )
    conn.execute(text(f"INSERT INTO {REVISION_TABLE} VALUES (:revision)"), {"revision": schema.REVISION})  # noqa: S608


def cause_of(error: SQLAlchemyError) -> str:
    """Returns the message of the database driver."""
    return str(getattr(error, "orig", None) or error).strip()


def hint(target: URL) -> str:
    """Returns a hint for a database that cannot be opened."""
    if target.get_backend_name() == "postgresql":
        return " (is the server up, and may this user create tables?)"
    return " (may this user write there, and is it a database of monitor?)"


def to_store_error(error: DatabaseError, engine: Engine) -> StoreError:
    """Returns the error for a database that fails while it is in use, with a hint."""
    cause = cause_of(error)
    place = engine.url.render_as_string()
    if "locked" in cause:
        return StoreError(f"{place}: another process has locked the database for 5 s: {cause} (stop it, or wait)")
    if "full" in cause:
        return StoreError(f"{place}: {cause} (free some space on this disk)")
    return StoreError(f"{place}: {cause}")
