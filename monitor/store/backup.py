"""Backup and restore of a SQLite store. PostgreSQL has programs of its own for that."""

import fcntl
import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from monitor.errors import StoreError
from monitor.store import schema
from monitor.store.engine import LOCK_TIMEOUT_S, sqlite_file

log = logging.getLogger(__name__)

# Copies made before a migration: the newest ones stay, because a store may have gigabytes.
MAX_MIGRATION_BACKUPS = 3
UNFINISHED = ".monitor-unfinished"  # ends the names of copies that are being written
# An unfinished copy, or one of an earlier program before a migration, which ended with the process id; SQLite may have
# had a journal beside it.
LEFTOVER = re.compile(rf"\..+(?:{re.escape(UNFINISHED)}|\.schema-\w+-\d{{8}}T\d{{6}}Z\.\d+)(?:-journal)?", re.DOTALL)


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


def back_up_before_migration(store: Path, revision: str, *, now: datetime) -> Path:
    """Copy a SQLite file of an older schema beside itself; returns the copy.

    Its name has the schema and the time: `monitor.db.schema-0002-20261130T224800Z`. The caller has the write lock, so
    the copy is of this schema. Raises StoreError if the copy fails: a store without a backup is not migrated.
    """
    copy = store.with_name(f"{store.name}.schema-{revision}-{now:%Y%m%dT%H%M%SZ}")
    try:
        # The same second: an earlier attempt made this copy, and its migration was rolled back.
        if not copy.exists():
            copy_database(store, copy, mode="rw")
    except StoreError as error:
        size_mb = store.stat().st_size / (1 << 20)
        raise StoreError(
            f"{error} (the store has an older schema and was not migrated, because it could not be backed up; it is "
            f"unchanged. Free {size_mb:.0f} MB in {store.parent}, allow this user to write there, and try again)"
        ) from error
    remove_old_copies(store)
    return copy


def remove_old_copies(store: Path) -> None:
    """Delete all copies made before migrations but the newest ones. A copy that cannot be deleted is logged."""
    # No glob: the name of a store may contain "[" or "*".
    pattern = re.compile(re.escape(store.name) + r"\.schema-\w+-(\d{8}T\d{6}Z)")
    copies = [(match[1], file) for file in store.parent.iterdir() if (match := pattern.fullmatch(file.name))]
    for _, file in sorted(copies)[:-MAX_MIGRATION_BACKUPS]:
        remove(file)


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
    try:
        remove_leftovers(target.parent)
        with unfinished_file(target) as unfinished:
            with closing(open_file(source, mode)) as reading, closing(sqlite3.connect(unfinished)) as writing:
                reading.backup(writing)
                check_copy(writing, source)
                # Without a log the copy is one file, readable from a read-only medium; opening the store sets WAL again.
                writing.execute("PRAGMA journal_mode = DELETE")
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            unfinished.rename(target)
            return target.stat().st_size
    except sqlite3.Error as error:
        raise StoreError(f"{source}: cannot be copied to {target}: {error}") from error
    except OSError as error:
        raise StoreError(f"{source}: cannot be copied to {target}: {error.strerror}") from error


@contextmanager
def unfinished_file(target: Path) -> Iterator[Path]:
    """Create the file in which a copy is written, locked for as long as it is; removed unless it was renamed."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}{UNFINISHED}")
    with unfinished.open("xb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield unfinished
        finally:
            for leftover in (unfinished, unfinished.with_name(f"{unfinished.name}-journal")):
                leftover.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Delete the unfinished copies of processes that were killed; those being written are locked."""
    for file in folder.iterdir():
        if not LEFTOVER.fullmatch(file.name):
            continue
        with suppress(OSError), file.open("rb") as leftover:
            fcntl.flock(leftover, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(file)


def remove(file: Path) -> None:
    """Delete a file that is not needed any more; if that fails, it is logged, and the caller goes on."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        log.warning("store.backup_kept", extra={"path": str(file), "reason": error.strerror})


def open_file(file: Path, mode: str) -> sqlite3.Connection:
    """Open an existing database: a mistyped name must not create an empty one."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=LOCK_TIMEOUT_S)


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
