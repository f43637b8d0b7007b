"""Compose: write the digests and alerts that are due, and freeze them in the outbox.

A digest takes its notices and leaves its deliveries in one transaction, each with its body and id fixed: every attempt
sends the same message.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

import structlog
from sqlalchemy import Connection

from monitor import digest
from monitor.channels import registry
from monitor.channels.kind import MessageDraft
from monitor.model import Channel, Digest, Message, NoticeKind, NotifyReason, Rendered, Verdict
from monitor.notify import channel_filter, decide, schedule
from monitor.notify.schedule import Slot
from monitor.pipeline.context import Context, StepResult
from monitor.pipeline.digest_stories import to_digest_story
from monitor.pipeline.runner import run_due
from monitor.store import Store, clock_skew, decisions, digests, faults, notices
from monitor.store.digests import ComposedDigest
from monitor.store.notices import Notice, StoryRecord

log = structlog.get_logger()

DAY = timedelta(days=1)
DIGEST_KINDS = (NoticeKind.DIGEST, NoticeKind.UPDATE)
FAULT_PAUSE = timedelta(seconds=30)  # after a channel could not be composed: the next attempt may fail in the same way


@dataclass(slots=True, kw_only=True)
class ComposeResult:
    """What a step has composed so far: kind and subject of each message, counts by kind, and when channels are due next."""

    rows: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    dues: list[datetime | None] = field(default_factory=list)


async def step(context: Context) -> StepResult:
    """Compose the alerts and digests that are due; the rows of the result are their subjects.

    A channel that cannot be composed stops no other: it rests for a while, and `monitor health` shows the reason.
    """
    result = ComposeResult()
    waiting = list(context.channels.values())
    await context.store.run(clock_skew.pull_back, now=context.clock())

    async def claim(limit: int) -> list[Channel]:
        claimed, waiting[:limit] = waiting[:limit], []
        return claimed

    await run_due(
        claim,
        partial(_compose_channel, context, result),
        reschedule=partial(_record_fault, context),
        concurrency=1,  # the store has one writer, and the order of the configuration is kept
    )
    return StepResult(rows=tuple(result.rows), done=result.done, next_due=min(filter(None, result.dues), default=None))


async def _compose_channel(context: Context, result: ComposeResult, channel: Channel) -> str:
    now = context.clock()
    composed = await context.store.run(compose_if_working, context, channel, now=now)
    result.dues.append(await context.store.run(next_due, channel, now=now))
    for kind, subject in composed:
        log.info("digest.composed", channel=channel.id, kind=kind, subject=subject)
        result.rows.append(f"{kind}: {subject}")
        result.done[kind] += 1
    return "composed"


async def _record_fault(context: Context, channel: Channel, reason: str) -> None:
    await context.store.run(faults.record, fault_name(channel), reason=reason, now=context.clock())


def fault_name(channel: Channel) -> str:
    """Returns the name under which a failure to compose for a channel is recorded."""
    return f"compose {channel.id}"


def compose_if_working(conn: Connection, context: Context, channel: Channel, *, now: datetime) -> list[tuple[str, str]]:
    """Compose what a channel is due as `compose_due` does, unless that failed a moment ago."""
    fault = faults.find(conn, fault_name(channel))
    if fault and timedelta(0) <= now - fault.at < FAULT_PAUSE:
        return []
    composed = compose_due(conn, context, channel, now=now)
    if fault:
        faults.clear(conn, fault_name(channel))
    return composed


def next_due(conn: Connection, channel: Channel, *, now: datetime) -> datetime | None:
    """Returns when the next alert or digest of a channel is due; None if it has no digests and no alert is pending."""
    alert_at = notices.next_due(conn, channel=channel.id, kinds=(NoticeKind.ALERT,))
    return min(filter(None, (alert_at, schedule.next_slot_at(channel, now))), default=None)


def compose_due(conn: Connection, context: Context, channel: Channel, *, now: datetime) -> list[tuple[str, str]]:
    """Compose the alerts and the digest that a channel is due; returns kind and subject of each message."""
    alerts = notices.due(conn, channel=channel.id, now=now, kinds=(NoticeKind.ALERT,))
    composed = [
        _compose(conn, context, channel, "alert", group, start=now - DAY, end=now, now=now)
        # After quiet hours or an outage many alerts are due at once; decide.group_alerts bundles them.
        for group in decide.group_alerts(alerts)
    ]
    latest_end = digests.latest_end(conn, channel.id)
    if latest_end is None:
        # A new channel: its first digest covers the time from now on.
        latest_end = now
        digests.save_digest(conn, _empty_digest(channel, now), now=now)
    for slot in schedule.due_slots(channel, last=latest_end, now=now):
        due = notices.due(conn, channel=channel.id, now=now, kinds=DIGEST_KINDS)
        composed.append(
            _compose(conn, context, channel, "digest", due, start=slot.start, end=slot.end, slot=slot, now=now)
        )
    return [(kind, subject) for kind, subject in composed if subject]


async def compose_now(context: Context, channel: Channel) -> str:
    """Compose the channel's digest at once, outside its schedule; returns its subject, or "" if nothing is new."""
    return await context.store.run(_compose_now, context, channel, now=context.clock())


def _compose_now(conn: Connection, context: Context, channel: Channel, *, now: datetime) -> str:
    due = notices.due(conn, channel=channel.id, now=now)
    start = digests.latest_end(conn, channel.id) or now - DAY
    return _compose(conn, context, channel, "digest", due, start=start, end=now, now=now)[1]


async def preview(store: Store, channel: Channel, *, since: datetime, until: datetime) -> Digest:
    """Returns the digest of a period for a channel that has received nothing before. Nothing is stored."""
    return await store.run(_preview, channel, since=since, until=until)


def _preview(conn: Connection, channel: Channel, *, since: datetime, until: datetime) -> Digest:
    # As if the channel were new: a preview shows the stories of the period, whoever was notified of them before.
    drafts = notices.preview_notices(conn, channel=channel.id, since=since, until=until)
    stories = [
        story
        for story in notices.stories_for(conn, drafts)
        if any(channel_filter.exclusion_reason(channel, item.verdict) is None for item in story.items)
    ]
    return _to_digest(conn, channel, "digest", stories, start=since, end=until)


def _compose(
    conn: Connection,
    context: Context,
    channel: Channel,
    kind: Literal["alert", "digest"],
    due: Sequence[Notice],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    slot: Slot | None = None,
) -> tuple[str, str]:
    """Compose, render and store one message for each recipient.

    Returns kind and subject; the subject is "" if nothing is sent.
    """
    # Read in the transaction that takes the notices: an item that joins a story in between would be in no message.
    stories = notices.stories_for(conn, due)
    composed = _to_digest(conn, channel, kind, stories, start=start, end=end)
    # Without `send_empty` the digest is recorded all the same, without messages: its end is the start of the next one.
    is_silent = not composed.stories and not channel.send_empty
    rendered = None if is_silent else digest.render(composed, templates=context.templates, now=now)
    shown = {story.story for story in composed.stories}
    digest_id = digests.save_digest(
        conn,
        ComposedDigest(
            channel=channel.id,
            channel_kind=channel.kind,
            kind=kind,
            day=slot.day if slot else None,
            slot=slot.at if slot else None,
            start=start,
            end=end,
            subject=rendered.subject if rendered else "",
            notices=[notice for story in stories if story.story in shown for notice in story.notices],
            items=[item.item for story in stories if story.story in shown for item in story.items],
            messages=_messages(context, channel, composed, rendered, now=now) if rendered else [],
        ),
        now=now,
    )
    if digest_id is None:
        return kind, ""
    _update_decisions(conn, channel, composed, stories, digest_id=digest_id, now=now)
    return kind, rendered.subject if rendered else ""


def _update_decisions(
    conn: Connection,
    channel: Channel,
    composed: Digest,
    stories: Sequence[StoryRecord],
    *,
    digest_id: int,
    now: datetime,
) -> None:
    """Record which stories share one alert, and which wait for the next digest because this one is full."""
    shown = {story.story for story in composed.stories}
    left_over = {story.story for story in stories} - shown
    kinds = (NoticeKind.ALERT,) if composed.kind == "alert" else DIGEST_KINDS
    change = partial(decisions.change_reason, conn, channel.id, kinds=kinds, digest_id=digest_id, now=now)
    if left_over:
        full = f"it had {channel.max_stories} stories already"
        change(left_over, reason=NotifyReason.OVERFLOW, detail=full)
    if composed.kind == "alert" and len(shown) > 1:
        change(shown, reason=NotifyReason.BUNDLED, detail=f"{len(shown) - 1} other stories")


def _empty_digest(channel: Channel, now: datetime) -> ComposedDigest:
    return ComposedDigest(
        channel=channel.id,
        channel_kind=channel.kind,
        kind="digest",
        start=now,
        end=now,
        subject="",
        notices=(),
        items=(),
        messages=(),
    )


def _to_digest(
    conn: Connection,
    channel: Channel,
    kind: Literal["alert", "digest"],
    stories: Sequence[StoryRecord],
    *,
    start: datetime,
    end: datetime,
) -> Digest:

    def is_excluded(verdict: Verdict) -> bool:
        return channel_filter.exclusion_reason(channel, verdict) is not None

    return digest.compose(
        channel,
        kind=kind,
        start=start,
        end=end,
        stories=[to_digest_story(story) for story in stories],
        near_misses=notices.near_misses(conn, since=start, until=end, is_excluded=is_excluded),
        alerted=notices.alerted(conn, channel=channel.id, since=start, until=end) if kind == "digest" else (),
        coverage=notices.coverage(conn, since=start, until=end),
    )


def _messages(
    context: Context, channel: Channel, composed: Digest, rendered: Rendered, *, now: datetime
) -> list[Message]:
    """The message to each recipient, in the form of the channel's kind."""
    # The alerts of one thread are grouped in mail programs. A digest has many threads, so it belongs to none.
    threads = {story.thread for story in composed.stories}
    thread = threads.pop() if composed.kind == "alert" and len(threads) == 1 else None
    stories = ",".join(str(story.story) for story in composed.stories)
    messages = []
    for recipient in channel.recipients:
        name = message_name(composed.channel, composed.kind, composed.end, stories, recipient)
        draft = MessageDraft(
            channel=channel, recipient=recipient, rendered=rendered, name=name, written_at=now, thread=thread
        )
        messages.append(build_message(context, draft))
    return messages


def build_message(context: Context, draft: MessageDraft) -> Message:
    """Returns the message of a draft; an empty one if its recipient is not valid."""
    kind = registry.get(draft.channel.kind)
    if kind.is_valid_recipient(draft.recipient):
        return kind.build_message(draft, context.mail)
    # It cannot be written, and ends in the outbox with the reason; the other recipients get theirs.
    return Message(channel=draft.channel.id, recipient=draft.recipient, id=f"unsendable_{draft.name}", body=b"")


def message_name(channel: str, kind: str, end: datetime, stories: str, recipient: str) -> str:
    """Returns the name of a message: the same digest to the same recipient has the same, whoever composes it."""
    parts = (channel, kind, end.isoformat(), stories, recipient)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
