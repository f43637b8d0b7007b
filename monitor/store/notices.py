"""Notices: the stories that a channel is to be notified of, with all that a digest shows of them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from monitor.model import (
    AlertedStory,
    Article,
    Coverage,
    EarlierStory,
    Entry,
    Gap,
    NearMiss,
    NoticeKind,
    SilentSource,
    Source,
    Verdict,
)
from monitor.store import entries, polls, sources
from monitor.store.items import lock_stories
from monitor.store.schema import digest, digest_item, entry, gap, item, notice, source, story, version
from monitor.store.sources import SILENT_AFTER_INTERVALS, SourceState

MAX_EARLIER_STORIES = 3  # of a thread, named beside a new story


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A channel is to be notified of a story, not before a time."""

    id: int
    channel: str
    story: int
    kind: NoticeKind
    not_before: datetime
    late: bool
    partial: bool
    item: int = 0  # whose text raised it; 0 in a preview


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """A relevant item of a story. `copy_of` is the item whose text it repeats, or 0."""

    item: int
    entry: Entry
    article: Article
    verdict: Verdict
    source: Source  # the first that showed it
    published: datetime | None
    first_seen: datetime
    partial: bool
    copy_of: int
    delivered: bool  # a digest or alert has carried it to the channel
    raised_notice: bool  # one of the notices was written because of it
    new_facts: tuple[str, ...]  # that no earlier item of the story has


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRecord:
    """A story for a channel, with its notices and its relevant items, the oldest first."""

    story: int
    thread: int
    kind: NoticeKind
    late: bool
    notices: tuple[int, ...]
    items: tuple[StoryItem, ...]
    earlier: tuple[EarlierStory, ...]  # the stories of its thread before it, newest first


def due(conn: Connection, *, channel: str, now: datetime, kinds: Collection[NoticeKind] = ()) -> list[Notice]:
    """Returns the pending notices of a channel that are due, oldest first; of all kinds if `kinds` is empty."""
    ready = and_(_open(channel, kinds), notice.c.not_before <= now)
    rows = conn.execute(select(notice).where(ready).order_by(notice.c.not_before, notice.c.id))
    return [_notice(row) for row in rows]


def next_due(conn: Connection, *, channel: str, kinds: Collection[NoticeKind]) -> datetime | None:
    """Returns when the next pending notice of a channel is due; None if none is pending."""
    earliest: datetime | None = conn.scalar(select(func.min(notice.c.not_before)).where(_open(channel, kinds)))
    return earliest


def stories_with_new_items(conn: Connection, *, since: datetime) -> list[int]:
    """Returns the ids of the stories that gained a relevant item since a time."""
    gained = select(item.c.story).where(item.c.story.is_not(None), item.c.relevant, item.c.stored_at >= since)
    return sorted(set(conn.scalars(gained)))


def preview_notices(conn: Connection, *, channel: str, since: datetime, until: datetime) -> list[Notice]:
    """Returns notices of all stories with an item first seen in a period; none is stored.

    Of the entries of a source's first poll, only those that were published in the period count.
    """
    placed = and_(item.c.relevant, item.c.story.is_not(None))
    in_period = and_(placed, item.c.first_seen >= since, item.c.first_seen <= until)
    news = or_(~entry.c.baseline, item.c.at >= since)
    stories = conn.scalars(select(item.c.story).join(entry, item.c.entry == entry.c.id).where(in_period, news))
    return [
        Notice(
            id=0, channel=channel, story=story_id, kind=NoticeKind.DIGEST, not_before=since, late=False, partial=False
        )
        for story_id in sorted(set(stories))
    ]


def stories_for(conn: Connection, notices: Sequence[Notice]) -> list[StoryRecord]:
    """Returns the stories of some notices of one channel, each story once.

    Compose and write in the same transaction: an item that joined a story in between would never be shown, because
    its notice is the one that is taken.
    """
    lock_stories(conn)
    by_story = groupby(sorted(notices, key=lambda notice: notice.story), key=lambda notice: notice.story)
    return [_story(conn, number, tuple(group)) for number, group in by_story]


def near_misses(
    conn: Connection, *, since: datetime, until: datetime, is_excluded: Callable[[Verdict], bool]
) -> list[NearMiss]:
    """Returns the texts of a period just below the digest threshold, the nearest first, without the excluded ones."""
    period = and_(item.c.near, item.c.stored_at >= since, item.c.stored_at < until)
    columns: list[Any] = [entry.c.link, source.c.definition, item.c.article, item.c.verdict]
    rows = conn.execute(select(*columns).select_from(item).join(entry).join(source).where(period)).all()
    return sorted((_near_miss(row) for row in rows if not is_excluded(row.verdict)), key=lambda miss: -miss.score)


def coverage(conn: Connection, *, since: datetime, until: datetime) -> Coverage:
    """Returns how many sources answered in a period and how many entries it brought, with the silent sources and the gaps.

    A source that the user paused is not reported; one that its outlet ended (410) is reported as silent.
    """
    polled = polls.sources_polled(conn, since=since, until=until)
    states = sources.polled_states(sources.health(conn, now=until))
    answered = {state.source.id: _answered(state, polled, since=since, until=until) for state in states}
    silences = [
        _silence_in_period(state, answered=answered[state.source.id], since=since, until=until) for state in states
    ]
    counted = entries.count_by_status(conn, since=since, until=until)
    gaps = conn.execute(select(gap).where(gap.c.end >= since, gap.c.end <= until).order_by(gap.c.end))
    outcomes = Counter(answered.values())
    return Coverage(
        sources=len(states),
        healthy=outcomes[True],
        failed=outcomes[False],
        never_asked=outcomes[None],
        entries=counted.total(),
        judged=counted.total() - counted[""],
        silent=tuple(silence for silence in silences if silence),
        gaps=tuple(Gap(source=row.source, start=row.start, end=row.end) for row in gaps),
    )


def _answered(state: SourceState, polled: Mapping[str, bool], *, since: datetime, until: datetime) -> bool | None:
    """Whether a source answered a poll in a period; None if it was not polled."""
    if state.last_ok and since <= state.last_ok <= until:  # also before schema 0005, which records every poll
        return True
    if state.last_poll and since <= state.last_poll <= until:
        return polled.get(state.source.id, False)
    return polled.get(state.source.id)


def _silence_in_period(
    state: SourceState, *, answered: bool | None, since: datetime, until: datetime
) -> SilentSource | None:
    """The silence of a source that returned nothing in a period, or fell silent in it and has not answered since."""
    if answered:
        # Readers are also warned of a source that failed once if its last answer is old; an operator is not yet.
        is_old = state.last_ok is None or until - state.last_ok > SILENT_AFTER_INTERVALS * state.source.interval
        if state.failures and is_old:
            return SilentSource(source=state.source.id, since=state.last_ok, reason=state.reason)
        return None
    last_ok = state.last_ok if state.last_ok and state.last_ok < since else None
    if answered is False:
        return SilentSource(source=state.source.id, since=last_ok, reason=state.reason or "every poll failed")
    # Its host, or its own interval, asked for a delay that is longer than the period.
    if state.last_poll and state.last_poll < since and state.next_at > until:
        return None
    reason = "not polled in this period: monitor was not running, or had no time"
    return state.silent or SilentSource(source=state.source.id, since=last_ok, reason=reason)


def _open(channel: str, kinds: Collection[NoticeKind]) -> ColumnElement[bool]:
    waiting = and_(notice.c.channel == channel, notice.c.digest.is_(None))
    return and_(waiting, notice.c.kind.in_(kinds)) if kinds else waiting


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        channel=row.channel,
        story=row.story,
        kind=NoticeKind(row.kind),
        not_before=row.not_before,
        late=row.late,
        partial=row.partial,
        item=row.item,
    )


def _story(conn: Connection, number: int, notices: tuple[Notice, ...]) -> StoryRecord:
    thread_id, opened_at = conn.execute(select(story.c.thread, story.c.opened_at).where(story.c.id == number)).one()
    # A story with an alert and a digest notice is an alert; the other notices are taken with it.
    kinds = {due.kind for due in notices}
    return StoryRecord(
        story=number,
        thread=thread_id,
        kind=next(kind for kind in (NoticeKind.ALERT, NoticeKind.UPDATE, NoticeKind.DIGEST) if kind in kinds),
        late=all(due.late for due in notices),
        notices=tuple(due.id for due in notices),
        items=tuple(_items(conn, number, notices)),
        earlier=_earlier(conn, thread_id, opened_at),
    )


def _items(conn: Connection, number: int, notices: Sequence[Notice]) -> Iterable[StoryItem]:
    carried = select(digest_item).join(digest)
    carried = carried.where(digest_item.c.item == item.c.id, digest.c.channel == notices[0].channel)
    raised = {notice.item for notice in notices}
    rows = conn.execute(
        select(item, version.c.text, source.c.definition, carried.exists().label("is_delivered"))
        .join(version, and_(version.c.item == item.c.id, version.c.number == item.c.version))
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
        .where(item.c.story == number, item.c.relevant)
        .order_by(item.c.at, item.c.id)
    ).all()
    shown = {row.id: row for row in conn.execute(select(entry).where(entry.c.id.in_([row.entry for row in rows])))}
    for row in rows:
        yield StoryItem(
            item=row.id,
            entry=entries.entry_from_row(shown[row.entry]),
            article=replace(row.article, text=row.text or ""),
            verdict=row.verdict,
            source=row.definition,
            published=row.published,
            first_seen=row.first_seen,
            partial=row.partial,
            copy_of=row.copy_of or 0,
            delivered=row.is_delivered,
            raised_notice=row.id in raised,
            new_facts=row.new_facts,
        )


def alerted(conn: Connection, *, channel: str, since: datetime, until: datetime) -> list[AlertedStory]:
    """Returns the stories that the alerts of a period have shown to a channel, the newest first, each once.

    Of each story it names the newest relevant item of the last alert: the text that raised it.
    """
    in_period = and_(digest.c.channel == channel, digest.c.kind == "alert", digest.c.end > since, digest.c.end <= until)
    rows = conn.execute(
        select(item.c.story, item.c.article, entry.c.link, source.c.definition, digest.c.end)
        .select_from(digest)
        .join(digest_item, digest_item.c.digest == digest.c.id)
        .join(item, item.c.id == digest_item.c.item)
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
        .where(in_period, item.c.relevant)
        .order_by(digest.c.end.desc(), item.c.at.desc(), item.c.id.desc())
    )
    newest = {row.story: row for row in reversed(rows.all())}
    return sorted((_alerted_story(row) for row in newest.values()), key=lambda story: story.alerted_at, reverse=True)


def _alerted_story(row: Row[Any]) -> AlertedStory:
    return AlertedStory(
        story=row.story,
        title=row.article.title,
        url=row.link,
        source=row.definition.name,
        language=row.article.language or row.definition.language,
        alerted_at=row.end,
    )


def _earlier(conn: Connection, thread_id: int, before: datetime) -> tuple[EarlierStory, ...]:
    """Returns the earlier stories of the thread by their first items, the newest story first."""
    first = func.row_number().over(partition_by=item.c.story, order_by=(item.c.at, item.c.id)).label("place")
    ranked = (
        select(item.c.id, story.c.opened_at, first)
        .join(story, item.c.story == story.c.id)
        .where(story.c.thread == thread_id, story.c.opened_at < before, item.c.relevant)
        .subquery()
    )
    rows = conn.execute(
        select(item.c.story, item.c.article, entry.c.link, ranked.c.opened_at)
        .join(entry, item.c.entry == entry.c.id)
        .join(ranked, ranked.c.id == item.c.id)
        .where(ranked.c.place == 1)
        .order_by(ranked.c.opened_at.desc())
        .limit(MAX_EARLIER_STORIES)
    )
    return tuple(
        EarlierStory(story=row.story, title=row.article.title, url=row.link, opened_at=row.opened_at) for row in rows
    )


def _near_miss(row: Row[Any]) -> NearMiss:
    return NearMiss(
        title=row.article.title,
        url=row.link,
        source=row.definition.name,
        language=row.article.language,
        score=row.verdict.score,
        missing=row.verdict.missing,
    )
