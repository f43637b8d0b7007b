"""One shot: poll every source once, read what came of it, and stop when nothing of this run is left."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from monitor.pipeline import poll, read
from monitor.pipeline.context import Kit
from monitor.store import sources

# A host's gap is waited out; what was put off for longer (a page that failed) is left to a later run.
PATIENCE = timedelta(seconds=90)
_TICK = 0.05  # seconds; at least so long between two looks at the store


async def fetch(kit: Kit, *, only: Collection[str] = ()) -> Counter[str]:
    """Poll the sources (all that are enabled, or `only` some) once each and read their entries; tell nobody.

    Polls are counted as "poll:new", "poll:unchanged", "poll:failed" …, readings by what became of the entry. It may
    run beside the daemon: each row is claimed by one of the two.
    """
    counts: Counter[str] = Counter()
    states = await kit.store.run(sources.health, now=kit.clock())
    wanted = {state.source.id for state in states if state.enabled and state.paused_at is None}
    chosen = wanted & set(only) if only else wanted
    left = set(chosen)
    while left:
        step = await poll.step(kit, only=left, force=True)
        counts.update({f"poll:{status}": number for status, number in step.done.items()})
        left -= set(step.rows)
        if not step.rows and not await _wait(kit, step.next_due):
            break
    while chosen:
        step = await read.step(kit, only=chosen)
        counts.update(step.done)
        if not step.rows and not await _wait(kit, step.next_due):
            break
    return counts


async def _wait(kit: Kit, due: datetime | None) -> bool:
    """Wait for the next row, if it comes within PATIENCE."""
    now = kit.clock()
    if due is None or due - now > PATIENCE:
        return False
    await kit.clock.sleep(max((due - now).total_seconds(), _TICK))
    return True
