"""The store: sources, entries, items, stories, notices and deliveries, in SQLite or PostgreSQL.

Functions take a connection first and return types of `model`; each call of `Store.run` is one transaction.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from monitor.store.engine import to_store_error
from monitor.store.opening import open_for_reading, open_for_writing, require_store

P = ParamSpec("P")
T = TypeVar("T")

# Errors of ours, not of the database: they fail one row, never the program.
BUGS = (DataError, IntegrityError, ProgrammingError)


class Store:
    """An open database. SQLite takes one writer, so one thread does all the work on one connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(
            max_workers=1 if engine.dialect.name == "sqlite" else 4, thread_name_prefix="store"
        )

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `fn(connection, …)` in a transaction of its own; committed when it returns.

        It is a write transaction unless the store was opened for reading. Any exception of `fn` rolls the transaction
        back. Raises StoreError if the database itself fails.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self._transact(fn, *args, **kwargs))

    def call(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `fn(connection, …)` as `run` does, for callers without an event loop."""
        return self._threads.submit(self._transact, fn, *args, **kwargs).result()

    def close(self) -> None:
        """Close after the running transactions have ended; a commit is safe without it."""
        self._threads.shutdown()
        self._engine.dispose()

    def _transact(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with self._engine.begin() as conn:
                return fn(conn, *args, **kwargs)
        except BUGS:
            raise
        except DBAPIError as error:
            raise to_store_error(error, self._engine) from error


def open_store(url: str) -> Store:
    """Open the database of a URL (`sqlite:////folder/monitor.db`, `postgresql://…`); a missing one is created.

    An older SQLite file is copied beside itself before it is migrated. Raises StoreError, with the URL and a hint, if
    the database cannot be opened or was written by a newer program.
    """
    return Store(open_for_writing(url))


def open_existing_store(url: str) -> Store:
    """Open a database as `open_store` does. Raises StoreError if there is no store at the URL; none is created."""
    require_store(url)
    return open_store(url)


def open_store_read_only(url: str) -> Store:
    """Open an existing database for functions that only read: no writer waits for them, and they wait for none.

    An older database is migrated as by `open_store`. Raises StoreError also if there is no store at the URL.
    """
    return Store(open_for_reading(url))
