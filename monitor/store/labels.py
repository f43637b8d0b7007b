"""Labels: what people said of texts, for tuning the rules and for the gate of `backtest`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor import urls
from monitor.store.schema import label
from monitor.store.sightings import key
from monitor.store.sql import insert


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's word on the text of a canonical URL."""

    url: str
    relevant: bool
    note: str
    at: datetime


def put(conn: Connection, url: str, *, relevant: bool, note: str = "", now: datetime) -> Label:
    """Keep a label; a later word on the same URL, in any spelling, takes the place of the earlier."""
    said = Label(url=urls.canonical(url), relevant=relevant, note=note, at=now)
    values = {"url": said.url, "relevant": relevant, "note": note, "at": now}
    kept = insert(conn, label).values(key=key(said.url), **values)
    conn.execute(kept.on_conflict_do_update(index_elements=["key"], set_=values))
    return said


def labels(conn: Connection) -> list[Label]:
    """All labels, the oldest first."""
    rows = conn.execute(select(label).order_by(label.c.at, label.c.url))
    return [Label(url=row.url, relevant=row.relevant, note=row.note, at=row.at) for row in rows]
