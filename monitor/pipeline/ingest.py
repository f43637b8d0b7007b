"""Ingest: a judged article is grouped and stored, and each channel gets its decision.

Item, story, entry status, decisions and notices are one transaction: a relevant text cannot be stored and then lost
for the channels.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor import stories
from monitor.model import Article, Entry, HostState, Source, Verdict
from monitor.notify import decide, freshness
from monitor.pipeline.articles import article_from_feed
from monitor.pipeline.context import Context
from monitor.store import hosts, items
from monitor.store.items import ItemDraft, ItemRecord
from monitor.store.sightings import SeenEntry
from monitor.store.statuses import EntryStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRef:
    """The entry that an article belongs to."""

    entry_id: int
    entry: Entry
    source: Source
    baseline: bool
    first_seen: datetime


async def alert_early(context: Context, entry_id: int, seen_entry: SeenEntry, source: Source) -> None:
    """Store a new entry whose title and summary alone cause an alert, marked partial; its page is fetched later."""
    now = context.clock()
    entry_ref = EntryRef(
        entry_id=entry_id, entry=seen_entry.entry, source=source, baseline=seen_entry.baseline, first_seen=now
    )
    if seen_entry.status is not None or not decide.may_alert_early(
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
    """Store an article with its verdict; if it is relevant, group it and write its decisions and notices.

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
    """Place an item among the stories, decide for each channel, and write it all: one transaction."""
    if settle:
        host, lease = settle
        hosts.settle(conn, host, lease=lease)
    if draft.features is None:
        return items.save_item(conn, draft, now=now)
    placement = context.story_window.place(conn, entry_ref.entry_id, draft.features)
    age = _freshness(entry_ref, draft.article, now=now)
    # The page decides again: an alert by the title alone must not go out beside the one by the page.
    if not draft.partial and not age.too_old:
        items.cancel_partial(conn, entry_ref.entry_id)
    decisions = decide.decide_all(
        context.channels.values(),
        verdict=draft.verdict,
        placement=placement,
        story_states=items.channel_states(conn, placement.story),
        freshness=age,
        partial=draft.partial,
        awaits_page=draft.partial and draft.status is None,
        now=now,
    )
    status = draft.status and EntryStatus.TOO_OLD if age.too_old else draft.status
    try:
        record = items.save_item(conn, replace(draft, placement=placement, decisions=decisions, status=status), now=now)
        stored = replace(draft.features, item=record.item, story=record.story, thread=record.thread)
        context.story_window.add(conn, stored)
    except BaseException:
        # The transaction is undone: the index in memory must not keep an item that the rows do not have.
        context.story_window.forget()
        raise
    return record


def _freshness(entry_ref: EntryRef, article: Article | None, *, now: datetime) -> freshness.Freshness:
    return freshness.assess(
        article_published=article.published if article else None,
        entry_published=entry_ref.entry.published,
        first_seen=entry_ref.first_seen,
        baseline=entry_ref.baseline,
        zone=entry_ref.source.zone,
        now=now,
    )
