"""One poll of the sources, with the counts that `monitor fetch` reports."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from monitor.app import open_app
from monitor.config import Config
from monitor.errors import InvalidRequest
from monitor.pipeline import one_shot
from monitor.pipeline.context import Context
from monitor.store import entries, notices, polls, sources
from monitor.store.statuses import EntryStatus

PROGRESS_INTERVAL_S = 2.0
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchProgress:
    """How far a run is: the sources polled, and the entries of this run that ended and that wait for their pages."""

    polled: int
    sources: int
    ended: int
    waiting: int


async def fetch_sources(
    config: Config,
    *,
    store_url: str,
    only: Collection[str] = (),
    on_progress: Callable[[FetchProgress], None] | None = None,
) -> FetchSummary:
    """Poll all enabled sources, or `only` some, once. Raises InvalidRequest if one of those does not exist.

    `on_progress` is called every PROGRESS_INTERVAL_S seconds.
    """
    unknown = set(only) - {source.id for source in config.sources}
    if unknown:
        raise InvalidRequest(f"no source is called {', '.join(sorted(unknown))}; see `monitor sources list`")
    async with open_app(config, store=store_url) as context:
        if on_progress is None:
            return await fetch_once(context, only=only)
        reporting = asyncio.create_task(report_progress(context, on_progress, only=only))
        try:
            return await fetch_once(context, only=only)
        finally:
            reporting.cancel()


async def report_progress(
    context: Context, on_progress: Callable[[FetchProgress], None], *, only: Collection[str]
) -> None:
    """Report the progress of a run until the task is cancelled."""
    started = context.clock()
    states = sources.polled_states(await context.store.run(sources.health, now=started))
    chosen = {state.source.id for state in states if not only or state.source.id in only}
    while True:
        await asyncio.sleep(PROGRESS_INTERVAL_S)
        now = context.clock()
        polled = await context.store.run(polls.sources_polled, since=started, until=now)
        counted = await context.store.run(entries.count_by_status, since=started)
        progress = FetchProgress(
            polled=len(chosen & polled.keys()),
            sources=len(chosen),
            ended=counted.total() - counted[""],
            waiting=counted[""],
        )
        on_progress(progress)


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
        # Only those that this run polled: the silence of the others is not its result.
        silent_sources=tuple(
            f"{state.source.id}: {state.silent.reason}"
            for state in states
            if state.silent and (not only or state.source.id in only)
        ),
    )
