"""Group: place the new relevant items among the stories, in a fixed order, and decide for each channel.

Pages are read side by side and end in any order. Placed one by one as they ended, the same news gave 11 to 13 stories from run
to run, so items wait until the others of their round are read.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import structlog

from monitor.notify.decide import PAGE_WAIT
from monitor.pipeline.context import Context, StepResult
from monitor.pipeline.ingest import place_waiting
from monitor.store import entries, grouping
from monitor.store.grouping import WaitingItem

log = structlog.get_logger()


async def step(context: Context, *, wait: bool = True) -> StepResult:
    """Place the items whose round was read; without `wait`, all that were stored.

    The rows of the result are the items that were placed, its counts their statuses.
    """
    now = context.clock()
    waiting = await context.store.run(grouping.waiting)
    if not waiting:
        return StepResult()
    is_reading = await context.store.run(entries.is_reading, now=now)
    due = ready_items(waiting, is_reading=is_reading, now=now) if wait else waiting
    done: Counter[str] = Counter()
    for item in due:
        placed = await context.store.run(place_waiting, context=context, waiting_item=item, now=now)
        done[str(placed.status if placed else item.status) if item.status else "early"] += 1
    later = [item.stored_at + PAGE_WAIT for item in waiting if item not in due]
    return StepResult(rows=tuple(str(item.item) for item in due), done=done, next_due=min(later, default=None))


def ready_items(waiting: Sequence[WaitingItem], *, is_reading: bool, now: datetime) -> list[WaitingItem]:
    """Returns the items to be placed now, in the order given.

    `is_reading` tells that entries are still to be read now. No item waits for others longer than PAGE_WAIT: a host that is
    slow must not delay the alert of another. An item that is known by its title waits that long for its own page.
    """
    return [
        item for item in waiting if now >= item.stored_at + PAGE_WAIT or (not is_reading and item.status is not None)
    ]
