"""One daemon over one SQLite file: two would poll every outlet twice and fight for the one writer."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.errors import StoreError
from monitor.store.opening import file_of


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Hold a SQLite store for this process; a server may be shared by many, and nothing is held.

    Raises StoreError with the pid of the process that holds it. The lock dies with its process, also by kill -9:
    the file that is left behind means nothing.
    """
    store = file_of(url)
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
                f"{store}: another monitor runs over this store, process {holder} "
                "(stop it, or name another store with --store)"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
