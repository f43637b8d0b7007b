"""Polls are recorded one by one, for the coverage of a period; sources know since when they fail; alarms are stored."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_poll_source")),
        sa.PrimaryKeyConstraint("source", "at", name=op.f("pk_poll")),
    )
    op.create_index(op.f("ix_poll_at"), "poll", ["at"])
    op.create_table(
        "alarm",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alarm")),
    )
    op.add_column("source", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
