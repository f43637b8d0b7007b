"""What is remembered of pages, to know the lines of their sites again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sketch",
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.LargeBinary(), nullable=False),
        sa.Column("inside", sa.LargeBinary(), nullable=False),
        sa.Column("ending", sa.LargeBinary(), nullable=False),
        sa.Column("outside", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_sketch")),
    )
    op.create_index("ix_sketch_site", "sketch", ["site", "seen_at"])
    op.create_index(op.f("ix_sketch_seen_at"), "sketch", ["seen_at"])
