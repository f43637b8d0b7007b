"""Deliver: give each message of the outbox to its recipient.

A delivery is marked sent right after the receiver's yes, before anything else: only a crash between the two can bring
a message twice, and then with the same id.
"""

from functools import partial

import structlog

from monitor.channels import email, webhook
from monitor.model import Ambiguous, Channel, ChannelKind, Delivered, Rejected, Sent
from monitor.notify import schedule
from monitor.pipeline.context import Kit, Step
from monitor.pipeline.runner import each
from monitor.store import outbox
from monitor.store.outbox import DueDelivery

log = structlog.get_logger()


# One message is on its way at a time, so that a crash finds at most one between the receiver's yes and our mark. A
# receiver that is silent for so many seconds holds the others up no longer.
PATIENCE = 10.0


async def step(kit: Kit) -> Step:
    """Send what is due, each message by itself; say how many and when the next is due."""

    async def claim(limit: int) -> list[DueDelivery]:
        return await kit.store.run(outbox.claim, now=kit.clock(), lease=kit.lease, limit=limit)

    worked = await each(claim, partial(_deliver, kit), put_back=partial(_put_back, kit), places=1, patience=PATIENCE)
    next_due = await kit.store.run(outbox.next_due)
    return Step(rows=tuple(str(row.id) for row in worked.rows), done=worked.done, next_due=next_due)


async def _deliver(kit: Kit, due: DueDelivery) -> str:
    channel = kit.channels.get(due.message.channel)
    kit.point("deliver.claimed")
    match await _send(kit, channel, due):
        case Sent(detail=detail):
            kit.point("deliver.accepted")
            await kit.store.run(outbox.sent, due.id, now=kit.clock())
            kit.point("deliver.marked")
            log.info("delivery.sent", channel=due.message.channel, recipient=due.message.recipient, detail=detail)
            return "sent"
        case Rejected(permanent=True, reason=reason):
            await kit.store.run(outbox.dead, due.id, reason=reason, now=kit.clock())
            log.error("delivery.dead", channel=due.message.channel, recipient=due.message.recipient, reason=reason)
            return "dead"
        case Rejected() as rejected:
            return await _retry(kit, due, rejected)
        case Ambiguous() as unanswered:
            return await _retry(kit, due, unanswered)


async def _send(kit: Kit, channel: Channel | None, due: DueDelivery) -> Delivered:
    if channel is None:
        return Rejected(reason="the channel is no longer in channels.yaml", permanent=True)
    if channel.kind is ChannelKind.WEBHOOK:
        return await webhook.send(
            due.message,
            net=kit.net,
            secret=channel.secret,
            allow_private=channel.allow_private,
            proxy=channel.proxy,
            now=kit.clock(),
        )
    if kit.mail is None:
        return Rejected(reason="no mail server is set: add smtp: to monitor.yaml", permanent=False)
    return await email.send(due.message, server=kit.mail)


async def _retry(kit: Kit, due: DueDelivery, answer: Rejected | Ambiguous) -> str:
    again = schedule.next_try(
        kit.clock(),
        attempts=due.attempts + 1,
        kind=due.kind.value,
        retry_after=answer.retry_after if isinstance(answer, Rejected) else None,
        ambiguous=isinstance(answer, Ambiguous),
        rng=kit.rng,
    )
    who = {"channel": due.message.channel, "recipient": due.message.recipient, "reason": answer.reason}
    if again is None:
        await kit.store.run(outbox.dead, due.id, reason=f"given up: {answer.reason}", now=kit.clock())
        log.error("delivery.dead", **who)
        return "dead"
    await kit.store.run(
        outbox.retry,
        due.id,
        next_at=again,
        reason=answer.reason,
        ambiguous=isinstance(answer, Ambiguous),
        now=kit.clock(),
    )
    log.warning("delivery.postponed", until=again.isoformat(), **who)
    return "postponed"


async def _put_back(kit: Kit, due: DueDelivery, reason: str) -> None:
    await _retry(kit, due, Rejected(reason=reason, permanent=False))
