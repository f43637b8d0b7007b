"""Sources: their rows follow the configuration; they can be paused and resumed, and have a state of health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from monitor import urls
from monitor.model import SilentSource, Source
from monitor.store import hosts
from monitor.store.schema import permanent_redirect, source
from monitor.store.sql import insert
from monitor.store.statuses import PollStatus

# A source is silent if it returned nothing for so many of its intervals: one failed poll in between is normal.
SILENT_AFTER_INTERVALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source is doing."""

    source: Source
    enabled: bool
    paused_at: datetime | None
    paused_reason: str
    status: str
    reason: str
    failures: int
    failing_since: datetime | None  # the first of these failures
    polls: int
    overlap: int
    last_poll: datetime | None
    last_ok: datetime | None
    last_new: datetime | None
    next_at: datetime
    silent: SilentSource | None
    moved_to: str = ""  # where it is polled instead of its own URL
    broken_layout: str = ""  # why the layout of its pages may have changed, if the caller asked `page_health`


def sync(conn: Connection, configured: Sequence[Source], *, now: datetime) -> None:
    """Make the rows follow the configuration: new sources are due at once, removed ones are disabled.

    No state is lost, except what belongs to a URL (validators, body, lease, redirects, end) when the URL changes.
    """
    hosts.ensure(conn, {urls.host(definition.url) for definition in configured})
    # Only changed rows are written: a reload with thousands of sources must not hold the writer.
    stored = {row.id: row for row in conn.execute(select(source))}
    for definition in configured:
        if definition.id not in stored:
            values = source_columns(definition) | {"next_at": now}
            conn.execute(insert(conn, source).values(values).on_conflict_do_nothing())
        elif (stored[definition.id].definition, stored[definition.id].enabled) != (definition, definition.enabled):
            update_source(conn, definition, stored[definition.id], now=now)
    # Removed sources are disabled, not deleted: their entries refer to them, and they may come back.
    removed = stored.keys() - {definition.id for definition in configured}
    conn.execute(update(source).where(source.c.id.in_(removed)).values(enabled=False))


def update_source(conn: Connection, definition: Source, stored: Row[Any], *, now: datetime) -> None:
    """Store a changed definition; if its URL changed, poll the source as a new one."""
    values = source_columns(definition)
    if definition.url == stored.definition.url:
        del values["host"]  # it may have been redirected to another host
    else:
        values |= {"validators": None, "body_hash": "", "lease_until": None, "failures": 0, "next_at": now}
        values |= {"failing_since": None}
        values |= {"moved_to": "", "status": "", "reason": ""}
        # Its outlet ended the old URL (410). The new one deserves a first poll.
        if stored.status == PollStatus.GONE:
            values |= {"paused_at": None, "paused_reason": ""}
        conn.execute(delete(permanent_redirect).where(permanent_redirect.c.source == definition.id))
    conn.execute(update(source).where(source.c.id == definition.id).values(values))


def source_columns(definition: Source) -> dict[str, Any]:
    """The columns of `source` that the configuration decides."""
    return {
        "id": definition.id,
        "definition": definition,
        "host": urls.host(definition.url),
        "enabled": definition.enabled,
    }


# A pause is a decision of a person or an answer 410; the configuration does not know of it, so it survives a reload.
def pause(conn: Connection, source_id: str, *, reason: str, now: datetime) -> bool:
    """Stop polling a source until it is resumed; returns False if the id is unknown."""
    paused = update(source).where(source.c.id == source_id).values(paused_at=now, paused_reason=reason)
    return conn.execute(paused).rowcount == 1


def resume(conn: Connection, source_id: str, *, now: datetime) -> bool:
    """Poll a paused source again, at once; returns False if the id is unknown."""
    resumed = update(source).where(source.c.id == source_id)
    return conn.execute(resumed.values(paused_at=None, paused_reason="", next_at=now)).rowcount == 1


def health(conn: Connection, *, now: datetime) -> list[SourceState]:
    """Returns the state of every source, by id."""
    return [source_state(row, now=now) for row in conn.execute(select(source).order_by(source.c.id))]


def polled_states(states: Sequence[SourceState]) -> list[SourceState]:
    """Returns the states of the sources that should answer: enabled, and not paused by a person.

    A source that its outlet ended (410) is paused by us, and belongs to them: somebody must find its new feed.
    """
    return [state for state in states if state.enabled and (state.silent or state.paused_at is None)]


def source_state(row: Row[Any], *, now: datetime) -> SourceState:
    """The state of a source at a time, from a row of `source`."""
    silence = silence_reason(
        row.definition,
        enabled=row.enabled,
        paused=row.paused_at is not None,
        status=row.status,
        reason=row.reason,
        failures=row.failures,
        failing_since=row.failing_since,
        last_ok=row.last_ok,
        next_at=row.next_at,
        now=now,
    )
    return SourceState(
        source=row.definition,
        enabled=row.enabled,
        paused_at=row.paused_at,
        paused_reason=row.paused_reason,
        status=row.status,
        reason=row.reason,
        failures=row.failures,
        failing_since=row.failing_since,
        polls=row.polls,
        overlap=row.overlap,
        last_poll=row.last_poll,
        last_ok=row.last_ok,
        last_new=row.last_new,
        next_at=row.next_at,
        silent=None if silence is None else SilentSource(source=row.id, since=row.last_ok, reason=silence),
        moved_to=row.moved_to,
    )


def silence_reason(
    definition: Source,
    *,
    enabled: bool,
    paused: bool,
    status: str,
    reason: str,
    failures: int,
    failing_since: datetime | None,
    last_ok: datetime | None,
    next_at: datetime,
    now: datetime,
) -> str | None:
    """Why a source that should be polled has been silent for several intervals; None if it has not.

    A source is not silent while it requested a delay; it is silent if we failed to poll it. A source that a person
    paused is not silent; one that is gone is, until it gets another URL or is disabled.
    """
    if not enabled:
        return None
    if paused:
        return reason if status == PollStatus.GONE else None
    tolerated = SILENT_AFTER_INTERVALS * definition.interval
    # One failed poll is not silence, even if the last answer is old: the service may not have run for days, or the source is
    # new. Its silence then begins an interval before its first failure.
    starts = [start for start in (last_ok, failing_since and failing_since - definition.interval) if start]
    if failures and (not starts or now - max(starts) > tolerated):
        return reason
    if now - next_at > tolerated:
        return "not polled: monitor was not running, or had no time"
    return None
