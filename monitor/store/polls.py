"""Polls: which sources are due, and the result of each poll.

A source's new entries and sightings are committed together with its validators: if validators were stored without
their entries, a 304 would hide those entries for ever.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, literal, select, update

from monitor import urls
from monitor.model import Gap, HostState, Source, Validators
from monitor.store import hosts, leases, sightings
from monitor.store.columns import UtcDateTime
from monitor.store.revisions import SeenEntry
from monitor.store.schema import gap, host, permanent_redirect, poll, source
from monitor.store.sightings import RevisedEntry
from monitor.store.sql import insert, later
from monitor.store.statuses import PollStatus

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSource:
    """A source to be polled, claimed until `lease`. If `polls` is 0, this poll is the baseline."""

    source: Source
    url: str  # as configured, or where a permanent redirect led
    validators: Validators | None
    body_hash: str
    item_hashes: tuple[str, ...]  # of the items of the last body
    host: HostState
    failures: int  # in a row
    polls: int  # that succeeded
    last_ok: datetime | None
    last_full: datetime | None  # when the last body came; a 304 has none
    last_count: int | None = None  # the entries of that body; None: not known
    lease: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledSource:
    """The result of a poll. If it failed (not `ok`), the store keeps its validators and hash.

    The status GONE pauses the source, with this reason.
    """

    due: DueSource
    host: HostState
    next_at: datetime
    ok: bool
    status: PollStatus
    reason: str = ""
    validators: Validators | None
    body_hash: str
    item_hashes: tuple[str, ...]
    known_count: int = 0  # items of the body that were left out because the last one had them
    full: bool = False  # a body came
    parsed: bool = False  # a body came that is not the same as the last one
    moved_to: str = ""  # target of a permanent redirect
    sighted: Sequence[SeenEntry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCommit:
    """The entries that a poll added or revised. Lost: the lease had expired, another worker has the source; nothing was written."""

    new_entries: tuple[tuple[int, SeenEntry], ...] = ()  # never seen before, with their ids
    revised_entries: tuple[RevisedEntry, ...] = ()  # to be judged again
    known_count: int = 0
    gap: Gap | None = None
    lost: bool = False

    @property
    def new_count(self) -> int:
        """How many entries were never seen before."""
        return len(self.new_entries)


def claim(
    conn: Connection,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    only: Collection[str] = (),
    force: bool = False,
) -> list[DueSource]:
    """Lease the sources to be polled now, longest due first, each together with its host.

    At most one source of each host, and none of a host that is leased or asked for a pause. `force` also takes sources
    that are not due yet; the pace of their hosts is kept all the same.
    """
    due = is_polled(only) if force else and_(is_polled(only), source.c.next_at <= now)
    rows, until = leases.claim(
        conn,
        source,
        select(source, *hosts.COLUMNS).join(host),
        due=due,
        partition=(source.c.host,),
        order=(source.c.next_at, source.c.id),
        now=now,
        lease=lease,
        limit=limit,
    )
    return [due_source(row, until) for row in rows]


def next_due(conn: Connection, *, only: Collection[str] = (), force: bool = False) -> datetime | None:
    """When the next source can be claimed; None if there is none. With `force` a time long past means "now"."""
    start = literal(LONG_AGO, UtcDateTime()) if force else source.c.next_at
    ready_at = hosts.ready(later(source.c.lease_until, start))
    earliest: datetime | None = conn.scalar(
        select(func.min(ready_at)).select_from(source).join(host).where(is_polled(only))
    )
    return earliest


def commit(conn: Connection, polled: PolledSource, *, now: datetime) -> PollCommit:
    """Store the result of a poll: entries, sightings, the source's state with its validators, and its host.

    An entry new to the store is returned with its id, and so is a known one whose words changed. If a later poll shows
    no entry that the source had shown before, a gap is recorded: entries in between may have been missed.
    """
    source_id = polled.due.source.id
    # A poll that took longer than its lease may have been repeated by another worker, whose newer result must stay.
    still_ours = leases.owned(source, source_id, polled.due.lease)
    if conn.execute(update(source).where(still_ours).values(source_values(polled, now=now))).rowcount == 0:
        return PollCommit(lost=True)
    record_poll(conn, source_id, answered=polled.ok, now=now)
    hosts.settle(conn, polled.host, lease=polled.due.lease)
    if polled.ok:
        record_redirect(conn, source_id, polled.moved_to, now=now)
    if not polled.sighted:
        if polled.known_count:
            conn.execute(update(source).where(source.c.id == source_id).values(overlap=polled.known_count))
        return PollCommit(known_count=polled.known_count)
    # Without a hash the body before was cut short: its gap is closed if this one reaches back over it.
    if not polled.due.body_hash:
        close_gap(conn, polled)
    recorded = sightings.record_sightings(conn, source_id, polled.sighted, now=now)
    overlap = recorded.overlap + polled.known_count
    values = {"overlap": overlap} | ({"last_new": now} if recorded.new_entries else {})
    conn.execute(update(source).where(source.c.id == source_id).values(values))
    return PollCommit(
        new_entries=recorded.new_entries,
        revised_entries=recorded.revised_entries,
        known_count=recorded.known_count + polled.known_count,
        gap=record_gap(conn, polled, overlap, now=now),
    )


def release(conn: Connection, due: DueSource, *, next_at: datetime, reason: str, now: datetime) -> None:
    """Reschedule a source whose poll raised an error; it counts as a failure."""
    still_ours = leases.owned(source, due.source.id, due.lease)
    failed = {
        "next_at": next_at,
        "status": PollStatus.FAILED,
        "reason": reason,
        "last_poll": now,
        "lease_until": None,
        "failures": source.c.failures + 1,
        "failing_since": func.coalesce(source.c.failing_since, literal(now, UtcDateTime())),
    }
    if conn.execute(update(source).where(still_ours).values(failed)).rowcount:
        record_poll(conn, due.source.id, answered=False, now=now)
        hosts.settle(conn, due.host, lease=due.lease)


def permanent_redirects(conn: Connection, source_id: str) -> list[tuple[date, str]]:
    """Where a source redirects permanently to, by day (UTC), oldest first.

    Only the days since its last answer of another kind: without a redirect, by a temporary one, to another target.
    """
    redirects = select(permanent_redirect.c.day, permanent_redirect.c.url)
    rows = redirects.where(permanent_redirect.c.source == source_id).order_by(permanent_redirect.c.day)
    return [(row.day, row.url) for row in conn.execute(rows)]


def follow_redirect(conn: Connection, source_id: str, *, url: str) -> None:
    """Poll a source at the URL that it has moved to, from the next poll on. The configuration keeps its own."""
    configured: Source = conn.execute(select(source.c.definition).where(source.c.id == source_id)).scalar_one()
    hosts.ensure(conn, {urls.host(url)})
    # Validators belong to one URL (RFC 9110, 8.8).
    values = {"moved_to": "" if url == configured.url else url, "host": urls.host(url), "validators": None}
    conn.execute(update(source).where(source.c.id == source_id).values(values))
    conn.execute(delete(permanent_redirect).where(permanent_redirect.c.source == source_id))


def is_polled(only: Collection[str]) -> ColumnElement[bool]:
    """The condition that a source is enabled and not paused; of all sources, or of `only` some."""
    enabled = and_(source.c.enabled, source.c.paused_at.is_(None))
    return and_(enabled, source.c.id.in_(only)) if only else enabled


def due_source(row: Row[Any], until: datetime) -> DueSource:
    """The claimed source of a row of `source` with its host."""
    return DueSource(
        source=row.definition,
        url=row.moved_to or row.definition.url,
        validators=row.validators,
        body_hash=row.body_hash,
        item_hashes=row.item_hashes,
        host=hosts.state_of(row),
        failures=row.failures,
        polls=row.polls,
        last_ok=row.last_ok,
        last_full=row.last_full,
        last_count=row.last_count,
        lease=until,
    )


def source_values(polled: PolledSource, *, now: datetime) -> dict[str, Any]:
    """The columns of `source` that a poll changes."""
    values: dict[str, Any] = {
        "next_at": polled.next_at,
        "lease_until": None,
        "status": polled.status,
        "reason": polled.reason,
        "last_poll": now,
    }
    # The notes on a body are true as long as it stays the same.
    if polled.status is PollStatus.UNCHANGED and not polled.due.failures:
        del values["reason"]
    # 410 is the one answer by which an outlet says that the feed will not come back; polling on would be impolite.
    if polled.status is PollStatus.GONE:
        values |= {"paused_at": now, "paused_reason": polled.reason}
    if not polled.ok:
        failing_since = func.coalesce(source.c.failing_since, literal(now, UtcDateTime()))
        return values | {"failures": source.c.failures + 1, "failing_since": failing_since}
    values |= {"failures": 0, "failing_since": None, "polls": source.c.polls + 1, "last_ok": now}
    values |= {"validators": polled.validators, "body_hash": polled.body_hash, "item_hashes": polled.item_hashes}
    if polled.parsed:
        # Without a hash the body was cut short.
        values["last_count"] = len(polled.sighted) + polled.known_count if polled.body_hash else None
    return values | ({"last_full": now} if polled.full else {})


def record_poll(conn: Connection, source_id: str, *, answered: bool, now: datetime) -> None:
    """Record that a source was polled, and whether it answered."""
    row = insert(conn, poll).values(source=source_id, at=now, answered=answered)
    conn.execute(row.on_conflict_do_update(index_elements=[poll.c.source, poll.c.at], set_={"answered": answered}))


def sources_polled(conn: Connection, *, since: datetime, until: datetime) -> dict[str, bool]:
    """Returns the ids of the sources that were polled in a period, with True if any of these polls was answered."""
    in_period = and_(poll.c.at >= since, poll.c.at <= until)
    answered = func.max(case((poll.c.answered, 1), else_=0))
    rows = conn.execute(select(poll.c.source, answered).where(in_period).group_by(poll.c.source))
    return {source_id: bool(was_answered) for source_id, was_answered in rows}


def record_gap(conn: Connection, polled: PolledSource, overlap: int, *, now: datetime) -> Gap | None:
    """Record a gap if entries between the last body and this one may have been missed."""
    if overlap or not may_have_missed(polled):
        return None
    assert polled.due.last_ok
    recorded = Gap(source=polled.due.source.id, start=polled.due.last_ok, end=now)
    conn.execute(insert(conn, gap).values(source=recorded.source, start=recorded.start, end=recorded.end))
    return recorded


def may_have_missed(polled: PolledSource) -> bool:
    """Whether a body that shows no entry from before may have been preceded by entries that nobody saw.

    Not after a first poll or an empty body, not if the body reaches back to the last poll, not for the results of a search.
    """
    due = polled.due
    if due.last_ok is None or due.last_count == 0 or urls.is_search(due.url):
        return False
    # An editorial or a front page of the day replaces its one entry each time.
    if due.last_count == len(polled.sighted) == 1:
        return False
    times = [entry_seen.entry.published for entry_seen in polled.sighted]
    known_times = [published for published in times if published is not None]
    return not known_times or min(known_times) > due.last_ok


def close_gap(conn: Connection, polled: PolledSource) -> None:
    """Delete the gap of the last body, which was cut short, if this body shows entries from before that gap."""
    source_id = polled.due.source.id
    of_last_poll = and_(gap.c.source == source_id, gap.c.end == polled.due.last_ok)
    start = conn.scalar(select(gap.c.start).where(of_last_poll))
    if start is not None and sightings.was_shown(conn, source_id, polled.sighted, at=start):
        conn.execute(delete(gap).where(of_last_poll))


def record_redirect(conn: Connection, source_id: str, moved_to: str, *, now: datetime) -> None:
    """Record a permanent redirect of today, and delete earlier ones to other targets."""
    # One answer of another kind starts the count again: a bad deployment redirects every page to the home page for an hour.
    contradicted = and_(permanent_redirect.c.source == source_id, permanent_redirect.c.url != moved_to)
    conn.execute(delete(permanent_redirect).where(contradicted))
    if moved_to:
        row = insert(conn, permanent_redirect).values(source=source_id, day=now.astimezone(UTC).date(), url=moved_to)
        conn.execute(row.on_conflict_do_nothing())
