"""Tell: compose what the channels are due, and freeze it in the outbox.

A digest takes its notices and leaves its deliveries in one transaction, each with its body and id fixed: whatever is
tried later, and however often, is the same message.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from typing import Literal

import structlog
from sqlalchemy import Connection

from monitor import digest
from monitor.channels import email, webhook
from monitor.model import (
    Channel,
    ChannelKind,
    Digest,
    Field,
    Line,
    Message,
    NoticeKind,
    Rendered,
    ToldStory,
)
from monitor.notify import channel_filter, schedule
from monitor.notify.schedule import Slot
from monitor.pipeline.context import Kit, Step
from monitor.store import Store, digests, notices
from monitor.store.digests import Composed
from monitor.store.notices import Notice, StoredItem, StoryToTell
from monitor.text import first_words

log = structlog.get_logger()

# After quiet hours or an outage many alerts are due at once: more than this become one message.
ALERTS_APART = 3
REASONS = 3  # sentences about the judgement beside a story; `monitor why` has them all
DAY = timedelta(days=1)
_DIGESTED = (NoticeKind.DIGEST, NoticeKind.UPDATE)


async def step(kit: Kit) -> Step:
    """Compose the alerts and digests that are due; its rows are their subjects."""
    rows: list[str] = []
    done: Counter[str] = Counter()
    for channel in kit.channels.values():
        written = await kit.store.run(_tell, kit, channel, now=kit.clock())
        kit.point("tell.committed")
        for kind, subject in written:
            log.info("told", channel=channel.id, kind=kind, subject=subject)
            rows.append(f"{kind}: {subject}")
            done[kind] += 1
    return Step(rows=tuple(rows), done=done)


async def now(kit: Kit, channel: Channel) -> str:
    """Compose the channel's digest at once, outside its rhythm; its subject, or "" where nothing is new."""
    return await kit.store.run(_now, kit, channel, now=kit.clock())


def _now(conn: Connection, kit: Kit, channel: Channel, *, now: datetime) -> str:
    due = notices.due(conn, channel=channel.id, now=now)
    start = digests.last(conn, channel.id) or now - DAY
    return _write(conn, kit, channel, "digest", due, start=start, end=now, now=now)[1]


async def preview(store: Store, channel: Channel, *, since: datetime, until: datetime) -> Digest:
    """The digest of a period as it would be for a channel that had heard of nothing before; nothing is taken."""
    return await store.run(_preview, channel, since=since, until=until)


def _preview(conn: Connection, channel: Channel, *, since: datetime, until: datetime) -> Digest:
    seen = notices.as_if_new(conn, channel=channel.id, since=since, until=until)
    stories = [
        story
        for story in notices.stories_for(conn, seen)
        if any(not channel_filter.left_out(channel, one.verdict) for one in story.items)
    ]
    return _composed(conn, channel, "digest", stories, start=since, end=until, now=until)


def _tell(conn: Connection, kit: Kit, channel: Channel, *, now: datetime) -> list[tuple[str, str]]:
    alerts = notices.due(conn, channel=channel.id, now=now, kinds=(NoticeKind.ALERT,))
    together = [alerts] if len({one.story for one in alerts}) > ALERTS_APART else _by_story(alerts)
    written = [_write(conn, kit, channel, "alert", part, start=now - DAY, end=now, now=now) for part in together]
    for slot in schedule.due_slots(channel, last=digests.last(conn, channel.id) or _begin(conn, channel, now), now=now):
        due = notices.due(conn, channel=channel.id, now=now, kinds=_DIGESTED)
        written.append(_write(conn, kit, channel, "digest", due, start=slot.start, end=slot.end, slot=slot, now=now))
    return [(kind, subject) for kind, subject in written if subject]


def _begin(conn: Connection, channel: Channel, now: datetime) -> datetime:
    """Note a new channel as told until now: its rhythm begins with its next digest time."""
    begun = Composed(
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
    digests.compose(conn, begun, now=now)
    return now


def _by_story(due: Sequence[Notice]) -> list[list[Notice]]:
    return [[one for one in due if one.story == story] for story in dict.fromkeys(one.story for one in due)]


def _write(
    conn: Connection,
    kit: Kit,
    channel: Channel,
    kind: Literal["alert", "digest"],
    due: Sequence[Notice],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    slot: Slot | None = None,
) -> tuple[str, str]:
    """Compose, render and store one message for each recipient; kind and subject, "" where nothing is sent."""
    stories = notices.stories_for(conn, due)
    composed = _composed(conn, channel, kind, stories, start=start, end=end, now=now)
    silent = not composed.stories and not channel.when_empty
    rendered = None if silent else digest.render(composed, templates=kit.templates, now=now)
    shown = {told.story for told in composed.stories}
    number = digests.compose(
        conn,
        Composed(
            channel=channel.id,
            channel_kind=channel.kind,
            kind=kind,
            day=slot.day if slot else None,
            slot=slot.at if slot else None,
            start=start,
            end=end,
            subject=rendered.subject if rendered else "",
            notices=[one for story in stories if story.story in shown for one in story.notices],
            items=[one.item for story in stories if story.story in shown for one in story.items],
            messages=list(_messages(kit, channel, composed, rendered, now=now)) if rendered else [],
        ),
        now=now,
    )
    return kind, rendered.subject if rendered and number else ""


def _messages(kit: Kit, channel: Channel, composed: Digest, rendered: Rendered, *, now: datetime) -> Iterator[Message]:
    for recipient in channel.recipients:
        name = _name(composed, recipient)
        if channel.kind is ChannelKind.WEBHOOK:
            yield Message(
                channel=channel.id,
                recipient=recipient,
                id=f"msg_{name}",
                body=webhook.body(rendered, digest=name, at=now),
            )
        else:
            sender = kit.mail.sender if kit.mail else f"monitor@{channel.id}.invalid"
            domain = parseaddr(sender)[1].rpartition("@")[2]
            message_id = f"<{name}@{domain}>"
            body = email.message(
                rendered,
                sender=sender,
                recipient=recipient,
                message_id=message_id,
                date=now,
                list_id=f"{channel.id}.{domain}",
                references=_references(composed, domain),
            )
            yield Message(channel=channel.id, recipient=recipient, id=message_id, body=body)


def _name(composed: Digest, recipient: str) -> str:
    """The id of a message: the same digest to the same recipient has the same, whoever composes it."""
    told = ",".join(str(story.story) for story in composed.stories)
    parts = (composed.channel, composed.kind, composed.end.isoformat(), told, recipient)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _references(composed: Digest, domain: str) -> list[str]:
    """What mail programs group by: the alerts of one affair share the id of a message that never was."""
    threads = {story.thread for story in composed.stories}
    return [f"<thread-{threads.pop()}@{domain}>"] if composed.kind == "alert" and len(threads) == 1 else []


# --- from rows to what is told ----------------------------------------------------------------------------------------


def _composed(
    conn: Connection,
    channel: Channel,
    kind: Literal["alert", "digest"],
    stories: Sequence[StoryToTell],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
) -> Digest:
    return digest.compose(
        channel,
        kind=kind,
        start=start,
        end=end,
        stories=[_told(story) for story in stories],
        near=notices.near_misses(conn, since=start, until=end, left_out=partial(channel_filter.left_out, channel)),
        coverage=notices.coverage(conn, since=start, now=now),
    )


def _told(story: StoryToTell) -> ToldStory:
    """A story as a reader gets it: of an update only what is new, copies beside the text that they repeat."""
    texts = [one for one in story.items if not one.copy_of] or list(story.items[:1])
    fresh = [one for one in texts if not one.told] if story.kind is NoticeKind.UPDATE else texts
    lines = tuple(_line(one, story.items) for one in fresh or texts)
    # The evidence shown is that of the text shown first: read before partial, clean before flagged, then the oldest.
    best = min(fresh or texts, key=lambda one: (one.partial, bool(one.verdict.flags)))
    fields: dict[Field, str] = {"title": best.article.title, "summary": best.article.lead, "text": best.article.text}
    return ToldStory(
        story=story.story,
        thread=story.thread,
        kind=story.kind,
        lines=lines,
        why=digest.why(fields, best.verdict.hits),
        reasons=tuple(dict.fromkeys(reason.text for reason in best.verdict.reasons))[:REASONS],
        score=best.verdict.score,
        late=story.late,
        earlier=story.earlier,
    )


def _line(one: StoredItem, items: Sequence[StoredItem]) -> Line:
    copies = tuple((copy.source.name, copy.entry.link) for copy in items if copy.copy_of == one.item)
    return Line(
        item=one.item,
        url=one.entry.link,
        title=one.article.title or one.entry.title,
        lead=first_words(one.article.lead or one.article.text, digest.LEAD_WORDS),
        source=one.source.name,
        owner=one.source.owner,
        country=one.source.country,
        language=one.article.language or one.source.language,
        published=one.published,
        first_seen=one.first_seen,
        partial=one.partial,
        copies=copies,
        flags=one.verdict.flags,
    )
