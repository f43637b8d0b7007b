"""The Retry-After header (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A server that asks for more is mistaken, or does not mean us; it is asked again after this time.
MAX_RETRY_AFTER = timedelta(hours=24)
MAX_DIGITS = 9  # seconds beyond a day are cut anyway; timedelta overflows at 16 digits


def parse_retry_after(value: str, *, now: datetime) -> timedelta | None:
    """Returns the delay that the header requests (seconds or an HTTP date), at most a day; None if there is none."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        delay = timedelta(seconds=int(value[:MAX_DIGITS]))
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        delay = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(delay, MAX_RETRY_AFTER) if delay > timedelta(0) else None
