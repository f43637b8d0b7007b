"""Worker processes for hostile bytes: one pipe, one deadline and one memory limit each.

A parser can hang for minutes on a page made for it (100,000 nested `<div>` keep selectolax busy for 22 s) and a thread
cannot be killed; a process can. Workers come from a fork server that is started before any thread, and are replaced
one by one, so the others go on (a ProcessPoolExecutor breaks whole when one worker dies).
"""

import asyncio
import contextlib
import multiprocessing as mp
import resource
import signal
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Literal, ParamSpec, TypeVar

from monitor.errors import MonitorError, PoolError

P = ParamSpec("P")
R = TypeVar("R")

# What the fork server imports once, so that a new worker is there within milliseconds. The main script is among it:
# each worker runs it again under another name to find its definitions, and then finds its imports done.
PRELOAD = ["monitor.__main__", "monitor.parse", "monitor.extract"]

Answer = tuple[Literal["value", "error", "bug"], object]


def warm_up() -> None:
    """Let the fork server import what workers need, while the caller goes on; without it a pool waits for that."""
    mp.get_context("forkserver").set_forkserver_preload(PRELOAD)
    forkserver.ensure_running()


class Pool:
    """Run pure functions in `size` workers; a call over `deadline` seconds or `memory` bytes costs its worker."""

    def __init__(self, *, size: int, deadline: float, memory: int) -> None:
        self._deadline, self._memory = deadline, memory
        self._context = mp.get_context("forkserver")
        warm_up()
        self._workers = {self._spawn() for _ in range(size)}
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._free.put_nowait(worker)
        # Each thread only waits on one pipe; the number of workers bounds them.
        self._threads = ThreadPoolExecutor(size, "pool")
        self._closed = False

    async def run(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a top-level function, computed in a worker.

        A MonitorError that it raises comes back as it is. PoolError: the worker was killed (time, memory) or the
        function has a fault of its own, whose traceback the error then holds.
        """
        worker = await self._free.get()
        try:
            ask = (worker.connection, fn, args, kwargs, self._deadline)
            kind, value = await asyncio.get_running_loop().run_in_executor(self._threads, _ask, *ask)
        except BaseException:  # also a cancelled wait: the worker is still busy with what nobody waits for
            self._replace(worker)
            raise
        self._free.put_nowait(worker)
        if kind == "value":
            return value  # type: ignore[return-value]  # a pipe carries no types
        raise value if isinstance(value, MonitorError) else PoolError(f"{fn.__name__} failed:\n{value}")

    def close(self) -> None:
        """Kill the workers, whatever they do. Nothing is lost: their work is still due in the store."""
        self._closed = True
        for worker in self._workers:
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _spawn(self) -> "_Worker":
        here, there = self._context.Pipe()
        process = self._context.Process(target=_work, args=(there, self._memory), daemon=True)
        process.start()
        there.close()
        return _Worker(process, here)

    def _replace(self, worker: "_Worker") -> None:
        worker.kill()
        if self._closed:
            return
        try:
            fresh = self._spawn()
        except (OSError, EOFError):  # no memory to fork, or the fork server has died: it starts anew at the next try
            fresh = worker  # its place must not be lost; the next call finds it dead and tries again
        self._workers.discard(worker)
        self._workers.add(fresh)
        self._free.put_nowait(fresh)


@dataclass(frozen=True, slots=True, eq=False)
class _Worker:
    process: ForkServerProcess
    connection: Connection

    def kill(self) -> None:
        """End the process. A thread that waits on its pipe wakes by that, and closes the pipe itself (see `_ask`)."""
        self.process.kill()
        self.process.join()


def _ask(connection: Connection, fn: Callable[..., object], args: object, kwargs: object, deadline: float) -> Answer:
    try:
        connection.send((fn, args, kwargs))
        if connection.poll(deadline):
            answer: Answer = connection.recv()
            return answer
    except (EOFError, OSError) as error:
        connection.close()
        raise PoolError("its worker died (out of memory, or killed)") from error
    connection.close()
    raise PoolError(f"its worker took longer than {deadline:g} s and was stopped")


def _work(connection: Connection, memory: int) -> None:
    """The life of a worker: take a call, answer it, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides when we end
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for fn, args, kwargs in _calls(connection):
        connection.send(_answer(fn, args, kwargs))


def _calls(connection: Connection) -> Iterator[tuple[Callable[..., object], tuple[object, ...], dict[str, object]]]:
    with contextlib.suppress(EOFError, OSError):  # the parent is gone or has hung up: so do we
        while True:
            yield connection.recv()


def _answer(fn: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> Answer:
    try:
        return "value", fn(*args, **kwargs)
    except MonitorError as error:
        return "error", error
    except MemoryError:
        return "error", PoolError("its worker needed more memory than one may have")
    except Exception:  # noqa: BLE001  # a fault of ours must reach the log of the parent, not end the worker mutely
        return "bug", traceback.format_exc()
