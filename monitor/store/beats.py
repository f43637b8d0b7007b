"""Signs of life: whether the daemon over this store still works."""

from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.schema import beat as table
from monitor.store.sql import insert

_DAEMON = "daemon"


def beat(conn: Connection, *, now: datetime) -> None:
    """The daemon is alive, and could write it down."""
    row = insert(conn, table).values(service=_DAEMON, at=now)
    conn.execute(row.on_conflict_do_update(index_elements=[table.c.service], set_={"at": now}))


def last(conn: Connection) -> datetime | None:
    """When the daemon last was; None where none ever ran over this store."""
    moment: datetime | None = conn.scalar(select(table.c.at).where(table.c.service == _DAEMON))
    return moment
