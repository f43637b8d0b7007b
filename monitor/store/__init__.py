"""The store: what was seen, judged, grouped and told, in SQLite or PostgreSQL.

Functions take a connection first and give nouns back; each call of `Store.run` is one transaction.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

from monitor.store.opening import broken, engine_for

P = ParamSpec("P")
T = TypeVar("T")

# Ours, not the database's: they fail one row, never the program.
_BUGS = (DataError, IntegrityError, ProgrammingError)


class Store:
    """An open database. SQLite takes one writer: one thread holds its connection and does all the work."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(
            max_workers=1 if engine.dialect.name == "sqlite" else 4, thread_name_prefix="store"
        )

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `fn(connection, …)` in a write transaction of its own; committed when it returns.

        Whatever `fn` raises undoes the transaction. Raises StoreError where the database itself fails.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self._transact(fn, *args, **kwargs))

    def call(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, for callers without an event loop."""
        return self._threads.submit(self._transact, fn, *args, **kwargs).result()

    def close(self) -> None:
        """End after the work under way; nothing committed is lost without it."""
        self._threads.shutdown()
        self._engine.dispose()

    def _transact(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with self._engine.begin() as conn:
                return fn(conn, *args, **kwargs)
        except _BUGS:
            raise
        except DatabaseError as error:
            raise broken(error, self._engine) from error


def open_store(url: str) -> Store:
    """Open the database of a URL (`sqlite:////folder/monitor.db`, `postgresql://…`); it is made where there is none.

    Raises StoreError, with the place and what to do, where it cannot be opened or was written by a newer program.
    """
    return Store(engine_for(url))
