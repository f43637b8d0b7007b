"""Sketches: what is remembered of the pages of a site, to know its own lines again."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Select, delete, select

from monitor.store import sightings
from monitor.store.schema import sketch
from monitor.store.sql import insert

if TYPE_CHECKING:
    from monitor.extract import Sketch

_FIELDS = ("at", "topic", "inside", "ending", "outside")


def known(conn: Connection, site: str, *, apart_from: str, most: int) -> tuple["Sketch", ...]:
    """What is remembered of the pages of a site, the newest first, without the page of one entry (its canonical URL)."""
    from monitor.extract import Sketch  # noqa: PLC0415 - it brings the parser of pages, that most commands never need

    others = _newest(site, most).where(sketch.c.entry != sightings.key(apart_from))
    return tuple(Sketch(**{field: row[field] for field in _FIELDS}) for row in conn.execute(others).mappings())


def learn(conn: Connection, site: str, seen: "Sketch", *, entry: str, now: datetime, most: int) -> None:
    """Remember the page of an entry; read again, it still counts once. The oldest pages of the site give way."""
    values = {field: getattr(seen, field) for field in _FIELDS} | {"site": site, "seen_at": now}
    added = insert(conn, sketch).values(entry=sightings.key(entry), **values)
    conn.execute(added.on_conflict_do_update(index_elements=["entry"], set_=values))
    stays = _newest(site, most).with_only_columns(sketch.c.entry)
    conn.execute(delete(sketch).where(sketch.c.site == site, sketch.c.entry.not_in(stays)))


def _newest(site: str, most: int) -> Select[tuple[object, ...]]:
    return select(sketch).where(sketch.c.site == site).order_by(sketch.c.seen_at.desc(), sketch.c.entry).limit(most)
