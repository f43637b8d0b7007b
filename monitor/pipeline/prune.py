"""Prune: delete on time the texts and addresses that law and courtesy allow us to store only for a while."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta

from monitor.pipeline.context import Context, StepResult
from monitor.store import retention
from monitor.store.retention import RetentionPolicy

# Rows of a kind in one transaction: a backlog of years must not block the database for the other steps.
BATCH_ROWS = 200
INTERVAL = timedelta(hours=1)


async def step(context: Context) -> StepResult:
    """Delete rows past their retention. If the result has rows (the kinds that were deleted), there may be more."""
    now = context.clock()
    pruned = await context.store.run(retention.prune, RetentionPolicy(), now=now, limit=BATCH_ROWS)
    await context.store.run(retention.release_space)
    done = Counter({kind: count for kind, count in asdict(pruned).items() if count})
    return StepResult(rows=tuple(done), done=done, next_due=now if done else now + INTERVAL)
