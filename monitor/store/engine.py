"""Engines: the connections to a SQLite or PostgreSQL database, and the errors of a database in use."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from monitor.errors import InvalidStoreUrl, StoreError, StoreUnavailable, mask_secrets

# A checkpoint or a large transaction of another process takes seconds on a slow disk; a backup of a large store longer.
LOCK_TIMEOUT_S = 30.0
READ_ONLY = "monitor_read_only"  # the execution option of connections whose transactions do not take the write lock
EFFECTIVE_IDS = os.access in os.supports_effective_ids  # not on macOS


def writing_engine(target: URL) -> Engine:
    """Returns the engine for a database that is written to. A missing SQLite file is created on first use."""
    create_folder(target)
    engine = new_engine(target)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", tune_for_writing)
    return engine


def reading_engine(target: URL) -> Engine:
    """Returns an engine whose connections cannot write, and take no lock that a writer waits for.

    A SQLite file must exist. It may lie on a read-only medium.
    """
    options: dict[str, Any] = {"execution_options": {READ_ONLY: True, "postgresql_readonly": True}}
    if target.get_backend_name() == "sqlite":
        file = Path(target.database or "").absolute()
        options["creator"] = lambda: connect_for_reading(file)
    return new_engine(target, **options)


def new_engine(target: URL, **options: Any) -> Engine:
    """Returns an engine with the options of its kind of database. Raises StoreError if its driver is not installed."""
    try:
        engine = create_engine(target, hide_parameters=True, **engine_options(target), **options)
    except ImportError as error:
        raise StoreError(
            f"{target.render_as_string()}: the driver for PostgreSQL is not installed "
            "(install Monitor with its extra `postgres`, or run: pip install 'psycopg[binary,pool]')"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", begin_sqlite)
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
    """Returns the parsed URL of a supported database, with its driver. Raises InvalidStoreUrl for any other."""
    try:
        target = make_url(url)
    except ArgumentError as error:
        raise InvalidStoreUrl(
            f"{mask_secrets(url)!r} is not a database URL (write sqlite:////folder/monitor.db or postgresql://user@host/name)"
        ) from error
    if target.get_backend_name() == "sqlite" and "?" in url:
        raise InvalidStoreUrl(
            f"{url!r}: a SQLite URL has no options (if the path contains a question mark, rename the folder or file)"
        )
    if target.drivername in ("postgresql", "postgres"):
        target = target.set(drivername="postgresql+psycopg")
    if target.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise InvalidStoreUrl(f"{target.render_as_string()}: only sqlite and postgresql are supported")
    return target


def engine_options(target: URL) -> dict[str, Any]:
    """Returns the options of `create_engine` for a database."""
    if is_in_memory(target):
        # Every connection to ":memory:" opens another database: all threads share one connection.
        return {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    if target.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": LOCK_TIMEOUT_S}}
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


def tune_for_writing(connection: sqlite3.Connection, _record: object) -> None:
    """Set a new connection for safety and for several processes."""
    # synchronous FULL: NORMAL may lose the last commits at a power cut, and a lost "sent" is a message sent twice.
    connection.isolation_level = None  # the driver starts no transactions of its own
    # The vacuum mode of a file is set before its first table: `retention.release_space` gives freed pages back.
    if not connection.execute("PRAGMA page_count").fetchone()[0]:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL").close()
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def connect_for_reading(file: Path) -> sqlite3.Connection:
    """Returns a connection to an existing SQLite file that cannot write."""
    if all(os.access(path, os.W_OK, effective_ids=EFFECTIVE_IDS) for path in (file, file.parent)):
        # Mode rw: the last process that closes a database in WAL mode removes the log, if it may write.
        options = "mode=rw"
    elif file.with_name(f"{file.name}-wal").exists():
        options = "mode=ro"
    else:
        # Without a log nobody writes to the file. SQLite would need to create the log's index beside it, and may not.
        options = "mode=ro&immutable=1"
    # The pool hands a connection from one thread to another, never to two at once.
    connection = sqlite3.connect(
        f"{file.as_uri()}?{options}", uri=True, timeout=LOCK_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA query_only = ON").close()
    return connection


def begin_sqlite(conn: Connection) -> None:
    """Start a transaction; one that may write takes the write lock at once."""
    # A plain BEGIN that reads and then writes fails at once beside another writer, whatever the timeout: measured with
    # four writers, 3 of 4 transactions ended as "locked"; with IMMEDIATE none did. In WAL mode a plain BEGIN that only
    # reads neither waits for a writer nor makes one wait.
    conn.exec_driver_sql("BEGIN" if conn.get_execution_options().get(READ_ONLY) else "BEGIN IMMEDIATE")


def to_store_error(error: DBAPIError, engine: Engine) -> StoreError:
    """Returns the error for a database that fails while it is opened or in use, with a hint.

    StoreUnavailable if the same call may succeed later: the database is locked, its server restarts, its disk is full.
    """
    cause = cause_of(error)
    place = engine.url.render_as_string()
    if "locked" in cause:
        return StoreUnavailable(
            f"{place}: another process has locked the database for {LOCK_TIMEOUT_S:.0f} s: {cause} (stop it, or wait)"
        )
    # SQLite reports a disk that is full in the middle of a write as "disk I/O error".
    if "full" in cause or "disk I/O error" in cause:
        return StoreUnavailable(f"{place}: {cause} (is the disk full? Free some space on it)")
    if engine.dialect.name == "postgresql" and (error.connection_invalidated or is_connection_failure(error)):
        return StoreUnavailable(f"{place}: {cause} (is the server up, and may this user connect?)")
    return StoreError(f"{place}: {cause}{hint(engine.url)}")


def is_connection_failure(error: DBAPIError) -> bool:
    """Whether a PostgreSQL server could not be reached, shut down, or cannot take work at the moment."""
    # No SQLSTATE: the connection itself failed. Class 08 is a connection exception, 53 insufficient resources (a full
    # disk, too many connections), 57P a shutdown or a start, 40 a deadlock or a serialization failure, 55P03 a lock.
    state = getattr(error.orig, "sqlstate", None)
    is_transient = state is None or state.startswith(("08", "53", "57P", "40")) or state == "55P03"
    return isinstance(error, OperationalError) and is_transient


def cause_of(error: SQLAlchemyError) -> str:
    """Returns the message of the database driver."""
    return str(getattr(error, "orig", None) or error).strip()


def hint(target: URL) -> str:
    """Returns a hint for a database that fails."""
    if target.get_backend_name() == "postgresql":
        return " (may this user create tables there, and is it a database of monitor?)"
    return " (may this user write there, and is it a database of monitor?)"
