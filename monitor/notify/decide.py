"""Which channels shall hear of an item, how, and from when on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import Channel, NoticeKind, Placement, Telling, Verdict
from monitor.notify.channel_filter import left_out


def tellings(
    channels: Sequence[Channel],
    *,
    verdict: Verdict,
    placement: Placement,
    told: Mapping[str, str],
    fresh: bool,
    late: bool,
    partial: bool,
    now: datetime,
) -> tuple[Telling, ...]:
    """The notices that one relevant item causes, at most one for each channel.

    `told` says what a channel knows of the item's story: "alerted", "told", or nothing. A story is told once; later
    items of it make an update where they add something. Only what is `fresh` may alert. Quiet hours put an alert off,
    never a digest: its own hour is its rhythm. A channel hears nothing of what its choice leaves out, and of a story
    as soon as one item of it is for the channel.
    """

    def telling(channel: Channel) -> Telling | None:
        if left_out(channel, verdict):
            return None
        kind = _kind(channel, placement, alertable=verdict.alert and fresh, known=bool(told.get(channel.id)))
        if kind is None:
            return None
        at = after_quiet(channel, now) if kind is NoticeKind.ALERT else now
        return Telling(channel=channel.id, kind=kind, not_before=at, late=late, partial=partial)

    return tuple(made for made in map(telling, channels) if made)


def after_quiet(channel: Channel, now: datetime) -> datetime:
    """Now, or the end of the channel's quiet hours where they hold; they may pass midnight."""
    if channel.quiet is None:
        return now
    start, end = channel.quiet
    local = now.astimezone(ZoneInfo(channel.zone))
    clock = local.time()
    over_midnight = start > end
    if not (clock >= start or clock < end if over_midnight else start <= clock < end):
        return now
    day = local.date() + timedelta(days=1 if over_midnight and clock >= start else 0)
    # In the repeated hour of autumn the first 01:30 may lie behind us.
    return max(now, datetime.combine(day, end, local.tzinfo).astimezone(UTC))


def _kind(channel: Channel, placement: Placement, *, alertable: bool, known: bool) -> NoticeKind | None:
    if known:
        # A channel without digests would get a message for every article of a big story: it hears of a story once.
        return NoticeKind.UPDATE if placement.fresh and not placement.copy_of and channel.times else None
    if alertable and channel.alerts:
        return NoticeKind.ALERT
    return NoticeKind.DIGEST if channel.times else None
