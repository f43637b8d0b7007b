"""Claiming due rows: each is leased to one worker for a while, so that a killed process loses nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table, and_, func, select, update

from monitor.store import hosts
from monitor.store.schema import host
from monitor.store.sql import is_unset_or_past


def claim(
    conn: Connection,
    table: Table,
    rows: Select[Any],
    *,
    due: ColumnElement[bool],
    partition: Sequence[Column[Any]],
    order: Sequence[ColumnElement[Any]],
    now: datetime,
    lease: timedelta,
    limit: int,
) -> tuple[Sequence[Row[Any]], datetime]:
    """Lease the first due row of each partition; returns at most `limit` of them in order, and the end of the lease.

    `rows` selects the rows of the table with whatever else the caller reads of them. If it joins `host`, rows of a host
    that is leased or that asked for a pause are not due, and the host is leased together with its row.
    """
    with_host = host in rows.columns_clause_froms
    locked = (table, host) if with_host else (table,)
    due = and_(due, is_unset_or_past(table.c.lease_until, now))
    ranks = select(table.c.id, func.row_number().over(partition_by=partition, order_by=order).label("rank"))
    if with_host:
        due = and_(due, hosts.free(now))
        ranks = ranks.join(host)
    ranked = ranks.where(due).subquery()
    # The conditions are repeated outside the subquery: PostgreSQL checks them again on rows that changed while it
    # waited for their lock.
    claimed = conn.execute(
        rows.where(table.c.id.in_(select(ranked.c.id).where(ranked.c.rank == 1)), due)
        .order_by(*order)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=locked)
    ).all()
    until = now + lease
    conn.execute(update(table).where(table.c.id.in_([row.id for row in claimed])).values(lease_until=until))
    if with_host:
        hosts.lease(conn, [row.host_name for row in claimed], until=until)
    return claimed, until


def owned(table: Table, row_id: object, lease: datetime) -> ColumnElement[bool]:
    """The condition that a row is still leased to the caller; if it matches no row, another worker has taken it."""
    return and_(table.c.id == row_id, table.c.lease_until == lease)
