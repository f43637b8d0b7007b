"""Faults: work that fails again and again, such as a step, or the composing of one channel; `monitor health` shows them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.store.schema import fault
from monitor.store.sql import insert

MAX_REASON_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Work that has failed at each attempt since a time; the reason is that of the last failure."""

    name: str
    since: datetime
    at: datetime  # of the last failure
    reason: str


def record(conn: Connection, name: str, *, reason: str, now: datetime) -> None:
    """Record a failure of some work."""
    last = {"at": now, "reason": reason[:MAX_REASON_CHARS]}
    row = insert(conn, fault).values(name=name, since=now, **last)
    conn.execute(row.on_conflict_do_update(index_elements=[fault.c.name], set_=last))


def clear(conn: Connection, name: str) -> None:
    """Record that some work succeeded."""
    conn.execute(delete(fault).where(fault.c.name == name))


def find(conn: Connection, name: str) -> Fault | None:
    """Returns the fault of some work; None if it did not fail, or succeeded since."""
    row = conn.execute(select(fault).where(fault.c.name == name)).one_or_none()
    return Fault(name=row.name, since=row.since, at=row.at, reason=row.reason) if row else None


def list_faults(conn: Connection) -> list[Fault]:
    """Returns all faults, the oldest first."""
    rows = conn.execute(select(fault).order_by(fault.c.since, fault.c.name))
    return [Fault(name=row.name, since=row.since, at=row.at, reason=row.reason) for row in rows]
