"""Page health: whether the pages of a source can still be extracted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from monitor.extract import mismatches_in
from monitor.model import PageSelectors
from monitor.store.schema import entry, item, source
from monitor.store.statuses import EntryStatus

FAILED_PAGES_IN_A_ROW = 3  # a single page without text is often a gallery or a game


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOutcome:
    """How the extraction of a page of a source ended. `notes` are those of its article; None if it gave none."""

    status: EntryStatus
    reason: str
    notes: tuple[str, ...] | None
    selectors: PageSelectors | None


def broken_layouts(conn: Connection, *, since: datetime) -> dict[str, str]:
    """Returns the sources whose layout may have changed, by id, with the reason.

    That is: each of the last pages first seen since a time had no text, or the same selector matched nothing on each. Notes
    about selectors that the source no longer has are ignored. 100,000 entries take a third of a second.
    """
    pages = defaultdict(list)
    for row in conn.execute(last_pages(since)):
        pages[row.id].append(page_outcome(row))
    reasons = {
        source_id: diagnose(outcomes) for source_id, outcomes in pages.items() if len(outcomes) == FAILED_PAGES_IN_A_ROW
    }
    return {source_id: f"{reason}: its layout may have changed" for source_id, reason in reasons.items() if reason}


def last_pages(since: datetime) -> Select[Any]:
    """Selects the last pages of each source that were read or failed to be extracted, newest first."""
    failed = entry.c.status == EntryStatus.EXTRACTION_FAILED
    place = func.row_number().over(partition_by=entry.c.source, order_by=(entry.c.ended_at.desc(), entry.c.id.desc()))
    ended = select(entry.c.id, place.label("place")).outerjoin(item).where(or_(failed, item.c.read_at.is_not(None)))
    ranked = ended.where(entry.c.first_seen >= since, entry.c.ended_at.is_not(None)).subquery()
    columns = (source.c.id, source.c.definition, entry.c.status, entry.c.reason, item.c.article)
    pages = select(*columns).join(entry, entry.c.source == source.c.id).outerjoin(item)
    wanted = pages.join(ranked, ranked.c.id == entry.c.id).where(
        source.c.enabled, ranked.c.place <= FAILED_PAGES_IN_A_ROW
    )
    return wanted.order_by(source.c.id, ranked.c.place)


def page_outcome(row: Row[Any]) -> PageOutcome:
    """Returns the outcome of a row of `last_pages`."""
    return PageOutcome(
        status=EntryStatus(row.status),
        reason=row.reason,
        notes=row.article.notes if row.article else None,
        selectors=row.definition.page,
    )


def diagnose(outcomes: Sequence[PageOutcome]) -> str:
    """Returns why the last pages of a source could not be extracted; "" if they have no common cause."""
    if all(outcome.status is EntryStatus.EXTRACTION_FAILED for outcome in outcomes):
        return f"its last {FAILED_PAGES_IN_A_ROW} pages could not be read ({outcomes[0].reason})"
    selectors = outcomes[0].selectors
    if selectors is None:
        return ""
    mismatches = [mismatches_in(outcome.notes or (), selectors) for outcome in outcomes]
    common = frozenset.intersection(*mismatches)
    return f"{min(map(str, common))} on its last {FAILED_PAGES_IN_A_ROW} pages" if common else ""
