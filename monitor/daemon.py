"""The daemon: APScheduler as the clock, tasks of our own for the work, and an orderly end.

A tick only asks the rows what is due; nothing is planned in memory, so a restart loses nothing. Of each kind of work
one round is under way at a time, and a round that found work is followed by the next at once.
"""

import asyncio
import faulthandler
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import NoReturn

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import relevance
from monitor.config import Config
from monitor.errors import ConfigError, StoreError
from monitor.pipeline import compose, deliver, poll, prune, read
from monitor.pipeline.context import Kit, Step
from monitor.store import beats, sources

log = structlog.get_logger()

# Each kind of work, and the seconds between two looks at what is due; a look that finds nothing is one indexed query.
Work = Mapping[str, tuple[Callable[[Kit], Awaitable[Step]], float]]
WORK: Work = {
    "poll": (poll.step, 1),
    "read": (read.step, 1),
    "tell": (compose.step, 2),
    "deliver": (deliver.step, 1),
    "prune": (prune.step, prune.EVERY.total_seconds()),
}
REST = 30.0  # seconds for which a kind of work is left alone after it failed: its next round may fail the same way
BEAT = 5.0  # seconds between two signs of life
LATE = 1.0  # seconds that a sign of life may be late before we say so: something holds the event loop
STUCK = 60.0  # seconds without a sign of life after which the process ends, for its supervisor to start it anew
DRAIN = 6.0  # seconds for what is under way: a container engine kills 10 s after SIGTERM
LAST = 7.5  # seconds after SIGTERM at which the process ends, whatever hangs

# What a running kit cannot change: the network, the workers and the database are built on it.
_FIXED = ("contact", "limits", "store")


async def serve(app: AbstractAsyncContextManager[Kit], config: Config, *, read: Callable[[], Config]) -> NoReturn:
    """Work with the kit of an app until a signal comes, then end the process: 0 after a signal, 1 after a failure.

    SIGTERM and SIGINT: what is under way has DRAIN seconds to end; a second one ends the process at once. What is cut
    off is due again when its lease runs out. SIGHUP: `read` gives the configuration anew; one that is wrong (it raises
    ConfigError) changes nothing. The process does not return from here, because it must not wait for threads that
    hang in a name lookup or a database.
    """
    async with app as kit:
        leave(kit, await Daemon(kit, config, read=read).run())


def leave(kit: Kit, code: int) -> NoReturn:
    """End this process and its workers now."""
    kit.pool.close()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a full disk or a closed pipe below it must not change the exit code
            stream.flush()
    os._exit(code)


class Daemon:
    """Runs the steps of a kit until it is told to stop."""

    def __init__(self, kit: Kit, config: Config, *, read: Callable[[], Config], work: Work = WORK) -> None:
        self._kit, self._config, self._read, self._work = kit, config, read, work
        self._tasks: set[asyncio.Task[None]] = set()  # each named for its kind of work
        self._rested: dict[str, float] = {}  # when a kind of work that failed may go on, in the loop's time
        self._reloading = asyncio.Lock()
        self._end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        # A tick that came late is as good as one in time, and several late ones are one. (By default APScheduler
        # drops what is 1 s late, so a blocked loop would lose it.)
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._ticks = AsyncIOScheduler(job_defaults=defaults, timezone=UTC)

    async def run(self) -> int:
        """Work until a signal or the failure of the database; the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, number.name)
        loop.add_signal_handler(signal.SIGHUP, self._spawn, "reload", self._reload)
        for name, (_, seconds) in self._work.items():
            self._ticks.add_job(self._tick, "interval", [name], seconds=seconds, next_run_time=datetime.now(UTC))
        self._ticks.start()
        self._spawn("beat", self._live)
        notify("READY=1")
        log.info("daemon.started", pid=os.getpid(), sources=sum(one.enabled for one in self._config.sources))
        code = await self._end
        notify("STOPPING=1")
        # wait=True would cancel what runs inside the scheduler; our work does not.
        self._ticks.shutdown(wait=False)
        if code == 0:
            await self._drain()
        return code

    # --- work ---------------------------------------------------------------------------------------------------------

    async def _tick(self, name: str) -> None:
        busy = any(task.get_name() == name for task in self._tasks)
        if not busy and asyncio.get_running_loop().time() >= self._rested.get(name, 0):
            self._spawn(name, lambda: self._rounds(name))

    async def _rounds(self, name: str) -> None:
        step, _ = self._work[name]
        while not self._end.done():
            worked = await step(self._kit)
            if not worked.rows:
                return
            log.info("step.done", work=name, done=dict(worked.done))

    def _spawn(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        if self._end.done():
            return
        task = asyncio.ensure_future(work())
        task.set_name(name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, StoreError):
            log.error("store.failed", work=task.get_name(), error=str(error))
            if not self._end.done():
                self._end.set_result(1)
            return
        log.error("step.failed", work=task.get_name(), again_in=REST, exc_info=error)
        self._rested[task.get_name()] = asyncio.get_running_loop().time() + REST

    # --- signs of life ------------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        """Show that the event loop turns and that the database takes writes, by the monotonic clock."""
        loop = asyncio.get_running_loop()
        while not self._end.done():
            # Ends the process from a thread of its own, with a traceback of all others.
            faulthandler.dump_traceback_later(STUCK, exit=True)
            notify("WATCHDOG=1")
            await self._kit.store.run(beats.beat, now=self._kit.clock())
            wall, due = datetime.now(UTC), loop.time() + BEAT
            await asyncio.sleep(BEAT)
            if loop.time() > due + LATE:
                log.warning("loop.late", seconds=round(loop.time() - due, 1))
            if datetime.now(UTC) < wall:
                self._restart_ticks()

    def _restart_ticks(self) -> None:
        """The machine's clock was put back: APScheduler would wait until it has come to the old time again."""
        log.warning("clock.put_back")
        for job in self._ticks.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    # --- signals ------------------------------------------------------------------------------------------------------

    async def _reload(self) -> None:
        """Take a changed configuration; one with errors changes nothing, and the errors are told."""
        async with self._reloading:
            try:
                config = self._read()
            except ConfigError as error:
                log.error("config.refused", error=str(error))  # noqa: TRY400 - the error is for people and says all
                return
            self._kit = await reconfigured(self._kit, config)
            later = [name for name in _FIXED if getattr(config, name) != getattr(self._config, name)]
            if later:
                log.warning("config.needs_restart", settings=later)
            log.info("config.reloaded", sources=sum(one.enabled for one in config.sources))

    def _stop(self, name: str) -> None:
        if self._end.done():
            log.warning("daemon.cut_short", signal=name)
            leave(self._kit, 1)
        log.info("daemon.stopping", signal=name, working=sorted(task.get_name() for task in self._tasks))
        faulthandler.dump_traceback_later(LAST, exit=True)
        self._end.set_result(0)

    async def _drain(self) -> None:
        working = {task for task in self._tasks if task.get_name() in self._work}
        late = (await asyncio.wait(working, timeout=DRAIN))[1] if working else set()
        log.info("daemon.stopped", cut_off=sorted(task.get_name() for task in late))


async def reconfigured(kit: Kit, config: Config) -> Kit:
    """A kit with the sources, rules, channels and mail server of another configuration; the rest is the old one's."""
    judge = relevance.compile(config.rules)
    await kit.store.run(sources.sync, config.sources, now=kit.clock())
    channels = {channel.id: channel for channel in config.channels}
    return replace(kit, judge=judge, channels=channels, mail=config.mail)


def notify(state: str) -> None:
    """Tell systemd, where it started us (sd_notify)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel, suppress(OSError):
        channel.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        channel.sendall(state.encode())
