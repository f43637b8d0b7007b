"""Health of the service over one store: daemon, outbox, sources, page layouts, disk."""

import shutil
from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from monitor.errors import StoreError
from monitor.model import SilentSource
from monitor.notify.outage import is_outage
from monitor.services.checks import HealthCheck
from monitor.services.times import format_duration, format_time
from monitor.store import Store, clock_skew, faults, heartbeats, open_store_read_only, outbox, page_health, sources
from monitor.store.engine import sqlite_file
from monitor.store.faults import Fault
from monitor.store.sources import SourceState

MAX_HEARTBEAT_AGE = timedelta(seconds=60)  # the daemon writes one every 5 s; a slow disk may delay a few of them
MAX_DELIVERY_WAIT = timedelta(hours=1)  # receivers restart and recover within minutes
LAYOUT_PERIOD = timedelta(days=3)  # short: this check runs every minute; `monitor sources list` covers 30 days
MAX_SOURCES_LISTED = 3  # their reasons are sentences, and the check is one line
MIN_FREE_BYTES = 200 << 20  # the write-ahead log of a busy day can take more than 100 MB


def check_health(store_url: str, *, now: datetime) -> list[HealthCheck]:
    """Returns the checks for a store; a single one if it cannot be read. A missing store is not created."""
    try:
        with closing(open_store_read_only(store_url)) as store:
            return check_store(store, sqlite_file(store_url), now=now)
    except StoreError as error:
        return [HealthCheck(name="store", ok=False, value=None, detail=str(error))]


def check_store(store: Store, file: Path | None, *, now: datetime) -> list[HealthCheck]:
    """Returns the checks for an open store; `file` is that of a SQLite store."""
    checks = [
        check_daemon(store.call(heartbeats.latest), now),
        check_clock(store.call(clock_skew.latest_time_ahead, now=now), now),
        check_steps(store.call(faults.list_faults), now),
        check_outbox(store.call(outbox.oldest_created_at), *store.call(outbox.dead_since), now=now),
        check_sources(sources.polled_states(store.call(sources.health, now=now))),
        check_layouts(store.call(page_health.broken_layouts, since=now - LAYOUT_PERIOD)),
    ]
    return [*checks, check_disk(file)] if file else checks


def check_daemon(heartbeat: datetime | None, now: datetime) -> HealthCheck:
    """Returns the check of the daemon's last heartbeat."""
    if heartbeat is None:
        detail = "no daemon has run over this store; start `monitor run`"
        return HealthCheck(name="daemon", ok=False, value=None, detail=detail)
    age = now - heartbeat
    ok = age < MAX_HEARTBEAT_AGE
    fix = "" if ok else "; is `monitor run` up? Its log shows why it stopped"
    detail = f"last heartbeat {format_duration(age)} ago{fix}"
    return HealthCheck(name="daemon", ok=ok, value=age.total_seconds(), detail=detail)


def check_clock(latest: datetime | None, now: datetime) -> HealthCheck:
    """Returns the check of the clock against the times in the store."""
    if latest is None:
        return HealthCheck(name="clock", ok=True, value=0, detail="no time in the store is ahead of it")
    ahead = latest - now
    detail = (
        f"the store has times that are {format_duration(ahead)} ahead ({format_time(latest)}): the clock was set back, or is "
        "wrong now; check the time of this machine, `monitor run` then makes everything due again"
    )
    return HealthCheck(name="clock", ok=False, value=ahead.total_seconds(), detail=detail)


def check_steps(failing: Sequence[Fault], now: datetime) -> HealthCheck:
    """Returns the check of the work that fails at each attempt."""
    if not failing:
        return HealthCheck(name="steps", ok=True, value=0, detail="all steps work")
    reasons = [
        f"{fault.name} has failed for {format_duration(now - fault.since)} ({fault.reason})" for fault in failing
    ]
    detail = f"{'; '.join(reasons)}; the log of `monitor run` shows where"
    return HealthCheck(name="steps", ok=False, value=len(failing), detail=detail)


def check_outbox(oldest: datetime | None, dead: int, dead_since: datetime | None, *, now: datetime) -> HealthCheck:
    """Returns the check of the messages that were given up, and of the oldest one that waits to be delivered."""
    if dead:
        noun = "message was" if dead == 1 else "messages were"
        since = f" since {format_time(dead_since)}" if dead_since else ""
        fix = "`monitor outbox list` shows why; `outbox retry` or `outbox drop` ends it"
        return HealthCheck(name="outbox", ok=False, value=dead, detail=f"{dead} {noun} given up{since}; {fix}")
    if oldest is None:
        return HealthCheck(name="outbox", ok=True, value=None, detail="no message is waiting")
    age = now - oldest
    ok = age < MAX_DELIVERY_WAIT
    fix = "" if ok else "; `monitor outbox list` shows the reason"
    detail = f"the oldest message has waited for {format_duration(age)}{fix}"
    return HealthCheck(name="outbox", ok=ok, value=age.total_seconds(), detail=detail)


def check_sources(states: Sequence[SourceState]) -> HealthCheck:
    """Returns the check of the polled sources: it fails while a third of them, or more, is silent."""
    silent = [state.silent for state in states if state.silent]
    ok = not is_outage(silent=len(silent), sources=len(states))
    fix = "" if ok else "; `monitor doctor` tests the network, `monitor sources list` shows all"
    detail = f"{describe_silence(silent, sources=len(states))}{fix}"
    return HealthCheck(name="sources", ok=ok, value=len(silent), detail=detail)


def describe_silence(silent: Sequence[SilentSource], *, sources: int) -> str:
    """Returns how many of the polled sources are silent, with the reasons of the first of them."""
    if not sources:
        return "no source is enabled"
    if not silent:
        return f"none of {sources} is silent"
    listed = "; ".join(f"{source.source}: {source.reason}" for source in silent[:MAX_SOURCES_LISTED])
    more = f"; and {len(silent) - MAX_SOURCES_LISTED} more" if len(silent) > MAX_SOURCES_LISTED else ""
    return f"{len(silent)} of {sources} returned nothing for three intervals ({listed}{more})"


def check_layouts(broken: Collection[str]) -> HealthCheck:
    """Returns the check of page layouts. It is always ok: a container that is restarted for it would not get better."""
    detail = (
        f"probably changed at {', '.join(broken)}; `monitor sources list` shows why" if broken else "no change detected"
    )
    return HealthCheck(name="layouts", ok=True, value=len(broken), detail=detail)


def check_disk(file: Path) -> HealthCheck:
    """Returns the check of the free space beside a SQLite file."""
    free = shutil.disk_usage(file.parent).free
    detail = f"{free / (1 << 30):.1f} GB free at {file.parent}"
    return HealthCheck(name="disk", ok=free >= MIN_FREE_BYTES, value=free, detail=detail)
