"""Sources: what is polled, when next, and what each poll brought.

A source's new entries and sightings are committed together with its validators: a validator kept without its entries
would hide behind a 304 what was never stored.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, literal, select, update

from monitor import urls
from monitor.model import Blind, Gap, HostState, Source, Validators
from monitor.store import hosts, sightings
from monitor.store.columns import Moment
from monitor.store.schema import gap, host, move, source
from monitor.store.sightings import SeenEntry
from monitor.store.sql import insert, later, passed

__all__ = [
    "GONE",
    "Committed",
    "DueSource",
    "PolledSource",
    "SeenEntry",
    "SourceState",
    "claim",
    "commit",
    "follow",
    "health",
    "moved",
    "next_due",
    "pause",
    "release",
    "resume",
    "sync",
]

# A source is blind when it gave nothing for so many of its rhythms: one failed poll in between is weather.
BLIND_AFTER = 3
# The status of a source that answered 410: it is paused by its own outlet, and blind until somebody sees to it.
GONE = "gone"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSource:
    """A source to be polled, claimed until `lease`. No `polls` yet: this one is the baseline."""

    source: Source
    url: str  # where it is polled: as configured, or where that has moved for good
    validators: Validators | None
    body_hash: str
    host: HostState
    failures: int  # in a row
    polls: int  # that succeeded
    last_ok: datetime | None
    last_full: datetime | None  # when a body came last, not a 304
    lease: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledSource:
    """What a poll gave. Where it failed (not `ok`) the validators and the hash in the store stay.

    The status GONE pauses the source, for this reason.
    """

    due: DueSource
    host: HostState
    next_at: datetime
    ok: bool
    status: str  # new, unchanged, failed, GONE
    reason: str = ""
    validators: Validators | None
    body_hash: str
    full: bool = False  # a body came
    moved_to: str = ""  # where a permanent redirect pointed
    seen: Sequence[SeenEntry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a poll added. Lost: the lease had run out and the source is another's; nothing was written."""

    fresh: tuple[tuple[int, SeenEntry], ...] = ()  # the entries never seen before, with their ids
    known: int = 0
    gap: Gap | None = None
    lost: bool = False

    @property
    def new(self) -> int:
        """How many entries were never seen before."""
        return len(self.fresh)


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
    polls: int
    overlap: int
    last_poll: datetime | None
    last_ok: datetime | None
    last_new: datetime | None
    next_at: datetime
    blind: Blind | None
    moved_to: str = ""  # where it is polled instead of its own URL
    changed: str = ""  # why the layout of its pages may have changed, where somebody asked `readings`


# --- what the configuration says --------------------------------------------------------------------------------------


def sync(conn: Connection, configured: Sequence[Source], *, now: datetime) -> None:
    """Make the rows follow the configuration: new ones are due at once, those gone are switched off.

    No state is lost, but what belongs to a URL (validators, body, lease, move, end) goes when the URL changes.
    """
    hosts.ensure(conn, {urls.host(one.url) for one in configured})
    stored = {row.id: row for row in conn.execute(select(source))}
    for one in configured:
        if one.id not in stored:
            _add(conn, one, now=now)
        elif (stored[one.id].noun, stored[one.id].enabled) != (one, one.enabled):
            _change(conn, one, stored[one.id], now=now)
    gone = stored.keys() - {one.id for one in configured}
    conn.execute(update(source).where(source.c.id.in_(gone)).values(enabled=False))


def _add(conn: Connection, one: Source, *, now: datetime) -> None:
    conn.execute(insert(conn, source).values(next_at=now, **_configured(one)).on_conflict_do_nothing())


def _change(conn: Connection, one: Source, before: Row[Any], *, now: datetime) -> None:
    values = _configured(one)
    if one.url == before.noun.url:
        del values["host"]  # it may have moved to another
    else:
        values |= {"validators": None, "body_hash": "", "lease_until": None, "failures": 0, "next_at": now}
        values |= {"moved_to": "", "status": "", "reason": ""}
        if before.status == GONE:
            values |= {"paused_at": None, "paused_reason": ""}
        conn.execute(delete(move).where(move.c.source == one.id))
    conn.execute(update(source).where(source.c.id == one.id).values(values))


def _configured(one: Source) -> dict[str, Any]:
    return {"id": one.id, "noun": one, "host": urls.host(one.url), "enabled": one.enabled}


def pause(conn: Connection, source_id: str, *, reason: str, now: datetime) -> bool:
    """Stop polling a source until it is resumed; False where there is none of this id."""
    paused = update(source).where(source.c.id == source_id).values(paused_at=now, paused_reason=reason)
    return conn.execute(paused).rowcount == 1


def resume(conn: Connection, source_id: str, *, now: datetime) -> bool:
    """Poll a paused source again, at once; False where there is none of this id."""
    resumed = update(source).where(source.c.id == source_id)
    return conn.execute(resumed.values(paused_at=None, paused_reason="", next_at=now)).rowcount == 1


# --- polling ----------------------------------------------------------------------------------------------------------


def claim(
    conn: Connection,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    only: Collection[str] = (),
    force: bool = False,
) -> list[DueSource]:
    """The sources to be polled now, longest due first, each leased to the caller together with its host.

    At most one source a host, and none of a host that is at work or asked to be left alone. `force` takes sources
    that are not due yet; the pace of their hosts is kept all the same.
    """
    due = and_(_polled(only), passed(source.c.lease_until, now), hosts.free(now))
    if not force:
        due = and_(due, source.c.next_at <= now)
    place = func.row_number().over(partition_by=source.c.host, order_by=(source.c.next_at, source.c.id))
    ranked = select(source.c.id, place.label("place")).join(host).where(due).subquery()
    # The conditions stand outside again: PostgreSQL checks them anew on rows that changed while it waited for them.
    rows = conn.execute(
        select(source, *hosts.COLUMNS)
        .join(host)
        .where(source.c.id.in_(select(ranked.c.id).where(ranked.c.place == 1)), due)
        .order_by(source.c.next_at, source.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    until = now + lease
    conn.execute(update(source).where(source.c.id.in_([row.id for row in rows])).values(lease_until=until))
    hosts.lease(conn, [row.host_name for row in rows], until=until)
    return [_due(row, until) for row in rows]


def next_due(conn: Connection, *, only: Collection[str] = (), force: bool = False) -> datetime | None:
    """When the next source can be claimed; None where there is none, a time long past for "at once" with `force`."""
    start = literal(_LONG_AGO, Moment()) if force else source.c.next_at
    free = hosts.ready(later(source.c.lease_until, start))
    when: datetime | None = conn.scalar(select(func.min(free)).select_from(source).join(host).where(_polled(only)))
    return when


def commit(conn: Connection, polled: PolledSource, *, now: datetime) -> Committed:
    """Store what a poll brought: entries, sightings, the source's state with its validators, and its host.

    An entry new to the store is returned with its id; of a known one what was missing is filled in. A later poll of
    which no entry was seen before leaves a gap on record: what stood between may have been missed.
    """
    one = polled.due.source
    held = and_(source.c.id == one.id, source.c.lease_until == polled.due.lease)
    if conn.execute(update(source).where(held).values(_state(polled, now=now))).rowcount == 0:
        return Committed(lost=True)
    hosts.settle(conn, polled.host, lease=polled.due.lease)
    if polled.ok:
        _note_way(conn, one.id, polled.moved_to, now=now)
    if not polled.seen:
        return Committed()
    if not polled.due.body_hash:
        _close_gap(conn, polled)
    recorded = sightings.record(conn, one.id, polled.seen, now=now)
    values = {"overlap": recorded.overlap} | ({"last_new": now} if recorded.fresh else {})
    conn.execute(update(source).where(source.c.id == one.id).values(values))
    return Committed(fresh=recorded.fresh, known=recorded.known, gap=_gap(conn, polled, recorded.overlap, now=now))


def release(conn: Connection, due: DueSource, *, next_at: datetime, reason: str, now: datetime) -> None:
    """Put a source back whose poll broke; it counts as a failure."""
    held = and_(source.c.id == due.source.id, source.c.lease_until == due.lease)
    broken = {"next_at": next_at, "status": "failed", "reason": reason, "last_poll": now, "lease_until": None}
    if conn.execute(update(source).where(held).values(failures=source.c.failures + 1, **broken)).rowcount:
        hosts.settle(conn, due.host, lease=due.lease)


def _polled(only: Collection[str]) -> ColumnElement[bool]:
    wanted = and_(source.c.enabled, source.c.paused_at.is_(None))
    return and_(wanted, source.c.id.in_(only)) if only else wanted


def _due(row: Row[Any], until: datetime) -> DueSource:
    return DueSource(
        source=row.noun,
        url=row.moved_to or row.noun.url,
        validators=row.validators,
        body_hash=row.body_hash,
        host=hosts.state_of(row),
        failures=row.failures,
        polls=row.polls,
        last_ok=row.last_ok,
        last_full=row.last_full,
        lease=until,
    )


def _state(polled: PolledSource, *, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "next_at": polled.next_at,
        "lease_until": None,
        "status": polled.status,
        "reason": polled.reason,
        "last_poll": now,
    }
    if polled.status == GONE:
        values |= {"paused_at": now, "paused_reason": polled.reason}
    if not polled.ok:
        return values | {"failures": source.c.failures + 1}
    values |= {"failures": 0, "polls": source.c.polls + 1, "last_ok": now}
    values |= {"validators": polled.validators, "body_hash": polled.body_hash}
    return values | ({"last_full": now} if polled.full else {})


def _gap(conn: Connection, polled: PolledSource, overlap: int, *, now: datetime) -> Gap | None:
    before = polled.due.last_ok
    if overlap or before is None:
        return None
    found = Gap(source=polled.due.source.id, start=before, end=now)
    conn.execute(insert(conn, gap).values(source=found.source, start=found.start, end=found.end))
    return found


def _close_gap(conn: Connection, polled: PolledSource) -> None:
    """Take back the gap that a body left which was cut short, where the body after it reaches back over it."""
    source_id = polled.due.source.id
    left = and_(gap.c.source == source_id, gap.c.end == polled.due.last_ok)
    start = conn.scalar(select(gap.c.start).where(left))
    if start is not None and sightings.any_by(conn, source_id, polled.seen, at=start):
        conn.execute(delete(gap).where(left))


def _note_way(conn: Connection, source_id: str, moved_to: str, *, now: datetime) -> None:
    """Remember a permanent redirect, and forget those before it that an answer of another kind belies."""
    conn.execute(delete(move).where(move.c.source == source_id, move.c.url != moved_to))
    if moved_to:
        note = insert(conn, move).values(source=source_id, day=now.astimezone(UTC).date(), url=moved_to)
        conn.execute(note.on_conflict_do_nothing())


# --- how they are doing -----------------------------------------------------------------------------------------------


def moved(conn: Connection, source_id: str) -> list[tuple[date, str]]:
    """Where a source redirects permanently to, by day (UTC), oldest first.

    Only the days since its last answer of another kind: in place, by a temporary redirect, from another target.
    """
    noted = select(move.c.day, move.c.url).where(move.c.source == source_id).order_by(move.c.day)
    return [(row.day, row.url) for row in conn.execute(noted)]


def follow(conn: Connection, source_id: str, *, url: str) -> None:
    """Poll a source at the URL that it has moved to, from the next poll on. The configuration keeps its own."""
    one: Source = conn.execute(select(source.c.noun).where(source.c.id == source_id)).scalar_one()
    hosts.ensure(conn, {urls.host(url)})
    values = {"moved_to": "" if url == one.url else url, "host": urls.host(url), "validators": None}
    conn.execute(update(source).where(source.c.id == source_id).values(values))
    conn.execute(delete(move).where(move.c.source == source_id))


def health(conn: Connection, *, now: datetime) -> list[SourceState]:
    """The state of every source, by id."""
    return [_health(row, now=now) for row in conn.execute(select(source).order_by(source.c.id))]


def _health(row: Row[Any], *, now: datetime) -> SourceState:
    known = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name for a row as a mapping
    same = ("enabled", "paused_at", "paused_reason", "status", "reason", "failures", "polls", "overlap", "moved_to")
    times = ("last_poll", "last_ok", "last_new", "next_at")
    return SourceState(source=row.noun, blind=_blind(row, now=now), **{name: known[name] for name in same + times})


def _blind(row: Row[Any], *, now: datetime) -> Blind | None:
    """A source that is meant to be polled and gave nothing for several of its rhythms.

    One that keeps long pauses because it asked for them is not blind; one that we did not come to look at is. One that
    somebody paused is not; one that is gone is, until somebody gives it another URL or switches it off.
    """
    if not row.enabled:
        return None
    if row.paused_at is not None:
        return Blind(source=row.id, since=row.last_ok, reason=row.reason) if row.status == GONE else None
    patience = BLIND_AFTER * row.noun.every
    if row.failures and (row.last_ok is None or now - row.last_ok > patience):
        return Blind(source=row.id, since=row.last_ok, reason=row.reason)
    if now - row.next_at > patience:
        return Blind(source=row.id, since=row.last_ok, reason="not looked at: monitor was not running, or had no time")
    return None
