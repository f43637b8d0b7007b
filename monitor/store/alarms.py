"""Alarms: what the operator was notified of and has not ended, so that one onset and one end are sent, not more."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.store.schema import alarm
from monitor.store.sql import insert

SOURCE_OUTAGE = "sources"


def raised_at(conn: Connection, name: str) -> datetime | None:
    """Returns when an alarm was raised; None if it is not."""
    at: datetime | None = conn.scalar(select(alarm.c.raised_at).where(alarm.c.name == name))
    return at


def raise_alarm(conn: Connection, name: str, *, now: datetime) -> bool:
    """Record that an alarm was raised. Returns False if another process was faster."""
    row = insert(conn, alarm).values(name=name, raised_at=now)
    return conn.execute(row.on_conflict_do_nothing()).rowcount == 1


def end_alarm(conn: Connection, name: str) -> bool:
    """Record that an alarm ended. Returns False if another process was faster."""
    return conn.execute(delete(alarm).where(alarm.c.name == name)).rowcount == 1
