"""The daemon: repeats the steps until a signal comes, and then ends in order.

APScheduler is only the clock, and our own tasks do the work. A tick asks the rows whether they are due; nothing is planned in
memory, so a restart loses nothing. At most one round of each step runs at a time; a round that worked on a row is
followed by the next at once.
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
from monitor.errors import ConfigError, StoreError, StoreUnavailable
from monitor.pipeline import compose, deliver, group, poll, prune, read, watch
from monitor.pipeline.context import Context, StepResult
from monitor.store import faults, heartbeats, sources

log = structlog.get_logger()

# Each step, and the seconds between two rounds of it; a round without due rows is one indexed query.
Work = Mapping[str, tuple[Callable[[Context], Awaitable[StepResult]], float]]
WORK: Work = {
    "poll": (poll.step, 1),
    "read": (read.step, 1),
    "group": (group.step, 1),
    "compose": (compose.step, 2),
    "deliver": (deliver.step, 1),
    "watch": (watch.step, watch.INTERVAL.total_seconds()),
    "prune": (prune.step, prune.INTERVAL.total_seconds()),
}
FAILURE_PAUSE_S = 30.0  # after a step failed: its next round may fail in the same way
STORE_PAUSE_S = 5.0  # after the database was not available; a server restarts within seconds
HEARTBEAT_S = 5.0  # between two heartbeats
LOOP_LAG_S = 1.0  # a heartbeat that is so late is logged: something blocks the event loop
WATCHDOG_S = 60.0  # without a heartbeat, after which the process ends, so that its supervisor starts it again
DRAIN_TIMEOUT_S = 6.0  # for the running steps: a container engine kills 10 s after SIGTERM
EXIT_DEADLINE_S = 7.5  # after SIGTERM, at which the process ends even if a thread hangs

# A running context cannot change these settings: the network, the workers and the database are built on them.
_RESTART_SETTINGS = ("contact", "limits", "store")


async def serve(
    app: AbstractAsyncContextManager[Context], config: Config, *, load_config: Callable[[], Config]
) -> NoReturn:
    """Run the steps with an app's context until a signal comes, then end the process: 0 after a signal, 1 after a failure.

    SIGTERM and SIGINT give the running steps DRAIN_TIMEOUT_S seconds to end; a second signal ends the process at once.
    Interrupted rows are due again when their leases expire. SIGHUP calls `load_config` and uses the new configuration;
    if that raises ConfigError, nothing changes.
    """
    # The process does not return from here: it must not wait for threads that hang in a name lookup or a database.
    async with app as context:
        exit_process(context, await Daemon(context, config, load_config=load_config).run())


def exit_process(context: Context, code: int) -> NoReturn:
    """End this process and its workers at once, with the exit code."""
    context.workers.close()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a full disk or a closed pipe must not change the exit code
            stream.flush()
    os._exit(code)


class Daemon:
    """Runs the steps of a context until a signal comes."""

    def __init__(
        self, context: Context, config: Config, *, load_config: Callable[[], Config], work: Work = WORK
    ) -> None:
        self._context, self._config, self._load_config, self._work = context, config, load_config, work
        self._tasks: set[asyncio.Task[None]] = set()  # each has the name of its step
        self._paused_until: dict[str, float] = {}  # when a step that failed may run again, in the loop's time
        self._unproven = set(work)  # steps that have not succeeded since they failed, or since the start
        self._reload_lock = asyncio.Lock()
        self._end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        # A late tick still counts, and several late ticks count as one. By default APScheduler drops a tick that is
        # 1 s late, so a blocked loop would lose it.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._ticks = AsyncIOScheduler(job_defaults=defaults, timezone=UTC)

    async def run(self) -> int:
        """Run until a signal comes or the database is broken; returns the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, number.name)
        loop.add_signal_handler(signal.SIGHUP, self._spawn, "reload", self._reload)
        for name, (_, seconds) in self._work.items():
            self._ticks.add_job(self._tick, "interval", [name], seconds=seconds, next_run_time=datetime.now(UTC))
        self._ticks.start()
        self._spawn("heartbeat", self._heartbeat)
        notify_systemd("READY=1")
        log_warnings(self._config)
        log.info("daemon.started", pid=os.getpid(), sources=sum(source.enabled for source in self._config.sources))
        code = await self._end
        notify_systemd("STOPPING=1")
        # wait=True would cancel coroutines that run inside the scheduler; our tasks do not.
        self._ticks.shutdown(wait=False)
        if code == 0:
            await self._drain()
        return code

    # --- work ---------------------------------------------------------------------------------------------------------

    async def _tick(self, name: str) -> None:
        self._spawn_if_idle(name, lambda: self._rounds(name))

    def _spawn_if_idle(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        busy = any(task.get_name() == name for task in self._tasks)
        if not busy and asyncio.get_running_loop().time() >= self._paused_until.get(name, 0):
            self._spawn(name, work)

    async def _rounds(self, name: str) -> None:
        step, _ = self._work[name]
        while not self._end.done():
            result = await step(self._context)
            if name in self._unproven:
                self._unproven.discard(name)
                await self._context.store.run(faults.clear, f"step {name}")
            if not result.rows:
                return
            log.info("step.finished", step=name, done=dict(result.done))

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
        if isinstance(error, StoreUnavailable):
            # A server that restarts, a backup that locks the file, a full disk: the rows are due again afterwards, and
            # `monitor health` shows that the heartbeats stopped.
            log.error("store.unavailable", step=task.get_name(), again_in=STORE_PAUSE_S, error=str(error))
            self._paused_until[task.get_name()] = asyncio.get_running_loop().time() + STORE_PAUSE_S
            return
        if isinstance(error, StoreError):
            log.error("store.failed", step=task.get_name(), error=str(error))
            if not self._end.done():
                self._end.set_result(1)
            return
        log.error("step.failed", step=task.get_name(), again_in=FAILURE_PAUSE_S, exc_info=error)
        self._paused_until[task.get_name()] = asyncio.get_running_loop().time() + FAILURE_PAUSE_S
        if task.get_name() in self._work:
            self._unproven.add(task.get_name())
            reason = f"{type(error).__name__}: {error}"
            self._spawn("fault.record", lambda: self._record_fault(task.get_name(), reason))

    async def _record_fault(self, name: str, reason: str) -> None:
        await self._context.store.run(faults.record, f"step {name}", reason=reason, now=self._context.clock())

    # --- heartbeat ----------------------------------------------------------------------------------------------------

    async def _heartbeat(self) -> None:
        """Prove again and again, by the monotonic clock, that the event loop runs and that the database accepts writes."""
        loop = asyncio.get_running_loop()
        while not self._end.done():
            # If it is not called again in time, its own thread prints the tracebacks of all others and ends the process.
            faulthandler.dump_traceback_later(WATCHDOG_S, exit=True)
            notify_systemd("WATCHDOG=1")
            # A task of its own: while the database is not available, the loop still runs.
            self._spawn_if_idle("heartbeat.record", self._record_heartbeat)
            wall, due = datetime.now(UTC), loop.time() + HEARTBEAT_S
            await asyncio.sleep(HEARTBEAT_S)
            if loop.time() > due + LOOP_LAG_S:
                log.warning("loop.delayed", seconds=round(loop.time() - due, 1))
            if datetime.now(UTC) < wall:
                self._restart_ticks()

    async def _record_heartbeat(self) -> None:
        await self._context.store.run(heartbeats.record, now=self._context.clock())

    def _restart_ticks(self) -> None:
        # The machine's clock was set back: APScheduler would wait until it reaches the old time again.
        log.warning("clock.set_back")
        for job in self._ticks.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    # --- signals ------------------------------------------------------------------------------------------------------

    async def _reload(self) -> None:
        """Use the configuration as it is now in the files; if it has errors, log them and change nothing."""
        async with self._reload_lock:
            try:
                config = self._load_config()
            except ConfigError as error:
                log.error("config.rejected", error=str(error))  # noqa: TRY400 - the message is complete, a traceback adds nothing
                return
            self._context = await reconfigured(self._context, config)
            log_warnings(config)
            pending = [name for name in _RESTART_SETTINGS if getattr(config, name) != getattr(self._config, name)]
            if pending:
                log.warning("config.restart_required", settings=pending)
            log.info("config.reloaded", sources=sum(source.enabled for source in config.sources))

    def _stop(self, name: str) -> None:
        if self._end.done():
            log.warning("daemon.interrupted", signal=name)
            exit_process(self._context, 1)
        log.info("daemon.stop_requested", signal=name, running=sorted(task.get_name() for task in self._tasks))
        faulthandler.dump_traceback_later(EXIT_DEADLINE_S, exit=True)
        self._end.set_result(0)

    async def _drain(self) -> None:
        running = {task for task in self._tasks if task.get_name() in self._work}
        unfinished = (await asyncio.wait(running, timeout=DRAIN_TIMEOUT_S))[1] if running else set()
        log.info("daemon.stopped", interrupted=sorted(task.get_name() for task in unfinished))


def log_warnings(config: Config) -> None:
    """Log each warning of the configuration: an old key that has a new name, a key or a file without effect."""
    for warning in config.warnings:
        place = {"file": warning.file, "line": warning.line}
        if warning.new:
            log.warning("config.key_renamed", **place, old=warning.old, new=warning.new)
        else:
            log.warning("config.warned", **place, message=warning.message)


async def reconfigured(context: Context, config: Config) -> Context:
    """Returns the context with the sources, rules, channels, operator channel and mail server of another configuration."""
    judge = relevance.compile(config.rules)
    await context.store.run(sources.sync, config.sources, now=context.clock())
    channels = {channel.id: channel for channel in config.channels}
    return replace(context, judge=judge, channels=channels, operator_channel=config.operator_channel, mail=config.mail)


def notify_systemd(state: str) -> None:
    """Send a state to systemd, if it started this process (sd_notify)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel, suppress(OSError):
        channel.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        channel.sendall(state.encode())
