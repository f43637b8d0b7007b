"""Forgetting on time: what the law and courtesy let us keep only for a while."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, and_, case, cast, literal, or_, select, update

from monitor.store.outcomes import Outcome
from monitor.store.schema import delivery, entry, item, version
from monitor.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """For how long; title, link, hashes and verdict stay."""

    relevant: timedelta = timedelta(days=365)  # the text; the longer of the two
    rejected: timedelta = timedelta(days=30)
    deliveries: timedelta = timedelta(days=90)  # body and address


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was let go: texts of items, summaries of entries, bodies of deliveries."""

    texts: int
    summaries: int
    bodies: int


def prune(conn: Connection, keep: Keep, *, now: datetime, limit: int) -> Pruned:
    """Let go what is past its time, at most `limit` rows of a kind; call again while something went."""
    return Pruned(
        texts=_texts(conn, keep, now, limit),
        summaries=_summaries(conn, keep, now, limit),
        bodies=_bodies(conn, keep, now, limit),
    )


def _texts(conn: Connection, keep: Keep, now: datetime, limit: int) -> int:
    past = version.c.at < case((item.c.relevant, now - keep.relevant), else_=now - keep.rejected)
    old = select(version.c.item, version.c.number, version.c.title, item.c.version, item.c.article).join(item)
    # The shorter time stands by itself as well: an index serves a constant, not a choice.
    kept = and_(version.c.text.is_not(None), version.c.at < now - keep.rejected)
    rows = conn.execute(old.where(kept, past).order_by(version.c.at).limit(limit)).all()
    for row in rows:
        one = and_(version.c.item == row.item, version.c.number == row.number)
        conn.execute(update(version).where(one).values(text=None))
        if row.number == row.version:
            bare = {"article": replace(row.article, lead=""), "folded": fold(row.title).text}
            conn.execute(update(item).where(item.c.id == row.item).values(bare))
    return len(rows)


def _summaries(conn: Connection, keep: Keep, now: datetime, limit: int) -> int:
    relevant = entry.c.outcome.in_([Outcome.HELD, Outcome.TOLD, Outcome.COPY])
    past = entry.c.ended_at < case((relevant, now - keep.relevant), else_=now - keep.rejected)
    kept = and_(or_(entry.c.summary != "", entry.c.content != ""), entry.c.ended_at < now - keep.rejected)
    old = conn.scalars(select(entry.c.id).where(kept, past).order_by(entry.c.ended_at).limit(limit)).all()
    return conn.execute(update(entry).where(entry.c.id.in_(old)).values(summary="", content="")).rowcount


def _bodies(conn: Connection, keep: Keep, now: datetime, limit: int) -> int:
    past = and_(delivery.c.body.is_not(None), delivery.c.ended_at < now - keep.deliveries)
    old = conn.scalars(select(delivery.c.id).where(past).order_by(delivery.c.ended_at).limit(limit)).all()
    # A digest has one row a recipient: the number of the row takes the place of the address.
    nameless = literal("#").concat(cast(delivery.c.id, Text))
    return conn.execute(update(delivery).where(delivery.c.id.in_(old)).values(body=None, recipient=nameless)).rowcount
