"""Labels: what people said of texts, for tuning the rules and for the gate of `backtest`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from monitor import urls
from monitor.store.schema import entry, item, label
from monitor.store.sightings import url_key
from monitor.store.sql import insert


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's word on the text of a canonical URL; `item` is that text where it was read, or 0."""

    url: str
    relevant: bool
    note: str
    at: datetime
    title: str = ""  # where a source has shown it
    item: int = 0


def save(conn: Connection, url: str, *, relevant: bool, note: str = "", now: datetime) -> Label:
    """Keep a label; a later word on the same URL, in any spelling, takes the place of the earlier."""
    said = urls.canonicalize(url)
    values = {"url": said, "relevant": relevant, "note": note, "at": now}
    kept = insert(conn, label).values(key=url_key(said), **values)
    conn.execute(kept.on_conflict_do_update(index_elements=["key"], set_=values))
    return _label(conn.execute(_LABELS.where(label.c.key == url_key(said))).one())


def remove(conn: Connection, url: str) -> bool:
    """Take a label back. False: there was none."""
    return conn.execute(delete(label).where(label.c.key == url_key(urls.canonicalize(url)))).rowcount > 0


def list_labels(conn: Connection) -> list[Label]:
    """All labels, the oldest first."""
    return [_label(row) for row in conn.execute(_LABELS.order_by(label.c.at, label.c.url))]


def _label(row: Row[Any]) -> Label:
    read = row.article.title if row.article else ""
    return Label(
        url=row.url,
        relevant=row.relevant,
        note=row.note,
        at=row.at,
        title=read or row.title or "",
        item=row.item or 0,
    )


_LABELS = (
    select(label, entry.c.title, item.c.article, item.c.id.label("item"))
    .outerjoin(entry, entry.c.key == label.c.key)
    .outerjoin(item, item.c.entry == entry.c.id)
)
