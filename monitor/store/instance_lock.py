"""The instance lock: one daemon for one SQLite file. Two would poll every outlet twice and compete for the writer."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.errors import StoreError
from monitor.store.engine import sqlite_file


@contextmanager
def acquire_instance_lock(url: str) -> Iterator[None]:
    """Lock a SQLite store for this process. A PostgreSQL store can be shared, and is not locked.

    Raises StoreError with the pid of the process that has the lock. The lock ends with its process, also by kill -9;
    the file that is left behind does not lock anything.
    """
    store = sqlite_file(url)
    if store is None:
        yield
        return
    path = store.with_name(f"{store.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror} (choose another store with --store)") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise StoreError(
                f"{store}: another monitor is running with this store, process {holder} "
                "(stop it, or choose another store with --store)"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
