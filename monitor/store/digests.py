"""Digests and alerts: the notices are taken and the deliveries written in one transaction, or neither."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from sqlalchemy import Connection, and_, select, update

from monitor.model import Message
from monitor.store import retention
from monitor.store.schema import delivery, digest, digest_item, notice
from monitor.store.sql import insert


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedDigest:
    """A digest or alert written out: what it tells, and one frozen message for each recipient.

    A digest has its slot, the local day and time of the channel; no messages where there was nothing to send.
    """

    channel: str
    channel_kind: str
    kind: Literal["digest", "alert"]
    day: date | None = None
    slot: time | None = None
    start: datetime
    end: datetime
    subject: str
    notices: Collection[int]
    items: Collection[int]
    messages: Collection[Message]


def compose(conn: Connection, composed: ComposedDigest, *, now: datetime) -> int | None:
    """Take the notices and write the deliveries; the id of the digest.

    None, and nothing is written, where someone else composed this slot or took one of the notices. Whatever else is
    open for the channel about these stories is taken as well: it hears of each of them here. Nobody who asked to be
    forgotten is written to.
    """
    taken = _open(conn, composed.notices)
    if len(taken) < len(composed.notices):
        return None
    number = _open_digest(conn, composed, now=now)
    if number is None:
        return None
    told = and_(notice.c.channel == composed.channel, notice.c.story.in_(taken.values()), notice.c.digest.is_(None))
    conn.execute(update(notice).where(told).values(digest=number))
    if composed.items:
        conn.execute(insert(conn, digest_item), [{"digest": number, "item": one} for one in set(composed.items)])
    unwanted = retention.suppressed_among(conn, {one.recipient for one in composed.messages})
    rows = [_row(composed, one, number, now) for one in composed.messages if one.recipient not in unwanted]
    if rows:
        conn.execute(insert(conn, delivery), rows)
    return number


def latest_end(conn: Connection, channel: str) -> datetime | None:
    """The end of the last digest of a channel; None where it had none."""
    latest = select(digest.c.end).where(digest.c.channel == channel, digest.c.kind == "digest")
    return conn.scalar(latest.order_by(digest.c.end.desc()).limit(1))


def _open(conn: Connection, notices: Collection[int]) -> dict[int, int]:
    """Those notices that are open, with their stories; locked, so that nobody takes them meanwhile."""
    still = select(notice.c.id, notice.c.story).where(notice.c.id.in_(notices), notice.c.digest.is_(None))
    rows = conn.execute(still.order_by(notice.c.id).with_for_update())
    return {row.id: row.story for row in rows}


def _open_digest(conn: Connection, composed: ComposedDigest, *, now: datetime) -> int | None:
    opened = insert(conn, digest).values(
        channel=composed.channel,
        kind=composed.kind,
        day=composed.day,
        slot=composed.slot and f"{composed.slot:%H:%M}",
        start=composed.start,
        end=composed.end,
        subject=composed.subject,
        composed_at=now,
    )
    number: int | None = conn.scalar(opened.on_conflict_do_nothing().returning(digest.c.id))
    return number


def _row(composed: ComposedDigest, message: Message, number: int, now: datetime) -> dict[str, object]:
    return {
        "digest": number,
        "channel": message.channel,
        "recipient": message.recipient,
        "kind": composed.channel_kind,
        "message_id": message.id,
        "body": message.body,
        "state": "waiting",
        "created_at": now,
        "next_at": now,
    }
