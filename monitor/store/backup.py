"""Backup and restore of a SQLite store. PostgreSQL has programs of its own for that."""

import os
import sqlite3
from contextlib import closing, suppress
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
    return _copy(source, target)


def restore(url: str, copy: Path) -> int:
    """Make the database of a URL from a backup; how many bytes it has. One that is there is never written over.

    Raises StoreError where the backup is broken or newer than this program.
    """
    target = _file(url)
    if target.exists():
        raise StoreError(f"{target}: is there already (stop the service and move it away first, with -wal and -shm)")
    target.parent.mkdir(parents=True, exist_ok=True)
    return _copy(copy, target)


def _file(url: str) -> Path:
    file = file_of(url)
    if file is None:
        raise StoreError("only a SQLite file is copied here (for PostgreSQL use pg_dump and pg_restore)")
    return file


def _copy(source: Path, target: Path) -> int:
    if target.exists():
        raise StoreError(f"{target}: is there already (choose another name)")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with closing(_open(source)) as reading, closing(sqlite3.connect(unfinished)) as writing:
            reading.backup(writing)
            _check(writing, source)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        # A link, not a rename: it fails where somebody else has made the target meanwhile.
        os.link(unfinished, target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{source}: cannot be copied to {target}: {error}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return target.stat().st_size


def _open(file: Path) -> sqlite3.Connection:
    """Read-only: a name that is mistyped must not make an empty database."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=5)


def _check(copy: sqlite3.Connection, source: Path) -> None:
    said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise StoreError(f"{source}: the database is damaged: {said}")
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        raise StoreError(f"{source}: is no database of monitor")
    revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    if revision > schema.REVISION:
        raise StoreError(f"{source}: its schema {revision} is newer than this program, which knows {schema.REVISION}")
