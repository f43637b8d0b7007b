"""Heartbeats: whether the daemon of this store still works."""

from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.schema import heartbeat
from monitor.store.sql import insert

DAEMON = "daemon"


def record(conn: Connection, *, now: datetime) -> None:
    """Record that the daemon is alive and can write."""
    # A write, not a file: it fails when the disk is full or the database is locked, and then the service is not well.
    row = insert(conn, heartbeat).values(service=DAEMON, at=now)
    conn.execute(row.on_conflict_do_update(index_elements=[heartbeat.c.service], set_={"at": now}))


def latest(conn: Connection) -> datetime | None:
    """Returns the time of the last heartbeat; None if no daemon ever ran with this store."""
    recorded_at: datetime | None = conn.scalar(select(heartbeat.c.at).where(heartbeat.c.service == DAEMON))
    return recorded_at
