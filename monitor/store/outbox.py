"""The outbox: one row for one frozen message to one recipient, tried until it is accepted or given up.

`sent` is recorded right after the receiver's acceptance, before anything else is done.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, select, tuple_, update

from monitor.model import Message
from monitor.store import leases
from monitor.store.schema import delivery, digest_item, ended_recipient, entry, item
from monitor.store.sql import insert, later
from monitor.store.statuses import EntryStatus


# A dead message stays in the table: the operator sees it in `outbox list`, mends the address, and revives it with its id.
class DeliveryStatus(StrEnum):
    """The status of a delivery; the values are stored and printed."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # given up; a person can revive it
    DROPPED = "dropped"  # cancelled by a person


# The states that `outbox list` shows and `outbox drop` accepts.
UNSENT = (DeliveryStatus.WAITING, DeliveryStatus.DEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """A message to be sent, claimed until `lease`."""

    id: int
    message: Message
    kind: str
    attempts: int
    # The next attempt uses the same id, so a receiver that knows ids drops it. Others may see it twice.
    ambiguous: bool  # the last attempt may have arrived
    lease: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryState:
    """How a delivery is doing, for people who look into the outbox."""

    id: int
    digest: int
    channel: str
    recipient: str
    message_id: str
    state: str  # a DeliveryStatus
    attempts: int
    ambiguous: bool
    reason: str
    created_at: datetime
    next_at: datetime
    tried_at: datetime | None
    ended_at: datetime | None


def claim(conn: Connection, *, now: datetime, lease: timedelta, limit: int) -> list[DueDelivery]:
    """Lease the messages to be sent now, the oldest first; one per recipient, and none to a recipient being served."""
    rows, until = leases.claim(
        conn,
        delivery,
        select(delivery),
        due=and_(is_waiting(), delivery.c.next_at <= now, ~is_served(now)),
        partition=(delivery.c.channel, delivery.c.recipient),
        order=(delivery.c.created_at, delivery.c.id),
        now=now,
        lease=lease,
        limit=limit,
    )
    return [due_delivery(row, until) for row in rows]


def next_due(conn: Connection) -> datetime | None:
    """When the next message can be claimed; None if none is waiting."""
    ready_at = later(delivery.c.lease_until, delivery.c.next_at)
    earliest: datetime | None = conn.scalar(select(func.min(ready_at)).where(is_waiting()))
    return earliest


def oldest_created_at(conn: Connection) -> datetime | None:
    """When the oldest waiting message was written; None if none is waiting."""
    oldest: datetime | None = conn.scalar(select(func.min(delivery.c.created_at)).where(is_waiting()))
    return oldest


def dead_since(conn: Connection) -> tuple[int, datetime | None]:
    """Returns how many messages were given up and not dropped since, and when the first of them was."""
    row = conn.execute(
        select(func.count(), func.min(delivery.c.ended_at)).where(delivery.c.state == DeliveryStatus.DEAD)
    ).one()
    return row[0], row[1]


def mark_sent(conn: Connection, delivery_id: int, *, now: datetime) -> bool:
    """Record that the receiver accepted a message; its items are delivered. Returns False if it was not waiting."""
    changed = change_state(
        conn, delivery_id, DeliveryStatus.WAITING, state=DeliveryStatus.SENT, ended_at=now, reason=""
    )
    if not changed:
        return False
    # One recipient is enough: the entry counts as delivered although other recipients of the channel may still wait.
    digest_id = select(delivery.c.digest).where(delivery.c.id == delivery_id).scalar_subquery()
    carried = select(item.c.entry).join(digest_item).where(digest_item.c.digest == digest_id)
    undelivered = select(entry.c.id).where(entry.c.id.in_(carried), entry.c.delivered_at.is_(None))
    # Entries before items and by id, as everywhere: two transactions that record at once cannot deadlock.
    entry_ids = conn.scalars(undelivered.order_by(entry.c.id).with_for_update(key_share=True)).all()
    # A duplicate is delivered together with the text that it repeats, and stays a duplicate.
    status = case((entry.c.status == EntryStatus.PENDING, EntryStatus.DELIVERED.value), else_=entry.c.status)
    conn.execute(update(entry).where(entry.c.id.in_(entry_ids)).values(delivered_at=now, status=status))
    conn.execute(update(item).where(item.c.entry.in_(entry_ids)).values(delivered_at=now))
    return True


def reschedule(
    conn: Connection, delivery_id: int, *, next_at: datetime, reason: str, ambiguous: bool, now: datetime
) -> bool:
    """Schedule another attempt of a message. Returns False if it was not waiting."""
    attempt = {"attempts": delivery.c.attempts + 1, "tried_at": now, "reason": reason}
    return change_state(conn, delivery_id, DeliveryStatus.WAITING, next_at=next_at, ambiguous=ambiguous, **attempt)


def mark_dead(conn: Connection, delivery_id: int, *, reason: str, now: datetime) -> bool:
    """Give a message up; a person can revive it. Returns False if it was not waiting."""
    attempt = {"attempts": delivery.c.attempts + 1, "tried_at": now, "reason": reason}
    return change_state(conn, delivery_id, DeliveryStatus.WAITING, state=DeliveryStatus.DEAD, ended_at=now, **attempt)


def end_recipient(conn: Connection, due: DueDelivery, *, reason: str, now: datetime) -> None:
    """Give up a message and record that its recipient is gone for good; nothing more is sent there until `revive`."""
    mark_dead(conn, due.id, reason=reason, now=now)
    row = insert(conn, ended_recipient).values(
        channel=due.message.channel, recipient=due.message.recipient, at=now, reason=reason
    )
    conn.execute(row.on_conflict_do_nothing())


def end_of_recipient(conn: Connection, message: Message) -> str:
    """Returns the reason why nothing is sent to the recipient of a message any more; "" if it is not known to be gone."""
    ended = and_(ended_recipient.c.channel == message.channel, ended_recipient.c.recipient == message.recipient)
    return conn.scalar(select(ended_recipient.c.reason).where(ended)) or ""


def drop(conn: Connection, delivery_id: int, *, now: datetime) -> bool:
    """Cancel a waiting or dead message for good. Returns False if it is sent, dropped or unknown."""
    return any(change_state(conn, delivery_id, state, state=DeliveryStatus.DROPPED, ended_at=now) for state in UNSENT)


def revive(conn: Connection, delivery_id: int, *, now: datetime) -> bool:
    """Try a dead message again, at once and from the first attempt, with the same id; a recipient that ended is tried again."""
    of_this = select(delivery.c.channel, delivery.c.recipient).where(delivery.c.id == delivery_id)
    ended = tuple_(ended_recipient.c.channel, ended_recipient.c.recipient)
    conn.execute(delete(ended_recipient).where(ended.in_(of_this)))
    # The same body and id: if an earlier attempt did arrive, the receiver recognises the repeat.
    return change_state(
        conn, delivery_id, DeliveryStatus.DEAD, state=DeliveryStatus.WAITING, next_at=now, attempts=0, ended_at=None
    )


def list_deliveries(conn: Connection, *, states: Collection[str] = UNSENT) -> list[DeliveryState]:
    """Returns the deliveries in these states, oldest first."""
    names = DeliveryState.__dataclass_fields__
    columns = [delivery.c[name] for name in names]
    rows = conn.execute(select(*columns).where(delivery.c.state.in_(states)).order_by(delivery.c.id))
    return [DeliveryState(**dict(zip(names, row, strict=True))) for row in rows]


def is_waiting() -> ColumnElement[bool]:
    """The condition that a message is still to be sent."""
    return delivery.c.state == DeliveryStatus.WAITING


def is_served(now: datetime) -> ColumnElement[bool]:
    """The condition that another message is being sent to the same recipient."""
    # One message per recipient at a time: two at once could arrive in the wrong order, an update before its alert.
    leased = delivery.alias()
    same_recipient = and_(leased.c.channel == delivery.c.channel, leased.c.recipient == delivery.c.recipient)
    being_sent = and_(leased.c.state == DeliveryStatus.WAITING, leased.c.lease_until > now)
    return select(leased.c.id).where(same_recipient, being_sent).exists()


def change_state(conn: Connection, delivery_id: int, expected: DeliveryStatus, **values: Any) -> bool:
    """Compare-and-set: change a delivery if it has the expected state. Returns False if it has not."""
    unchanged = and_(delivery.c.id == delivery_id, delivery.c.state == expected)
    return conn.execute(update(delivery).where(unchanged).values(lease_until=None, **values)).rowcount == 1


def due_delivery(row: Row[Any], until: datetime) -> DueDelivery:
    """The claimed message of a row of `delivery`."""
    return DueDelivery(
        id=row.id,
        message=Message(channel=row.channel, recipient=row.recipient, id=row.message_id, body=row.body),
        kind=row.kind,
        attempts=row.attempts,
        ambiguous=row.ambiguous,
        lease=until,
    )
