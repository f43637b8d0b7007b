"""What was decided for each channel about each item, and why: `monitor why` prints it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_decision_item")),
        sa.PrimaryKeyConstraint("channel", "item", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_item"), "decision", ["item"])
