"""A scripted world: outlets that serve what a script says, the service over them, and readers who receive mail.

The configuration loader, the steps of the daemon, the store, the composing and the delivery are the real ones. Only the network of
the outlets and the clock are replaced: the clock jumps from each time at which something is due to the next, on whole
seconds, as the ticks of the daemon are.
"""

import asyncio
import base64
import email
import email.policy
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import yaml
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Connection, select

from monitor import config
from monitor.app import open_app
from monitor.config import Config
from monitor.daemon import WORK
from monitor.pipeline.context import ActClock, Context
from monitor.services.health import check_health
from monitor.store import heartbeats, schema
from monitor.store.statuses import PollStatus
from tests.channels.servers import real_mail_server

TICK = timedelta(seconds=1)  # of the daemon
AFTERMATH = timedelta(hours=24)  # after the last step: digests, retries of pages and messages
NEVER = timedelta(days=365)
LONG_PERIOD_S = 60  # a step that is so slow and does not know when more is due runs at its own period
NO_WORK_FOR_OTHERS = {PollStatus.UNCHANGED, PollStatus.FAILED}
NOT_FOUND = {"status": 404, "headers": {"content-type": "text/plain"}, "body": "not found"}


async def play(script: Mapping[str, Any], *, inspect: Callable[[Connection], None] = lambda _: None) -> dict[str, Any]:
    """Run the service over the outlets of a script; returns its entries, decisions, messages and health.

    `inspect` may look into the store at the end.
    """
    steps = sorted(script["steps"], key=lambda step: moment(step["at"]))
    with tempfile.TemporaryDirectory(prefix="monitor-world-") as folder:
        clock = ActClock(moment(steps[0]["at"]))
        outlets, mailbox = Outlets(), Mailbox(clock=clock)
        async with real_mail_server(mailbox) as port:
            settings = write_config(Path(folder), script, mail_port=port)
            store = f"sqlite:///{folder}/monitor.db"
            opened = open_app(
                settings,
                store=store,
                transport=outlets,
                resolver=resolve_nothing,
                clock=clock,
                rng=random.Random(1),
            )
            async with opened as context:
                work = Steps(context, clock)
                for step in steps:
                    await work.advance(until=moment(step["at"]))
                    outlets.served |= {str(httpx.URL(url)): answer for url, answer in step["serve"].items()}
                await work.advance(until=clock() + AFTERMATH)
                await work.settle()
                await context.store.run(heartbeats.record, now=clock())
                await context.store.run(inspect)
                entries = await context.store.run(read_entries)
                decisions = await context.store.run(read_decisions)
                origins = await context.store.run(read_origins)
            # The disk belongs to the machine, not to the world.
            checks = [check for check in check_health(store, now=clock()) if check.name != "disk"]
    health = {check.name: {"ok": check.ok, "detail": check.detail} for check in checks}
    messages = [received.to_plain(origins) for received in mailbox.messages]
    return {"entries": entries, "decisions": decisions, "messages": messages, "health": health}


def moment(written: str) -> datetime:
    """Returns an ISO time as an aware one; without an offset it is UTC."""
    time = datetime.fromisoformat(written)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


async def resolve_nothing(host: str, _port: int) -> Sequence[tuple[str, int]]:
    """The resolver of a machine without a network: a webhook of a script fails at once, and not by a timeout."""
    raise OSError(f"{host} has no address in this world")


def write_config(folder: Path, script: Mapping[str, Any], *, mail_port: int) -> Config:
    """Write the configuration of a script to a folder, and load it as the service does. Raises ConfigErrors."""
    smtp = {"host": "127.0.0.1", "port": mail_port, "tls": "none", "sender": "Monitor <monitor@desk.example>"}
    sources = [{"name": source["id"], "interval": "10m", **source} for source in script["sources"]]
    files = {
        "monitor.yaml": {"contact": "world@monitor.example", "smtp": smtp},
        "sources/all.yaml": {"sources": sources},
        "channels.yaml": {"channels": list(script["channels"])},
    }
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    settings = config.load(folder, env={})
    # One row at a time, so that the result cannot depend on the speed of the machine; nobody waits between two pages.
    return replace(settings, limits=replace(settings.limits, concurrency=1, workers=1, host_delay=timedelta(0)))


# --- time -------------------------------------------------------------------------------------------------------------


class Steps:
    """The steps of the daemon, each run when it is due."""

    def __init__(self, context: Context, clock: ActClock) -> None:
        self._context, self._clock = context, clock
        self._due_at = dict.fromkeys(WORK, clock())

    async def advance(self, *, until: datetime) -> None:
        """Run the steps at each time before `until` at which one is due, and move the clock to `until`."""
        while self._clock() < until:
            await self.settle()
            next_due = min(self._due_at.values())
            self._clock.set(min(until, max(whole_second(next_due), self._clock() + TICK)))

    async def settle(self) -> None:
        """Run the steps that are due, in their order, until none has work."""
        # A round in which one step has written rows is followed by a round of all. The others are left out: they cost the
        # time of a day of the daemon, and find nothing.
        while due := [name for name, at in self._due_at.items() if at <= self._clock()]:
            if any([await self._run(name) for name in due]):
                self._due_at = dict.fromkeys(WORK, self._clock())

    async def _run(self, name: str) -> bool:
        """Run a step once and note when it is due again; returns whether it may have made work for others."""
        step, period_s = WORK[name]
        now = self._clock()
        result = await step(self._context)
        # Without a known time it is due when another step has written rows; a step that is slow, at its own period too.
        pause = timedelta(seconds=period_s) if period_s >= LONG_PERIOD_S else NEVER
        self._due_at[name] = now if result.rows else max(result.next_due or now + pause, now + TICK)
        return bool(result.done.keys() - NO_WORK_FOR_OTHERS)


def whole_second(time: datetime) -> datetime:
    """Returns the first whole second at or after a time."""
    return time if not time.microsecond else time.replace(microsecond=0) + TICK


# --- outlets and readers ----------------------------------------------------------------------------------------------


class Outlets(httpx.AsyncBaseTransport):
    """Answers each URL with what is served there now, and with 404 where nothing is served."""

    def __init__(self) -> None:
        self.served: dict[str, Mapping[str, Any]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Returns the answer to a request."""
        answer = self.served.get(str(request.url), NOT_FOUND)
        encoded = answer.get("body_b64")
        body = base64.b64decode(encoded) if encoded is not None else (answer.get("body") or "").encode()
        return httpx.Response(
            answer.get("status", 200),
            headers=answer.get("headers") or {},
            stream=httpx.ByteStream(body),
            request=request,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage:
    """A mail as it was received, and when."""

    mail: EmailMessage
    at: datetime

    def to_plain(self, origins: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
        """The message as plain values; `origins` has channel and kind by Message-ID."""
        channel, kind = origins[self.mail["Message-ID"]]
        body = self.mail.get_body(("plain",))
        return {
            "channel": channel,
            "kind": kind,
            "subject": str(self.mail["Subject"]),
            "text": body.get_content() if body else "",
            "at": self.at.isoformat(),
        }


class Mailbox:
    """A handler of aiosmtpd that accepts every mail."""

    def __init__(self, *, clock: ActClock) -> None:
        self._clock = clock
        self.messages: list[ReceivedMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store a mail; the name is the library's."""
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        self.messages.append(ReceivedMessage(mail=mail, at=self._clock()))
        return "250 accepted"


# --- results ----------------------------------------------------------------------------------------------------------


def read_entries(conn: Connection) -> list[dict[str, Any]]:
    """Returns the entries in the order of their ids; the status of one that waits to be read is "waiting"."""
    entry = schema.entry.c
    rows = conn.execute(select(entry.link, entry.guid, entry.title, entry.status, entry.reason).order_by(entry.id))
    return [row._asdict() | {"status": row.status or "waiting"} for row in rows]


def read_decisions(conn: Connection) -> list[dict[str, Any]]:
    """Returns the last decision for each item and channel. One to skip has the kind "skip" and its code at `skip` too."""
    made, item, entry = schema.decision.c, schema.item.c, schema.entry.c
    rows = conn.execute(
        select(made.channel, made.kind, made.reason, made.detail, made.at, item.article, entry.title)
        .select_from(schema.decision.join(schema.item).join(schema.entry))
        .order_by(item.id, made.channel)
    )
    return [
        {
            "channel": row.channel,
            "title": row.article.title or row.title,
            "kind": row.kind or "skip",
            "reason": row.reason,
            "detail": row.detail,
            "at": row.at.isoformat(),
        }
        | ({} if row.kind else {"skip": row.reason})
        for row in rows
    ]


def read_origins(conn: Connection) -> dict[str, tuple[str, str]]:
    """Returns channel and kind of each message by its Message-ID."""
    delivery, digest = schema.delivery.c, schema.digest.c
    rows = conn.execute(
        select(delivery.message_id, digest.channel, digest.kind).select_from(schema.delivery.join(schema.digest))
    )
    return {row.message_id: (row.channel, row.kind) for row in rows}


def run(script: Mapping[str, Any]) -> dict[str, Any]:
    """Run `play` in a loop of its own."""
    return asyncio.run(play(script))
