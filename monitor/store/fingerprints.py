"""Page fingerprints: hashes of the lines of a site's pages, by which lines that it repeats are recognised."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Select, delete, select

from monitor.store import identity
from monitor.store.schema import page_fingerprint
from monitor.store.sql import insert

if TYPE_CHECKING:
    from monitor.extract import PageFingerprint

_FIELDS = ("at", "topic", "inside", "ending", "outside")


def load(conn: Connection, site: str, *, apart_from: str, limit: int) -> tuple["PageFingerprint", ...]:
    """Returns the fingerprints of a site's pages, newest first, without the page of one entry (its canonical URL)."""
    from monitor.extract import PageFingerprint  # noqa: PLC0415 - it imports the HTML parser, which most commands never need

    other_pages = newest(site, limit).where(page_fingerprint.c.entry != identity.url_key(apart_from))
    return tuple(
        PageFingerprint(**{field: row[field] for field in _FIELDS}) for row in conn.execute(other_pages).mappings()
    )


def save(conn: Connection, site: str, fingerprint: "PageFingerprint", *, entry: str, now: datetime, limit: int) -> None:
    """Store the fingerprint of an entry's page in place of an older one; the oldest pages of the site beyond `limit` go."""
    values = {field: getattr(fingerprint, field) for field in _FIELDS} | {"site": site, "seen_at": now}
    added = insert(conn, page_fingerprint).values(entry=identity.url_key(entry), **values)
    conn.execute(added.on_conflict_do_update(index_elements=["entry"], set_=values))
    # A few pages are enough to know the lines of a site, and older ones may show a layout that is gone.
    stays = newest(site, limit).with_only_columns(page_fingerprint.c.entry)
    conn.execute(
        delete(page_fingerprint).where(page_fingerprint.c.site == site, page_fingerprint.c.entry.not_in(stays))
    )


def newest(site: str, limit: int) -> Select[tuple[object, ...]]:
    return (
        select(page_fingerprint)
        .where(page_fingerprint.c.site == site)
        .order_by(page_fingerprint.c.seen_at.desc(), page_fingerprint.c.entry)
        .limit(limit)
    )
