"""A stored decision as a sentence for people, in the time zone of its channel."""

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from monitor.model import DecisionRecord, NoticeKind, NotifyReason, SkipReason


def explain_decision(decision: DecisionRecord, *, zone: str, next_digest: datetime | None = None) -> str:
    """Returns why and when a channel was notified of an item, or why it was not.

    For example "not alerted: first seen 14 h after publication; in the digest of 18 January 20:00". `next_digest` is
    the time of the channel's next digest, if it is known.
    """
    carried = ""
    if decision.carried_at:
        at = format_local_time(decision.carried_at, zone)
        carried = f"alerted {at}" if decision.carried_by == "alert" else f"in the digest of {at}"
    if isinstance(decision.reason, SkipReason):
        why = explain_skip(decision.reason, decision.detail)
        return f"{carried}; no further notice: {why}" if carried else f"not notified: {why}"
    upcoming = f"in the digest of {format_local_time(next_digest, zone)}" if next_digest else "in the next digest"
    why = explain_notify(decision.reason, decision.detail)
    if decision.reason is NotifyReason.OVERFLOW:
        return f"{why}; {carried or upcoming}"
    match decision.kind:
        case NoticeKind.ALERT if carried:
            return f"{carried} ({why})" if why else carried
        case NoticeKind.ALERT:
            due = format_local_time(decision.not_before, zone) if decision.not_before else "now"
            return f"alert due {due} ({why})" if why else f"alert due {due}"
        case NoticeKind.UPDATE:
            return f"{why}; {carried or upcoming}"
        case _:
            return f"not alerted: {why}; {carried or upcoming}"


def explain_notify(reason: NotifyReason, detail: str) -> str:  # noqa: PLR0911 - one sentence for each reason
    """Returns the reason of a notice in words; "" for an alert without delay."""
    match reason:
        case NotifyReason.URGENT:
            return ""
        case NotifyReason.QUIET_HOURS:
            return "delayed by quiet hours"
        case NotifyReason.BUNDLED:
            return f"in one message with {detail}"
        case NotifyReason.NEW_FACTS:
            return f"update, new facts: {detail}"
        case NotifyReason.ALSO_NEW:
            return "also new: no new names or numbers, but its text alone deserves an alert"
        case NotifyReason.OVERFLOW:
            return f"left out of the digest before: {detail}"
        case (
            NotifyReason.BELOW_ALERT_THRESHOLD
            | NotifyReason.STALE_FOR_ALERT
            | NotifyReason.FIRST_POLL
            | NotifyReason.ALERTS_OFF
            | NotifyReason.CORRECTION
        ):
            return detail
        case _:
            assert_never(reason)


def explain_skip(reason: SkipReason, detail: str) -> str:
    """Returns in words why a channel is not notified."""
    match reason:
        case SkipReason.FIRST_POLL_BACKLOG | SkipReason.ARCHIVE:
            return f"{detail}; nothing to change: `monitor search` finds it"
        case SkipReason.EXCLUDED_BY_CHANNEL:
            return f"the channel excludes {detail} (exclude: in channels.yaml)"
        case SkipReason.NOT_INCLUDED:
            return f"the channel includes only {detail} (include: in channels.yaml)"
        case SkipReason.ALREADY_NOTIFIED:
            return "the channel has received its story, and its text repeats another one; nothing to change"
        case SkipReason.NO_NEW_FACTS:
            return "the channel has received its story, and it adds no new facts; nothing to change: `monitor story` shows it"
        case SkipReason.ALERT_ONLY_CHANNEL:
            return f"the channel takes alerts only: {detail} (times: in channels.yaml gives it digests)"
        case _:
            assert_never(reason)


def format_local_time(moment: datetime, zone: str) -> str:
    """Returns a time in a zone, as in "18 January 20:00"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %H:%M}"
