"""Check the whole set-up: configuration, store, clock, every source, mail server and webhooks."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import chain, groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor import dates, errors, urls
from monitor.app import open_app
from monitor.channels import Transports, registry
from monitor.config import Config, is_contact
from monitor.errors import ConfigError, MonitorError, StoreError, StoreMissing
from monitor.model import Channel, Sent, Source
from monitor.pipeline.context import Context
from monitor.services.check_source import HostStates, SourceCheck, check_source
from monitor.services.checks import SetupCheck
from monitor.services.source_status import SourceCondition, list_sources
from monitor.services.times import format_duration, format_time
from monitor.store import open_existing_store, open_store_read_only, schema
from monitor.store.engine import sqlite_file

# Without a new entry for so long, a feed has been abandoned: outlets that publish at all do so more often, and an outlet
# that moves often leaves its old feed online.
ABANDONED_AFTER = timedelta(days=14)
MAX_CLOCK_SKEW = timedelta(minutes=5)


OnProgress = Callable[[int, int], None]  # the numbers of checked and of all sources


def ignore_progress(_checked: int, _sources: int) -> None:
    """Report nothing."""


async def check_setup(
    load: Callable[[], Config],
    folder: Path,
    store_url: Callable[[], str],
    *,
    now: datetime,
    on_progress: OnProgress = ignore_progress,
) -> list[SetupCheck]:
    """Returns all checks. Sources are polled and webhooks get a signed ping; nothing is stored, no mail is sent.

    `on_progress` is called with the numbers of checked and of all sources.
    """
    try:
        config = load()
        url = store_url()
    except ConfigError as error:
        # Nothing else can be checked without a configuration.
        fix = "run `monitor config check` after each change"
        return [SetupCheck(name="configuration", ok=False, detail=str(error), fix=fix)]
    checks = [check_configuration(config, folder), check_store(url)]
    if not config.contact:
        fix = "set contact: in monitor.yaml to an address or a page; until then nothing is fetched"
        detail = "it is empty, so outlets cannot reach the operator"
        return [*checks, SetupCheck(name="contact", ok=False, detail=detail, fix=fix)]
    if not is_contact(config.contact):
        fix = "set contact: in monitor.yaml to a mail address or to the URL of a page with one"
        detail = f"{config.contact!r} is neither an address nor a URL, so outlets cannot reach the operator"
        checks.append(SetupCheck(name="contact", ok=False, detail=detail, fix=fix))
    is_readable = all(check.ok for check in checks if check.name in ("configuration", "store"))
    paused = paused_sources(url, config, now=now) if is_readable else frozenset()
    async with open_app(config, store="sqlite://") as context:
        return [*checks, *await check_network(context, config, paused=paused, on_progress=on_progress)]


async def check_network(
    context: Context, config: Config, *, paused: Collection[str] = (), on_progress: OnProgress = ignore_progress
) -> list[SetupCheck]:
    """Returns the checks that need the network: clock, sources, mail server, webhooks."""
    enabled = [source for source in config.sources if source.enabled and source.id not in paused]
    results = await check_sources(context, enabled, on_progress=on_progress)
    receivers = await check_channels(context, config.channels)
    return [check_clock(context.clock(), config.zone, results), *to_source_checks(results), *receivers]


def check_configuration(config: Config, folder: Path) -> SetupCheck:
    """Returns the check that at least one source is enabled."""
    enabled = sum(source.enabled for source in config.sources)
    hint = "" if config.channels else "; nobody is notified until channels.yaml has a channel"
    detail = f"{folder}: {enabled} of {len(config.sources)} sources enabled, {len(config.channels)} channels{hint}"
    fix = "" if enabled else "enable some in sources/*.yaml, or run `monitor sources add URL`"
    return SetupCheck(name="configuration", ok=enabled > 0, detail=detail, fix=fix)


def check_store(url: str) -> SetupCheck:
    """Returns the check of the database. Opening it migrates an older schema and refuses a newer one."""
    try:
        open_existing_store(url).close()
    except StoreMissing as error:
        return SetupCheck(name="store", ok=True, detail=str(error))
    except StoreError as error:
        fix = "follow the message, or choose another database with --store"
        return SetupCheck(name="store", ok=False, detail=str(error), fix=fix)
    place = sqlite_file(url) or "the database server"
    return SetupCheck(name="store", ok=True, detail=f"{place}: opened, schema {schema.REVISION}")


def paused_sources(store_url: str, config: Config, *, now: datetime) -> frozenset[str]:
    """Returns the ids of the sources that an operator paused: they are known to fail."""
    try:
        with closing(open_store_read_only(store_url)) as store:
            statuses = list_sources(store, config.sources, now=now)
    except StoreMissing:
        return frozenset()
    return frozenset(status.state.source.id for status in statuses if status.condition is SourceCondition.PAUSED)


async def check_sources(
    context: Context, sources: Sequence[Source], *, on_progress: OnProgress = ignore_progress
) -> list[SourceCheck]:
    """Poll every source once: several hosts at the same time, the sources of one host one after another."""
    turns = asyncio.Semaphore(context.concurrency)
    finished: list[str] = []

    async def check_host(group: list[Source]) -> list[SourceCheck]:
        hosts: HostStates = {}
        checked: list[SourceCheck] = []
        async with turns:
            for source in group:
                checked.append(await check_source(context, source, hosts))
                finished.append(source.id)
                on_progress(len(finished), len(sources))
        return checked

    def host(source: Source) -> str:
        return urls.host(source.url)

    groups = [list(group) for _, group in groupby(sorted(sources, key=host), key=host)]
    results = chain.from_iterable(await asyncio.gather(*map(check_host, groups)))
    return sorted(results, key=lambda result: result.source.id)


def to_source_checks(results: Sequence[SourceCheck]) -> list[SetupCheck]:
    """Returns a check for each source; a single one if no source answered, because then the fault is on our side."""
    if len(results) > 1 and all(isinstance(result.error, errors.Unreachable) for result in results):
        detail = f"none of {len(results)} answered; {results[0].error}"
        fix = "is this machine online, does its DNS work, may it reach ports 80 and 443? If not, set proxy:"
        return [SetupCheck(name="sources", ok=False, detail=detail, fix=fix)]
    return [to_source_check(result) for result in results]


def to_source_check(result: SourceCheck) -> SetupCheck:
    """Returns the check of one source: reachable, and with an entry of the last two weeks."""
    name = f"source {result.source.id}"
    if result.error:
        return SetupCheck(name=name, ok=False, detail=str(result.error), fix=fix_for(result.error, result.source.id))
    if not result.entries:
        fix = (
            f"`monitor sources add` on the front page finds another feed; or `monitor sources pause {result.source.id}`"
        )
        return SetupCheck(name=name, ok=False, detail="it answered without any entry", fix=fix)
    if result.newest is None:
        return SetupCheck(name=name, ok=True, detail=f"{len(result.entries)} entries, none with a time")
    age = result.at - result.newest
    day_ago = result.at - timedelta(days=1)
    recent = sum(entry.published is not None and entry.published > day_ago for entry in result.entries)
    detail = f"{len(result.entries)} entries, the newest {format_duration(age)} old, {recent} in 24 h"
    if age < ABANDONED_AFTER:
        return SetupCheck(name=name, ok=True, detail=detail)
    fix = (
        "the feed seems to be abandoned: `monitor sources add` on the front page finds another one, "
        f"then remove {result.source.id}"
    )
    return SetupCheck(name=name, ok=False, detail=detail, fix=fix)


def fix_for(error: MonitorError, source_id: str) -> str:
    """Returns the advice for a source that failed."""
    pause = f"`monitor sources pause {source_id}`"
    match error:
        case errors.BadStatus(status=404 | 410) | errors.ParseError():
            return "`monitor sources add` on the front page finds the address of its feed now"
        case errors.BadStatus(status=429):
            return f"it is polled too often: set a longer interval: in its file (interval: 1h), see `monitor sources check {source_id}`"
        case errors.BadStatus(status=401 | 403) | errors.Challenge():
            return f"it blocks us, or this network: write to the outlet, set proxy:, or {pause}"
        case errors.Refused():
            return f"check its url: and its robots.txt; or {pause}"
        case errors.Unreachable():
            return f"try again later; if it answers only from other networks, set proxy:; or {pause}"
        case _:
            return f"run `monitor sources check {source_id}`; or {pause}"


def check_clock(now: datetime, zone: str, results: Iterable[SourceCheck]) -> SetupCheck:
    """Returns the check of our clock against the Date headers of the outlets."""
    local = f"{format_time(now)}, {now.astimezone(ZoneInfo(zone)):%H:%M} in {zone}"
    skews = [
        abs(result.at - server_time) for result in results if result.date and (server_time := dates.parse(result.date))
    ]
    if not skews:
        return SetupCheck(name="clock", ok=True, detail=f"{local}; no outlet sent a time to compare with")
    # The smallest difference counts: caches send old dates.
    skew = min(skews)
    detail = f"{local}; {format_duration(skew)} off the outlets' clocks"
    if skew < MAX_CLOCK_SKEW:
        return SetupCheck(name="clock", ok=True, detail=detail)
    fix = "set the clock of this machine (NTP): alerts and digests depend on it"
    return SetupCheck(name="clock", ok=False, detail=detail, fix=fix)


async def check_channels(context: Context, channels: Sequence[Channel]) -> list[SetupCheck]:
    """Returns the checks of all receivers: each kind of channel tries its mail server or its URLs in its own way."""
    transports = Transports(http=context.delivery_client, mail_server=context.mail)
    checks: list[SetupCheck] = []
    for kind in registry.KINDS.values():
        of_kind = [channel for channel in channels if channel.kind == kind.id]
        for check in await kind.check(of_kind, transports, now=context.clock(), rng=context.rng):
            if isinstance(check.result, Sent):
                checks.append(SetupCheck(name=check.name, ok=True, detail=check.result.detail))
            else:
                checks.append(SetupCheck(name=check.name, ok=False, detail=check.result.reason, fix=check.fix))
    return checks
