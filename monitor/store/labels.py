"""Labels: the judgements of people, for tuning the rules and for the gate of `backtest`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from monitor import urls
from monitor.store.identity import url_key
from monitor.store.schema import entry, item, label
from monitor.store.sql import insert


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's judgement of the text at a canonical URL; `item` is the stored text, or 0."""

    url: str
    relevant: bool
    note: str
    at: datetime
    title: str = ""  # if a source has shown it
    item: int = 0


def save(conn: Connection, url: str, *, relevant: bool, note: str = "", now: datetime) -> Label:
    """Store a label; it replaces an earlier one for the same URL in any spelling."""
    # By URL, not by item: a label may precede the text, and it must survive retention.
    canonical_url = urls.canonicalize(url)
    values = {"url": canonical_url, "relevant": relevant, "note": note, "at": now}
    added = insert(conn, label).values(key=url_key(canonical_url), **values)
    conn.execute(added.on_conflict_do_update(index_elements=["key"], set_=values))
    return label_from_row(conn.execute(_LABELS.where(label.c.key == url_key(canonical_url))).one())


def remove(conn: Connection, url: str) -> bool:
    """Delete a label. Returns False if there was none."""
    return conn.execute(delete(label).where(label.c.key == url_key(urls.canonicalize(url)))).rowcount > 0


def list_labels(conn: Connection) -> list[Label]:
    """Returns all labels, oldest first."""
    return [label_from_row(row) for row in conn.execute(_LABELS.order_by(label.c.at, label.c.url))]


def label_from_row(row: Row[Any]) -> Label:
    article_title = row.article.title if row.article else ""
    return Label(
        url=row.url,
        relevant=row.relevant,
        note=row.note,
        at=row.at,
        title=article_title or row.title or "",
        item=row.item or 0,
    )


_LABELS = (
    select(label, entry.c.title, item.c.article, item.c.id.label("item"))
    .outerjoin(entry, entry.c.key == label.c.key)
    .outerjoin(item, item.c.entry == entry.c.id)
)
