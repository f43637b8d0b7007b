"""Judged items, for judging them again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select

from monitor import urls
from monitor.model import Article, Source, Verdict
from monitor.query import Query
from monitor.store import identity, search
from monitor.store.schema import entry, item, label, source, version


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedItem:
    """An item with its verdict.

    Not `is_complete`: its text is no longer stored, or was never stored (a page behind a paywall), or its page is still to be
    read and the verdict is about title and summary. `relevant` is the label of a person, or None.
    """

    item: int
    at: datetime  # published, else first seen
    url: str
    article: Article  # with its text
    verdict: Verdict
    source: Source
    is_complete: bool
    relevant: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPage:
    """Items, newest first. `before` is the position of the next page; None: this was the last one."""

    items: tuple[JudgedItem, ...]
    before: int | None


def judged_page(conn: Connection, query: Query | None, *, since: datetime, before: int | None, size: int) -> JudgedPage:
    """Returns the next `size` items before a position and since a time, of these the ones that match a query.

    Rejected items are included. Each page is a transaction of its own, because judging all items takes minutes and no writer
    can wait for that.
    """
    # Ids first, then the rows: the page may contain none that match, and rows carry whole texts.
    ids, following = search.ids_page(conn, query, since=since, before=before, size=size)
    return JudgedPage(items=tuple(load_items(conn, ids)), before=following)


def of_url(conn: Connection, url: str) -> JudgedItem | None:
    """Returns the item of a URL in any spelling, or None."""
    item_ids = select(item.c.id).join(entry).where(entry.c.key == identity.url_key(urls.canonicalize(url)))
    return next(load_items(conn, conn.scalars(item_ids).all()), None)


def load_items(conn: Connection, ids: Sequence[int]) -> Iterator[JudgedItem]:
    rows = {row.id: row for row in conn.execute(_WHOLE, {"ids": ids})}
    return (judged_item(rows[one]) for one in ids)


def judged_item(row: Row[Any]) -> JudgedItem:
    return JudgedItem(
        item=row.id,
        at=row.at,
        url=row.link,
        article=replace(row.article, text=row.text or ""),
        verdict=row.verdict,
        source=row.definition,
        is_complete=row.text is not None and row.article.free and not row.article.noarchive and row.status is not None,
        relevant=row.relevant,
    )


_WHOLE = (
    select(item.c.id, item.c.at, item.c.article, item.c.verdict)
    .add_columns(version.c.text, entry.c.link, entry.c.status, source.c.definition, label.c.relevant)
    .join(version, and_(version.c.item == item.c.id, version.c.number == item.c.version))
    .join(entry, entry.c.id == item.c.entry)
    .join(source, source.c.id == entry.c.source)
    .outerjoin(label, label.c.key == entry.c.key)
    .where(item.c.id.in_(bindparam("ids", expanding=True)))
)
