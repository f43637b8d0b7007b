"""Worker processes for hostile bytes: each has one pipe, a deadline and a memory limit.

A page can keep a parser busy for minutes (100,000 nested `<div>` cost selectolax 22 s), and a thread cannot be killed; a
process can. Workers come from a fork server that starts before any thread. A killed worker is replaced alone: a
ProcessPoolExecutor breaks as a whole if one worker dies.
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

from monitor.errors import MonitorError, WorkerError

P = ParamSpec("P")
R = TypeVar("R")

# The fork server imports these once, so that a new worker starts within milliseconds. The main script is one of them:
# each worker runs it again under another name, and then its imports are done already.
PRELOADED_MODULES = ["monitor.__main__", "monitor.parse", "monitor.extract"]

WorkerReply = tuple[Literal["value", "error", "bug"], object]


def warm_up() -> None:
    """Start the fork server and its imports in the background; otherwise the first pool waits for them."""
    mp.get_context("forkserver").set_forkserver_preload(PRELOADED_MODULES)
    forkserver.ensure_running()


class WorkerPool:
    """Runs pure functions in `size` workers; a call over `deadline` seconds or `memory` bytes kills its worker."""

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
        """Returns the result of a top-level function, computed in a worker.

        A MonitorError of the function is raised as it is. Raises WorkerError if the worker was killed (time, memory),
        or if the function has a bug: the error then has its traceback.
        """
        worker = await self._free.get()
        try:
            ask = (worker.connection, fn, args, kwargs, self._deadline)
            kind, value = await asyncio.get_running_loop().run_in_executor(self._threads, call_worker, *ask)
        except BaseException:  # also if the caller was cancelled: the worker is still busy
            self._replace(worker)
            raise
        self._free.put_nowait(worker)
        if kind == "value":
            return value  # type: ignore[return-value]  # a pipe has no types
        raise value if isinstance(value, MonitorError) else WorkerError(f"{fn.__name__} failed:\n{value}")

    def close(self) -> None:
        """Kill the workers at once. Nothing is lost: their rows are still due in the store."""
        self._closed = True
        for worker in self._workers:
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _spawn(self) -> "_Worker":
        parent_end, worker_end = self._context.Pipe()
        process = self._context.Process(target=worker_main, args=(worker_end, self._memory), daemon=True)
        process.start()
        worker_end.close()
        return _Worker(process, parent_end)

    def _replace(self, worker: "_Worker") -> None:
        worker.kill()
        if self._closed:
            return
        try:
            replacement = self._spawn()
        except (OSError, EOFError):  # no memory to fork, or the fork server has died: it starts again at the next call
            replacement = worker  # the slot must not be lost; the next call meets a dead worker and replaces it
        self._workers.discard(worker)
        self._workers.add(replacement)
        self._free.put_nowait(replacement)


@dataclass(frozen=True, slots=True, eq=False)
class _Worker:
    process: ForkServerProcess
    connection: Connection

    def kill(self) -> None:
        """End the process. A thread that waits on its pipe then wakes and closes the pipe itself (see `call_worker`)."""
        self.process.kill()
        self.process.join()


def call_worker(
    connection: Connection, fn: Callable[..., object], args: object, kwargs: object, deadline: float
) -> WorkerReply:
    """Returns the reply of a worker to one call. Raises WorkerError, with the pipe closed, if none came in time."""
    try:
        connection.send((fn, args, kwargs))
        if connection.poll(deadline):
            answer: WorkerReply = connection.recv()
            return answer
    except (EOFError, OSError) as error:
        connection.close()
        raise WorkerError("its worker died (out of memory, or killed)") from error
    connection.close()
    raise WorkerError(f"its worker took longer than {deadline:g} s and was stopped")


def worker_main(connection: Connection, memory: int) -> None:
    """Answer calls until the pipe closes: the main function of a worker process."""
    # Ctrl-C goes to the whole process group; the parent decides when a worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for fn, args, kwargs in read_calls(connection):
        connection.send(run_call(fn, args, kwargs))


def read_calls(connection: Connection) -> Iterator[tuple[Callable[..., object], tuple[object, ...], dict[str, object]]]:
    """Yields the calls of the parent until the pipe closes."""
    with contextlib.suppress(EOFError, OSError):  # the parent has ended or closed the pipe
        while True:
            yield connection.recv()


def run_call(fn: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> WorkerReply:
    """Returns the reply to one call: its value, its MonitorError, or the traceback of a bug."""
    try:
        return "value", fn(*args, **kwargs)
    except MonitorError as error:
        return "error", error
    except MemoryError:
        return "error", WorkerError("its worker exceeded its memory limit")
    except Exception:  # noqa: BLE001  # a bug must reach the log of the parent, and not end the worker silently
        return "bug", traceback.format_exc()
