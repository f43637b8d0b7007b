"""Prune: forget on time what law and courtesy let us keep only for a while."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta

from monitor.pipeline.context import Kit, Step
from monitor.store import retention
from monitor.store.retention import Keep

# Rows of a kind in one transaction: a backlog of years must not keep the other stages from the database.
AT_ONCE = 200
EVERY = timedelta(hours=1)


async def step(kit: Kit) -> Step:
    """Let go what is past its time; its rows are the kinds of which something went, and then there may be more."""
    now = kit.clock()
    pruned = await kit.store.run(retention.prune, Keep(), now=now, limit=AT_ONCE)
    done = Counter({kind: number for kind, number in asdict(pruned).items() if number})
    return Step(rows=tuple(done), done=done, next_due=now if done else now + EVERY)
