"""The history of one entry through all stages, for `monitor why`."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from monitor import urls
from monitor.model import Article, DecisionRecord, Entry, NoticeKind, Verdict
from monitor.store import decisions, entries, identity
from monitor.store.schema import delivery, digest, digest_item, entry, item, notice, sighting, story, version
from monitor.store.statuses import EntryStatus

MAX_ITEM_NUMBER_DIGITS = 9  # PostgreSQL refuses a number above 2**31 with an error


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A source showed the entry for the first time."""

    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of the text; `words` is None if the text is no longer stored."""

    number: int
    at: datetime
    title: str
    words: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHistory:
    """A notice for the entry's story; `digest` is the digest or alert that took it."""

    channel: str
    kind: NoticeKind
    created_at: datetime
    not_before: datetime
    digest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryHistory:
    """A message that contained the entry."""

    channel: str
    recipient: str
    digest: int
    subject: str
    state: str
    attempts: int
    reason: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHistory:
    """The article of the entry, its verdict, and its place among the stories."""

    item: int
    article: Article  # with its text, if that is still stored
    verdict: Verdict
    partial: bool
    read_at: datetime | None
    story: int | None
    thread: int | None
    copy_of: str  # the URL whose text it repeats
    grouping: tuple[str, ...]
    new_facts: tuple[str, ...]
    versions: tuple[Version, ...]
    notices: tuple[NoticeHistory, ...]
    deliveries: tuple[DeliveryHistory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryHistory:
    """All that is stored about an entry. Status None: it waits to be read at `read_at`."""

    id: int
    entry: Entry
    source: str  # that showed it first
    first_seen: datetime
    baseline: bool
    headline_verdict: Verdict  # of title and summary
    read_at: datetime | None
    attempts: int
    tried_at: datetime | None
    status: EntryStatus | None
    reason: str
    ended_at: datetime | None
    delivered_at: datetime | None
    sightings: tuple[Sighting, ...]
    item: ItemHistory | None
    decisions: tuple[DecisionRecord, ...] = ()  # about its item, by channel


def find(conn: Connection, url_or_item: str) -> EntryHistory | None:
    """Returns the history of an entry by its URL in any spelling, its guid or the number of its item; None if never seen."""
    row = find_entry(conn, url_or_item)
    if row is None:
        return None
    sighting_rows = conn.execute(
        select(sighting).where(sighting.c.entry == row.id).order_by(sighting.c.at, sighting.c.source)
    )
    stored_item = item_history(conn, row.id)
    return EntryHistory(
        id=row.id,
        entry=entries.entry_from_row(row),
        source=row.source,
        first_seen=row.first_seen,
        baseline=row.baseline,
        headline_verdict=row.headline_verdict,
        read_at=row.read_at,
        attempts=row.attempts,
        tried_at=row.tried_at,
        status=row.status and EntryStatus(row.status),
        reason=row.reason,
        ended_at=row.ended_at,
        delivered_at=row.delivered_at,
        sightings=tuple(Sighting(source=sighted.source, at=sighted.at) for sighted in sighting_rows),
        item=stored_item,
        decisions=decisions.of_item(conn, stored_item.item) if stored_item else (),
    )


def find_entry(conn: Connection, url_or_item: str) -> Row[Any] | None:
    """Returns the row of an entry. Of the entries of one link, its fragment names one; without it, the first seen counts."""
    if url_or_item.isdecimal() and len(url_or_item) <= MAX_ITEM_NUMBER_DIGITS:
        by_item = entry.c.id.in_(select(item.c.entry).where(item.c.id == int(url_or_item)))
        return conn.execute(select(entry).where(by_item)).first()
    url = urls.canonicalize(url_or_item)
    if not url:
        return conn.execute(select(entry).where(entry.c.guid == url_or_item).order_by(entry.c.id)).first()
    rows = conn.execute(select(entry).where(entry.c.link_key == identity.url_key(url)).order_by(entry.c.id)).all()
    fragment = urls.fragment(url_or_item)
    return next((row for row in rows if urls.fragment(row.link) == fragment), rows[0] if rows else None)


def item_history(conn: Connection, entry_id: int) -> ItemHistory | None:
    repeated = select(item.c.id, entry.c.link).join(entry, item.c.entry == entry.c.id).subquery()
    columns = (item, story.c.thread, repeated.c.link.label("repeats"))
    joined = select(*columns).outerjoin(story, item.c.story == story.c.id)
    joined = joined.outerjoin(repeated, repeated.c.id == item.c.copy_of)
    row = conn.execute(joined.where(item.c.entry == entry_id)).first()
    if row is None:
        return None
    stored_versions = conn.execute(select(version).where(version.c.item == row.id).order_by(version.c.number)).all()
    return ItemHistory(
        item=row.id,
        article=replace(row.article, text=stored_versions[-1].text or ""),
        verdict=row.verdict,
        partial=row.partial,
        read_at=row.read_at,
        story=row.story,
        thread=row.thread,
        copy_of=row.repeats or "",
        grouping=row.grouping,
        new_facts=row.new_facts,
        versions=tuple(version_of(stored_version) for stored_version in stored_versions),
        notices=notice_history(conn, row),
        deliveries=delivery_history(conn, row.id),
    )


def version_of(row: Row[Any]) -> Version:
    words = None if row.text is None else len(row.text.split())
    return Version(number=row.number, at=row.at, title=row.title, words=words)


def notice_history(conn: Connection, row: Row[Any]) -> tuple[NoticeHistory, ...]:
    """Returns the notices that the item caused, and those of its story that a digest with the item took."""
    carried = select(digest_item.c.digest).where(digest_item.c.item == row.id)
    taken_by_digest = and_(notice.c.story == row.story, notice.c.digest.in_(carried))
    rows = conn.execute(select(notice).where(or_(notice.c.item == row.id, taken_by_digest)).order_by(notice.c.id))
    return tuple(
        NoticeHistory(
            channel=notice_row.channel,
            kind=NoticeKind(notice_row.kind),
            created_at=notice_row.created_at,
            not_before=notice_row.not_before,
            digest=notice_row.digest,
        )
        for notice_row in rows
    )


def delivery_history(conn: Connection, item_id: int) -> tuple[DeliveryHistory, ...]:
    names = ("channel", "recipient", "digest", "state", "attempts", "reason", "ended_at")
    columns = [delivery.c[name] for name in names]
    rows = conn.execute(
        select(*columns, digest.c.subject)
        .join(digest, digest.c.id == delivery.c.digest)
        .join(digest_item, digest_item.c.digest == digest.c.id)
        .where(digest_item.c.item == item_id)
        .order_by(delivery.c.id)
    )
    return tuple(DeliveryHistory(**row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's name for a row as a mapping
