"""Ingest: a judged article is stored, placed among the stories, and each channel gets its decision.

A new item is stored with the status of its entry, and waits for its story (see `pipeline.group`). Its story, decisions and notices
are one transaction: a relevant text cannot be placed and then lost for the channels.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor import stories
from monitor.model import Article, Entry, HostState, Source, StoryFeatures, Verdict
from monitor.notify import decide, freshness
from monitor.pipeline.articles import article_from_feed
from monitor.pipeline.context import Context
from monitor.pipeline.corrections import correction
from monitor.pipeline.witnesses import is_dated_by_page
from monitor.store import entries, grouping, hosts, items
from monitor.store.grouping import WaitingItem
from monitor.store.items import ItemDraft, ItemRecord
from monitor.store.revisions import SeenEntry, rank
from monitor.store.sightings import RevisedEntry
from monitor.store.statuses import EntryStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRef:
    """The entry that an article belongs to."""

    entry_id: int
    entry: Entry
    source: Source
    baseline: bool
    first_seen: datetime
    revisions: int = 0
    escalated_at: datetime | None = None  # when a revision lifted it over a line


def entry_ref(entry_id: int, seen_entry: SeenEntry, source: Source, *, first_seen: datetime) -> EntryRef:
    """Returns the reference to an entry that a poll has added."""
    return EntryRef(
        entry_id=entry_id,
        entry=seen_entry.entry,
        source=source,
        baseline=seen_entry.baseline,
        first_seen=first_seen,
    )


def revised_ref(revised: RevisedEntry) -> EntryRef:
    """Returns the reference to an entry that a poll has revised."""
    return EntryRef(
        entry_id=revised.id,
        entry=revised.seen.entry,
        source=revised.source,
        baseline=revised.seen.baseline,
        first_seen=revised.first_seen,
        revisions=revised.revisions,
        escalated_at=revised.escalated_at,
    )


async def alert_early(context: Context, entry_ref: EntryRef, seen_entry: SeenEntry) -> None:
    """Store an entry whose title and summary alone cause an alert, marked partial; its page is fetched later."""
    now = context.clock()
    if seen_entry.status is not None or not decide.deserves_alert(
        seen_entry.verdict, _freshness(entry_ref, None, now=now)
    ):
        return
    await store_article(
        context, entry_ref, article_from_feed(seen_entry.entry), seen_entry.verdict, partial=True, status=None
    )


async def store_article(
    context: Context,
    entry_ref: EntryRef,
    article: Article,
    verdict: Verdict,
    *,
    status: EntryStatus | None,
    reason: str = "",
    partial: bool = False,
    settle: tuple[HostState, datetime] | None = None,
) -> ItemRecord:
    """Store an article with its verdict; if it is relevant, it waits for its story.

    `status` None: the entry's page is still to be fetched. `settle` is the state of the host that was claimed with the
    entry and the end of its lease: the host is released in the same transaction.
    """
    # The features are computed outside the transaction: SQLite has one writer.
    features = stories.extract_features(
        item=0,
        at=article.published or entry_ref.entry.published or entry_ref.first_seen,
        language=article.language or entry_ref.source.language,
        source=entry_ref.source.id,
        title=article.title,
        text=article.text or article.lead,
        hits=verdict.hits,
    )
    draft = ItemDraft(
        entry_id=entry_ref.entry_id,
        article=article,
        verdict=verdict,
        features=features if verdict.digest else None,
        partial=partial,
        status=status,
        reason=reason,
    )
    return await context.store.run(commit_article, context, entry_ref, draft, settle=settle, now=context.clock())


def commit_article(
    conn: Connection,
    context: Context,
    entry_ref: EntryRef,
    draft: ItemDraft,
    *,
    settle: tuple[HostState, datetime] | None,
    now: datetime,
) -> ItemRecord:
    """Store an article, and place it anew if it has a story already; a new item waits for its story: one transaction."""
    if settle:
        host, lease = settle
        hosts.settle(conn, host, lease=lease)
    if not draft.partial:
        entries.record_landing(conn, entry_ref.entry_id, link=entry_ref.entry.link, landing=draft.article.url)
    own = items.features_of_entry(conn, entry_ref.entry_id)
    # The page decides again: an alert by the title alone must not go out beside the one by the page, nor where the page is
    # too old for any.
    if own and not draft.partial and items.cancel_partial(conn, entry_ref.entry_id):
        grouping.release(conn, own.story)
        own = items.features_of_entry(conn, entry_ref.entry_id)
    if draft.features and entry_ref.revisions and entry_ref.escalated_at is None and _lifts(conn, entry_ref, draft):
        entries.escalate(conn, entry_ref.entry_id, now=now)
        entry_ref = replace(entry_ref, escalated_at=now)
    if draft.features is None or own is None:
        record = _save_item(conn, entry_ref, draft, now=now)
        if draft.features and not record.story:
            grouping.enqueue(conn, record.item)
        return record
    earliest = now if draft.status else now + decide.PAGE_WAIT
    is_revision = items.was_delivered(conn, own.item)
    placed = _placed(conn, context, entry_ref, draft, earliest=earliest, now=now, is_revision=is_revision)
    with context.story_window.restored_on_error():
        record = _save_item(conn, entry_ref, placed, now=now)
        context.story_window.add(conn, _with_place(draft.features, record))
    return record


def place_waiting(conn: Connection, *, context: Context, waiting_item: WaitingItem, now: datetime) -> ItemRecord | None:
    """Place a stored item among the stories, decide for each channel, and write it all: one transaction.

    Returns None if the item does not wait any more.
    """
    entry_ref = EntryRef(
        entry_id=waiting_item.entry_id,
        entry=waiting_item.entry,
        source=waiting_item.source,
        baseline=waiting_item.baseline,
        first_seen=waiting_item.first_seen,
        escalated_at=waiting_item.escalated_at,
    )
    draft = ItemDraft(
        entry_id=waiting_item.entry_id,
        article=waiting_item.article,
        verdict=waiting_item.verdict,
        features=waiting_item.features,
        partial=waiting_item.partial,
        status=waiting_item.status and EntryStatus.PENDING,
        reason=waiting_item.reason,
    )
    awaits_page = waiting_item.status is None
    earliest = max(now, waiting_item.stored_at + decide.PAGE_WAIT) if awaits_page else now
    placed = _placed(conn, context, entry_ref, draft, earliest=earliest, now=now)
    with context.story_window.restored_on_error():
        record = grouping.place(conn, waiting_item.item, placed, now=now)
        if record:
            context.story_window.add(conn, _with_place(waiting_item.features, record))
    return record


def _placed(
    conn: Connection,
    context: Context,
    entry_ref: EntryRef,
    draft: ItemDraft,
    *,
    earliest: datetime,
    now: datetime,
    is_revision: bool = False,
) -> ItemDraft:
    """Returns a draft with its placement and the decision for each channel."""
    assert draft.features
    placement = context.story_window.place(conn, entry_ref.entry_id, draft.features)
    age = _freshness(entry_ref, draft.article, now=now)
    known_title = items.delivered_title(conn, entry_ref.entry_id) if entry_ref.revisions else ""
    corrected = correction(draft.article.title, known_title=known_title)
    if corrected:
        # A corrected text repeats most of the wrong one, and is what readers must see now.
        placement = replace(placement, copy_of=0, new_facts=(corrected,))
    decisions = decide.decide_all(
        context.channels.values(),
        verdict=draft.verdict,
        placement=placement,
        story_states=items.channel_states(conn, placement.story, now=now),
        freshness=age,
        partial=draft.partial,
        earliest=earliest,
        correction=corrected,
        is_revision=is_revision,
    )
    status = draft.status and EntryStatus.TOO_OLD if age.too_old else draft.status
    return replace(draft, placement=placement, decisions=decisions, status=status)


def _with_place(features: StoryFeatures, record: ItemRecord) -> StoryFeatures:
    return replace(features, item=record.item, story=record.story, thread=record.thread)


def _save_item(conn: Connection, entry_ref: EntryRef, draft: ItemDraft, *, now: datetime) -> ItemRecord:
    record = items.save_item(conn, draft, now=now)
    if record.status is None or not entries.reopen_if_revised(conn, entry_ref.entry_id, entry_ref.entry, now=now):
        return record
    return replace(record, status=None)


def _lifts(conn: Connection, entry_ref: EntryRef, draft: ItemDraft) -> bool:
    """Whether a revised entry comes over a line (digest, alert) that its item was below; the edit is the news then."""
    return rank(draft.verdict) > rank(items.verdict_of_entry(conn, entry_ref.entry_id))


def _freshness(entry_ref: EntryRef, article: Article | None, *, now: datetime) -> freshness.Freshness:
    return freshness.assess(
        article_published=article.published if article else None,
        entry_published=None if article and is_dated_by_page(article) else entry_ref.entry.published,
        first_seen=entry_ref.first_seen,
        baseline=entry_ref.baseline,
        zone=entry_ref.source.zone,
        escalated_at=entry_ref.escalated_at,
        now=now,
    )
