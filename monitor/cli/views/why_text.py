"""The history of an entry as lines of text, oldest stage first."""

from collections.abc import Iterator, Mapping

from monitor.cli.views.output import field_line
from monitor.cli.views.verdict_text import hit_lines, verdict_lines
from monitor.services.times import format_time
from monitor.store.entry_history import EntryHistory, ItemHistory


def history_lines(history: EntryHistory, excluded: Mapping[str, str], decisions: Mapping[str, str]) -> Iterator[str]:
    """Yields the whole history. `excluded`: the reason for each channel whose filter leaves the item out.

    `decisions`: for each channel why it was notified of the item, or why not.
    """
    yield history.entry.title or history.entry.link
    yield history.entry.link
    yield ""
    yield from sighting_lines(history)
    if history.item:
        yield from article_lines(history.item)
        yield from verdict_lines("judged", history.item.verdict)
        yield from hit_lines(history.item.verdict)
        yield from story_lines(history.item)
        yield from notice_lines(history.item)
        yield from (field_line("decision", f"{channel}: {sentence}") for channel, sentence in decisions.items())
        for channel, reason in excluded.items():
            if channel not in decisions:  # its filter was changed, or the channel added, after the decision
                yield field_line("filter", f"channel {channel} would leave it out today: {reason}")
    else:
        yield from verdict_lines("title and summary", history.headline_verdict)
        yield from hit_lines(history.headline_verdict)
    yield from status_lines(history)


def sighting_lines(history: EntryHistory) -> Iterator[str]:
    """Yields where and when sources showed the entry, and its publication time."""
    for sighting in history.sightings:
        is_baseline = history.baseline and sighting.source == history.source
        note = " (its first poll: a baseline, never alerted)" if is_baseline else ""
        yield field_line("seen", f"{format_time(sighting.at)} at {sighting.source}{note}")
    published = history.entry.published
    yield field_line("published", format_time(published) if published else "unknown; sorted by first sighting")


def article_lines(item: ItemHistory) -> Iterator[str]:
    """Yields how the article was extracted, and its later versions."""
    article = item.article
    words = item.versions[-1].words
    size = "text no longer stored" if words is None else f"{words} words"
    yield field_line("read", f"{format_time(item.read_at)} by {article.method}, {size}, quality {article.quality:.2f}")
    for note in article.notes:
        yield field_line("", note)
    if item.partial:
        yield field_line("", "partial: title and summary only")
    for version in item.versions[1:]:
        yield field_line("changed", f"{format_time(version.at)} version {version.number}: {version.title}")


def story_lines(item: ItemHistory) -> Iterator[str]:
    """Yields the story of the item, and why it belongs to it."""
    if item.story is None:
        return
    yield field_line("story", f"{item.story} of thread {item.thread}")
    for reason in item.grouping:
        yield field_line("", reason)
    if item.copy_of:
        yield field_line("", f"its text repeats {item.copy_of}")


def notice_lines(item: ItemHistory) -> Iterator[str]:
    """Yields the notices that the item caused, and the messages that carried it."""
    for notice in item.notices:
        state = f"digest {notice.digest}" if notice.digest else f"waiting, not before {format_time(notice.not_before)}"
        yield field_line("notice", f"{notice.kind} for {notice.channel}: {state}")
    for delivery in item.deliveries:
        reason = f": {delivery.reason}" if delivery.reason else ""
        text = f"{delivery.state} {format_time(delivery.ended_at)} to {delivery.recipient}{reason}"
        yield field_line("delivery", text)


def status_lines(history: EntryHistory) -> Iterator[str]:
    """Yields the status in which the entry ended, or when its page is due."""
    if history.status is None:
        due = format_time(history.read_at)
        yield field_line("status", f"none yet: its page is due {due}, {history.attempts} attempts so far")
    else:
        yield field_line("status", f"{history.status} {format_time(history.ended_at)}")
    if history.reason:
        yield field_line("", history.reason)
