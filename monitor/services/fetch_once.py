"""One poll of the sources, with the counts that `monitor fetch` reports."""

from collections.abc import Collection
from dataclasses import dataclass

from monitor.app import open_app
from monitor.config import Config
from monitor.errors import InvalidRequest
from monitor.pipeline import one_shot
from monitor.pipeline.context import Context
from monitor.store import entries, notices, sources
from monitor.store.statuses import EntryStatus

# The statuses of an entry whose text is relevant.
RELEVANT_STATUSES = (EntryStatus.PENDING, EntryStatus.DELIVERED, EntryStatus.DUPLICATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSummary:
    """The counts of one run: polls by result, new entries, relevant items, stories, and entries by status."""

    ok: int
    unchanged: int
    failed: int
    new: int
    relevant: int
    stories: int
    entry_statuses: dict[str, int]
    silent_sources: tuple[str, ...]  # id and reason


async def fetch_sources(config: Config, *, store_url: str, only: Collection[str] = ()) -> FetchSummary:
    """Poll all enabled sources, or `only` some, once. Raises InvalidRequest if one of those does not exist."""
    unknown = set(only) - {source.id for source in config.sources}
    if unknown:
        raise InvalidRequest(f"no source is called {', '.join(sorted(unknown))}; see `monitor sources list`")
    async with open_app(config, store=store_url) as context:
        return await fetch_once(context, only=only)


async def fetch_once(context: Context, *, only: Collection[str] = ()) -> FetchSummary:
    """Poll the sources once and read their new entries. Nobody is notified."""
    started = context.clock()
    counts = await one_shot.run_once(context, only=only)
    new_entries = await context.store.run(entries.count_by_status, since=started)
    touched_stories = await context.store.run(notices.stories_with_new_items, since=started)
    states = await context.store.run(sources.health, now=context.clock())
    return FetchSummary(
        ok=counts["poll:new"],
        unchanged=counts["poll:unchanged"],
        failed=sum(counts[f"poll:{status}"] for status in ("failed", "gone", "broken")),
        new=new_entries.total(),
        relevant=sum(counts[status] for status in RELEVANT_STATUSES),
        stories=len(touched_stories),
        # The counters of polls have a prefix; the others are the statuses of entries.
        entry_statuses={name: number for name, number in counts.items() if ":" not in name},
        silent_sources=tuple(f"{state.source.id}: {state.silent.reason}" for state in states if state.silent),
    )
