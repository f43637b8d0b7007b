"""Sources and source checks as text, tables and JSON values."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.cli.views.output import field_line
from monitor.services.check_source import SourceCheck
from monitor.services.source_status import SourceStatus
from monitor.services.times import format_duration, format_time

MAX_ENTRIES_SHOWN = 3

STATUS_HEAD = ("source", "state", "last ok", "last new", "why")
SOURCE_KEYS = ("id", "name", "url", "kind", "language", "country", "owner")
STATE_KEYS = ("failures", "polls", "last_poll", "last_ok", "last_new", "next_at")


def status_row(status: SourceStatus) -> tuple[str, ...]:
    """Returns a source as a row below STATUS_HEAD."""
    state = status.state
    last_ok, last_new = format_time(state.last_ok), format_time(state.last_new)
    return (state.source.id, status.condition.value, last_ok, last_new, status.reason)


def status_json(status: SourceStatus) -> dict[str, object]:
    """Returns a source as a JSON value."""
    source = {key: getattr(status.state.source, key) for key in SOURCE_KEYS}
    polls = {key: getattr(status.state, key) for key in STATE_KEYS}
    return source | {"state": status.condition.value, "why": status.reason} | polls


def check_json(check: SourceCheck) -> dict[str, object]:
    """Returns a source check as a JSON value."""
    entries = check.entries[:MAX_ENTRIES_SHOWN]
    return {
        "source": check.source.id,
        "url": check.source.url,
        "kind": check.source.kind,
        "ok": check.error is None,
        "reason": str(check.error or ""),
        "title": check.title,
        "language": check.language,
        "entries": len(check.entries),
        "bad": check.bad,
        "newest": check.newest,
        "moved_to": check.moved_to,
        "notes": check.notes,
        "last": [{"title": entry.title, "link": entry.link, "published": entry.published} for entry in entries],
    }


def check_lines(check: SourceCheck) -> Iterator[str]:
    """Yields a source check as lines of text."""
    yield field_line("source", f"{check.source.id} ({check.source.kind}) {check.source.url}")
    if check.error:
        yield field_line("failed", str(check.error))
        return
    bad = f", {check.bad} unreadable" if check.bad else ""
    yield field_line("entries", f"{len(check.entries)}{bad}")
    if check.newest:
        yield field_line("newest", f"{format_time(check.newest)}, {format_duration(check.at - check.newest)} ago")
    else:
        yield field_line("newest", "no entry has a time")
    yield field_line("title", check.title or "-")
    yield field_line("language", check.language or "not declared")
    if check.moved_to:
        yield field_line("moved", f"permanently, to {check.moved_to}")
    for note in check.notes:
        yield field_line("note", note)
    for entry in check.entries[:MAX_ENTRIES_SHOWN]:
        yield field_line(short_time(entry.published), entry.title)


def short_time(published: datetime | None) -> str:
    """Returns a time without its zone, which the column has no room for, or "no time"."""
    return format_time(published)[:16] or "no time"


def skipped_lines(reasons: Sequence[str]) -> Iterator[str]:
    """Yields a line for each feed that was not imported or exported."""
    return (f"skipped  {reason}" for reason in reasons)
