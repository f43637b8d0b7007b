"""Tables, columns, statuses and the keys of JSON values get the standard terms of the field."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

COLUMNS = (
    ("source", "noun", "definition"),
    ("entry", "hint", "headline_verdict"),
    ("entry", "hinted", "headline_matched"),
    ("entry", "outcome", "status"),
    ("entry", "told_at", "delivered_at"),
    ("item", "mark", "features"),
    ("item", "fresh", "new_facts"),
    ("item", "told_at", "delivered_at"),
    ("item", "admitted_at", "stored_at"),
)
# Old name, new name, columns, and the condition of a partial index.
INDEXES = (
    ("entry", "ix_entry_kept", "ix_entry_retained", ["ended_at"], "summary != '' OR content != ''"),
    ("version", "ix_version_kept", "ix_version_retained", ["at"], "text IS NOT NULL"),
    ("delivery", "ix_delivery_kept", "ix_delivery_retained", ["ended_at"], "body IS NOT NULL"),
)
STATUSES = {"held": "pending", "told": "delivered", "copy-of": "duplicate", "unread": "not-read"}
# Fields of the dataclasses that rows hold as JSON: old name to new name, by type.
RENAMED_FIELDS: Mapping[str, Mapping[str, str]] = {
    "Source": {"every": "interval", "read": "fetch_pages", "listing": "options"},
}
# By new field name: old value to new value.
RENAMED_VALUES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "Source": {"fetch_pages": {"hinted": "if_matched"}},
}
# Which JSON columns hold which type.
JSON_COLUMNS = (("source", "definition", "Source"),)
BATCH_ROWS = 500  # so that memory is bounded, whatever the store holds


def upgrade() -> None:
    conn = op.get_bind()
    _rename_tables()
    for table, old, new in COLUMNS:
        op.execute(sa.text(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}"))
    for table, old, new, columns, condition in INDEXES:
        op.drop_index(old, table)
        where = sa.text(condition)
        op.create_index(new, table, columns, sqlite_where=where, postgresql_where=where)
    entry = sa.table("entry", sa.column("status", sa.String))
    renamed = sa.case(STATUSES, value=entry.c.status)
    conn.execute(sa.update(entry).where(entry.c.status.in_(STATUSES)).values(status=renamed))
    for table, column, type_name in JSON_COLUMNS:
        rename_json(conn, table, column, type_name)


def _rename_tables() -> None:
    """Copies the three tables: SQLite cannot rename a constraint, and they are small."""
    op.create_table(
        "heartbeat",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "permanent_redirect",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_permanent_redirect_source")),
        sa.PrimaryKeyConstraint("source", "day", name=op.f("pk_permanent_redirect")),
    )
    op.create_table(
        "page_fingerprint",
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.LargeBinary(), nullable=False),
        sa.Column("inside", sa.LargeBinary(), nullable=False),
        sa.Column("ending", sa.LargeBinary(), nullable=False),
        sa.Column("outside", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_page_fingerprint")),
    )
    for old, new, columns in (
        ("beat", "heartbeat", "service, at"),
        ("move", "permanent_redirect", "source, day, url"),
        ("sketch", "page_fingerprint", "entry, site, seen_at, at, topic, inside, ending, outside"),
    ):
        op.execute(sa.text(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old}"))  # noqa: S608 - constants
        op.drop_table(old)
    op.create_index("ix_page_fingerprint_site", "page_fingerprint", ["site", "seen_at"])
    op.create_index(op.f("ix_page_fingerprint_seen_at"), "page_fingerprint", ["seen_at"])


def rename_json(conn: sa.Connection, table: str, column: str, type_name: str) -> None:
    """Renames the keys of every JSON value of a column, a batch of rows at a time."""
    rows = sa.table(table, sa.column("id"), sa.column(column))
    page = sa.select(rows.c.id, rows.c[column]).order_by(rows.c.id).limit(BATCH_ROWS)
    batch = conn.execute(page).all()
    while batch:
        for row_id, text in batch:
            renamed = text and json.dumps(
                rename_keys(json.loads(text), type_name), ensure_ascii=False, separators=(",", ":")
            )
            if renamed != text:
                conn.execute(sa.update(rows).where(rows.c.id == row_id).values({column: renamed}))
        batch = conn.execute(page.where(rows.c.id > batch[-1].id)).all()


def rename_keys(value: dict[str, Any], type_name: str) -> dict[str, Any]:
    """Returns the JSON object of a type with its new keys and values, in the same order."""
    keys, values = RENAMED_FIELDS.get(type_name, {}), RENAMED_VALUES.get(type_name, {})
    renamed = {keys.get(key, key): field for key, field in value.items()}
    for key, changes in values.items():
        if key in renamed:
            renamed[key] = changes.get(renamed[key], renamed[key])
    return renamed
