"""Open a store: create a missing schema, back up and migrate an older one, refuse a newer one."""

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from monitor.errors import StoreError, StoreMissing
from monitor.store import schema
from monitor.store.backup import back_up_before_migration
from monitor.store.engine import READ_ONLY, parse_url, reading_engine, sqlite_file, to_store_error, writing_engine

log = logging.getLogger(__name__)

REVISION_TABLE = "alembic_version"
MIGRATION_LOCK = 0x4D6F6E31  # an advisory lock of PostgreSQL: two machines do not migrate at once


def open_for_writing(url: str) -> Engine:
    """Returns an engine for `sqlite:///…` or `postgresql://…`, with the schema of this program in the database.

    An older SQLite file is copied beside itself before it is migrated. Raises StoreError with the URL, the cause and a
    hint; the database is then as it was.
    """
    engine = writing_engine(parse_url(url))
    try:
        is_changed = current_revision(engine) != schema.REVISION
        if is_changed:
            with engine.begin() as conn:
                bring_up_to_date(conn, sqlite_file(url))
        if engine.dialect.name == "sqlite":
            set_file_modes(engine, is_migrated=is_changed)
    except DBAPIError as error:
        engine.dispose()
        raise to_store_error(error, engine) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_for_reading(url: str) -> Engine:
    """Returns an engine that cannot write, for a database that exists; an older one is migrated first.

    Raises StoreError if there is no store at the URL; none is created.
    """
    if require_store(url) != schema.REVISION:
        open_for_writing(url).dispose()
    return reading_engine(parse_url(url))


def require_store(url: str) -> str:
    """Returns the revision of the schema of an existing store. Raises StoreError if there is none at the URL."""
    target, file = parse_url(url), sqlite_file(url)
    missing = StoreMissing(
        f"no store at {file or target.render_as_string()} "
        "(`monitor run` or `monitor fetch` creates it; --store names another)"
    )
    if target.get_backend_name() == "sqlite" and not (file and file.exists()):
        raise missing
    engine = reading_engine(target)
    try:
        stored = current_revision(engine)
    except DBAPIError as error:
        raise to_store_error(error, engine) from error
    finally:
        engine.dispose()
    if stored is None:
        raise missing
    return stored


def set_file_modes(engine: Engine, *, is_migrated: bool) -> None:
    """Set the modes that stay with a SQLite file; not before the schema is ours, for another program's file is left alone."""
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        # A store of 0.1 keeps the pages of deleted texts for ever. One VACUUM changes its mode; it needs the size of the
        # store once more on the disk, which the backup has just needed too.
        if is_migrated and not cursor.execute("PRAGMA auto_vacuum").fetchone()[0]:
            try:
                cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
                cursor.execute("VACUUM")
            except sqlite3.OperationalError as error:
                log.warning("store.not_compacted", extra={"reason": str(error)})
        cursor.execute("PRAGMA journal_mode = WAL")


def current_revision(engine: Engine) -> str | None:
    """Returns the revision of the schema in a database, without its write lock; None if it has no schema yet."""
    with engine.connect().execution_options(**{READ_ONLY: True}) as conn:
        return stored_revision(conn)


def bring_up_to_date(conn: Connection, file: Path | None) -> None:
    """Create or migrate the schema in the caller's transaction, which has the write lock.

    `file` is that of a SQLite database. Raises StoreError if the schema is newer, or if no backup can be made.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    # Read again under the lock: another process may have created or migrated the schema meanwhile.
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
        migrate(conn, file, stored)


def migrate(conn: Connection, file: Path | None, stored: str) -> None:
    """Back up and migrate an older schema in the caller's transaction, which has the write lock."""
    backup = "none: a server is backed up by its operator (pg_dump)"
    if file is not None:
        copy = back_up_before_migration(file, stored, now=datetime.now(UTC))
        log.warning("store.backed_up", extra={"path": str(copy), "revision": stored})
        backup = str(copy)
    from monitor.store.migrations import upgrade  # noqa: PLC0415 - Alembic costs 60 ms and is rarely needed

    upgrade(conn)
    log.warning("store.migrated", extra={"old": stored, "new": schema.REVISION, "backup": backup})


def stored_revision(conn: Connection) -> str | None:
    """Returns the revision of the schema in a database; None if it has no schema yet.

    Raises StoreError if a SQLite file has tables of another program.
    """
    tables = inspect(conn).get_table_names()
    if REVISION_TABLE in tables:
        return conn.execute(text(f"SELECT version_num FROM {REVISION_TABLE}")).scalar()  # noqa: S608 - a constant
    # Several programs may share a PostgreSQL schema. A SQLite file belongs to one, and a mistyped name must not write
    # our tables into another program's file.
    if tables and conn.dialect.name == "sqlite":
        raise StoreError(
            f"{conn.engine.url.render_as_string()}: is a database of another program "
            f"(it has the table {tables[0]}; choose another file with --store)"
        )
    return None


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
