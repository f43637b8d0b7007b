"""A source keeps the hashes of the items of its last body, so that the next poll parses only what is new in it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("source", sa.Column("item_hashes", sa.Text(), server_default="[]", nullable=False))
