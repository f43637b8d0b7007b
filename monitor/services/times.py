"""Times and periods as text: in arguments of commands and in the sentences of reports."""

import re
from datetime import UTC, datetime, timedelta

from monitor.errors import InvalidRequest

PERIOD = re.compile(r"(\d{1,4})\s*([hdw])")
PERIOD_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
DURATION_UNITS_S = ((86400, "d"), (3600, "h"), (60, "min"))


def format_time(at: datetime | None) -> str:
    """Returns a UTC time to the minute with its zone, or "" for None."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def format_duration(duration: timedelta) -> str:
    """Returns a duration in its largest unit, rounded down: "7 s", "12 min", "3 h", "2 d"."""
    # Clocks of outlets run ahead of ours: a negative age is shown as zero.
    seconds = max(0, int(duration.total_seconds()))
    for size, unit in DURATION_UNITS_S:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def parse_since(text: str, *, now: datetime, default: datetime) -> datetime:
    """Returns the start or end of a period: an age ("30d", "12h", "4w") or a date in UTC; `default` for "".

    Raises InvalidRequest.
    """
    if not text:
        return default
    if match := PERIOD.fullmatch(text):
        return now - timedelta(**{PERIOD_UNITS[match[2]]: int(match[1])})
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(f"{text!r} is neither a time span such as 30d nor a date such as 2026-11-01") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def parse_period(since: str, until: str, *, now: datetime) -> tuple[datetime, datetime]:
    """Returns start and end of a period; by default it ends now and is a day long.

    Raises InvalidRequest if it ends before it starts: it would be empty, which looks like "nothing happened".
    """
    end = parse_since(until, now=now, default=now)
    start = parse_since(since, now=now, default=end - timedelta(days=1))
    if start >= end:
        raise InvalidRequest(
            f"the period starts ({format_time(start)}) after its end ({format_time(end)})", parameter="since"
        )
    return start, end
