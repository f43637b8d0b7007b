"""Items: what was read and judged, grouped into stories, with the notices that it causes.

An item, its story, its entry's outcome and its notices are one transaction: what matched cannot be stored and then
forgotten. The window that grouping looks at is read in that same transaction.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, delete, func, or_, select, text, type_coerce, update

from monitor.model import Article, Decision, NoticeKind, Notify, Placement, StoryFeatures, StoryState, Verdict
from monitor.query import tag_token
from monitor.store import decisions, entries, json_codec
from monitor.store.schema import counter, digest_item, entry, item, notice, story, thread, version
from monitor.store.sql import insert
from monitor.store.statuses import EntryStatus
from monitor.text import fold

_GROUPING = 0x4D6F6E32  # an advisory lock of PostgreSQL: one item is grouped at a time
_WINDOW = "window"  # the counter of the window's changes


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """What is to be stored of an entry that was judged. A relevant one has a mark and a placement.

    No outcome: the entry goes on, its page is still to be read.
    """

    entry_id: int
    article: Article
    verdict: Verdict
    features: StoryFeatures | None = None
    placement: Placement | None = None
    decisions: Sequence[Decision] = ()  # for each channel
    partial: bool = False
    status: EntryStatus | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """Where an item stands now; story and thread are 0 where it is in none."""

    item: int
    version: int
    story: int
    thread: int
    status: EntryStatus | None
    notices: int  # that were written


def save_item(conn: Connection, admission: ItemDraft, *, now: datetime) -> ItemRecord:
    """Store a judged article, as a new item or as the next version of its entry's item where the text changed.

    An item stays in the story where readers met it; before that its page may find it a better one. A held item that repeats another's text ends as a copy; an entry
    once told stays told. What title and summary gave never replaces what the page gave.
    """
    shown = conn.execute(select(entry).where(entry.c.id == admission.entry_id).with_for_update(key_share=True)).one()
    known = _known(conn, admission.entry_id)
    if known and admission.partial and not known.partial:
        return _standing(known, shown)
    kept = known if known and was_delivered(conn, known.id) else None
    story_id, thread_id = _place(conn, kept, admission, now=now)
    values = _values(admission, shown, story_id, now=now)
    number, item_id = _write(conn, known, admission, values, now=now)
    outcome = _end(conn, shown, admission, now=now)
    notices = _notify(conn, admission.decisions, item_id, story_id, now=now)
    if values["relevant"]:
        decisions.save(conn, item_id, admission.decisions, now=now)
    else:
        decisions.remove(conn, item_id)
    if known and known.story and (known.story != story_id or not values["relevant"]):
        cancel_if_irrelevant(conn, known.story)
        delete_empty(conn, known.story, known.thread)
    if values["relevant"] or (known and known.relevant):
        count_change(conn)
    return ItemRecord(item=item_id, version=number, story=story_id, thread=thread_id, status=outcome, notices=notices)


def features_of_entry(conn: Connection, entry_id: int) -> StoryFeatures | None:
    """The mark of an entry's item, with the ids of item, story and thread; None where it has none."""
    lock_stories(conn)
    return next(iter(_marks(conn, item.c.entry == entry_id)), None)


def window(conn: Connection, *, since: datetime) -> list[StoryFeatures]:
    """The marks of the relevant items from then on, oldest first, with the ids of item, story and thread.

    Whoever reads the window is alone with it until the end of the transaction.
    """
    lock_stories(conn)
    return _marks(conn, and_(item.c.relevant, item.c.at >= since))


def revision(conn: Connection) -> int:
    """A number that grows with every change of the window, for who keeps it in memory."""
    lock_stories(conn)
    return conn.scalar(select(counter.c.value).where(counter.c.name == _WINDOW)) or 0


def channel_states(conn: Connection, story_id: int) -> dict[str, StoryState]:
    """What each channel knows of a story: "alerted" (or about to be), or "told" by a digest."""
    heard = and_(notice.c.story == story_id, or_(notice.c.digest.is_not(None), notice.c.kind == NoticeKind.ALERT))
    known: dict[str, StoryState] = {}
    for row in conn.execute(select(notice.c.channel, notice.c.kind).where(heard).distinct()):
        alerted = row.kind == NoticeKind.ALERT or known.get(row.channel) is StoryState.ALERTED
        known[row.channel] = StoryState.ALERTED if alerted else StoryState.IN_DIGEST
    return known


def lock_stories(conn: Connection) -> None:
    """Be alone with the stories until the end of the transaction: SQLite gives that anyway, PostgreSQL by a lock."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _GROUPING})


# --- reading ----------------------------------------------------------------------------------------------------------


def _marks(conn: Connection, wanted: Any) -> list[StoryFeatures]:
    columns = (item.c.id, type_coerce(item.c.features, Text).label("features"), item.c.story, story.c.thread)
    rows = conn.execute(select(*columns).join(story, item.c.story == story.c.id).where(wanted).order_by(item.c.at))
    return [replace(_mark(row.features), item=row.id, story=row.story, thread=row.thread) for row in rows]


# A window of five weeks is read for each item that comes in: 1,800 marks take 180 ms to parse, 25 ms from here.
@lru_cache(maxsize=4096)
def _mark(written: str) -> StoryFeatures:
    return json_codec.decode(StoryFeatures, written)


def _known(conn: Connection, entry_id: int) -> Row[Any] | None:
    columns: list[Any] = [item.c.id, item.c.version, item.c.story, item.c.partial, item.c.relevant, story.c.thread]
    stored = select(*columns).outerjoin(story, item.c.story == story.c.id).where(item.c.entry == entry_id)
    return conn.execute(stored).one_or_none()


def _standing(known: Row[Any], shown: Row[Any]) -> ItemRecord:
    return ItemRecord(
        item=known.id,
        version=known.version,
        story=known.story or 0,
        thread=known.thread or 0,
        status=shown.status and EntryStatus(shown.status),
        notices=0,
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def _place(conn: Connection, kept: Row[Any] | None, admission: ItemDraft, *, now: datetime) -> tuple[int, int]:
    """The story and thread of an item, opened where the placement asks for new ones; zeros where it has none.

    `kept` is the item as readers have met it: it stays in its story.
    """
    placement = admission.placement
    if kept and kept.story:
        return kept.story, merge_threads(conn, kept.thread, placement)
    if placement is None:
        return 0, 0
    if placement.story:
        thread_id = _scalar(conn, select(story.c.thread).where(story.c.id == placement.story))
        return placement.story, merge_threads(conn, thread_id, placement)
    thread_id = placement.thread or _scalar(conn, insert(conn, thread).values(opened_at=now).returning(thread.c.id))
    opened = insert(conn, story).values(thread=thread_id, opened_at=now).returning(story.c.id)
    return _scalar(conn, opened), thread_id


def merge_threads(conn: Connection, thread_id: int, placement: Placement | None) -> int:
    """The thread of a story: one with that of the affair to which more of it has led, under the older number."""
    if placement is None or placement.thread in (0, thread_id):
        return thread_id
    older, younger = sorted((thread_id, placement.thread))
    conn.execute(update(story).where(story.c.thread == younger).values(thread=older))
    conn.execute(delete(thread).where(thread.c.id == younger))
    count_change(conn)  # beside that of the item: a window in memory that has the younger one is built anew
    return older


def _scalar(conn: Connection, statement: Any) -> int:
    found: int = conn.execute(statement).scalar_one()
    return found


def _values(admission: ItemDraft, shown: Row[Any], story_id: int, *, now: datetime) -> dict[str, Any]:
    article, verdict, mark = admission.article, admission.verdict, admission.features
    placement = admission.placement or Placement(story=0, thread=0)
    published = article.published or shown.published
    return {
        "story": story_id or None,
        "copy_of": placement.copy_of or None,
        "at": mark.at if mark else published or shown.first_seen,
        "published": published,
        "first_seen": shown.first_seen,
        "read_at": None if admission.partial else now,
        "article": replace(article, text=""),
        "verdict": verdict,
        "features": mark,
        "grouping": placement.reasons,
        "new_facts": placement.new_facts,
        "relevant": verdict.digest,
        "near": verdict.near and not verdict.digest,
        "partial": admission.partial,
        "folded": fold(f"{article.title}\n{article.lead}\n{article.text}").text,
        "tags": " ".join(sorted(_tags(shown.source, article, verdict))),
    }


def _tags(source: str, article: Article, verdict: Verdict) -> set[str]:
    said = {tag_token("source", source), tag_token("lang", article.language)}
    judged = {tag_token("topic", topic.code) for topic in verdict.topics} | {
        tag_token("flag", flag.code) for flag in verdict.flags
    }
    return said | judged | {tag_token("term", hit.term) for hit in verdict.hits}


def _write(
    conn: Connection, known: Row[Any] | None, admission: ItemDraft, values: dict[str, Any], *, now: datetime
) -> tuple[int, int]:
    """The number of the version and the id of the item."""
    if known is None:
        fresh = values | {"entry": admission.entry_id, "version": 1, "stored_at": now}
        item_id = _scalar(conn, insert(conn, item).values(fresh).returning(item.c.id))
        _add_version(conn, item_id, 1, admission.article, now=now)
        return 1, item_id
    last = select(version.c.hash).where(version.c.item == known.id, version.c.number == known.version)
    changed = conn.scalar(last) != _hash(admission.article)
    number = known.version + changed
    conn.execute(update(item).where(item.c.id == known.id).values(values | {"version": number}))
    if changed:
        _add_version(conn, known.id, number, admission.article, now=now)
    return number, known.id


def _add_version(conn: Connection, item_id: int, number: int, article: Article, *, now: datetime) -> None:
    written = {"title": article.title, "text": article.text, "hash": _hash(article)}
    conn.execute(insert(conn, version).values(item=item_id, number=number, at=now, **written))


def _hash(article: Article) -> str:
    return hashlib.sha256(f"{article.title}\n\n{article.text}".encode("utf-8", "replace")).hexdigest()


def _end(conn: Connection, shown: Row[Any], admission: ItemDraft, *, now: datetime) -> EntryStatus | None:
    outcome = admission.status
    if outcome is None:
        return shown.status and EntryStatus(shown.status)
    if shown.delivered_at is not None and outcome is EntryStatus.PENDING:
        outcome = EntryStatus.DELIVERED
    elif outcome is EntryStatus.PENDING and admission.placement and admission.placement.copy_of:
        outcome = EntryStatus.DUPLICATE
    if not entries.end(conn, shown.id, status=outcome, reason=admission.reason, now=now):
        conn.execute(update(entry).where(entry.c.id == shown.id).values(status=outcome, reason=admission.reason))
    return outcome


def _notify(conn: Connection, made: Sequence[Decision], item_id: int, story_id: int, *, now: datetime) -> int:
    """Write the notices; one that is open already (same channel, story and kind) stands for both."""
    rows = [
        {
            "channel": telling.channel,
            "story": story_id,
            "kind": telling.kind,
            "item": item_id,
            "not_before": telling.not_before,
            "late": telling.late,
            "partial": telling.partial,
            "created_at": now,
        }
        for telling in made
        if isinstance(telling, Notify)
    ]
    if not rows:
        return 0
    written = insert(conn, notice).on_conflict_do_nothing().returning(notice.c.id)
    return len(conn.execute(written, rows).all())


def was_delivered(conn: Connection, item_id: int) -> bool:
    """Whether readers have met an item: a digest or alert carried it."""
    return conn.execute(select(digest_item.c.item).where(digest_item.c.item == item_id).limit(1)).first() is not None


def cancel_partial(conn: Connection, entry_id: int) -> None:
    """Take back what is open because of an entry's title alone: its page was read, and decides anew."""
    own = select(item.c.id).where(item.c.entry == entry_id)
    conn.execute(delete(notice).where(notice.c.item.in_(own), notice.c.partial, notice.c.digest.is_(None)))


def cancel_if_irrelevant(conn: Connection, story_id: int) -> None:
    """Take back what is open about a story without a relevant item: its page told less than its title promised."""
    relevant = select(item.c.id).where(item.c.story == story_id, item.c.relevant)
    waiting = and_(notice.c.story == story_id, notice.c.digest.is_(None))
    conn.execute(delete(notice).where(waiting, ~relevant.exists()))


def delete_empty(conn: Connection, story_id: int, thread_id: int) -> None:
    """Delete a story that its last item has left, and its thread where that was its only one."""
    used = or_(*(select(one.c.story).where(one.c.story == story_id).exists() for one in (item, notice)))
    if not conn.scalar(select(used)):
        conn.execute(delete(story).where(story.c.id == story_id))
    conn.execute(
        delete(thread).where(thread.c.id == thread_id, ~select(story.c.id).where(story.c.thread == thread_id).exists())
    )


def count_change(conn: Connection) -> None:
    """Tell who keeps the window in memory that it has changed."""
    counted = insert(conn, counter).values(name=_WINDOW, value=1)
    grown = {"value": func.coalesce(counter.c.value, 0) + 1}
    conn.execute(counted.on_conflict_do_update(index_elements=["name"], set_=grown))
