"""Watch: notify the operator once when many sources fall silent, and once when they answer again.

The alarm and its messages are written in one transaction, so a restart or a second machine sends none twice.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from monitor import digest
from monitor.channels.kind import MessageDraft
from monitor.model import Channel, Message, OutageChange, OutageReport
from monitor.notify.outage import outage_change
from monitor.pipeline.compose import build_message, message_name
from monitor.pipeline.context import Context, StepResult
from monitor.store import alarms, digests, sources
from monitor.store.digests import ComposedDigest

log = structlog.get_logger()

INTERVAL = timedelta(minutes=1)


async def step(context: Context) -> StepResult:
    """Notify the operator channel, if there is one, of the onset or the end of an outage. Its messages are the rows."""
    now = context.clock()
    channel = context.channels.get(context.operator_channel)
    subject = await context.store.run(notify_operator, context, channel, now=now) if channel else ""
    # No next_due: a message that was written is delivered by the next step, and nothing more is due here.
    return StepResult(rows=(subject,) if subject else (), next_due=now + INTERVAL)


def notify_operator(conn: Connection, context: Context, channel: Channel, *, now: datetime) -> str:
    """Write the message about an outage that began or ended; returns its subject, "" if nothing changed."""
    states = sources.polled_states(sources.health(conn, now=now))
    # Only failures: after a restart no source was polled for a while, and that is not an outage.
    silent = tuple(state.silent for state in states if state.silent and state.failures)
    start = alarms.raised_at(conn, alarms.SOURCE_OUTAGE)
    change = outage_change(silent=len(silent), sources=len(states), is_raised=start is not None)
    if change is None:
        return ""
    is_onset = change is OutageChange.ONSET
    is_first = (
        alarms.raise_alarm(conn, alarms.SOURCE_OUTAGE, now=now)
        if is_onset
        else alarms.end_alarm(conn, alarms.SOURCE_OUTAGE)
    )
    if not is_first:
        return ""
    report = OutageReport(
        channel=channel.id,
        zone=channel.zone,
        change=change,
        sources=len(states),
        silent=silent,
        start=start or now,
        at=now,
    )
    subject = store_messages(conn, context, channel, report)
    log.warning("outage.began" if is_onset else "outage.ended", sources=len(states), silent=len(silent))
    return subject


def store_messages(conn: Connection, context: Context, channel: Channel, report: OutageReport) -> str:
    """Write one message for each recipient into the outbox; returns their subject."""
    rendered = digest.render_outage(report)

    def to_message(recipient: str) -> Message:
        name = message_name(channel.id, report.change, report.at, "", recipient)
        draft = MessageDraft(channel=channel, recipient=recipient, rendered=rendered, name=name, written_at=report.at)
        return build_message(context, draft)

    digests.save_digest(
        conn,
        ComposedDigest(
            channel=channel.id,
            channel_kind=channel.kind,
            kind=report.change.value,
            start=report.start,
            end=report.at,
            subject=rendered.subject,
            notices=(),
            items=(),
            messages=[to_message(recipient) for recipient in channel.recipients],
        ),
        now=report.at,
    )
    return rendered.subject
