"""Alembic's entry: runs the migrations over the connection that it is handed."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Text

from monitor.store import schema
from monitor.store.columns import Hashes, JsonColumn, SafeText, UtcDateTime
from monitor.store.migrations import is_in_metadata, is_ours


def _plainly(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """A migration says what the database holds, not what the program of its day called it."""
    if kind != "type":
        return False
    if isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, Hashes):
        return "sa.LargeBinary()"
    return "sa.Text()" if isinstance(thing, SafeText | JsonColumn | Text) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    include_name=is_ours,
    include_object=is_in_metadata,
    render_item=_plainly,
    render_as_batch=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
