"""Times that lie ahead of the clock: they were written while the machine's clock was wrong, and nothing waits for them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, and_, case, delete, func, literal, or_, select, update

from monitor.store.columns import UtcDateTime
from monitor.store.outbox import is_waiting
from monitor.store.schema import delivery, digest, entry, fault, heartbeat, host, item, notice, poll, source

# Between the clocks of machines that share a store, and after a small correction by NTP.
TOLERANCE = timedelta(minutes=5)


def latest_time_ahead(conn: Connection, *, now: datetime) -> datetime | None:
    """Returns the latest time at which the service did something, if it lies ahead of now; else None."""
    times = [
        conn.scalar(select(func.max(column))) for column in (heartbeat.c.at, source.c.last_poll, digest.c.composed_at)
    ]
    latest: datetime | None = max((time for time in times if time), default=None)
    return latest if latest and latest > now + TOLERANCE else None


def pull_back(conn: Connection, *, now: datetime) -> datetime | None:
    """Make everything due that was scheduled by a clock that was ahead; returns how far it was, or None.

    A suspended machine or a wrong time zone of the hardware clock put the clock days or hours ahead for a minute: all that
    was polled or composed then would wait until the real time reaches that of its rows.
    """
    latest = latest_time_ahead(conn, now=now)
    if latest is None:
        return None
    pull_back_work(conn, now)
    pull_back_messages(conn, now)
    conn.execute(update(heartbeat).where(heartbeat.c.at > now).values(at=now))
    conn.execute(update(fault).where(fault.c.at > now).values(at=now, since=at_most(fault.c.since, now)))
    return latest


def pull_back_work(conn: Connection, now: datetime) -> None:
    """Make sources, hosts and entries due that were touched at a time ahead."""
    touched = or_(source.c.last_poll > now, source.c.lease_until > now)
    columns = (source.c.last_poll, source.c.last_ok, source.c.last_new, source.c.last_full, source.c.failing_since)
    times = {column.name: at_most(column, now) for column in columns}
    conn.execute(update(source).where(touched).values(next_at=now, lease_until=None, **times))
    conn.execute(delete(poll).where(poll.c.at > now))
    # A host has no time of its last request: a pause that another host asked for is lost, once.
    blocked = or_(host.c.ready_at > now, host.c.lease_until > now)
    conn.execute(update(host).where(blocked).values(ready_at=None, lease_until=None))
    open_entry = and_(entry.c.status.is_(None), or_(entry.c.first_seen > now, entry.c.tried_at > now))
    conn.execute(update(entry).where(open_entry).values(read_at=now, lease_until=None))
    conn.execute(update(entry).where(entry.c.first_seen > now).values(first_seen=now))
    conn.execute(update(item).where(item.c.first_seen > now).values(first_seen=now, at=at_most(item.c.at, now)))


def pull_back_messages(conn: Connection, now: datetime) -> None:
    """Make notices and deliveries due that were written at a time ahead, and free the slots of digests to come."""
    conn.execute(
        update(notice)
        .where(notice.c.created_at > now, notice.c.digest.is_(None))
        .values(not_before=now, created_at=now)
    )
    written = or_(delivery.c.created_at > now, delivery.c.tried_at > now)
    conn.execute(update(delivery).where(is_waiting(), written).values(next_at=now, lease_until=None))
    times = {column.name: at_most(column, now) for column in (digest.c.start, digest.c.end)}
    freed = update(digest).where(digest.c.composed_at > now)
    conn.execute(freed.values(day=None, slot=None, composed_at=now, **times))


def at_most(column: Column[Any], now: datetime) -> Any:
    """The value of a time, or now if it is later; NULL stays."""
    return case((column > now, literal(now, UtcDateTime())), else_=column)
