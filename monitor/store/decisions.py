"""The decisions about items for channels: who is notified of an item and why, or why not."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from monitor.model import Decision, DecisionRecord, NoticeKind, Notify, NotifyReason, SkipReason
from monitor.store.schema import decision, digest, digest_item, item
from monitor.store.sql import insert


def save(conn: Connection, item_id: int, decisions: Sequence[Decision], *, now: datetime) -> None:
    """Store the decisions about an item. A new decision for the same channel replaces the old one."""
    if not decisions:
        return
    rows = [
        {
            "channel": decision_for_channel.channel,
            "item": item_id,
            "kind": decision_for_channel.kind if isinstance(decision_for_channel, Notify) else None,
            "reason": decision_for_channel.reason,
            "detail": decision_for_channel.detail,
            "not_before": decision_for_channel.not_before if isinstance(decision_for_channel, Notify) else None,
            "at": now,
        }
        for decision_for_channel in decisions
    ]
    statement = insert(conn, decision)
    replaced = {name: statement.excluded[name] for name in ("kind", "reason", "detail", "not_before", "at")}
    conn.execute(statement.on_conflict_do_update(index_elements=["channel", "item"], set_=replaced), rows)


def remove(conn: Connection, item_id: int) -> None:
    """Delete the decisions about an item: it is no longer relevant, or was forgotten."""
    conn.execute(delete(decision).where(decision.c.item == item_id))


def change_reason(
    conn: Connection,
    channel: str,
    stories: Collection[int],
    *,
    reason: NotifyReason,
    detail: str,
    kinds: Collection[NoticeKind],
    digest_id: int,
    now: datetime,
) -> None:
    """Give the pending decisions about the items of some stories another reason, learned while composing `digest_id`.

    Items that an earlier digest or alert has carried to the channel keep their reason.
    """
    earlier = select(digest_item).join(digest).where(digest_item.c.item == decision.c.item)
    earlier = earlier.where(digest.c.channel == channel, digest.c.id != digest_id)
    conn.execute(
        update(decision)
        .where(decision.c.channel == channel, decision.c.kind.in_(kinds), ~earlier.exists())
        .where(decision.c.item.in_(select(item.c.id).where(item.c.story.in_(stories))))
        .values(reason=reason, detail=detail, at=now)
    )


def of_item(conn: Connection, item_id: int) -> tuple[DecisionRecord, ...]:
    """The decisions about an item, by channel, with the first digest or alert that carried it to the channel."""
    carriers = conn.execute(
        select(digest.c.channel, digest.c.kind, digest.c.end)
        .join(digest_item, digest_item.c.digest == digest.c.id)
        .where(digest_item.c.item == item_id)
        .order_by(digest.c.id.desc())
    )
    carried = {row.channel: row for row in carriers}
    rows = conn.execute(select(decision).where(decision.c.item == item_id).order_by(decision.c.channel))
    return tuple(_record(row, carried.get(row.channel)) for row in rows)


def _record(row: Row[Any], carrier: Any) -> DecisionRecord:
    return DecisionRecord(
        channel=row.channel,
        kind=row.kind and NoticeKind(row.kind),
        reason=NotifyReason(row.reason) if row.kind else SkipReason(row.reason),
        detail=row.detail,
        not_before=row.not_before,
        at=row.at,
        carried_by=carrier.kind if carrier else "",
        carried_at=carrier.end if carrier else None,
    )
