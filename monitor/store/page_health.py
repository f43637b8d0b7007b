"""Readings: whether the pages of a source can still be read the way they were."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from monitor.extract import mismatches_in
from monitor.store.schema import entry, item, source
from monitor.store.statuses import EntryStatus

IN_A_ROW = 3  # pages; one that cannot be read is a gallery or a game


def broken_layouts(conn: Connection, *, since: datetime) -> dict[str, str]:
    """The sources whose layout may have changed, by id, with the reason.

    Each of the last pages first seen since then gave no text, or the same selector of the source gave nothing on each.
    Notes of selectors that the source no longer has say nothing. A hundred thousand entries take a third of a second.
    """
    pages = defaultdict(list)
    for row in conn.execute(_last(since)):
        pages[row.id].append(row)
    told = {source_id: _doubt(rows) for source_id, rows in pages.items() if len(rows) == IN_A_ROW}
    return {source_id: f"{why}: its layout may have changed" for source_id, why in told.items() if why}


def _last(since: datetime) -> Select[Any]:
    """The last pages of each source that were read, or that a worker could not read; the newest first."""
    failed = entry.c.status == EntryStatus.EXTRACTION_FAILED
    place = func.row_number().over(partition_by=entry.c.source, order_by=(entry.c.ended_at.desc(), entry.c.id.desc()))
    ended = select(entry.c.id, place.label("place")).outerjoin(item).where(or_(failed, item.c.read_at.is_not(None)))
    ranked = ended.where(entry.c.first_seen >= since, entry.c.ended_at.is_not(None)).subquery()
    columns = (source.c.id, source.c.definition, entry.c.status, entry.c.reason, item.c.article)
    joined = select(*columns).join(entry, entry.c.source == source.c.id).outerjoin(item)
    wanted = joined.join(ranked, ranked.c.id == entry.c.id).where(source.c.enabled, ranked.c.place <= IN_A_ROW)
    return wanted.order_by(source.c.id, ranked.c.place)


def _doubt(rows: Sequence[Row[Any]]) -> str:
    if all(row.status == EntryStatus.EXTRACTION_FAILED for row in rows):
        return f"its last {IN_A_ROW} pages could not be read ({rows[0].reason})"
    selectors = rows[0].definition.page
    if selectors is None:
        return ""
    mismatches = [mismatches_in(row.article.notes, selectors) if row.article else frozenset() for row in rows]
    common = frozenset.intersection(*mismatches)
    return f"{min(map(str, common))} on its last {IN_A_ROW} pages" if common else ""
