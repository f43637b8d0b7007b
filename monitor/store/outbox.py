"""The outbox: one frozen message to one recipient a row, tried until it is taken or given up.

`sent` is recorded right after the receiver's yes, before anything else is done.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, select, update

from monitor.model import ChannelKind, Message
from monitor.store.outcomes import Outcome
from monitor.store.schema import delivery, digest_item, entry, item
from monitor.store.sql import later, passed

_WAITING, _SENT, _DEAD, _DROPPED = "waiting", "sent", "dead", "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """A message to be given over, claimed until `lease`."""

    id: int
    message: Message
    kind: ChannelKind
    attempts: int
    ambiguous: bool  # the last try may have arrived
    lease: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryState:
    """How a delivery is doing, for who looks into the outbox."""

    id: int
    digest: int
    channel: str
    recipient: str
    message_id: str
    state: str  # waiting, sent, dead, dropped
    attempts: int
    ambiguous: bool
    reason: str
    created_at: datetime
    next_at: datetime
    tried_at: datetime | None
    ended_at: datetime | None


def claim(conn: Connection, *, now: datetime, lease: timedelta, limit: int) -> list[DueDelivery]:
    """The messages to be sent now, the oldest first; one a recipient, and none to a recipient being served."""
    due = and_(_waiting(), delivery.c.next_at <= now, passed(delivery.c.lease_until, now), ~_served(now))
    place = func.row_number().over(
        partition_by=(delivery.c.channel, delivery.c.recipient), order_by=(delivery.c.created_at, delivery.c.id)
    )
    ranked = select(delivery.c.id, place.label("place")).where(due).subquery()
    # The conditions stand outside again, as in sources.claim.
    rows = conn.execute(
        select(delivery)
        .where(delivery.c.id.in_(select(ranked.c.id).where(ranked.c.place == 1)), due)
        .order_by(delivery.c.created_at, delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=delivery)
    ).all()
    until = now + lease
    conn.execute(update(delivery).where(delivery.c.id.in_([row.id for row in rows])).values(lease_until=until))
    return [_due(row, until) for row in rows]


def next_due(conn: Connection) -> datetime | None:
    """When the next message can be claimed; None where none is waiting."""
    free = later(delivery.c.lease_until, delivery.c.next_at)
    when: datetime | None = conn.scalar(select(func.min(free)).where(_waiting()))
    return when


def oldest(conn: Connection) -> datetime | None:
    """Since when the oldest message waits; None where none does."""
    when: datetime | None = conn.scalar(select(func.min(delivery.c.created_at)).where(_waiting()))
    return when


def sent(conn: Connection, delivery_id: int, *, now: datetime) -> bool:
    """Record that the receiver took a message; its items are told. False: it was not waiting any more."""
    if not _change(conn, delivery_id, _WAITING, state=_SENT, ended_at=now, reason=""):
        return False
    number = select(delivery.c.digest).where(delivery.c.id == delivery_id).scalar_subquery()
    carried = select(item.c.entry).join(digest_item).where(digest_item.c.digest == number)
    untold = select(entry.c.id).where(entry.c.id.in_(carried), entry.c.told_at.is_(None))
    # Entries before items and by id, as everywhere: two that record at once do not wait for each other in a ring.
    told = conn.scalars(untold.order_by(entry.c.id).with_for_update(key_share=True)).all()
    # A copy is told beside the text that it repeats, and stays a copy.
    outcome = case((entry.c.outcome == Outcome.HELD, Outcome.TOLD.value), else_=entry.c.outcome)
    conn.execute(update(entry).where(entry.c.id.in_(told)).values(told_at=now, outcome=outcome))
    conn.execute(update(item).where(item.c.entry.in_(told)).values(told_at=now))
    return True


def retry(
    conn: Connection, delivery_id: int, *, next_at: datetime, reason: str, ambiguous: bool, now: datetime
) -> bool:
    """Put a message back for a later try. False: it was not waiting any more."""
    tried = {"attempts": delivery.c.attempts + 1, "tried_at": now, "reason": reason}
    return _change(conn, delivery_id, _WAITING, next_at=next_at, ambiguous=ambiguous, **tried)


def dead(conn: Connection, delivery_id: int, *, reason: str, now: datetime) -> bool:
    """Give a message up; a person can revive it. False: it was not waiting any more."""
    tried = {"attempts": delivery.c.attempts + 1, "tried_at": now, "reason": reason}
    return _change(conn, delivery_id, _WAITING, state=_DEAD, ended_at=now, **tried)


def drop(conn: Connection, delivery_id: int, *, now: datetime) -> bool:
    """Take a waiting or dead message out for good. False: it is sent, dropped or unknown."""
    return any(_change(conn, delivery_id, state, state=_DROPPED, ended_at=now) for state in (_WAITING, _DEAD))


def revive(conn: Connection, delivery_id: int, *, now: datetime) -> bool:
    """Try a message that was given up again, at once and from the first attempt, with the same id."""
    return _change(conn, delivery_id, _DEAD, state=_WAITING, next_at=now, attempts=0, ended_at=None)


def overview(conn: Connection, *, states: Collection[str] = (_WAITING, _DEAD)) -> list[DeliveryState]:
    """The deliveries in these states, oldest first."""
    names = DeliveryState.__dataclass_fields__
    columns = [delivery.c[name] for name in names]
    rows = conn.execute(select(*columns).where(delivery.c.state.in_(states)).order_by(delivery.c.id))
    return [DeliveryState(**dict(zip(names, row, strict=True))) for row in rows]


def _waiting() -> ColumnElement[bool]:
    return delivery.c.state == _WAITING


def _served(now: datetime) -> ColumnElement[bool]:
    """Another message is being given to the same recipient."""
    other = delivery.alias()
    same = and_(other.c.channel == delivery.c.channel, other.c.recipient == delivery.c.recipient)
    return select(other.c.id).where(same, other.c.state == _WAITING, other.c.lease_until > now).exists()


def _change(conn: Connection, delivery_id: int, before: str, **values: Any) -> bool:
    expected = and_(delivery.c.id == delivery_id, delivery.c.state == before)
    return conn.execute(update(delivery).where(expected).values(lease_until=None, **values)).rowcount == 1


def _due(row: Row[Any], until: datetime) -> DueDelivery:
    return DueDelivery(
        id=row.id,
        message=Message(channel=row.channel, recipient=row.recipient, id=row.message_id, body=row.body),
        kind=ChannelKind(row.kind),
        attempts=row.attempts,
        ambiguous=row.ambiguous,
        lease=until,
    )
