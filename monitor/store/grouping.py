"""Items that wait for their story: relevant, stored, and not yet placed.

A counter holds the item up to which all items are placed, so that the frequent question whether one waits costs no scan.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, case, delete, func, select, update

from monitor.model import Article, Entry, Source, StoryFeatures, Verdict
from monitor.store import decisions, entries, items
from monitor.store.items import ItemDraft, ItemRecord
from monitor.store.schema import counter, digest_item, entry, item, notice, source, story
from monitor.store.sql import insert
from monitor.store.statuses import EntryStatus

PLACED_COUNTER = "placed"  # no item up to this id waits


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingItem:
    """An item that waits for its story. Status None: its page is still to be read."""

    item: int
    entry_id: int
    entry: Entry
    source: Source
    article: Article  # without its text
    verdict: Verdict
    features: StoryFeatures
    partial: bool
    baseline: bool
    status: EntryStatus | None
    reason: str
    first_seen: datetime
    escalated_at: datetime | None  # when a revision lifted its entry over a line
    stored_at: datetime


def enqueue(conn: Connection, item_id: int) -> None:
    """Let an item wait for its story."""
    items.lock_stories(conn)
    statement = insert(conn, counter).values(name=PLACED_COUNTER, value=item_id - 1)
    smaller = case((counter.c.value < item_id - 1, counter.c.value), else_=item_id - 1)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": smaller}))


def waiting(conn: Connection) -> list[WaitingItem]:
    """Returns the items that wait for their story, by time of publication and, among equals, by the key of their entry.

    The order does not depend on which page was read first.
    """
    items.lock_stories(conn)
    placed = conn.scalar(select(counter.c.value).where(counter.c.name == PLACED_COUNTER)) or 0
    newest = conn.scalar(select(func.max(item.c.id))) or 0
    if placed >= newest:
        return []
    rows = conn.execute(
        select(item, source.c.definition)
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
        .where(item.c.id > placed, item.c.relevant, item.c.story.is_(None))
        .order_by(item.c.at, entry.c.key)
    ).all()
    first = min((row.id for row in rows), default=newest + 1)
    if first - 1 > placed:
        statement = insert(conn, counter).values(name=PLACED_COUNTER, value=first - 1)
        conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": first - 1}))
    entry_rows = conn.execute(select(entry).where(entry.c.id.in_([row.entry for row in rows])))
    shown = {row.id: row for row in entry_rows}
    return [
        WaitingItem(
            item=row.id,
            entry_id=row.entry,
            entry=entries.entry_from_row(shown[row.entry]),
            source=row.definition,
            article=row.article,
            verdict=row.verdict,
            features=row.features,
            partial=row.partial,
            baseline=shown[row.entry].baseline,
            status=shown[row.entry].status and EntryStatus(shown[row.entry].status),
            reason=shown[row.entry].reason,
            first_seen=row.first_seen,
            escalated_at=shown[row.entry].escalated_at,
            stored_at=row.stored_at,
        )
        for row in rows
    ]


def place(conn: Connection, item_id: int, draft: ItemDraft, *, now: datetime) -> ItemRecord | None:
    """Store the placement of a waiting item with its decisions and notices; None if it does not wait any more."""
    placement = draft.placement
    assert placement
    stored_entry = items.lock_entry(conn, draft.entry_id)
    if stored_entry.status is None:  # a poll revised it since
        draft = replace(draft, status=None)
    story_id, thread_id = items.open_or_join_story(conn, None, draft, now=now)
    placed = conn.execute(
        update(item)
        .where(item.c.id == item_id, item.c.story.is_(None), item.c.relevant)
        .values(
            story=story_id,
            copy_of=placement.copy_of or None,
            grouping=placement.reasons,
            new_facts=placement.new_facts,
        )
    )
    if placed.rowcount == 0:
        return None
    status = items.end_entry(conn, stored_entry, draft, now=now)
    notices = items.write_notices(conn, draft.decisions, item_id, story_id, now=now)
    decisions.save(conn, item_id, draft.decisions, now=now)
    items.count_change(conn)
    version = conn.execute(select(item.c.version).where(item.c.id == item_id)).scalar_one()
    return ItemRecord(item=item_id, version=version, story=story_id, thread=thread_id, status=status, notices=notices)


def release(conn: Connection, story_id: int) -> None:
    """Let the items of a story wait again that no message has carried.

    Their decisions counted on a notice that was cancelled since: they would be in no message.
    """
    carried = select(digest_item.c.item).where(digest_item.c.item == item.c.id)
    waiting_items = and_(item.c.story == story_id, item.c.relevant, ~carried.exists())
    released = conn.scalars(select(item.c.id).where(waiting_items)).all()
    if not released:
        return
    thread_id = conn.scalar(select(story.c.thread).where(story.c.id == story_id)) or 0
    conn.execute(delete(notice).where(notice.c.item.in_(released), notice.c.digest.is_(None)))
    conn.execute(update(item).where(item.c.id.in_(released)).values(story=None, copy_of=None))
    items.delete_empty(conn, story_id, thread_id)
    items.count_change(conn)
    enqueue(conn, min(released))
