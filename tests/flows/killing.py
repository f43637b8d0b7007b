"""Play an act in lives that are killed, with real receivers that outlive them, and say what it all came to."""

import asyncio
import contextlib
import email
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import Envelope
from sqlalchemy import Connection, func, select
from standardwebhooks.webhooks import Webhook

from monitor.store import open_store
from monitor.store.schema import delivery, digest_item, entry, item, notice, sighting
from tests.channels.servers import Mailbox, Receiver, listening, real_mail_server
from tests.flows.crash import SECRET, Life

ROOT = Path(__file__).parents[2]
# Not `-m`: each worker of the pool would run that script again, for the fork server of 3.11 does not preload it.
NURSERY = (sys.executable, "-c", "from tests.flows.crash import main; main()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """The end of a life: at one passing of a named point, or from outside after so many seconds."""

    at: str = ""
    passing: int = 1
    after: float | None = None

    def __str__(self) -> str:
        return f"{self.at}:{self.passing}" if self.after is None else f"{self.after:.2f} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message as it reached a recipient."""

    recipient: str  # address, or "wire"
    id: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an act came to; free of numbers that the store gave."""

    ends: dict[str, str | None]  # outcome of each entry by URL
    sightings: frozenset[tuple[str, str]]  # source, URL
    stories: frozenset[frozenset[str]]  # URLs of the texts of each
    copies: frozenset[tuple[str, str]]  # URL, URL of the text that it repeats
    waiting: dict[str, int]  # what has not come to its end
    told: dict[str, Counter[str]]  # to each recipient: how often each story (named by its first URL), known ids dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """An act played to its end."""

    result: Result
    arrivals: tuple[Arrival, ...]
    killed: tuple[Kill, ...]  # an end from outside may come too late
    passed: Counter[str]  # points, by the last life
    orphans: list[str]  # processes that killed lives left behind

    @property
    def repeated(self) -> Counter[Arrival]:
        """What reached its recipient more than once, byte for byte, and how often too often."""
        return Counter(self.arrivals) - Counter(set(self.arrivals))


class Nursery:
    """Where lives come from: a process that has imported all that they need (see `crash.main`)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def live(self, life: Life) -> tuple[int, bool]:
        """Live a life; its process, and whether it came to the end of its act. Raises where it broke."""
        self._process.stdin.write(json.dumps(asdict(life)).encode() + b"\n")
        pid, code = json.loads(await self._process.stdout.readline())
        assert code in (0, -signal.SIGKILL), (Path(life.folder) / "log").read_text()
        return pid, code == 0


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A nursery, for one act at a time."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*NURSERY, cwd=ROOT, stdin=pipe, stdout=pipe)
    try:
        assert json.loads(await process.stdout.readline()) == "ready"
        yield Nursery(process)
    finally:
        process.stdin.close()  # its lives are over, and so is it
        await process.wait()


async def play(born: Nursery, act: str, folder: Path, kills: Sequence[Kill] = ()) -> Played:
    """Play an act in `folder`: one life for each kill until one comes to the end, else a last one left alone."""
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing else waits for it
    mailbox, receiver = Mailbox(), Receiver()
    killed: dict[int, Kill] = {}  # by process
    async with real_mail_server(mailbox) as mail, listening(receiver) as hook:
        for kill in (*kills, Kill()):
            life = Life(act=act, folder=str(folder), mail=mail, hook=hook, **asdict(kill))
            pid, whole = await born.live(life)
            if whole:
                break
            killed[pid] = kill
    arrivals = (*map(_mail, mailbox.envelopes), *(_hook(headers, body) for _, headers, body in receiver.requests))
    return Played(
        result=_result(folder, arrivals),
        arrivals=arrivals,
        killed=tuple(killed.values()),
        passed=Counter(json.loads((folder / "passed").read_text())),
        orphans=await _orphans(killed),
    )


async def _orphans(lives: Collection[int]) -> list[str]:
    """The processes that have outlived the lives to which they belonged, by two seconds and more."""
    for _ in range(20):
        left = [name for pid, name in _sessions() if pid in lives]
        if not left:
            break
        await asyncio.sleep(0.1)
    return left


def _sessions() -> Iterator[tuple[int, str]]:
    """Session and name of each process that is no zombie (proc(5), stat); none where there is no /proc."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            name, _, rest = file.read_text("utf-8", "replace").rpartition(")")
            state, _parent, _group, session, *_ = rest.split()
            if state != "Z":
                yield int(session), name


# --- what came of it --------------------------------------------------------------------------------------------------


def _mail(envelope: Envelope) -> Arrival:
    body = bytes(envelope.content or b"")
    (recipient,) = envelope.rcpt_tos
    return Arrival(recipient=recipient, id=email.message_from_bytes(body)["Message-ID"], body=body)


def _hook(headers: dict[str, str], body: bytes) -> Arrival:
    # The library holds the stamp against the machine's clock, and the act's is behind: signed again, it must agree.
    stamp = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    signature = Webhook(SECRET).sign(headers["webhook-id"], stamp, body.decode())
    assert signature in headers["webhook-signature"].split()
    return Arrival(recipient="wire", id=headers["webhook-id"], body=body)


def _result(folder: Path, arrivals: Collection[Arrival]) -> Result:
    store = open_store(f"sqlite:///{folder / 'monitor.db'}")
    try:
        return store.call(_read, set(arrivals))
    finally:
        store.close()


def _read(conn: Connection, arrivals: Collection[Arrival]) -> Result:
    assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    url = {row.id: row.url for row in conn.execute(select(item.c.id, entry.c.url).join(entry))}
    stories: dict[int, set[str]] = {}
    for row in conn.execute(select(item.c.id, item.c.story).where(item.c.story.is_not(None))):
        stories.setdefault(row.story, set()).add(url[row.id])
    seen = conn.execute(select(sighting.c.source, entry.c.url).join(entry))
    copies = conn.execute(select(item.c.id, item.c.copy_of).where(item.c.copy_of.is_not(None)))
    return Result(
        ends={row.url: row.status for row in conn.execute(select(entry.c.url, entry.c.status))},
        sightings=frozenset((row.source, row.url) for row in seen),
        stories=frozenset(map(frozenset, stories.values())),
        copies=frozenset((url[row.id], url[row.copy_of]) for row in copies),
        waiting=_waiting(conn),
        told=_told(conn, arrivals, names={number: min(urls) for number, urls in stories.items()}),
    )


def _waiting(conn: Connection) -> dict[str, int]:
    """What has not come to its end."""
    left = {
        "entries": entry.c.status.is_(None),
        "notices": notice.c.digest.is_(None),
        "deliveries": delivery.c.state != "sent",
    }
    return {name: conn.scalar(select(func.count()).where(still)) or 0 for name, still in left.items()}


def _told(conn: Connection, arrivals: Collection[Arrival], *, names: dict[int, str]) -> dict[str, Counter[str]]:
    """The stories in what arrived, each message being the one that the outbox has under its id."""
    told: dict[str, Counter[str]] = {}
    for arrival in arrivals:
        row = conn.execute(select(delivery.c.digest, delivery.c.body).where(delivery.c.message_id == arrival.id)).one()
        assert arrival.body == row.body
        carried = select(item.c.story).join(digest_item).where(digest_item.c.digest == row.digest).distinct()
        told.setdefault(arrival.recipient, Counter()).update(names[number] for number in conn.scalars(carried))
    return told
