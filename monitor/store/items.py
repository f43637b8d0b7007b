"""Items: judged articles, grouped into stories, with the notices that they cause.

An item, its story, its entry's status, its decisions and its notices are written in one transaction, so a relevant article
cannot be stored and its notices lost. The window for grouping is read in the same transaction.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Text, and_, case, delete, func, or_, select, text, type_coerce, update

from monitor.model import Article, Decision, NoticeKind, Notify, Placement, StoryFeatures, StoryState, Verdict
from monitor.query import tag_token
from monitor.store import decisions, entries, json_codec
from monitor.store.revisions import rank
from monitor.store.schema import counter, digest_item, entry, item, notice, story, thread, version
from monitor.store.sql import insert
from monitor.store.statuses import EntryStatus
from monitor.text import fold

GROUPING_LOCK_KEY = 0x4D6F6E32  # an advisory lock of PostgreSQL, under which one item is grouped at a time
MIN_ALERT_GAP = timedelta(hours=12)  # between two alerts of one story to a channel
WINDOW_COUNTER = "window"  # the counter of the window's changes


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """A judged article to be stored for an entry. A relevant one has features and a placement.

    Status None: the entry stays open, because its page is still to be read.
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
    """The result of storing an item; story and thread are 0 if it belongs to none."""

    item: int
    version: int
    story: int
    thread: int
    status: EntryStatus | None
    notices: int  # that were written


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """What the item of an entry takes from it."""

    id: int
    source: str
    status: EntryStatus | None
    published: datetime | None
    first_seen: datetime
    delivered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """The item that an entry has; story and thread are 0 if it belongs to none."""

    id: int
    version: int
    story: int
    thread: int
    partial: bool
    relevant: bool
    verdict: Verdict


def save_item(conn: Connection, draft: ItemDraft, *, now: datetime) -> ItemRecord:
    """Store a judged article as a new item, or as the next version of its entry's item if the text changed.

    An article from title and summary alone replaces one from the page only if an edit lifts it over a line. A pending item that repeats the text of another
    one ends as a duplicate; an entry that was delivered stays delivered.
    """
    stored_entry = lock_entry(conn, draft.entry_id)
    stored_item = item_of_entry(conn, draft.entry_id)
    if stored_item and draft.partial and not stored_item.partial and rank(draft.verdict) <= rank(stored_item.verdict):
        return keep_item(conn, stored_item, stored_entry, draft, now=now)
    # Once an item was delivered, its story never changes: readers know it by that story. Before that, its page may move it.
    delivered_item = stored_item if stored_item and was_delivered(conn, stored_item.id) else None
    story_id, thread_id = open_or_join_story(conn, delivered_item, draft, now=now)
    values = item_values(draft, stored_entry, story_id, now=now)
    number, item_id = write_item(conn, stored_item, draft, values, now=now)
    status = end_entry(conn, stored_entry, draft, now=now)
    notices = write_notices(conn, draft.decisions, item_id, story_id, now=now)
    if values["relevant"]:
        decisions.save(conn, item_id, draft.decisions, now=now)
    else:
        decisions.remove(conn, item_id)
    if stored_item and stored_item.story and (stored_item.story != story_id or not values["relevant"]):
        cancel_if_irrelevant(conn, stored_item.story)
        delete_empty(conn, stored_item.story, stored_item.thread)
    if story_id or (stored_item and stored_item.story):
        count_change(conn)
    return ItemRecord(item=item_id, version=number, story=story_id, thread=thread_id, status=status, notices=notices)


def verdict_of_entry(conn: Connection, entry_id: int) -> Verdict | None:
    """Returns the verdict on an entry's item, or None."""
    stored: Verdict | None = conn.scalar(select(item.c.verdict).where(item.c.entry == entry_id))
    return stored


def delivered_title(conn: Connection, entry_id: int) -> str:
    """Returns the title under which a digest or alert has carried an entry's item, or "" if none has."""
    carried = select(digest_item.c.item).where(digest_item.c.item == item.c.id)
    article: Article | None = conn.scalar(select(item.c.article).where(item.c.entry == entry_id, carried.exists()))
    return article.title if article else ""


def features_of_entry(conn: Connection, entry_id: int) -> StoryFeatures | None:
    """Returns the features of an entry's item with the ids of item, story and thread, or None."""
    # Locked as the window is: the features are compared with it.
    lock_stories(conn)
    return next(iter(load_features(conn, item.c.entry == entry_id)), None)


def window(conn: Connection, *, since: datetime) -> list[StoryFeatures]:
    """Returns the features of the relevant items since a time, oldest first, with the ids of item, story and thread.

    The stories are locked until the end of the transaction, so that no other writer changes the window meanwhile.
    """
    lock_stories(conn)
    return load_features(conn, and_(item.c.relevant, item.c.at >= since))


def revision(conn: Connection) -> int:
    """Returns a number that grows with every change of the window; caches of the window compare it."""
    lock_stories(conn)
    return conn.scalar(select(counter.c.value).where(counter.c.name == WINDOW_COUNTER)) or 0


def channel_states(conn: Connection, story_id: int, *, now: datetime) -> dict[str, StoryState]:
    """Returns the channels that were notified of a story: by a digest, or by an alert (open or sent), and whether lately."""
    noticed = and_(notice.c.story == story_id, or_(notice.c.digest.is_not(None), notice.c.kind == NoticeKind.ALERT))
    last_alert = func.max(case((notice.c.kind == NoticeKind.ALERT, notice.c.not_before)))
    rows = conn.execute(
        select(notice.c.channel, last_alert.label("alerted_at")).where(noticed).group_by(notice.c.channel)
    )
    return {row.channel: story_state(row.alerted_at, now=now) for row in rows}


def story_state(alerted_at: datetime | None, *, now: datetime) -> StoryState:
    """Returns the state of a story that a channel has received; `alerted_at` is the time of its last alert, if any."""
    if alerted_at is None:
        return StoryState.IN_DIGEST
    return StoryState.ALERTED_EARLIER if now - alerted_at >= MIN_ALERT_GAP else StoryState.ALERTED


def lock_stories(conn: Connection) -> None:
    """Lock the stories until the end of the transaction. SQLite has one writer anyway; PostgreSQL needs an advisory lock."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": GROUPING_LOCK_KEY})


# --- reading ----------------------------------------------------------------------------------------------------------


def load_features(conn: Connection, condition: Any) -> list[StoryFeatures]:
    columns = (item.c.id, type_coerce(item.c.features, Text).label("features"), item.c.story, story.c.thread)
    rows = conn.execute(
        select(*columns).join(story, item.c.story == story.c.id).where(condition).order_by(item.c.at, item.c.id)
    )
    return [replace(decode_features(row.features), item=row.id, story=row.story, thread=row.thread) for row in rows]


# The window of five weeks is read for each new item: parsing 1,800 feature rows takes 180 ms, from this cache 25 ms.
@lru_cache(maxsize=4096)
def decode_features(encoded: str) -> StoryFeatures:
    return json_codec.decode(StoryFeatures, encoded)


def lock_entry(conn: Connection, entry_id: int) -> StoredEntry:
    """Returns an entry, locked until the end of the transaction."""
    row = conn.execute(select(entry).where(entry.c.id == entry_id).with_for_update(key_share=True)).one()
    return StoredEntry(
        id=row.id,
        source=row.source,
        status=row.status and EntryStatus(row.status),
        published=row.published,
        first_seen=row.first_seen,
        delivered=row.delivered_at is not None,
    )


def item_of_entry(conn: Connection, entry_id: int) -> StoredItem | None:
    """Returns the item of an entry; None if it has none yet."""
    columns: list[Any] = [item.c.id, item.c.version, item.c.story, item.c.partial, item.c.relevant, item.c.verdict]
    stored = select(*columns, story.c.thread).outerjoin(story, item.c.story == story.c.id)
    row = conn.execute(stored.where(item.c.entry == entry_id)).one_or_none()
    if row is None:
        return None
    return StoredItem(
        id=row.id,
        version=row.version,
        story=row.story or 0,
        thread=row.thread or 0,
        partial=row.partial,
        relevant=row.relevant,
        verdict=row.verdict,
    )


def keep_item(
    conn: Connection, stored_item: StoredItem, stored_entry: StoredEntry, draft: ItemDraft, *, now: datetime
) -> ItemRecord:
    """Leave an item as its page gave it; if its entry was to be judged again, it gets its status back."""
    status = stored_entry.status
    if draft.status and status is None:
        status = entries.judged_status(conn, stored_entry.id)
        entries.end(conn, stored_entry.id, status=status or draft.status, reason=draft.reason, now=now)
    return ItemRecord(
        item=stored_item.id,
        version=stored_item.version,
        story=stored_item.story,
        thread=stored_item.thread,
        status=status,
        notices=0,
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def open_or_join_story(
    conn: Connection, delivered_item: StoredItem | None, draft: ItemDraft, *, now: datetime
) -> tuple[int, int]:
    """Returns the story and thread of an item, created if the placement asks for new ones; zeros without a placement.

    `delivered_item` is the item if it was delivered: it keeps its story.
    """
    placement = draft.placement
    if delivered_item and delivered_item.story:
        return delivered_item.story, merge_threads(conn, delivered_item.thread, placement)
    if placement is None:
        return 0, 0
    if placement.story:
        thread_id = scalar(conn, select(story.c.thread).where(story.c.id == placement.story))
        return placement.story, merge_threads(conn, thread_id, placement)
    thread_id = placement.thread or scalar(conn, insert(conn, thread).values(opened_at=now).returning(thread.c.id))
    opened = insert(conn, story).values(thread=thread_id, opened_at=now).returning(story.c.id)
    return scalar(conn, opened), thread_id


def merge_threads(conn: Connection, thread_id: int, placement: Placement | None) -> int:
    """Returns the thread of a story after merging it with the thread of the placement; the older number stays."""
    if placement is None or placement.thread in (0, thread_id):
        return thread_id
    # The older number stays, because digests and mail references of the past contain it.
    older, younger = sorted((thread_id, placement.thread))
    conn.execute(update(story).where(story.c.thread == younger).values(thread=older))
    conn.execute(delete(thread).where(thread.c.id == younger))
    # In addition to the change of the item: a cached window that has the younger thread must be rebuilt.
    count_change(conn)
    return older


def scalar(conn: Connection, statement: Any) -> int:
    value: int = conn.execute(statement).scalar_one()
    return value


def item_values(draft: ItemDraft, stored_entry: StoredEntry, story_id: int, *, now: datetime) -> dict[str, Any]:
    article, verdict, features = draft.article, draft.verdict, draft.features
    placement = draft.placement or Placement(story=0, thread=0)
    published = article.published or stored_entry.published
    return {
        "story": story_id or None,
        "copy_of": placement.copy_of or None,
        "at": features.at if features else published or stored_entry.first_seen,
        "published": published,
        "first_seen": stored_entry.first_seen,
        "read_at": None if draft.partial else now,
        "article": replace(article, text=""),
        "verdict": verdict,
        "features": features,
        "grouping": placement.reasons,
        "new_facts": placement.new_facts,
        "relevant": verdict.digest,
        "near": verdict.near and not verdict.digest,
        "partial": draft.partial,
        "folded": fold(f"{article.title}\n{article.lead}\n{article.text}").text,
        "tags": " ".join(sorted(search_tags(stored_entry.source, article, verdict))),
    }


def search_tags(source: str, article: Article, verdict: Verdict) -> set[str]:
    origin = {tag_token("source", source), tag_token("lang", article.language)}
    judged = {tag_token("topic", topic.code) for topic in verdict.topics} | {
        tag_token("flag", flag.code) for flag in verdict.flags
    }
    return origin | judged | {tag_token("term", hit.term) for hit in verdict.hits}


def write_item(
    conn: Connection, stored_item: StoredItem | None, draft: ItemDraft, values: dict[str, Any], *, now: datetime
) -> tuple[int, int]:
    """Insert or update the item. Returns the number of its version and its id."""
    if stored_item is None:
        new_values = values | {"entry": draft.entry_id, "version": 1, "stored_at": now}
        item_id = scalar(conn, insert(conn, item).values(new_values).returning(item.c.id))
        add_version(conn, item_id, 1, draft.article, now=now)
        return 1, item_id
    # Edits of menus and dates around the text change no version; only title and text are hashed.
    last = select(version.c.hash).where(version.c.item == stored_item.id, version.c.number == stored_item.version)
    changed = conn.scalar(last) != text_hash(draft.article)
    number = stored_item.version + changed
    conn.execute(update(item).where(item.c.id == stored_item.id).values(values | {"version": number}))
    if changed:
        add_version(conn, stored_item.id, number, draft.article, now=now)
    return number, stored_item.id


def add_version(conn: Connection, item_id: int, number: int, article: Article, *, now: datetime) -> None:
    text_values = {"title": article.title, "text": article.text, "hash": text_hash(article)}
    conn.execute(insert(conn, version).values(item=item_id, number=number, at=now, **text_values))


def text_hash(article: Article) -> str:
    return hashlib.sha256(f"{article.title}\n\n{article.text}".encode("utf-8", "replace")).hexdigest()


def end_entry(conn: Connection, stored_entry: StoredEntry, draft: ItemDraft, *, now: datetime) -> EntryStatus | None:
    """End an entry with the status of its draft, or with that which its item decides; returns the status."""
    status = draft.status
    if status is None:
        return stored_entry.status
    if stored_entry.delivered and status is EntryStatus.PENDING:
        status = EntryStatus.DELIVERED
    elif status is EntryStatus.PENDING and draft.placement and draft.placement.copy_of:
        status = EntryStatus.DUPLICATE
    if not entries.end(conn, stored_entry.id, status=status, reason=draft.reason, now=now):
        conn.execute(update(entry).where(entry.c.id == stored_entry.id).values(status=status, reason=draft.reason))
    return status


def write_notices(
    conn: Connection, decisions_made: Sequence[Decision], item_id: int, story_id: int, *, now: datetime
) -> int:
    """Write the notices and return how many are new; an open one for the same channel, story and kind is enough."""
    # The unique index of open notices (channel, story, kind) makes the insert idempotent.
    rows = [
        {
            "channel": decision.channel,
            "story": story_id,
            "kind": decision.kind,
            "item": item_id,
            "not_before": decision.not_before,
            "late": decision.late,
            "partial": decision.partial,
            "created_at": now,
        }
        for decision in decisions_made
        if isinstance(decision, Notify)
    ]
    if not rows:
        return 0
    added = insert(conn, notice).on_conflict_do_nothing().returning(notice.c.id)
    return len(conn.execute(added, rows).all())


def was_delivered(conn: Connection, item_id: int) -> bool:
    """Returns whether a digest or alert contained the item."""
    return conn.execute(select(digest_item.c.item).where(digest_item.c.item == item_id).limit(1)).first() is not None


def cancel_partial(conn: Connection, entry_id: int) -> int:
    """Cancel pending notices that were based on the title only: the page was read and decides again. Returns how many."""
    items_of_entry = select(item.c.id).where(item.c.entry == entry_id)
    pending = and_(notice.c.item.in_(items_of_entry), notice.c.partial, notice.c.digest.is_(None))
    return conn.execute(delete(notice).where(pending)).rowcount


def cancel_if_irrelevant(conn: Connection, story_id: int) -> None:
    """Cancel pending notices of a story that has no relevant item any more, as after a page that did not confirm its title."""
    relevant = select(item.c.id).where(item.c.story == story_id, item.c.relevant)
    waiting = and_(notice.c.story == story_id, notice.c.digest.is_(None))
    conn.execute(delete(notice).where(waiting, ~relevant.exists()))


def delete_empty(conn: Connection, story_id: int, thread_id: int) -> None:
    """Delete a story without items and notices, and its thread if it has no other story."""
    used = or_(
        *(select(referring.c.story).where(referring.c.story == story_id).exists() for referring in (item, notice))
    )
    if not conn.scalar(select(used)):
        conn.execute(delete(story).where(story.c.id == story_id))
    conn.execute(
        delete(thread).where(thread.c.id == thread_id, ~select(story.c.id).where(story.c.thread == thread_id).exists())
    )


def count_change(conn: Connection) -> None:
    """Increase the revision of the window, so that cached windows are read again."""
    # A counter instead of a time: two changes within one clock tick must differ.
    counted = insert(conn, counter).values(name=WINDOW_COUNTER, value=1)
    grown = {"value": func.coalesce(counter.c.value, 0) + 1}
    conn.execute(counted.on_conflict_do_update(index_elements=["name"], set_=grown))
