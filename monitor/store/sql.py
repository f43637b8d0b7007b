"""The little that SQLite and PostgreSQL say differently, and what all claims share."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, case, or_
from sqlalchemy.dialects import postgresql, sqlite


def insert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def later(maybe: ColumnElement[Any], sure: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two times; the first may be NULL."""
    return case((maybe > sure, maybe), else_=sure)


def is_unset_or_past(column: Column[Any], now: datetime) -> ColumnElement[bool]:
    """A time that is not set, or is over: a lease that nobody holds, a host that may be asked."""
    return or_(column.is_(None), column <= now)
