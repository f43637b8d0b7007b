"""Entries: what waits to be read, and how each of them ends."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from monitor.model import Entry, HostState, Source, Verdict
from monitor.store import hosts
from monitor.store.outcomes import Outcome
from monitor.store.schema import entry, host, source
from monitor.store.sql import later, passed

ENTRY_FIELDS = (
    "url",
    "link",
    "title",
    "summary",
    "content",
    "author",
    "published",
    "published_text",
    "language",
    "guid",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueEntry:
    """An entry to be read, claimed until `lease`."""

    id: int
    entry: Entry
    source: Source  # that showed it first
    host: HostState  # of its page
    attempts: int
    hint: Verdict  # of title and summary
    baseline: bool
    first_seen: datetime
    lease: datetime


def claim(
    conn: Connection, *, now: datetime, lease: timedelta, limit: int, only_sources: Collection[str] = ()
) -> list[DueEntry]:
    """The entries to be read now, those with a hit first, then the newest; one a host, leased with its host."""
    due = and_(_waiting(only_sources), entry.c.read_at <= now, passed(entry.c.lease_until, now), hosts.free(now))
    newest = func.coalesce(entry.c.published, entry.c.first_seen)
    order = (entry.c.hinted.desc(), newest.desc(), entry.c.id)
    place = func.row_number().over(partition_by=entry.c.host, order_by=order)
    ranked = select(entry.c.id, place.label("place")).join(host).where(due).subquery()
    # The conditions stand outside again, as in sources.claim.
    rows = conn.execute(
        select(entry, source.c.noun, *hosts.COLUMNS)
        .select_from(entry)
        .join(host)
        .join(source, source.c.id == entry.c.source)
        .where(entry.c.id.in_(select(ranked.c.id).where(ranked.c.place == 1)), due)
        .order_by(*order)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=(entry, host))
    ).all()
    until = now + lease
    conn.execute(update(entry).where(entry.c.id.in_([row.id for row in rows])).values(lease_until=until))
    hosts.lease(conn, [row.host_name for row in rows], until=until)
    return [_due(row, until) for row in rows]


def next_due(conn: Connection, *, only_sources: Collection[str] = ()) -> datetime | None:
    """When the next entry can be claimed; None where none is waiting."""
    free = hosts.ready(later(entry.c.lease_until, entry.c.read_at))
    waiting = select(func.min(free)).select_from(entry).join(host).where(_waiting(only_sources))
    when: datetime | None = conn.scalar(waiting)
    return when


def postpone(
    conn: Connection, due: DueEntry, *, host: HostState, next_at: datetime, reason: str, now: datetime
) -> bool:
    """Put an entry back to be read later; it counts as an attempt. False: it is another's by now."""
    held = and_(entry.c.id == due.id, entry.c.lease_until == due.lease, entry.c.outcome.is_(None))
    values = {"read_at": next_at, "reason": reason, "lease_until": None, "tried_at": now}
    values |= {"attempts": entry.c.attempts + 1}
    done = conn.execute(update(entry).where(held).values(values)).rowcount == 1
    hosts.settle(conn, host, lease=due.lease)
    return done


def finish(conn: Connection, due: DueEntry, *, outcome: Outcome, reason: str, host: HostState, now: datetime) -> bool:
    """End an entry that gave no item. False: it had its end already."""
    hosts.settle(conn, host, lease=due.lease)
    return end(conn, due.id, outcome=outcome, reason=reason, now=now)


def end(conn: Connection, entry_id: int, *, outcome: Outcome, reason: str, now: datetime) -> bool:
    """Record the one end of an entry. False: it had one already, and keeps it."""
    open_ = and_(entry.c.id == entry_id, entry.c.outcome.is_(None))
    values = {"outcome": outcome, "reason": reason, "ended_at": now, "read_at": None, "lease_until": None}
    return conn.execute(update(entry).where(open_).values(values)).rowcount == 1


def outcomes(conn: Connection, *, since: datetime) -> Counter[str]:
    """How the entries first seen since then ended; "" counts those still waiting."""
    counted = select(entry.c.outcome, func.count()).where(entry.c.first_seen >= since).group_by(entry.c.outcome)
    return Counter({outcome or "": count for outcome, count in conn.execute(counted)})


def noun_of(row: Row[Any]) -> Entry:
    """The noun of a row that has the columns of `entry`."""
    known = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name for a row as a mapping
    return Entry(**{field: known[field] for field in ENTRY_FIELDS})


def _waiting(only_sources: Collection[str]) -> ColumnElement[bool]:
    waiting = entry.c.outcome.is_(None)
    return and_(waiting, entry.c.source.in_(only_sources)) if only_sources else waiting


def _due(row: Row[Any], until: datetime) -> DueEntry:
    return DueEntry(
        id=row.id,
        entry=noun_of(row),
        source=row.noun,
        host=hosts.state_of(row),
        attempts=row.attempts,
        hint=row.hint,
        baseline=row.baseline,
        first_seen=row.first_seen,
        lease=until,
    )
