"""Workers: results come back, and a bad call costs one worker and nobody else."""

import asyncio
import os
import signal
import time

import pytest

from monitor.errors import ParseError, WorkerError
from monitor.workers import WorkerPool

MEMORY = 1 << 30


@pytest.fixture
async def pool():
    pool = WorkerPool(size=2, deadline=2.0, memory=MEMORY)
    yield pool
    pool.close()


def double(number):
    return 2 * number


def refuse(url):
    raise ParseError(url, "not a feed")


def divide():
    return 1 / 0


def swallow_memory():
    return len(bytearray(4 * MEMORY))


def die():
    os.kill(os.getpid(), signal.SIGKILL)


async def test_values_come_back(pool):
    """More calls than workers: each gets its own answer."""
    assert await asyncio.gather(*(pool.run(double, number) for number in range(20))) == list(range(0, 40, 2))


async def test_large_values_cross_the_pipe(pool):
    """A body of megabytes passes in and out."""
    assert len(await pool.run(double, b"x" * 5_000_000)) == 10_000_000


async def test_our_errors_come_back_as_they_are(pool):
    """A ParseError raised in a worker is a ParseError here, with its URL."""
    with pytest.raises(ParseError, match="not a feed") as caught:
        await pool.run(refuse, "http://a.example/")
    assert caught.value.url == "http://a.example/"


async def test_a_fault_of_ours_brings_its_traceback(pool):
    """What the function did not mean to raise is a PoolError that shows where."""
    with pytest.raises(WorkerError, match="ZeroDivisionError"):
        await pool.run(divide)


async def test_over_the_deadline_only_that_call_fails(pool):
    """A hanging call is killed at its deadline; calls beside and after it are served."""
    start = time.monotonic()
    hanging = asyncio.create_task(pool.run(time.sleep, 60))
    assert await pool.run(double, 4) == 8
    with pytest.raises(WorkerError, match="longer than 2 s"):
        await hanging
    assert time.monotonic() - start < 5
    assert await asyncio.gather(*(pool.run(double, number) for number in range(4))) == [0, 2, 4, 6]


async def test_over_the_memory_limit(pool):
    """A call that wants more memory than its worker may have fails, and the worker's place is filled."""
    with pytest.raises(WorkerError, match="memory"):
        await pool.run(swallow_memory)
    assert await pool.run(double, 1) == 2


async def test_a_dead_worker_is_replaced(pool):
    """Killed workers never leave the pool smaller."""
    for _ in range(3):
        with pytest.raises(WorkerError, match="died"):
            await pool.run(die)
    assert await asyncio.gather(*(pool.run(double, number) for number in range(4))) == [0, 2, 4, 6]


class Unlucky(WorkerPool):
    """A pool on a machine that cannot fork now and then."""

    failures = 0

    def _spawn(self):
        if self.failures:
            self.failures -= 1
            raise OSError("cannot allocate memory")
        return super()._spawn()


async def test_a_worker_that_cannot_be_replaced_now_is_replaced_later():
    """A fork that fails costs the next call, never the place: a pool without places would wait for ever."""
    pool = Unlucky(size=1, deadline=2.0, memory=MEMORY)
    pool.failures = 1
    for _ in range(2):
        with pytest.raises(WorkerError, match="died"):
            await asyncio.wait_for(pool.run(die), 5)
    assert await asyncio.wait_for(pool.run(double, 4), 5) == 8
    pool.close()


async def test_a_cancelled_call_frees_its_place(pool):
    """Giving up on both workers leaves two workers that serve."""
    calls = [asyncio.create_task(pool.run(time.sleep, 60)) for _ in range(2)]
    await asyncio.sleep(0.1)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert await asyncio.gather(*(pool.run(double, number) for number in range(4))) == [0, 2, 4, 6]


async def test_close_does_not_wait_for_a_hanging_call():
    """A drain ends at once: the row of the call is still due in the store."""
    pool = WorkerPool(size=1, deadline=60.0, memory=MEMORY)
    hanging = asyncio.create_task(pool.run(time.sleep, 60))
    await asyncio.sleep(0.2)
    start = time.monotonic()
    pool.close()
    with pytest.raises(WorkerError):
        await hanging
    assert time.monotonic() - start < 2
