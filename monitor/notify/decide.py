"""Whether, how and when a channel is notified: one decision for each relevant item and channel."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from monitor.model import (
    Channel,
    Decision,
    NoticeKind,
    Notify,
    NotifyReason,
    Placement,
    Skip,
    SkipReason,
    StoryState,
    Verdict,
)
from monitor.notify.channel_filter import exclusion_reason
from monitor.notify.freshness import Freshness

# An alert by the title alone waits for the page. Most pages are read within seconds: a spun page whose title alerts is
# flagged by then, and goes to the digest. It is half of the minute that we promise between poll and alert.
PAGE_WAIT = timedelta(seconds=30)
# After quiet hours or an outage many alerts are due at once: of more stories than this, one message is made.
MAX_SEPARATE_ALERTS = 3


def decide(
    channel: Channel,
    *,
    verdict: Verdict,
    placement: Placement,
    story_state: StoryState,
    freshness: Freshness,
    partial: bool,
    earliest: datetime,
    correction: str = "",
    is_revision: bool = False,
) -> Decision:
    """Returns whether and how a channel is notified of a relevant item, and why.

    A channel is alerted to a story once, also if a digest has shown the story before: the text that deserves the alert may
    come later. Other items of a received story become updates if they add facts or deserve an alert by themselves; a channel
    without digests is alerted to an update that does both, at most twice a day.
    `story_state` shows whether the channel has received the item's story. `partial` marks a verdict on title and summary. No
    notice is due before `earliest`: now, or PAGE_WAIT later if the entry's page is still to be fetched. `is_revision` tells that
    a message has carried the item before.
    """
    if freshness.too_old:
        return Skip(channel=channel.id, reason=freshness.too_old, detail=freshness.detail)
    exclusion = exclusion_reason(channel, verdict)
    if exclusion:
        return Skip(channel=channel.id, reason=exclusion.reason, detail=", ".join(exclusion.codes))
    objection = _alert_objection(channel, verdict, freshness)
    # "US envoys fly to Pakistan" is in the digest of the evening; "Iran and Pakistan sign an accord" of the same story, an hour
    # later, used to wait for the next one. A copy of a text that the digest has shown adds nothing.
    alerts_after_digest = story_state is StoryState.IN_DIGEST and objection is None and not placement.copy_of
    if story_state is not StoryState.NEW and not alerts_after_digest:
        return _decide_update(
            channel,
            verdict,
            placement,
            freshness,
            story_state=story_state,
            correction=correction,
            is_revision=is_revision,
            may_alert=objection is None,
            partial=partial,
            earliest=earliest,
        )
    if objection is None:
        at = end_of_quiet_hours(channel, earliest)
        return Notify(
            channel=channel.id,
            kind=NoticeKind.ALERT,
            not_before=at,
            reason=NotifyReason.URGENT if at == earliest else NotifyReason.QUIET_HOURS,
            late=freshness.late,
            partial=partial,
        )
    reason, detail = objection
    if not channel.times:
        return Skip(channel=channel.id, reason=SkipReason.ALERT_ONLY_CHANNEL, detail=detail)
    return Notify(
        channel=channel.id,
        kind=NoticeKind.DIGEST,
        not_before=earliest,  # quiet hours never delay a digest: its own hour is its rhythm
        reason=reason,
        detail=detail,
        late=freshness.late,
        partial=partial,
    )


def decide_all(
    channels: Iterable[Channel],
    *,
    verdict: Verdict,
    placement: Placement,
    story_states: dict[str, StoryState],
    freshness: Freshness,
    partial: bool,
    earliest: datetime,
    correction: str = "",
    is_revision: bool = False,
) -> tuple[Decision, ...]:
    """Returns the decision for each channel; `story_states` names those that have received the story."""
    return tuple(
        decide(
            channel,
            verdict=verdict,
            placement=placement,
            story_state=story_states.get(channel.id, StoryState.NEW),
            freshness=freshness,
            partial=partial,
            earliest=earliest,
            correction=correction,
            is_revision=is_revision,
        )
        for channel in channels
    )


def _decide_correction(
    channel: Channel, freshness: Freshness, correction: str, *, partial: bool, earliest: datetime
) -> Decision:
    """Returns how a channel hears that a story it has received was corrected: as it heard of the story."""
    return Notify(
        channel=channel.id,
        kind=NoticeKind.UPDATE if channel.times else NoticeKind.ALERT,
        not_before=earliest if channel.times else end_of_quiet_hours(channel, earliest),
        reason=NotifyReason.CORRECTION,
        detail=correction,
        late=freshness.late,
        partial=partial,
    )


def _decide_update(
    channel: Channel,
    verdict: Verdict,
    placement: Placement,
    freshness: Freshness,
    *,
    story_state: StoryState,
    correction: str,
    is_revision: bool,
    may_alert: bool,
    partial: bool,
    earliest: datetime,
) -> Decision:
    """Returns the decision about another item of a story that the channel has received."""
    if correction:
        return _decide_correction(channel, freshness, correction, partial=partial, earliest=earliest)
    if placement.copy_of:
        return Skip(channel=channel.id, reason=SkipReason.ALREADY_NOTIFIED)
    facts = ", ".join(placement.new_facts)
    # "First ship in May" adds no name and no number to the port deal of the day before, and was news: a fresh text that deserves
    # an alert is listed in the next digest all the same.
    is_also_new = deserves_alert(verdict, freshness) and bool(channel.times)
    if is_revision or not (facts or is_also_new):
        return Skip(channel=channel.id, reason=SkipReason.NO_NEW_FACTS)
    # A channel without digests has no other message, and each article of a big story would be one: it is alerted again only if
    # its last alert was half a day ago. "Border reopened", on the next day, was in none.
    if not channel.times and not (may_alert and story_state is StoryState.ALERTED_EARLIER):
        return Skip(
            channel=channel.id,
            reason=SkipReason.ALERT_ONLY_CHANNEL,
            detail=f"it has received the story; new facts: {facts}",
        )
    return Notify(
        channel=channel.id,
        kind=NoticeKind.UPDATE if channel.times else NoticeKind.ALERT,
        not_before=earliest if channel.times else end_of_quiet_hours(channel, earliest),
        reason=NotifyReason.NEW_FACTS if facts else NotifyReason.ALSO_NEW,
        detail=facts,
        late=freshness.late,
        partial=partial,
    )


def _alert_objection(channel: Channel, verdict: Verdict, freshness: Freshness) -> tuple[NotifyReason, str] | None:
    """Returns why a channel is not alerted to an item, with the evidence; None if nothing speaks against an alert."""
    if not verdict.alert:
        flags = f"; flags: {', '.join(flag.code for flag in verdict.flags)}" if verdict.flags else ""
        return NotifyReason.BELOW_ALERT_THRESHOLD, f"the rules give no alert (score {verdict.score:.2f}{flags})"
    if freshness.alert_objection:
        return freshness.alert_objection, freshness.detail
    return None if channel.alerts else (NotifyReason.ALERTS_OFF, "the channel takes no alerts")


def deserves_alert(verdict: Verdict, freshness: Freshness) -> bool:
    """Returns whether a text by itself deserves an alert: title and summary of a new entry, before its page is fetched."""
    return verdict.alert and freshness.alert_objection is None and freshness.too_old is None


def end_of_quiet_hours(channel: Channel, now: datetime) -> datetime:
    """Returns the end of the channel's quiet hours if `now` is inside them, else `now`. They may span midnight."""
    if channel.quiet_hours is None:
        return now
    start, end = channel.quiet_hours
    local = now.astimezone(ZoneInfo(channel.zone))
    local_time = local.time()
    spans_midnight = start > end
    is_quiet = local_time >= start or local_time < end if spans_midnight else start <= local_time < end
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=1 if spans_midnight and local_time >= start else 0)
    # In the repeated hour of autumn the first 01:30 may be in the past.
    return max(now, datetime.combine(day, end, local.tzinfo).astimezone(UTC))


class HasStory(Protocol):
    """A notice, as far as grouping needs it."""

    @property
    def story(self) -> int:
        """The id of its story."""
        ...


NoticeT = TypeVar("NoticeT", bound=HasStory)


def group_alerts(notices: Sequence[NoticeT]) -> list[list[NoticeT]]:
    """Returns the notices of each message: one message for each story, or one for all if there are many stories."""
    stories = list(dict.fromkeys(notice.story for notice in notices))
    if len(stories) > MAX_SEPARATE_ALERTS:
        return [list(notices)]
    return [[notice for notice in notices if notice.story == story] for story in stories]
