"""How often a source has news."""

from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, func, select

from monitor.store.schema import entry, sighting

MAX_ENTRIES = 12  # the newest ones
MIN_ENTRIES = 4


def usual_pause(conn: Connection, source_id: str) -> timedelta | None:
    """Returns the median time between the newest entries of a source; None if it has shown too few."""
    # The entries of the first poll were all seen at once, so their own times count.
    time = func.coalesce(entry.c.published, sighting.c.at).label("time")
    newest = select(time).join(sighting).where(sighting.c.source == source_id).order_by(time.desc()).limit(MAX_ENTRIES)
    times: list[datetime] = list(conn.scalars(newest))
    if len(times) < MIN_ENTRIES:
        return None
    return timedelta(seconds=median((later - earlier).total_seconds() for later, earlier in pairwise(times)))
