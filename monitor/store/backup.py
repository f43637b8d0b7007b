"""Backup and restore of a SQLite store. PostgreSQL has programs of its own for that."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import StoreError
from monitor.store import schema
from monitor.store.engine import sqlite_file

# Copies made before a migration: the newest ones stay, because a store may have gigabytes.
MAX_MIGRATION_BACKUPS = 3


def backup(url: str, target: Path) -> int:
    """Copy the database of a URL into a new file while others go on writing; returns its size in bytes.

    The copy is checked before it gets its name, so a file of this name is a complete backup. Raises StoreError, and
    leaves no file, if anything fails.
    """
    source = require_file(url)
    if not source.exists():
        raise StoreError(f"{source}: there is no database to back up")
    # Mode rw: the last process that closes a database in WAL mode removes the log, if it may write.
    return copy_database(source, target, mode="rw")


def back_up_before_migration(url: str, *, now: datetime | None = None) -> Path | None:
    """Copy an older SQLite database beside itself, before it is migrated; returns the copy.

    None if nothing will be migrated: the database is new, in memory, on a server, or has the schema of this program.
    Its name has the schema and the time: `monitor.db.schema-0002-20261130T224800Z`. Raises StoreError if the copy
    fails: a store without a backup is not migrated.
    """
    source = sqlite_file(url)
    if source is None or not source.exists():
        return None
    try:
        with closing(open_file(source, "rw")) as database:
            revision = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.Error, TypeError):
        return None  # empty, locked, or another kind of file: opening it raises the exact error
    if revision >= schema.REVISION:
        return None
    target = source.with_name(f"{source.name}.schema-{revision}-{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    # Two processes that open the store within one second make one copy.
    if not target.exists():
        copy_database(source, target, mode="rw")
    copies = sorted(source.parent.glob(f"{source.name}.schema-*Z"), key=lambda file: file.name.rpartition("-")[2])
    for oldest in copies[:-MAX_MIGRATION_BACKUPS]:
        oldest.unlink(missing_ok=True)
    return target


def restore(url: str, copy: Path) -> int:
    """Create the database of a URL from a backup; returns its size in bytes. An existing one is never overwritten.

    Raises StoreError if the backup is damaged or newer than this program.
    """
    target = require_file(url)
    for part in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
        if part.exists():  # SQLite would replay an old log into the new database
            raise StoreError(f"{part}: already exists (stop the service and move it away first)")
    target.parent.mkdir(parents=True, exist_ok=True)
    return copy_database(copy, target, mode="ro")


def require_file(url: str) -> Path:
    """Returns the file of a SQLite database. Raises StoreError if the database has none."""
    file = sqlite_file(url)
    if file is None:
        raise StoreError("only a SQLite file can be copied (for PostgreSQL use pg_dump and pg_restore)")
    return file


def copy_database(source: Path, target: Path, *, mode: str) -> int:
    """Copy a SQLite file, check the copy, and only then give it its name; returns its size in bytes."""
    if target.exists():
        raise StoreError(f"{target}: already exists (choose another name)")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with closing(open_file(source, mode)) as reading, closing(sqlite3.connect(unfinished)) as writing:
            reading.backup(writing)
            check_copy(writing, source)
            # Without a log the copy is one file, readable from a read-only medium; opening the store sets WAL again.
            writing.execute("PRAGMA journal_mode = DELETE")
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{source}: cannot be copied to {target}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def open_file(file: Path, mode: str) -> sqlite3.Connection:
    """Open an existing database: a mistyped name must not create an empty one."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=5)


def check_copy(copy: sqlite3.Connection, source: Path) -> None:
    """Raises StoreError if a copy is damaged, not a store, or newer than this program."""
    result = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if result != "ok":
        raise StoreError(f"{source}: the database is damaged: {result}")
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        raise StoreError(f"{source}: is not a database of monitor")
    revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    if revision > schema.REVISION:
        raise StoreError(f"{source}: its schema {revision} is newer than this program, which writes {schema.REVISION}")
