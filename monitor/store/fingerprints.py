"""Sketches: what is remembered of the pages of a site, to know its own lines again."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Select, delete, select

from monitor.store import sightings
from monitor.store.schema import page_fingerprint
from monitor.store.sql import insert

if TYPE_CHECKING:
    from monitor.extract import PageFingerprint

_FIELDS = ("at", "topic", "inside", "ending", "outside")


def load(conn: Connection, site: str, *, apart_from: str, most: int) -> tuple["PageFingerprint", ...]:
    """What is remembered of the pages of a site, the newest first, without the page of one entry (its canonical URL)."""
    from monitor.extract import PageFingerprint  # noqa: PLC0415 - it brings the parser of pages, that most commands never need

    others = _newest(site, most).where(page_fingerprint.c.entry != sightings.url_key(apart_from))
    return tuple(PageFingerprint(**{field: row[field] for field in _FIELDS}) for row in conn.execute(others).mappings())


def save(conn: Connection, site: str, seen: "PageFingerprint", *, entry: str, now: datetime, most: int) -> None:
    """Remember the page of an entry; read again, it still counts once. The oldest pages of the site give way."""
    values = {field: getattr(seen, field) for field in _FIELDS} | {"site": site, "seen_at": now}
    added = insert(conn, page_fingerprint).values(entry=sightings.url_key(entry), **values)
    conn.execute(added.on_conflict_do_update(index_elements=["entry"], set_=values))
    stays = _newest(site, most).with_only_columns(page_fingerprint.c.entry)
    conn.execute(
        delete(page_fingerprint).where(page_fingerprint.c.site == site, page_fingerprint.c.entry.not_in(stays))
    )


def _newest(site: str, most: int) -> Select[tuple[object, ...]]:
    return (
        select(page_fingerprint)
        .where(page_fingerprint.c.site == site)
        .order_by(page_fingerprint.c.seen_at.desc(), page_fingerprint.c.entry)
        .limit(most)
    )
