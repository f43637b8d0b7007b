"""Backup and restore of a SQLite store. PostgreSQL has programs of its own for that."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.errors import StoreError
from monitor.store import schema
from monitor.store.opening import file_of


def backup(url: str, target: Path) -> int:
    """Copy the database of a URL into a new file while others go on writing; how many bytes it has.

    The copy is checked before it gets its name, so a file of this name is a whole backup. Raises StoreError, and
    leaves no file, where anything fails.
    """
    source = _file(url)
    if not source.exists():
        raise StoreError(f"{source}: there is no database to back up")
    return _copy(source, target, mode="rw")  # the last to close a database in WAL mode tidies up, if it may write


def restore(url: str, copy: Path) -> int:
    """Make the database of a URL from a backup; how many bytes it has. One that is there is never written over.

    Raises StoreError where the backup is broken or newer than this program.
    """
    target = _file(url)
    for part in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
        if part.exists():  # an old log would be played into the new database
            raise StoreError(f"{part}: is there already (stop the service and move it away first)")
    target.parent.mkdir(parents=True, exist_ok=True)
    return _copy(copy, target, mode="ro")


def _file(url: str) -> Path:
    file = file_of(url)
    if file is None:
        raise StoreError("only a SQLite file is copied here (for PostgreSQL use pg_dump and pg_restore)")
    return file


def _copy(source: Path, target: Path, *, mode: str) -> int:
    if target.exists():
        raise StoreError(f"{target}: is there already (choose another name)")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with closing(_open(source, mode)) as reading, closing(sqlite3.connect(unfinished)) as writing:
            reading.backup(writing)
            _check(writing, source)
            # One file, that can be read from a medium which nobody can write to; opening the store sets WAL again.
            writing.execute("PRAGMA journal_mode = DELETE")
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{source}: cannot be copied to {target}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def _open(file: Path, mode: str) -> sqlite3.Connection:
    """A database that is there: a name that is mistyped must not make an empty one."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=5)


def _check(copy: sqlite3.Connection, source: Path) -> None:
    said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise StoreError(f"{source}: the database is damaged: {said}")
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        raise StoreError(f"{source}: is no database of monitor")
    revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    if revision > schema.REVISION:
        raise StoreError(f"{source}: its schema {revision} is newer than this program, which knows {schema.REVISION}")
