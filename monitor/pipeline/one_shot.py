"""One shot: poll every source once, read the new entries, and stop when no row of this run is left."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from monitor.pipeline import group, poll, read
from monitor.pipeline.context import Context
from monitor.store import sources
from monitor.store.statuses import EntryStatus

# The delay of a host is waited out; a row that was postponed for longer (a page that failed) is left to a later run.
MAX_WAIT = timedelta(seconds=90)
MIN_WAIT_S = 0.05  # between two claims, so that a row that is due "now" and leased elsewhere causes no busy loop


async def run_once(context: Context, *, only: Collection[str] = ()) -> Counter[str]:
    """Poll once, fetch and judge new articles; send no notifications.

    Polls the sources `only`, or all that are enabled. Returns polls counted as "poll:new", "poll:unchanged",
    "poll:failed" and so on, and the entries by their status. It may run beside the daemon: each row is claimed by one
    of the two.
    """
    counts: Counter[str] = Counter()
    states = await context.store.run(sources.health, now=context.clock())
    enabled = {state.source.id for state in states if state.enabled and state.paused_at is None}
    chosen = enabled & set(only) if only else enabled
    pending = set(chosen)
    while pending:
        result = await poll.step(context, only=pending, force=True)
        counts.update({f"poll:{status}": count for status, count in result.done.items()})
        pending -= set(result.rows)
        if not result.rows and not await _wait(context, result.next_due):
            break
    while chosen:
        result = await read.step(context, only=chosen)
        counts.update(result.done)
        if not result.rows and not await _wait(context, result.next_due):
            break
    # An entry that ended as pending may turn out to be a copy, or too old.
    placed = await group.step(context, wait=False)
    counts.update(placed.done)
    counts[EntryStatus.PENDING] -= sum(placed.done.values())
    return +counts


async def _wait(context: Context, due: datetime | None) -> bool:
    """Wait for the next row; returns False if there is none, or none within MAX_WAIT."""
    now = context.clock()
    if due is None or due - now > MAX_WAIT:
        return False
    await context.clock.sleep(max((due - now).total_seconds(), MIN_WAIT_S))
    return True
