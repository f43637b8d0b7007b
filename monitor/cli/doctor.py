"""`monitor doctor`: is everything set up? Each failure names its cure."""

import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import moment, print_json, span
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.cli.look import Look
    from monitor.config import Config
    from monitor.errors import MonitorError
    from monitor.model import Channel, Source
    from monitor.pipeline.context import Kit

DEAD = timedelta(days=14)  # without a new entry: outlets that publish at all do so more often
SKEW = timedelta(minutes=5)  # of our clock against the outlets'


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `cure` is what to do where it is not in order."""

    name: str
    ok: bool
    says: str
    cure: str = ""


@app.command()
def doctor(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False
) -> None:
    """Look at configuration, store, clock, every source, mail server and webhooks. Exit code 1 where one needs a cure.

    Sources are polled and webhooks get a signed "monitor.ping"; nothing is stored and no mail is sent.

    Example: monitor --config config doctor
    """
    import asyncio

    checks = asyncio.run(_examine(context.obj))
    well = all(check.ok for check in checks)
    if as_json:
        print_json({"well": well, "checks": checks})
    for check in () if as_json else checks:
        typer.echo(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.says}")
        if not check.ok:
            typer.echo(f"      {check.cure}")
    raise typer.Exit(0 if well else 1)


async def _examine(where: Where) -> list[Check]:
    from monitor.app import open_app
    from monitor.errors import ConfigError

    try:
        config = where.load()
    except ConfigError as error:
        return [Check(name="configuration", ok=False, says=str(error), cure="`monitor config check` after each change")]
    checks = [_configuration(where, config), _store(where)]
    if not config.contact:
        cure = "set contact: in monitor.yaml to an address or a page; until then nothing is fetched"
        return [*checks, Check(name="contact", ok=False, says="nobody is named whom outlets can write to", cure=cure)]
    paused = _paused(where) if all(check.ok for check in checks) else set()
    if sys.stderr.isatty():
        typer.echo("asking every source, which takes up to a minute …", err=True)
    async with open_app(config, store="sqlite://") as kit:
        return [*checks, *await visit(kit, config, paused=paused)]


async def visit(kit: "Kit", config: "Config", *, paused: Collection[str] = ()) -> list[Check]:
    """Clock, sources, mail server and webhooks, by asking each of them."""
    looks = await _looks(kit, [source for source in config.sources if source.enabled and source.id not in paused])
    mail = [await _mail(kit)] if kit.mail else []
    hooks = [await _hook(kit, channel, url) for channel, url in _webhooks(config)]
    return [_clock(kit.clock(), config.zone, looks), *_sources(looks), *mail, *hooks]


def _configuration(where: Where, config: "Config") -> Check:
    on = sum(source.enabled for source in config.sources)
    says = f"{where.folder()}: {on} of {len(config.sources)} sources on, {len(config.channels)} channels"
    cure = "enable some in sources/*.yaml, or `monitor sources add URL`"
    return Check(name="configuration", ok=on > 0, says=says, cure="" if on else cure)


def _store(where: Where) -> Check:
    """Opening brings an older schema up to date, and refuses a newer one."""
    from monitor.errors import StoreError
    from monitor.store import schema
    from monitor.store.opening import file_of

    try:
        with where.open_store():
            place = file_of(where.url()) or "the database server"
            return Check(name="store", ok=True, says=f"{place}: opened, schema {schema.REVISION}")
    except StoreError as error:
        return Check(name="store", ok=False, says=str(error), cure="mend it as said, or choose another with --store")


async def _looks(kit: "Kit", sources: "Iterable[Source]") -> "list[Look]":
    """A look at every source: several hosts at once, those of one host after each other."""
    import asyncio

    from monitor import urls
    from monitor.cli.look import Hosts, look

    turn = asyncio.Semaphore(kit.width)

    async def visited(group: "list[Source]") -> "list[Look]":
        hosts: Hosts = {}
        async with turn:
            return [await look(kit, source, hosts) for source in group]

    def host(source: "Source") -> str:
        return urls.host(source.url)

    groups = [list(group) for _, group in groupby(sorted(sources, key=host), key=host)]
    looks = chain.from_iterable(await asyncio.gather(*map(visited, groups)))
    return sorted(looks, key=lambda seen: seen.source.id)


def _paused(where: Where) -> set[str]:
    from monitor.cli.sources import known

    return {state.source.id for state in known(where) if state.paused_at}


def _sources(looks: "Sequence[Look]") -> list[Check]:
    """One line for each; only one where nothing at all answered, for then it is us and not them."""
    from monitor.errors import Unreachable

    if len(looks) > 1 and all(isinstance(seen.error, Unreachable) for seen in looks):
        says = f"none of {len(looks)} answered; {looks[0].error}"
        remedy = "is this machine online, does its DNS work, may it reach ports 80 and 443? Else set proxy:"
        return [Check(name="sources", ok=False, says=says, cure=remedy)]
    return [_source(seen) for seen in looks]


def _source(seen: "Look") -> Check:
    name = f"source {seen.source.id}"
    if seen.error:
        return Check(name=name, ok=False, says=str(seen.error), cure=cure(seen.error, seen.source.id))
    if seen.newest is None:
        return Check(name=name, ok=True, says=f"{len(seen.entries)} entries, none with a time")
    age = seen.at - seen.newest
    day = sum(one.published is not None and seen.at - one.published < timedelta(days=1) for one in seen.entries)
    says = f"{len(seen.entries)} entries, the newest {span(age)} old, {day} in 24 h"
    remedy = f"it seems to be left behind: `monitor sources add` on its front page finds another, then take out {seen.source.id}"
    return Check(name=name, ok=age < DEAD, says=says, cure="" if age < DEAD else remedy)


def cure(error: "MonitorError", source: str) -> str:
    """What to do about a source that failed."""
    from monitor import errors

    pause = f"`monitor sources pause {source}`"
    match error:
        case errors.BadStatus(status=404 | 410) | errors.ParseError():
            return "`monitor sources add` on its front page finds where its feed is now"
        case errors.BadStatus(status=401 | 403) | errors.Challenge():
            return f"it does not want us, or not from here: write to it, set proxy:, or {pause}"
        case errors.Refused():
            return f"look at its url: and at its robots.txt; or {pause}"
        case errors.Unreachable():
            return f"try again later; where it answers from other networks only, set proxy:; or {pause}"
        case _:
            return f"look with `monitor sources check {source}`; or {pause}"


def _clock(now: datetime, zone: str, looks: "Iterable[Look]") -> Check:
    """Our clock beside the outlets': the nearest of theirs, because caches hand out old dates."""
    from zoneinfo import ZoneInfo

    says = f"{moment(now)}, {now.astimezone(ZoneInfo(zone)):%H:%M} in {zone}"
    theirs = [(seen.at, at) for seen in looks if (at := _date(seen.date))]
    if not theirs:
        return Check(name="clock", ok=True, says=f"{says}; no outlet told the time to compare with")
    off = min(abs(ours - at) for ours, at in theirs)
    remedy = "set the clock of this machine (NTP): alerts and digests go by it"
    return Check(
        name="clock", ok=off < SKEW, says=f"{says}; {span(off)} off the outlets'", cure="" if off < SKEW else remedy
    )


def _date(text: str) -> datetime | None:
    from monitor import dates

    return dates.parse(text) if text else None


async def _mail(kit: "Kit") -> Check:
    from monitor.channels import email
    from monitor.model import Sent

    assert kit.mail
    name = f"mail {kit.mail.host}:{kit.mail.port}"
    match await email.login(kit.mail):
        case Sent(detail=detail):
            return Check(name=name, ok=True, says=detail)
        case refused:
            remedy = "look at smtp: in monitor.yaml: host, port, tls, username, password"
            return Check(name=name, ok=False, says=refused.reason, cure=remedy)


def _webhooks(config: "Config") -> "Iterable[tuple[Channel, str]]":
    from monitor.model import ChannelKind

    for channel in config.channels:
        if channel.kind is ChannelKind.WEBHOOK:
            yield from ((channel, url) for url in channel.recipients)


async def _hook(kit: "Kit", channel: "Channel", url: str) -> Check:
    """A signed ping, as a delivery is sent."""
    import json

    from monitor import urls
    from monitor.channels import webhook
    from monitor.model import Message, Sent

    body = json.dumps({"type": "monitor.ping", "timestamp": kit.clock().isoformat(), "data": {}}).encode()
    ping = Message(channel=channel.id, recipient=url, id=f"ping_{kit.rng.getrandbits(64):016x}", body=body)
    answer = await webhook.send(
        ping,
        net=kit.net,
        secret=channel.secret,
        allow_private=channel.allow_private,
        proxy=channel.proxy,
        now=kit.clock(),
    )
    name = f"webhook {channel.id} at {urls.host(url)}"  # the rest of such a URL is often a secret
    if isinstance(answer, Sent):
        return Check(name=name, ok=True, says=answer.detail)
    remedy = f"look at recipients: and secret: of {channel.id} in channels.yaml, and at the receiver's own log"
    return Check(name=name, ok=False, says=answer.reason, cure=remedy)
