"""Entries that share a link, and revisions: the key of the link, and what each source showed last."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # Until now an entry was its canonical URL, so its key is the key of its link.
    op.add_column("entry", sa.Column("link_key", sa.String(length=32), server_default="", nullable=False))
    op.execute(sa.text("UPDATE entry SET link_key = key"))
    op.create_index(op.f("ix_entry_link_key"), "entry", ["link_key"])
    op.add_column("entry", sa.Column("page_is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("entry", sa.Column("revisions", sa.Integer(), server_default="0", nullable=False))
    op.add_column("entry", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    # Empty words: the next poll of each source fills them, and takes no difference for an edit.
    op.add_column("sighting", sa.Column("guid", sa.Text(), server_default="", nullable=False))
    op.add_column("sighting", sa.Column("words", sa.Text(), server_default="", nullable=False))
