"""The step runner: works on several due rows at once, and starts the next one as soon as one is done."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from monitor.errors import StoreError, StoreUnavailable

log = structlog.get_logger()
Row = TypeVar("Row")

CLAIM_INTERVAL_S = 1.0  # between two claims while other rows are being worked on


@dataclass(slots=True, kw_only=True)
class RunResult(Generic[Row]):
    """The rows that were worked on, and a count of their results."""

    rows: list[Row] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    outage: StoreUnavailable | None = None  # since then no more rows are claimed


async def run_due(
    claim: Callable[[int], Awaitable[Sequence[Row]]],
    do: Callable[[Row], Awaitable[str]],
    *,
    reschedule: Callable[[Row, str], Awaitable[None]],
    concurrency: int,
    slow_after: float | None = None,
) -> RunResult[Row]:
    """Work on the due rows until none is left, at most `concurrency` at once; counts the results of `do`.

    `claim` returns at most the given number of rows. A row slower than `slow_after` seconds stops counting against
    the concurrency limit. If `do` raises, the row is rescheduled and counted as "broken".

    Raises StoreUnavailable, after the rows that are under way have ended, if the database was not available; rows whose
    result could not be stored are due again when their leases expire.
    """

    async def claim_if_available(limit: int) -> Sequence[Row]:
        if result.outage or limit <= 0:
            return ()
        try:
            return await claim(limit)
        except StoreUnavailable as error:
            result.outage = error
            return ()

    # A row is claimed only when a slot is free: its lease must not run while it waits in memory.
    result: RunResult[Row] = RunResult()
    clock = asyncio.get_running_loop().time
    running: dict[asyncio.Task[str], float] = {}
    try:
        while True:
            busy = sum(slow_after is None or clock() - started < slow_after for started in running.values())
            rows = await claim_if_available(concurrency - busy)
            result.rows += rows
            tasks = [
                asyncio.create_task(do_or_reschedule(row, do, reschedule=reschedule, result=result)) for row in rows
            ]
            running |= dict.fromkeys(tasks, clock())
            if not running and result.outage:
                raise result.outage
            if not running:
                return result
            ended, _ = await asyncio.wait(running, timeout=CLAIM_INTERVAL_S, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                del running[task]
                result.done[task.result()] += 1
    finally:
        # The database failed, or the caller was cancelled: the rows are due again when their leases expire.
        for task in running:
            task.cancel()


async def do_or_reschedule(
    row: Row,
    do: Callable[[Row], Awaitable[str]],
    *,
    reschedule: Callable[[Row, str], Awaitable[None]],
    result: RunResult[Row],
) -> str:
    """Work on one row, and reschedule it if that raises; returns how it ended. Raises StoreError if the database is broken."""
    try:
        try:
            return await do(row)
        except StoreError:  # the database itself failed: nothing could be rescheduled
            raise
        # Whatever fails inside a row: one bad row must neither stop the others nor be lost.
        except Exception as error:
            log.exception("row.failed", row=row_name(row))
            await reschedule(row, f"{type(error).__name__}: {error}")
            return "broken"
    except StoreUnavailable as error:
        # The others go on: a message that is being transmitted must not be cut off and sent twice.
        result.outage = error
        return "not stored"


def row_name(row: object) -> str:
    """Returns the id of a row for the log: its own, or that of its source."""
    return str(getattr(row, "id", None) or getattr(getattr(row, "source", None), "id", type(row).__name__))
