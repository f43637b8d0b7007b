"""Notices: which stories a channel shall be told of, and all that is known of them for the telling."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from monitor.model import Article, Coverage, Entry, Gap, NearMiss, NoticeKind, Source, Verdict
from monitor.store import entries, sources
from monitor.store.items import hold
from monitor.store.schema import digest, digest_item, entry, gap, item, notice, source, story, version

EARLIER = 3  # stories of a thread that are named beside a new one


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A channel shall be told of a story, not before a time."""

    id: int
    channel: str
    story: int
    kind: NoticeKind
    not_before: datetime
    late: bool
    partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item as it may be told. `copy_of` is the item whose text it repeats, or 0."""

    item: int
    entry: Entry
    article: Article
    verdict: Verdict
    source: Source  # that showed it first
    published: datetime | None
    first_seen: datetime
    partial: bool
    copy_of: int
    told: bool  # the channel had it before


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryToTell:
    """A story that a channel shall be told of, with its notices and its relevant items, the oldest first."""

    story: int
    thread: int
    kind: NoticeKind
    late: bool
    notices: tuple[int, ...]
    items: tuple[StoredItem, ...]
    earlier: tuple[tuple[str, str], ...]  # title and URL of the stories of its thread before it, newest first


def due(conn: Connection, *, channel: str, now: datetime, kinds: Collection[NoticeKind] = ()) -> list[Notice]:
    """The open notices of a channel whose time has come, oldest first; of all kinds where none are named."""
    ready = and_(_open(channel, kinds), notice.c.not_before <= now)
    rows = conn.execute(select(notice).where(ready).order_by(notice.c.not_before, notice.c.id))
    return [_notice(row) for row in rows]


def next_due(conn: Connection, *, channel: str, kinds: Collection[NoticeKind] = ()) -> datetime | None:
    """When the next open notice of a channel comes due; None where none is open."""
    when: datetime | None = conn.scalar(select(func.min(notice.c.not_before)).where(_open(channel, kinds)))
    return when


def touched(conn: Connection, *, since: datetime) -> list[int]:
    """The stories that gained a relevant item since then."""
    gained = select(item.c.story).where(item.c.relevant, item.c.admitted_at >= since)
    return sorted(set(conn.scalars(gained)))


def as_if_new(conn: Connection, *, channel: str, since: datetime, until: datetime) -> list[Notice]:
    """Notices of all stories with an item seen in a period, as for a channel that has heard of none; none is stored.

    Of what a new source had in stock, only what was published in the period counts.
    """
    seen = and_(item.c.relevant, item.c.first_seen >= since, item.c.first_seen <= until)
    news = or_(~entry.c.baseline, item.c.at >= since)
    stories = conn.scalars(select(item.c.story).join(entry, item.c.entry == entry.c.id).where(seen, news))
    return [
        Notice(id=0, channel=channel, story=one, kind=NoticeKind.DIGEST, not_before=since, late=False, partial=False)
        for one in sorted(set(stories))
    ]


def stories_for(conn: Connection, notices: Sequence[Notice]) -> list[StoryToTell]:
    """What there is to tell by these notices of one channel, a story once.

    Compose and write in the same transaction: an item that joined a story in between would be told by nobody, for
    its notice is the one that is taken.
    """
    hold(conn)
    by_story = groupby(sorted(notices, key=lambda one: one.story), key=lambda one: one.story)
    return [_story(conn, number, tuple(group)) for number, group in by_story]


def near_misses(
    conn: Connection, *, since: datetime, until: datetime, left_out: Callable[[Verdict], str]
) -> list[NearMiss]:
    """The texts of a period that were just under the line, the nearest first; none that a channel's choice leaves out."""
    period = and_(item.c.near, item.c.admitted_at >= since, item.c.admitted_at < until)
    columns: list[Any] = [entry.c.link, source.c.noun, item.c.article, item.c.verdict]
    rows = conn.execute(select(*columns).select_from(item).join(entry).join(source).where(period)).all()
    return sorted((_near_miss(row) for row in rows if not left_out(row.verdict)), key=lambda miss: -miss.score)


def coverage(conn: Connection, *, since: datetime, now: datetime) -> Coverage:
    """What was looked at since then: sources and the blind among them, entries seen and judged, gaps.

    Who paused a source knows of it; one that its outlet ended is named among the blind.
    """
    every = sources.health(conn, now=now)
    states = [state for state in every if state.enabled and (state.blind or state.paused_at is None)]
    blind = tuple(state.blind for state in states if state.blind)
    counted = entries.outcomes(conn, since=since)
    gaps = conn.execute(select(gap).where(gap.c.end >= since, gap.c.end <= now).order_by(gap.c.end))
    return Coverage(
        sources=len(states),
        healthy=len(states) - len(blind),
        entries=counted.total(),
        judged=counted.total() - counted[""],
        blind=blind,
        gaps=tuple(Gap(source=row.source, start=row.start, end=row.end) for row in gaps),
    )


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
    )


def _story(conn: Connection, number: int, notices: tuple[Notice, ...]) -> StoryToTell:
    thread_id, opened_at = conn.execute(select(story.c.thread, story.c.opened_at).where(story.c.id == number)).one()
    kinds = {one.kind for one in notices}
    return StoryToTell(
        story=number,
        thread=thread_id,
        kind=next(kind for kind in (NoticeKind.ALERT, NoticeKind.UPDATE, NoticeKind.DIGEST) if kind in kinds),
        late=all(one.late for one in notices),
        notices=tuple(one.id for one in notices),
        items=tuple(_items(conn, number, notices[0].channel)),
        earlier=_earlier(conn, thread_id, opened_at),
    )


def _items(conn: Connection, number: int, channel: str) -> Iterable[StoredItem]:
    carried = select(digest_item).join(digest).where(digest_item.c.item == item.c.id, digest.c.channel == channel)
    rows = conn.execute(
        select(item, version.c.text, source.c.noun, carried.exists().label("heard"))
        .join(version, and_(version.c.item == item.c.id, version.c.number == item.c.version))
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
        .where(item.c.story == number, item.c.relevant)
        .order_by(item.c.at, item.c.id)
    ).all()
    shown = {row.id: row for row in conn.execute(select(entry).where(entry.c.id.in_([row.entry for row in rows])))}
    for row in rows:
        yield StoredItem(
            item=row.id,
            entry=entries.noun_of(shown[row.entry]),
            article=replace(row.article, text=row.text or ""),
            verdict=row.verdict,
            source=row.noun,
            published=row.published,
            first_seen=row.first_seen,
            partial=row.partial,
            copy_of=row.copy_of or 0,
            told=row.heard,
        )


def _earlier(conn: Connection, thread_id: int, before: datetime) -> tuple[tuple[str, str], ...]:
    """The first item of each story that the thread had before, the newest story first."""
    first = func.row_number().over(partition_by=item.c.story, order_by=(item.c.at, item.c.id)).label("place")
    ranked = (
        select(item.c.id, story.c.opened_at, first)
        .join(story, item.c.story == story.c.id)
        .where(story.c.thread == thread_id, story.c.opened_at < before, item.c.relevant)
        .subquery()
    )
    rows = conn.execute(
        select(item.c.article, entry.c.link)
        .join(entry, item.c.entry == entry.c.id)
        .join(ranked, ranked.c.id == item.c.id)
        .where(ranked.c.place == 1)
        .order_by(ranked.c.opened_at.desc())
        .limit(EARLIER)
    )
    return tuple((row.article.title, row.link) for row in rows)


def _near_miss(row: Row[Any]) -> NearMiss:
    return NearMiss(
        title=row.article.title,
        url=row.link,
        source=row.noun.name,
        language=row.article.language,
        score=row.verdict.score,
        missing=row.verdict.missing,
    )
