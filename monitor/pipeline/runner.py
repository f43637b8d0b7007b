"""The step runner: rows are worked on side by side, and a place that comes free takes the next row that is due."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from monitor.errors import StoreError

log = structlog.get_logger()
Row = TypeVar("Row")

LOOK = 1.0  # seconds between two looks for due rows while others are worked on


@dataclass(slots=True, kw_only=True)
class Worked(Generic[Row]):
    """The rows that were worked on, and a count of how they ended."""

    rows: list[Row] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)


async def each(
    claim: Callable[[int], Awaitable[Sequence[Row]]],
    do: Callable[[Row], Awaitable[str]],
    *,
    put_back: Callable[[Row, str], Awaitable[None]],
    places: int,
    patience: float | None = None,
) -> Worked[Row]:
    """Do what is due until nothing is, at most `places` rows at once; count the words that `do` returns.

    `claim` gives at most so many rows. A slow row holds nobody up: the other places go on, and with `patience` a row
    that takes longer than so many seconds gives its place away too. A row that fails for a reason nobody foresaw is
    put back with a later date and counted as "broken": one bad row must neither stop the others nor be lost. This is
    the one place with a broad except.
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

    worked: Worked[Row] = Worked()
    clock = asyncio.get_running_loop().time
    running: dict[asyncio.Task[str], float] = {}
    try:
        while True:
            taken = sum(patience is None or clock() - since < patience for since in running.values())
            rows = await claim(places - taken) if taken < places else ()
            worked.rows += rows
            running |= {asyncio.create_task(one(row)): clock() for row in rows}
            if not running:
                return worked
            ended, _ = await asyncio.wait(running, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                del running[task]
                worked.done[task.result()] += 1
    finally:
        for task in running:  # the database failed, or we were told to end: their rows are due again by their leases
            task.cancel()


def _name(row: object) -> str:
    return str(getattr(row, "id", None) or getattr(getattr(row, "source", None), "id", type(row).__name__))
