"""Migrations of the schema, run when an older database is opened. A new one is written by `create_all` instead."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config(conn: Connection) -> Config:
    """Alembic's settings for this connection; there is no ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.attributes["connection"] = conn
    return settings


def upgrade(conn: Connection) -> None:
    """Bring the database up to the newest revision, in the transaction of the connection."""
    command.upgrade(config(conn), "head")


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leaves out the tables of full-text search, which metadata cannot say and Alembic would drop."""
    return not (kind == "table" and name is not None and name.startswith("item_search"))


def is_in_metadata(_object: Any, name: str | None, *_more: Any) -> bool:
    """Leaves out the generated columns of full-text search and their indexes."""
    return name not in ("place", "ix_item_place", "words", "ix_item_words")
