"""The step runner: rows side by side, none held up by another, none lost."""

import asyncio
import time

import pytest

from monitor.errors import StoreError, StoreUnavailable
from monitor.pipeline.runner import run_due


def rows_from(waiting):
    """A claim over a list: each row is given out once."""

    async def claim(limit):
        taken = waiting[:limit]
        del waiting[:limit]
        return taken

    return claim


async def kept(row, reason):
    """Nothing is to be put back."""
    raise AssertionError(f"{row}: {reason}")


async def test_all_that_is_due_is_done():
    """More rows than places: a step ends when nothing is due."""
    worked = await run_due(
        rows_from(list(range(20))), lambda _: asyncio.sleep(0, "done"), reschedule=kept, concurrency=3
    )
    assert (sorted(worked.rows), worked.done) == (list(range(20)), {"done": 20})


async def test_places_bound_what_runs_at_once():
    """Never more rows at once than there are places."""
    running, most = 0, 0

    async def do(_):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return "done"

    await run_due(rows_from(list(range(10))), do, reschedule=kept, concurrency=4)
    assert most == 4


async def test_a_slow_row_holds_nobody_up():
    """The other place takes row after row while one row waits for its host."""
    ended = []

    async def do(row):
        await asyncio.sleep(0.3 if row == 0 else 0.005)
        ended.append(row)
        return "done"

    await run_due(rows_from(list(range(10))), do, reschedule=kept, concurrency=2)
    assert ended[-1] == 0


async def test_patience_gives_a_place_away():
    """With one place, a row that is silent for too long lets the next begin."""
    ended = []

    async def do(row):
        await asyncio.sleep(1.5 if row == 0 else 0)
        ended.append(row)
        return "done"

    start = time.monotonic()
    await run_due(rows_from(list(range(3))), do, reschedule=kept, concurrency=1, slow_after=0.05)
    assert ended == [1, 2, 0]
    assert time.monotonic() - start < 3


async def test_a_broken_row_is_put_back_and_the_others_go_on():
    """A fault that nobody foresaw costs its row a later date, and nobody else anything."""
    back = []

    async def do(row):
        if row == 1:
            raise ZeroDivisionError("by nothing")
        return "done"

    async def put_back(row, reason):
        back.append((row, reason))

    worked = await run_due(rows_from([0, 1, 2]), do, reschedule=put_back, concurrency=1)
    assert worked.done == {"done": 2, "broken": 1}
    assert back == [(1, "ZeroDivisionError: by nothing")]


async def test_a_failing_store_ends_the_step():
    """Where the database itself fails nothing could be put back: the error rises, and what runs is given up."""
    cut_off = asyncio.Event()

    async def do(row):
        if row == 1:
            raise StoreError("disk full")
        try:
            await asyncio.sleep(60)
        finally:
            cut_off.set()

    with pytest.raises(StoreError, match="disk full"):
        await run_due(rows_from([0, 1]), do, reschedule=kept, concurrency=2)
    await asyncio.wait_for(cut_off.wait(), 1)


async def test_rows_under_way_end_during_an_outage():
    """The database is locked or restarts: no row is claimed any more, but those under way are not cut off."""
    ended = []

    async def do(row):
        if row == 0:
            raise StoreUnavailable("locked")
        await asyncio.sleep(0.1)
        ended.append(row)
        return "done"

    waiting = list(range(10))
    with pytest.raises(StoreUnavailable):
        await run_due(rows_from(waiting), do, reschedule=kept, concurrency=3)
    assert (ended, waiting) == ([1, 2], list(range(3, 10)))


async def test_a_claim_that_fails_lets_the_others_end():
    """The outage is met by the claim itself."""
    ended = []

    async def do(row):
        await asyncio.sleep(1.2)
        ended.append(row)
        return "done"

    claims = iter([[1], StoreUnavailable("locked")])

    async def claim(_):
        rows = next(claims)
        if isinstance(rows, StoreUnavailable):
            raise rows
        return rows

    with pytest.raises(StoreUnavailable):
        await run_due(claim, do, reschedule=kept, concurrency=2)
    assert ended == [1]
