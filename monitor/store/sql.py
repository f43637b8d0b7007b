"""SQL helpers: the few differences between SQLite and PostgreSQL, and conditions that all claims share."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, case, or_
from sqlalchemy.dialects import postgresql, sqlite


def insert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Returns an INSERT that supports ON CONFLICT."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def later(maybe: ColumnElement[Any], sure: ColumnElement[Any]) -> ColumnElement[Any]:
    """Returns the later of two times; the first may be NULL."""
    return case((maybe > sure, maybe), else_=sure)


def is_unset_or_past(column: Column[Any], now: datetime) -> ColumnElement[bool]:
    """The condition that a time is not set or past, as of an expired lease or the end of a pause."""
    return or_(column.is_(None), column <= now)
