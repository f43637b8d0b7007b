"""Hosts: their pace and robots.txt survive restarts, and one request per host is under way at a time."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, update

from monitor.model import HostState
from monitor.store.schema import host
from monitor.store.sql import insert, is_unset_or_past, later

COLUMNS = (host.c.name.label("host_name"), host.c.ready_at, host.c.robots, host.c.robots_at)


def ensure(conn: Connection, names: Collection[str]) -> None:
    """Create the missing rows of these hosts."""
    if names:
        # Sorted: two polls that add the same hosts lock them in one order and cannot deadlock.
        conn.execute(insert(conn, host).on_conflict_do_nothing(), [{"name": name} for name in sorted(names)])


def free(now: datetime) -> ColumnElement[bool]:
    """The condition that the host of a row is neither leased nor in a pause."""
    return and_(is_unset_or_past(host.c.lease_until, now), is_unset_or_past(host.c.ready_at, now))


def lease(conn: Connection, names: Collection[str], *, until: datetime) -> None:
    """Lease hosts that a claim has selected and locked."""
    conn.execute(update(host).where(host.c.name.in_(names)).values(lease_until=until))


def settle(conn: Connection, state: HostState, *, lease: datetime | None) -> None:
    """Store the pause and robots.txt of a host, and release it if the lease is still ours.

    `ready_at` never moves back: a late response must not undo a newer Retry-After.
    """
    # The lease may have expired and be another worker's by now; then only the facts about the host are stored.
    values: dict[str, Any] = {"lease_until": case((host.c.lease_until == lease, None), else_=host.c.lease_until)}
    if state.ready_at is not None:
        values["ready_at"] = case((host.c.ready_at > state.ready_at, host.c.ready_at), else_=state.ready_at)
    if state.robots_at is not None:
        values |= {"robots": state.robots, "robots_at": state.robots_at}
    conn.execute(update(host).where(host.c.name == state.host).values(values))


def ready(since: ColumnElement[Any]) -> ColumnElement[Any]:
    """The time from which the host of a row that is due at `since` can be requested."""
    return later(host.c.lease_until, later(host.c.ready_at, since))


def state_of(row: Row[Any]) -> HostState:
    """Returns the host state of a row selected with COLUMNS."""
    return HostState(host=row.host_name, ready_at=row.ready_at, robots=row.robots, robots_at=row.robots_at)
