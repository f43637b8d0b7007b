"""Digests and alerts: notices are taken and deliveries written in one transaction."""

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
    """A rendered digest or alert: its notices and items, and one frozen message for each recipient.

    A digest has its slot, the local day and time of the channel. It has no messages if there was nothing to send.
    """

    channel: str
    channel_kind: str
    kind: Literal["digest", "alert", "outage", "recovery"]
    day: date | None = None
    slot: time | None = None
    start: datetime
    end: datetime
    subject: str
    notices: Collection[int]
    items: Collection[int]
    messages: Collection[Message]


def save_digest(conn: Connection, composed: ComposedDigest, *, now: datetime) -> int | None:
    """Take the notices, write the deliveries, and return the id of the digest.

    Returns None and writes nothing if another process composed this slot or took one of the notices. Other open notices of
    the channel for the same stories are taken as well. Suppressed recipients get no delivery.
    """
    # All or nothing: a notice that another process took means that its story is in another message already.
    stories_by_notice = lock_open_notices(conn, composed.notices)
    if len(stories_by_notice) < len(composed.notices):
        return None
    digest_id = open_digest(conn, composed, now=now)
    if digest_id is None:
        return None
    same_stories = and_(
        notice.c.channel == composed.channel, notice.c.story.in_(stories_by_notice.values()), notice.c.digest.is_(None)
    )
    conn.execute(update(notice).where(same_stories).values(digest=digest_id))
    if composed.items:
        conn.execute(
            insert(conn, digest_item), [{"digest": digest_id, "item": item_id} for item_id in set(composed.items)]
        )
    # Asked here and not in the configuration: `forget ADDRESS` applies to every channel, also to addresses added later.
    unwanted = retention.suppressed_among(conn, {message.recipient for message in composed.messages})
    rows = [
        delivery_values(composed, message, digest_id, now)
        for message in composed.messages
        if message.recipient not in unwanted
    ]
    if rows:
        conn.execute(insert(conn, delivery), rows)
    return digest_id


def latest_end(conn: Connection, channel: str) -> datetime | None:
    """Returns the end of the last digest of a channel, or None."""
    latest = select(digest.c.end).where(digest.c.channel == channel, digest.c.kind == "digest")
    return conn.scalar(latest.order_by(digest.c.end.desc()).limit(1))


def lock_open_notices(conn: Connection, notices: Collection[int]) -> dict[int, int]:
    """Returns the open ones of some notices with their stories, locked against other composers."""
    still = select(notice.c.id, notice.c.story).where(notice.c.id.in_(notices), notice.c.digest.is_(None))
    rows = conn.execute(still.order_by(notice.c.id).with_for_update())
    return {row.id: row.story for row in rows}


def open_digest(conn: Connection, composed: ComposedDigest, *, now: datetime) -> int | None:
    # The unique key (channel, day, slot) decides who composes: a repeated hour or a second process inserts nothing.
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


def delivery_values(composed: ComposedDigest, message: Message, number: int, now: datetime) -> dict[str, object]:
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
