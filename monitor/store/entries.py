"""Entries: which of them wait to be read, and the status with which each of them ends."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from monitor import urls
from monitor.model import Entry, HostState, Source
from monitor.store import hosts, leases
from monitor.store.schema import entry, host, item, source
from monitor.store.sql import later
from monitor.store.statuses import EntryStatus

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
    baseline: bool
    first_seen: datetime
    lease: datetime
    page_is_shared: bool = False  # by several entries: the words of the feed are its text
    revisions: int = 0
    escalated_at: datetime | None = None  # when a revision lifted it over a line


def claim(
    conn: Connection, *, now: datetime, lease: timedelta, limit: int, only_sources: Collection[str] = ()
) -> list[DueEntry]:
    """Lease the entries to be read now, each with its host: those with a match first, then the newest; one per host."""
    # Matched headlines first: during a backlog of hours they are the ones that can alert.
    newest = func.coalesce(entry.c.published, entry.c.first_seen)
    rows, until = leases.claim(
        conn,
        entry,
        select(entry, source.c.definition, *hosts.COLUMNS)
        .select_from(entry)
        .join(host)
        .join(source, source.c.id == entry.c.source),
        due=and_(is_waiting(only_sources), entry.c.read_at <= now),
        partition=(entry.c.host,),
        order=(entry.c.headline_matched.desc(), newest.desc(), entry.c.id),
        now=now,
        lease=lease,
        limit=limit,
    )
    return [due_entry(row, until) for row in rows]


def next_due(conn: Connection, *, only_sources: Collection[str] = ()) -> datetime | None:
    """When the next entry can be claimed; None if none is waiting."""
    ready_at = hosts.ready(later(entry.c.lease_until, entry.c.read_at))
    waiting = select(func.min(ready_at)).select_from(entry).join(host).where(is_waiting(only_sources))
    earliest: datetime | None = conn.scalar(waiting)
    return earliest


def is_reading(conn: Connection, *, now: datetime) -> bool:
    """Returns whether entries are being read, or to be read now."""
    waiting = select(entry.c.id).where(is_waiting(()), entry.c.read_at <= now)
    return bool(conn.scalar(select(waiting.exists())))


def record_landing(conn: Connection, entry_id: int, *, link: str, landing: str) -> None:
    """Show readers the URL at which the page of an entry was read, if the link of its source led to another one."""
    if landing and urls.canonicalize(landing) != urls.canonicalize(link):
        conn.execute(update(entry).where(entry.c.id == entry_id).values(link=landing))


def postpone(
    conn: Connection, due: DueEntry, *, host: HostState, next_at: datetime, reason: str, now: datetime
) -> bool:
    """Reschedule the reading of an entry; it counts as an attempt. Returns False if another worker has it by now."""
    still_ours = and_(leases.owned(entry, due.id, due.lease), entry.c.status.is_(None))
    values = {
        "read_at": next_at,
        "reason": reason,
        "lease_until": None,
        "tried_at": now,
        "attempts": entry.c.attempts + 1,
    }
    postponed = conn.execute(update(entry).where(still_ours).values(values)).rowcount == 1
    hosts.settle(conn, host, lease=due.lease)
    return postponed


def finish(
    conn: Connection, due: DueEntry, *, status: EntryStatus, reason: str, host: HostState, now: datetime
) -> bool:
    """End an entry that gave no item, and release its host. Returns False if it had ended already.

    A revised entry whose page cannot be read again keeps the status that its item had.
    """
    hosts.settle(conn, host, lease=due.lease)
    status = judged_status(conn, due.id) or status
    return end(conn, due.id, status=status, reason=reason, now=now) and not reopen_if_revised(
        conn, due.id, due.entry, now=now
    )


def end(conn: Connection, entry_id: int, *, status: EntryStatus, reason: str, now: datetime) -> bool:
    """Record the one status of an entry. Returns False if it has one already, which stays."""
    # Compare-and-set: two workers may finish one entry after an expired lease; the first status stays.
    unended = and_(entry.c.id == entry_id, entry.c.status.is_(None))
    values = {"status": status, "reason": reason, "ended_at": now, "read_at": None, "lease_until": None}
    return conn.execute(update(entry).where(unended).values(values)).rowcount == 1


def judged_status(conn: Connection, entry_id: int) -> EntryStatus | None:
    """Returns the status of an entry by its item; None if it has none."""
    columns = (item.c.relevant, item.c.copy_of, entry.c.delivered_at)
    row = conn.execute(select(*columns).join(entry).where(item.c.entry == entry_id)).one_or_none()
    if row is None:
        return None
    if row.delivered_at is not None:
        return EntryStatus.DELIVERED
    if not row.relevant:
        return EntryStatus.REJECTED
    return EntryStatus.DUPLICATE if row.copy_of else EntryStatus.PENDING


def reopen_if_revised(conn: Connection, entry_id: int, judged: Entry, *, now: datetime) -> bool:
    """Let an entry wait again if a poll changed its words while it was read. Returns whether it did."""
    is_revised = or_(entry.c.title != judged.title, entry.c.summary != judged.summary)
    ended = and_(entry.c.id == entry_id, entry.c.status.is_not(None), entry.c.status != EntryStatus.FORGOTTEN)
    waiting = {"status": None, "ended_at": None, "read_at": now, "lease_until": None, "attempts": 0}
    return conn.execute(update(entry).where(ended, is_revised).values(waiting)).rowcount == 1


def escalate(conn: Connection, entry_id: int, *, now: datetime) -> None:
    """Record that a revision lifted an entry over a line: its news is as old as the revision."""
    conn.execute(update(entry).where(entry.c.id == entry_id).values(escalated_at=now))


def count_by_status(conn: Connection, *, since: datetime, until: datetime | None = None) -> Counter[str]:
    """How many entries first seen in a period have each status; "" counts those still waiting."""
    # By first sight, because coverage asks about the entries that a period brought, whenever they were read.
    in_period = entry.c.first_seen >= since
    if until is not None:
        in_period = and_(in_period, entry.c.first_seen <= until)
    counted = select(entry.c.status, func.count()).where(in_period).group_by(entry.c.status)
    return Counter({status or "": count for status, count in conn.execute(counted)})


def entry_from_row(row: Row[Any]) -> Entry:
    """The entry of a row that has the columns of `entry`."""
    columns = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name for a row as a mapping
    return Entry(**{field: columns[field] for field in ENTRY_FIELDS})


def is_waiting(only_sources: Collection[str]) -> ColumnElement[bool]:
    """The condition that an entry has not ended; of all sources, or of some."""
    waiting = entry.c.status.is_(None)
    return and_(waiting, entry.c.source.in_(only_sources)) if only_sources else waiting


def due_entry(row: Row[Any], until: datetime) -> DueEntry:
    """The claimed entry of a row of `entry` with its source and host."""
    return DueEntry(
        id=row.id,
        entry=entry_from_row(row),
        source=row.definition,
        host=hosts.state_of(row),
        attempts=row.attempts,
        baseline=row.baseline,
        first_seen=row.first_seen,
        lease=until,
        page_is_shared=row.page_is_shared,
        revisions=row.revisions,
        escalated_at=row.escalated_at,
    )
