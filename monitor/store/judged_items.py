"""Items as they were judged, for judging them again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select

from monitor import urls
from monitor.model import Article, Source, Verdict
from monitor.query import Query
from monitor.store import search, sightings
from monitor.store.schema import entry, item, label, source, version


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedItem:
    """An item with the verdict on it.

    Not `whole`: its text is no longer kept, or was judged and never stored, as a page behind a paywall is; or its page is
    still to be read, and the verdict is on title and summary. `relevant` is what a person said of it, or None.
    """

    item: int
    at: datetime  # published, else first seen
    url: str
    article: Article  # with its text
    verdict: Verdict
    source: Source
    whole: bool
    relevant: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPage:
    """Items, the newest first. `before`: where the next page begins; None: this was the last."""

    items: tuple[JudgedItem, ...]
    before: int | None


def judged_page(conn: Connection, asked: Query | None, *, since: datetime, before: int | None, size: int) -> JudgedPage:
    """The next `size` items from a page on back to a time, those of them that match a query; rejected ones as well.

    A page at a time, and each in a transaction of its own, because no writer waits for the minutes that judging takes.
    """
    ids, following = search.ids_page(conn, asked, since=since, before=before, size=size)
    return JudgedPage(items=tuple(_items(conn, ids)), before=following)


def of_url(conn: Connection, url: str) -> JudgedItem | None:
    """The item of a URL in any spelling; None where there is none."""
    named = select(item.c.id).join(entry).where(entry.c.key == sightings.url_key(urls.canonicalize(url)))
    return next(_items(conn, conn.scalars(named).all()), None)


def _items(conn: Connection, ids: Sequence[int]) -> Iterator[JudgedItem]:
    rows = {row.id: row for row in conn.execute(_WHOLE, {"ids": ids})}
    return (_judged(rows[one]) for one in ids)


def _judged(row: Row[Any]) -> JudgedItem:
    return JudgedItem(
        item=row.id,
        at=row.at,
        url=row.link,
        article=replace(row.article, text=row.text or ""),
        verdict=row.verdict,
        source=row.definition,
        whole=row.text is not None and row.article.free and not row.article.noarchive and row.status is not None,
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
