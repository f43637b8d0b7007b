"""Retention: texts, summaries, message bodies and addresses are deleted after a time, or on request."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, and_, case, cast, delete, exists, func, literal, or_, select, text, update

from monitor import urls
from monitor.model import Article, Method, Verdict
from monitor.store import decisions, identity, items, labels
from monitor.store.schema import (
    delivery,
    ended_recipient,
    entry,
    item,
    label,
    page_fingerprint,
    poll,
    suppressed,
    version,
)
from monitor.store.sql import insert
from monitor.store.statuses import EntryStatus
from monitor.text import fold

MAX_MERGED_PAGES = 500  # of the search index in one transaction
MAX_RELEASED_PAGES = 5000  # 20 MB, a fraction of a second
EMPTY_VERDICT = Verdict(digest=False, alert=False, score=0.0)
# A digest has one row per recipient, and (digest, recipient) is unique: the number of the row replaces the address.
ROW_NUMBER_AS_RECIPIENT = literal("#").concat(cast(delivery.c.id, Text))


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How long texts and addresses are stored. Title, link, hashes and verdict stay."""

    relevant: timedelta = timedelta(days=365)  # texts that are relevant or labelled; the longer of the two
    rejected: timedelta = timedelta(days=30)
    deliveries: timedelta = timedelta(days=90)  # body and address
    fingerprints: timedelta = timedelta(days=60)  # of pages: a site may look different by then
    polls: timedelta = timedelta(days=40)  # a digest of the last month still has its coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many texts of items, summaries, bodies of deliveries, page fingerprints and records of polls were deleted."""

    texts: int
    summaries: int
    bodies: int
    fingerprints: int
    polls: int = 0


def prune(conn: Connection, keep: RetentionPolicy, *, now: datetime, limit: int) -> Pruned:
    """Delete expired texts, at most `limit` rows of each kind; call again until nothing was deleted."""
    return Pruned(
        texts=prune_texts(conn, keep, now, limit),
        summaries=prune_summaries(conn, keep, now, limit),
        bodies=prune_bodies(conn, keep, now, limit),
        fingerprints=prune_fingerprints(conn, keep, now, limit),
        polls=prune_polls(conn, keep, now, limit),
    )


def release_space(conn: Connection) -> None:
    """Give the pages of deleted texts back to the file system, a bounded number at a time. PostgreSQL does it by itself."""
    if conn.dialect.name != "sqlite":
        return
    # The index of a deleted text stays until its segment is merged with the others; a negative number merges all of them.
    merge = text("INSERT INTO item_search(item_search, rank) VALUES ('merge', :pages)")
    conn.execute(merge, {"pages": -MAX_MERGED_PAGES})
    empty_pages: int = conn.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    for _ in range(min(empty_pages, MAX_RELEASED_PAGES)):
        # One page at a time: Python's driver runs a statement without columns for its first row only.
        conn.exec_driver_sql("PRAGMA incremental_vacuum(1)")


def forget_address(conn: Connection, address: str, *, now: datetime) -> int:
    """Suppress an address and delete it from the deliveries; waiting ones are dropped. Returns how many had it."""
    noted = insert(conn, suppressed).values(key=address_key(address), at=now)
    conn.execute(noted.on_conflict_do_nothing())
    conn.execute(delete(ended_recipient).where(func.lower(ended_recipient.c.recipient) == address.lower()))
    to_address = func.lower(delivery.c.recipient) == address.lower()
    conn.execute(
        update(delivery).where(to_address, delivery.c.state == "waiting").values(state="dropped", ended_at=now)
    )
    return conn.execute(
        update(delivery).where(to_address).values(body=None, recipient=ROW_NUMBER_AS_RECIPIENT)
    ).rowcount


def forget_url(conn: Connection, url: str, *, now: datetime) -> bool:
    """Delete the texts of the entries of a link, their items and label. Returns False if nothing was stored.

    The hash of the URL stays, so that it is not read again.
    """
    labelled = labels.remove(conn, url)
    key = identity.url_key(urls.canonicalize(url))
    blank = dict.fromkeys(("url", "link", "title", "summary", "content", "author", "guid", "reason"), "")
    ended = {
        "status": EntryStatus.FORGOTTEN,
        "ended_at": now,
        "read_at": None,
        "lease_until": None,
        "headline_verdict": EMPTY_VERDICT,
    }
    emptied = update(entry).where(entry.c.link_key == key).values(blank | ended)
    entry_ids = conn.scalars(emptied.returning(entry.c.id)).all()
    conn.execute(delete(page_fingerprint).where(page_fingerprint.c.entry == key))
    for entry_id in entry_ids:
        forget_item(conn, entry_id)
    return labelled or bool(entry_ids)


def forget_item(conn: Connection, entry_id: int) -> None:
    """Delete the texts of an entry's item, if it has one."""
    nothing = Article(url="", title="", text="", method=Method.FEED)
    bare = {
        "article": nothing,
        "verdict": EMPTY_VERDICT,
        "features": None,
        "folded": "",
        "tags": "",
        "relevant": False,
        "near": False,
    }
    emptied = update(item).where(item.c.entry == entry_id).values(bare | {"grouping": (), "new_facts": ()})
    gone = conn.execute(emptied.returning(item.c.id, item.c.story)).one_or_none()
    if gone is not None:
        decisions.remove(conn, gone.id)
        conn.execute(update(version).where(version.c.item == gone.id).values(title="", text=None))
        items.cancel_if_irrelevant(conn, gone.story)
        items.count_change(conn)


def suppressed_among(conn: Connection, addresses: Collection[str]) -> set[str]:
    """Returns the suppressed ones among some addresses."""
    keys = {address_key(address): address for address in addresses}
    return {keys[key] for key in conn.scalars(select(suppressed.c.key).where(suppressed.c.key.in_(keys)))}


def address_key(address: str) -> str:
    return identity.url_key(address.lower())


def prune_texts(conn: Connection, keep: RetentionPolicy, now: datetime, limit: int) -> int:
    # A labelled text is stored as long as a relevant one: `backtest --gate` judges it again.
    labelled = exists().where(label.c.key == entry.c.key)
    long = or_(item.c.relevant, labelled)
    past = version.c.at < case((long, now - keep.relevant), else_=now - keep.rejected)
    old = select(version.c.item, version.c.number, version.c.title, item.c.version, item.c.article)
    old = old.join(item, version.c.item == item.c.id).join(entry, item.c.entry == entry.c.id)
    # The shorter time is a condition of its own, because the index serves a constant but not a CASE.
    has_text = and_(version.c.text.is_not(None), version.c.at < now - keep.rejected)
    rows = conn.execute(old.where(has_text, past).order_by(version.c.at).limit(limit)).all()
    for row in rows:
        this_version = and_(version.c.item == row.item, version.c.number == row.number)
        conn.execute(update(version).where(this_version).values(text=None))
        if row.number == row.version:
            bare = {"article": replace(row.article, lead=""), "folded": fold(row.title).text}
            conn.execute(update(item).where(item.c.id == row.item).values(bare))
    return len(rows)


def prune_summaries(conn: Connection, keep: RetentionPolicy, now: datetime, limit: int) -> int:
    relevant = entry.c.status.in_([EntryStatus.PENDING, EntryStatus.DELIVERED, EntryStatus.DUPLICATE])
    past = entry.c.ended_at < case((relevant, now - keep.relevant), else_=now - keep.rejected)
    has_summary = and_(or_(entry.c.summary != "", entry.c.content != ""), entry.c.ended_at < now - keep.rejected)
    old = conn.scalars(select(entry.c.id).where(has_summary, past).order_by(entry.c.ended_at).limit(limit)).all()
    return conn.execute(update(entry).where(entry.c.id.in_(old)).values(summary="", content="")).rowcount


def prune_bodies(conn: Connection, keep: RetentionPolicy, now: datetime, limit: int) -> int:
    past = and_(delivery.c.body.is_not(None), delivery.c.ended_at < now - keep.deliveries)
    old = conn.scalars(select(delivery.c.id).where(past).order_by(delivery.c.ended_at).limit(limit)).all()
    return conn.execute(
        update(delivery).where(delivery.c.id.in_(old)).values(body=None, recipient=ROW_NUMBER_AS_RECIPIENT)
    ).rowcount


def prune_fingerprints(conn: Connection, keep: RetentionPolicy, now: datetime, limit: int) -> int:
    past = page_fingerprint.c.seen_at < now - keep.fingerprints
    old = conn.scalars(
        select(page_fingerprint.c.entry).where(past).order_by(page_fingerprint.c.seen_at).limit(limit)
    ).all()
    return conn.execute(delete(page_fingerprint).where(page_fingerprint.c.entry.in_(old))).rowcount


def prune_polls(conn: Connection, keep: RetentionPolicy, now: datetime, limit: int) -> int:
    oldest = select(poll.c.at).where(poll.c.at < now - keep.polls).order_by(poll.c.at).limit(limit)
    times = conn.scalars(oldest).all()
    # Polls of several sources can have the same time, so a few more than `limit` may go.
    return conn.execute(delete(poll).where(poll.c.at <= times[-1])).rowcount if times else 0
