"""Deliver: send each message of the outbox to its recipient.

A delivery is marked sent right after the receiver accepted it, before anything else: only a crash between the two can
bring a message twice, and then with the same id.
"""

from functools import partial

import structlog

from monitor.channels import Transports, public_recipient, registry
from monitor.errors import StoreUnavailable
from monitor.model import Ambiguous, DeliveryResult, Rejected, Sent
from monitor.notify import schedule
from monitor.pipeline.context import Context, StepResult
from monitor.pipeline.runner import run_due
from monitor.store import outbox
from monitor.store.outbox import DueDelivery

log = structlog.get_logger()

# Messages are sent one by one, so that a crash finds at most one between the acceptance and our mark. A receiver that
# does not answer within this time no longer delays the others.
SLOW_AFTER_S = 10.0
STORE_RETRY_S = 1.0  # between two attempts to record that a receiver accepted a message


async def step(context: Context) -> StepResult:
    """Send the messages that are due; returns how many, and when the next is due."""

    async def claim(limit: int) -> list[DueDelivery]:
        return await context.store.run(outbox.claim, now=context.clock(), lease=context.lease, limit=limit)

    result = await run_due(
        claim,
        partial(deliver, context),
        reschedule=partial(_reschedule, context),
        concurrency=1,
        slow_after=SLOW_AFTER_S,
    )
    next_due = await context.store.run(outbox.next_due)
    return StepResult(rows=tuple(str(row.id) for row in result.rows), done=result.done, next_due=next_due)


async def deliver(context: Context, due: DueDelivery) -> str:
    """Send one message once and record the result; returns "sent", "postponed" or "dead"."""
    names = {"channel": due.message.channel, "recipient": public_recipient(due.message.recipient)}
    match await _send(context, due):
        case Sent(detail=detail):
            await _mark_sent(context, due)
            log.info("delivery.sent", detail=detail, **names)
            return "sent"
        case Rejected(ended=True, reason=reason):
            await context.store.run(outbox.end_recipient, due, reason=reason, now=context.clock())
            log.error("recipient.ended", reason=reason, **names)
            return "dead"
        case Rejected(permanent=True, reason=reason):
            await context.store.run(outbox.mark_dead, due.id, reason=reason, now=context.clock())
            log.error("delivery.failed", reason=reason, **names)
            return "dead"
        case Rejected() | Ambiguous() as refusal:
            return await _retry(context, due, refusal)


async def _send(context: Context, due: DueDelivery) -> DeliveryResult:
    channel = context.channels.get(due.message.channel)
    if channel is None:
        return Rejected(reason="the channel is no longer in channels.yaml", permanent=True)
    kind = registry.get(channel.kind)
    # The configuration names such a recipient as a fault, and the service goes on: its messages end here.
    if not kind.is_valid_recipient(due.message.recipient):
        return Rejected(reason=f"it is not {kind.recipient_form}", permanent=True)
    ended = await context.store.run(outbox.end_of_recipient, due.message)
    if ended:
        reason = f"not sent: the receiver has ended this address ({ended}); `monitor outbox retry` tries it again"
        return Rejected(reason=reason, permanent=True)
    transports = Transports(http=context.delivery_client, mail_server=context.mail)
    return await kind.send(due.message, channel, transports, now=context.clock())


async def _mark_sent(context: Context, due: DueDelivery) -> None:
    """Record an acceptance; if the database is not available, until it is or until the lease expires."""
    # Nothing else is tried so often: an acceptance that is not recorded is a message that is sent twice.
    while True:
        try:
            await context.store.run(outbox.mark_sent, due.id, now=context.clock())
        except StoreUnavailable:
            if context.clock() >= due.lease:
                raise
            await context.clock.sleep(STORE_RETRY_S)
        else:
            return


async def _retry(context: Context, due: DueDelivery, refusal: Rejected | Ambiguous) -> str:
    is_ambiguous = isinstance(refusal, Ambiguous)
    next_at = schedule.next_attempt_at(
        context.clock(),
        attempts=due.attempts + 1,
        delays=registry.get(due.kind).retry_schedule,
        retry_after=refusal.retry_after if isinstance(refusal, Rejected) else None,
        ambiguous=is_ambiguous,
        rng=context.rng,
    )
    names = {
        "channel": due.message.channel,
        "recipient": public_recipient(due.message.recipient),
        "reason": refusal.reason,
    }
    if next_at is None:
        reason = f"given up: {refusal.reason}"
        await context.store.run(outbox.mark_dead, due.id, reason=reason, now=context.clock())
        log.error("delivery.failed", **names)
        return "dead"
    await context.store.run(
        outbox.reschedule,
        due.id,
        next_at=next_at,
        reason=refusal.reason,
        ambiguous=is_ambiguous,
        now=context.clock(),
    )
    log.warning("delivery.postponed", until=next_at.isoformat(), **names)
    return "postponed"


async def _reschedule(context: Context, due: DueDelivery, reason: str) -> None:
    await _retry(context, due, Rejected(reason=reason, permanent=False))
