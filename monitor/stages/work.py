"""The step runner: many rows at once, each on its own."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from monitor.errors import StoreError

log = structlog.get_logger()
Row = TypeVar("Row")


async def each(
    rows: Sequence[Row], do: Callable[[Row], Awaitable[str]], *, put_back: Callable[[Row, str], Awaitable[None]]
) -> Counter[str]:
    """Do every claimed row at once; count the words that `do` returns.

    A row that fails for a reason nobody foresaw is put back with a later date and counted as "broken": one bad row
    must not stop the others, nor be lost. This is the one place with a broad except.
    """

    async def one(row: Row) -> str:
        try:
            return await do(row)
        except StoreError:  # the database itself: nothing could be put back
            raise
        except Exception as error:
            log.exception("row.broken", row=_name(row))
            await put_back(row, f"{type(error).__name__}: {error}")
            return "broken"

    return Counter(await asyncio.gather(*(one(row) for row in rows)))


def _name(row: object) -> str:
    return str(getattr(row, "id", None) or getattr(getattr(row, "source", None), "id", type(row).__name__))
