"""Play an act of the newsroom from cassette to received mail and verified webhook, and note what came of it."""

import asyncio
import email
import email.policy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import yaml
from sqlalchemy import Connection, select
from standardwebhooks.webhooks import Webhook

from monitor import config
from monitor.app import open_app
from monitor.channels import MailServer
from monitor.config import Config, Limits
from monitor.model import Channel
from monitor.net.replay import ReplayTransport, cassettes
from monitor.pipeline import compose, deliver, one_shot
from monitor.pipeline.context import ActClock, Context
from monitor.store import schema
from tests.channels.servers import Mailbox, Receiver, listening, real_mail_server
from tests.newsroom.content import CASSETTES, Act, acts, outlets

EXPECTED = yaml.load((Path(__file__).parent / "expected.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
SECRET = "whsec_bW9uaXRvciBuZXdzcm9vbSBzZWNyZXQ="


@dataclass(frozen=True, kw_only=True)
class Played:
    """What an act came to: its entries by URL, and what each channel was told, in order."""

    entries: dict[str, dict[str, Any]]  # outcome, story, thread, of, flag
    told: dict[str, list[dict[str, Any]]]  # at, kind, stories (ids)
    mails: list[Any]  # as received and parsed
    hooks: list[dict[str, Any]]  # as received and verified
    misses: list[str]


def channels(hook: str) -> tuple[Channel, ...]:
    """The channels of expected.yaml; the webhook goes to `hook`."""
    return tuple(_channel(name, raw, hook) for name, raw in EXPECTED["channels"].items())


def _channel(name: str, raw: dict[str, Any], hook: str) -> Channel:
    webhook = raw["kind"] == "webhook"
    return Channel(
        id=name,
        kind=raw["kind"],
        recipients=(hook,) if webhook else (f"{name}@desk.example",),
        zone=raw["zone"],
        times=tuple(time.fromisoformat(one) for one in raw["times"]),
        alerts=raw["alerts"],
        secret=SECRET if webhook else "",
        allow_private=(("127.0.0.1", int(hook.rpartition(":")[2].strip("/"))),) if webhook else (),
    )


class ShufflingTransport(httpx.AsyncBaseTransport):
    """Answers late, each request by another part of a hundredth of a second."""

    def __init__(self, inner: httpx.AsyncBaseTransport, rng: random.Random) -> None:
        self._inner, self._rng = inner, rng

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request by the inner transport."""
        await asyncio.sleep(self._rng.random() / 100)
        return await self._inner.handle_async_request(request)


async def play(name: str, folder: Path, *, seed: int = 0, restarts: bool = False) -> Played:
    """Play an act with real receivers: at each moment all sources are polled and the channels told, at each digest
    time of a channel the channels are told.

    `seed` shuffles the order in which reading completes; with `restarts` the service starts anew at each moment.
    """
    act = acts()[name]
    clock = ActClock(act.moments[0])
    transport = ReplayTransport(cassettes(CASSETTES, act=name), clock=clock)
    mailbox, receiver = Mailbox(), Receiver()
    async with real_mail_server(mailbox) as mail, listening(receiver) as hook:
        settings = _settings(act, mail=mail, hook=f"http://127.0.0.1:{hook}/")
        open_service = partial(
            open_app,
            settings,
            store=f"sqlite:///{folder}/{name}.db",
            transport=ShufflingTransport(transport, random.Random(seed)) if seed else transport,
            clock=clock,
            rng=random.Random(1),
        )
        moments = sorted({*act.moments, *_digest_times(act, settings.channels)})
        for period in [[moment] for moment in moments] if restarts else [moments]:
            async with open_service() as context:
                for moment in period:
                    clock.set(moment)
                    await _serve(context, poll=moment in act.moments)
        async with open_service() as context:
            entries = await context.store.run(_entries)
            told = await context.store.run(_told, sorted({*act.moments, *_digest_times(act, settings.channels)}))
    return Played(
        entries=entries,
        told=told,
        mails=[email.message_from_bytes(one.content, policy=email.policy.default) for one in mailbox.envelopes],
        hooks=[json.loads(_verified(headers, body)) for _, headers, body in receiver.requests],
        misses=transport.misses,
    )


async def _serve(context: Context, *, poll: bool) -> None:
    if poll:
        await one_shot.run_once(context)
    await compose.step(context)
    while (await deliver.step(context)).rows:
        pass


def _settings(act: Act, *, mail: int, hook: str) -> Config:
    sources = tuple(outlet.source() for outlet in outlets().values() if outlet.id in act.sources)
    return Config(
        contact="flows@monitor.example",
        mail=MailServer(host="127.0.0.1", port=mail, tls="none", sender="Monitor <monitor@desk.example>"),
        limits=Limits(host_delay=timedelta(0)),
        sources=sources,
        rules=config.load_rules(config.bundled("config")),
        channels=channels(hook),
    )


def _digest_times(act: Act, told: tuple[Channel, ...]) -> Iterator[datetime]:
    """Every digest time of every channel, from the first moment until the end of the act."""
    for channel in told:
        zone = ZoneInfo(channel.zone)
        day = act.moments[0].astimezone(zone).date() - timedelta(days=1)
        while day <= act.until.astimezone(zone).date():
            for at in channel.times:
                moment = datetime.combine(day, at, zone).astimezone(UTC)
                if act.moments[0] <= moment <= act.until:
                    yield moment
            day += timedelta(days=1)


def _verified(headers: dict[str, str], body: bytes) -> bytes:
    # The library judges the age of a message by the machine's clock; the act's is years back, so the signature is
    # checked with the stamp it was made with.
    hook = Webhook(SECRET)
    stamp = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert hook.sign(headers["webhook-id"], stamp, body.decode()) in headers["webhook-signature"].split()
    return body


def _entries(conn: Connection) -> dict[str, dict[str, Any]]:
    """What became of each entry, in the words of expected.yaml."""
    copied = schema.entry.alias()
    original = schema.item.alias()
    rows = conn.execute(
        select(
            schema.entry, schema.item.c.story, schema.story.c.thread, schema.item.c.verdict, copied.c.url.label("of")
        )
        .select_from(schema.entry)
        .outerjoin(schema.item, schema.item.c.entry == schema.entry.c.id)
        .outerjoin(schema.story, schema.story.c.id == schema.item.c.story)
        .outerjoin(original, original.c.id == schema.item.c.copy_of)
        .outerjoin(copied, copied.c.id == original.c.entry)
    )
    return {
        row.url: {
            "outcome": "robots" if row.status == "refused" else row.status,
            "story": row.story,
            "thread": row.thread,
            "of": row.of,
            "flags": [flag.code for flag in row.verdict.flags] if row.verdict else [],
            "title": row.title,
            "score": row.verdict.score if row.verdict else None,
            "told": row.delivered_at is not None,
        }
        for row in rows
    }


def _told(conn: Connection, moments: list[datetime]) -> dict[str, list[dict[str, Any]]]:
    """What each channel was told when, by story id; `at` is the moment that the clock was set to."""
    rows = conn.execute(select(schema.digest).order_by(schema.digest.c.id)).all()
    taken = conn.execute(
        select(schema.notice.c.digest, schema.notice.c.story, schema.notice.c.kind, schema.notice.c.late)
    )
    notices: dict[int, list[Any]] = {}
    for row in taken:
        notices.setdefault(row.digest, []).append(row)
    sent = set(conn.scalars(select(schema.delivery.c.digest).where(schema.delivery.c.state == "sent")))
    told: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row.id not in sent:
            continue
        heard = notices.get(row.id, [])
        new = {one.story for one in heard if one.kind != "update"}
        updates = {one.story for one in heard} - new
        told.setdefault(row.channel, []).append(
            {
                "at": max(moment for moment in moments if moment <= row.composed_at),
                "kind": row.kind,
                "stories": sorted(new),
                "updates": sorted(updates),
                "late": sorted({one.story for one in heard if one.late}),
            }
        )
    return told
