"""The daemon: as a process that is signalled and killed, and its ticks alone."""

import asyncio
import faulthandler
import json
import os
import re
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
import yaml

from monitor import daemon
from monitor.config import bundled
from monitor.daemon import Daemon
from monitor.model import Message
from monitor.pipeline.context import Context, StepResult, WallClock
from monitor.store import digests, heartbeats, open_store, open_store_read_only
from monitor.store.digests import ComposedDigest
from tests.channels.servers import SILENCE, ScriptedMail, listening
from tests.newsroom import server
from tests.newsroom.content import CASSETTES, acts, outlets
from tests.store.cluster import ABSENT, cluster, programs, restart

ROOT = Path(__file__).parents[1]
PROMISED = 8.0  # seconds from SIGTERM to the end


@dataclass
class Service:
    """A daemon under test, and what it has logged."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    async def logs(self, event: str, patience: float = 20, **values: Any) -> dict[str, Any]:
        """The next line of its log about an event."""
        async with asyncio.timeout(patience):
            while line := (await self.process.stderr.readline()).decode():
                self.lines.append(line)
                entry = json.loads(line) if line.startswith("{") else {}
                if entry.get("event") == event and values.items() <= entry.items():
                    return entry
        raise AssertionError(f"it ended without {event}: {''.join(self.lines)}")

    async def ends(self, patience: float = PROMISED) -> int:
        """Its exit code; an error where it takes longer."""
        async with asyncio.timeout(patience):
            self.lines.append((await self.process.stderr.read()).decode())
            return await self.process.wait()


@asynccontextmanager
async def started(*command: str, **env: str) -> AsyncIterator[Service]:
    pipes = {"stdout": asyncio.subprocess.DEVNULL, "stderr": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, cwd=ROOT, env=os.environ | env, limit=1 << 20, **pipes
    )
    try:
        yield Service(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def service(folder: Path, **asked: Any):
    """The daemon over servers on loopback."""
    return started("tests.service", json.dumps({"folder": str(folder), "store": url(folder), "ports": {}} | asked))


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/monitor.db"


def ask(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "monitor.db", isolation_level=None)) as database:
        return database.execute(query).fetchall()


async def until(come: Callable[[], Any], patience: float = 20) -> None:
    """Wait for what another process does."""
    async with asyncio.timeout(patience):
        while not come():  # noqa: ASYNC110 - there is no event between processes
            await asyncio.sleep(0.05)


def configured(folder: Path, *, sources: str = "", channels: str = "", smtp: int = 25) -> Path:
    """A folder with a configuration; `sources` and `channels` are YAML lists."""
    (folder / "sources").mkdir()
    (folder / "sources/some.yaml").write_text(f"sources: {sources or '[]'}\n")
    (folder / "channels.yaml").write_text(f"channels: {channels or '[]'}\n")
    (folder / "monitor.yaml").write_text(
        "contact: desk@monitor.example\n"
        "limits: {gap: 0s, parse_seconds: 60, workers: 1}\n"
        f"smtp: {{host: 127.0.0.1, port: {smtp}, tls: none, sender: monitor@desk.example}}\n"
    )
    return folder


def listing(host: str) -> str:
    return f"{{id: {host.partition('.')[0]}, name: {host}, url: 'http://{host}/', kind: listing}}"


# --- processes --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_killed_daemon_goes_on_where_it_was(tmp_path):
    """SIGKILL in the middle of the work: the next daemon takes the store and brings every entry to its end."""
    act = acts()["june-2025"]
    known = yaml.load((CASSETTES / "sources.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)["sources"]
    configured(tmp_path, sources=json.dumps([one for one in known if one["id"] in act.sources]))
    now = act.moments[-1]
    async with server.serving(outlets().values(), clock=lambda: now) as port:
        names = {".example": port}
        async with service(tmp_path, ports=names, at=now.isoformat()) as first:
            await first.logs("source.polled")
            first.process.kill()
            assert await first.ends() == -signal.SIGKILL
        # After its leases of five minutes.
        async with service(tmp_path, ports=names, at=(now + timedelta(minutes=6)).isoformat()) as second:
            await second.logs("step.finished", step="read")
            await until(
                lambda: (
                    not ask(
                        tmp_path, "SELECT 1 FROM source WHERE polls = 0 UNION SELECT 1 FROM entry WHERE status IS NULL"
                    )
                )
            )
            second.process.send_signal(signal.SIGTERM)
            assert await second.ends() == 0
    ends = dict(ask(tmp_path, "SELECT status, count(*) FROM entry GROUP BY 1"))
    assert ends["pending"] > 2
    assert sum(ends.values()) > 10


@pytest.fixture
async def hanging(tmp_path) -> AsyncIterator[Service]:
    """A daemon that waits for a name server, a mail server and a parser, none of which will answer."""
    asked = asyncio.Event()

    async def bomb(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = b"" if b"/robots.txt" in head else b"<div>" * 100_000  # quadratic: more than a minute in the parser
        status = b"200 OK" if body else b"404 Not Found"
        writer.write(b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (status, len(body)))
        writer.write(body)
        await writer.drain()
        if body:
            asked.set()

    mail = ScriptedMail({".": SILENCE})
    async with listening(mail) as smtp, listening(bomb) as port:
        configured(
            tmp_path,
            sources=f"[{listing('bomb.test')}, {listing('dead.test')}]",
            channels="[{id: desk, kind: email, recipients: [desk@desk.example], times: []}]",
            smtp=smtp,
        )
        _waiting_message(tmp_path)
        async with service(tmp_path, ports={"bomb.test": port}) as running:
            await until(lambda: asked.is_set() and mail.kept)
            await asyncio.sleep(0.5)
            yield running


def _waiting_message(folder: Path) -> None:
    now = datetime.now(UTC)
    letter = Message(
        channel="desk", recipient="desk@desk.example", id="<1@desk.example>", body=b"Subject: x\r\n\r\nx\r\n"
    )
    composed = ComposedDigest(
        channel="desk",
        channel_kind="email",
        kind="alert",
        start=now,
        end=now,
        subject="x",
        notices=(),
        items=(),
        messages=[letter],
    )
    store = open_store(url(folder))
    store.call(digests.save_digest, composed, now=now)
    store.close()


@pytest.mark.slow
async def test_sigterm_ends_it_whatever_hangs(hanging):
    """SIGTERM while names, mail and a parser hang: exit code 0 within 8 s, and no worker is left behind."""
    workers = [worker for server in _children(hanging.process.pid) for worker in _children(server)]
    assert workers
    start = time.monotonic()
    hanging.process.send_signal(signal.SIGTERM)
    assert (await hanging.logs("daemon.stopped"))["interrupted"] == ["deliver", "poll"]
    assert await hanging.ends() == 0
    assert time.monotonic() - start < PROMISED
    assert not any(map(_lives, workers))


async def test_a_second_signal_ends_it_at_once(hanging):
    """Whoever does not want to wait sends the signal again; the exit code tells that work was cut off."""
    hanging.process.send_signal(signal.SIGTERM)
    await hanging.logs("daemon.stop_requested")
    hanging.process.send_signal(signal.SIGINT)
    assert await hanging.ends(1) == 1


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


async def test_the_command_from_start_to_end(tmp_path):
    """`monitor run`: it tells systemd how it is, is alone over its store, looks well, and takes a new configuration."""
    configured(tmp_path)
    options = ("monitor", "--config", str(tmp_path), "--store", url(tmp_path))
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.settimeout(10)
        systemd.bind(str(tmp_path / "notify"))
        async with started(*options, "run", NOTIFY_SOCKET=str(tmp_path / "notify")) as running:
            await running.logs("daemon.started")
            await _told(systemd, {b"READY=1", b"WATCHDOG=1"})
            await _is_alone(options, running.process.pid)
            await _reloads(tmp_path, running)
            running.process.send_signal(signal.SIGTERM)
            assert await running.ends() == 0
            while systemd.recv(100) != b"STOPPING=1":  # signs of life came before it
                pass


async def _told(systemd: socket.socket, wanted: set[bytes]) -> None:
    assert {await asyncio.to_thread(systemd.recv, 100) for _ in wanted} == wanted


async def _is_alone(options: tuple[str, ...], pid: int) -> None:
    async with started(*options, "run") as second, started(*options, "health") as health:
        assert await second.ends(30) == 1
        assert f"another monitor is running with this store, process {pid} " in second.lines[-1]
        assert await health.ends(30) == 0


async def _reloads(folder: Path, running: Service) -> None:
    settings = folder / "monitor.yaml"
    good = settings.read_text()
    settings.write_text(f"{good}bogus: 1\n")
    running.process.send_signal(signal.SIGHUP)
    assert "bogus: unknown key" in (await running.logs("config.rejected"))["error"]
    settings.write_text(good.replace("gap: 0s", "gap: 1s"))
    (folder / "sources/some.yaml").write_text(f"sources: [{listing('new.test')}]\n")
    running.process.send_signal(signal.SIGHUP)
    assert (await running.logs("config.restart_required"))["settings"] == ["limits"]
    assert (await running.logs("config.reloaded"))["sources"] == 1
    assert (await running.logs("source.polled"))["source"] == "new"


async def test_a_broken_database_ends_it(tmp_path):
    """Nothing can be put back where the database fails: exit code 1, for the supervisor to start anew."""
    async with service(configured(tmp_path)) as running:
        await running.logs("daemon.started")
        ask(tmp_path, "DROP TABLE delivery")
        assert "no such table" in (await running.logs("store.failed"))["error"]
        assert await running.ends() == 1


async def test_a_locked_database_is_waited_for(tmp_path):
    """Another process has the write lock for longer than the timeout: the steps pause, and go on when it is released."""
    async with service(configured(tmp_path), LOCK_TIMEOUT_S=0.2, STORE_PAUSE_S=0.2, HEARTBEAT_S=0.2) as running:
        await running.logs("daemon.started")
        with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert "has locked the database" in (await running.logs("store.unavailable", step="poll"))["error"]
            await running.logs("store.unavailable", step="heartbeat.record")
            other.execute("ROLLBACK")
        released_at = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
        await until(lambda: ask(tmp_path, f"SELECT 1 FROM heartbeat WHERE at > '{released_at}'"))
        running.process.send_signal(signal.SIGTERM)
        assert await running.ends() == 0


async def test_a_restart_of_the_server_is_waited_for(tmp_path):
    """PostgreSQL restarts under a running daemon, as for an update: no step ends it, and the heartbeats go on."""
    found = programs()
    if found is None:
        pytest.skip(ABSENT)
    with cluster(found) as url:
        async with service(configured(tmp_path), store=url, STORE_PAUSE_S=0.2, HEARTBEAT_S=0.2) as running:
            await running.logs("daemon.started")
            for _ in range(3):
                await asyncio.to_thread(restart, found, url)
            restarted_at = datetime.now(UTC)
            with closing(open_store_read_only(url)) as store:
                await until(lambda: (store.call(heartbeats.latest) or restarted_at) > restarted_at)
            running.process.send_signal(signal.SIGTERM)
            assert await running.ends() == 0


async def test_a_stuck_event_loop_ends_it(tmp_path):
    """Without a sign of life the process ends, and says in which line it hung."""
    configured(tmp_path, sources=f"[{listing('frozen.test')}]")
    async with service(tmp_path, WATCHDOG_S=1.0, HEARTBEAT_S=0.2) as running:
        assert await running.ends(15) == 1
        assert re.search(r'File ".*service.py", line \d+ in resolve', running.lines[-1])


# --- ticks ------------------------------------------------------------------------------------------------------------


SETTINGS = SimpleNamespace(sources=(), warnings=())


@pytest.fixture
def context() -> Iterator[SimpleNamespace]:
    """What of a context the daemon itself uses; the logs are kept, and nothing ends the process of the tests."""
    store = open_store("sqlite://")
    with structlog.testing.capture_logs() as logs:
        yield SimpleNamespace(store=store, clock=WallClock(), logs=logs)
    faulthandler.cancel_dump_traceback_later()
    store.close()


async def ran(context: SimpleNamespace, work: daemon.Work, seconds: float) -> int:
    """Run a daemon of this work for a while."""
    asyncio.get_running_loop().call_later(seconds, os.kill, os.getpid(), signal.SIGTERM)
    return await Daemon(context, SETTINGS, load_config=lambda: SETTINGS, work=work).run()


async def test_a_round_that_worked_is_followed_by_the_next_at_once(context):
    """Between two ticks all that is due is done; a round without work waits for the next tick."""
    rounds = []

    async def step(_kit: Context) -> StepResult:
        rounds.append(time.monotonic())
        return StepResult(rows=("row",) if len(rounds) < 4 else ())

    assert await ran(context, {"poll": (step, 60)}, 0.3) == 0
    assert len(rounds) == 4


async def test_one_round_of_a_kind_at_a_time(context):
    """Ticks pass while a round is under way; the other kinds go on beside it, and the end waits for it."""
    begun, ended, others = [], [], []

    async def slow(_kit: Context) -> StepResult:
        begun.append(1)
        await asyncio.sleep(0.6)
        ended.append(1)
        return StepResult()

    async def quick(_kit: Context) -> StepResult:
        others.append(1)
        return StepResult()

    assert await ran(context, {"read": (slow, 0.05), "compose": (quick, 0.05)}, 0.4) == 0
    assert (len(begun), len(ended)) == (1, 1)
    assert len(others) > 3


async def test_work_that_failed_rests(context):
    """A fault of ours in a step is not repeated every second, and stops nothing else."""
    failed, others = [], []

    async def broken(_kit: Context) -> StepResult:
        failed.append(1)
        raise RuntimeError("a fault of ours")

    async def quick(_kit: Context) -> StepResult:
        others.append(1)
        return StepResult()

    assert await ran(context, {"compose": (broken, 0.05), "poll": (quick, 0.05)}, 0.4) == 0
    assert len(failed) == 1
    assert [one["step"] for one in context.logs if one["event"] == "step.failed"] == ["compose"]
    assert len(others) > 3


async def test_a_clock_set_back_stops_nothing(context):
    """APScheduler goes by the machine's clock; after it was put back by hours the ticks are set anew."""
    ticks = []

    async def step(_kit: Context) -> StepResult:
        ticks.append(1)
        return StepResult()

    late = Daemon(context, SETTINGS, load_config=lambda: SETTINGS, work={"poll": (step, 60)})
    running = asyncio.ensure_future(late.run())
    await asyncio.sleep(0.2)
    (job,) = late._ticks.get_jobs()
    job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
    late._restart_ticks()
    await asyncio.sleep(0.2)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == 0
    assert len(ticks) == 2


def test_the_unit_of_systemd_waits_for_us():
    """It kills later than we end by ourselves, and later than we find ourselves stuck."""
    unit = (bundled("config") / "monitor.service").read_text()
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > PROMISED > daemon.EXIT_DEADLINE_S > daemon.DRAIN_TIMEOUT_S
    assert int(re.search(r"WatchdogSec=(\d+)", unit)[1]) > daemon.WATCHDOG_S
