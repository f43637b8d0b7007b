"""Reads the body of a source; for an index of sitemaps, a few of those that it names, the newest first.

The names of sitemaps often have a date or a number in them, so a source that is one of them is stale tomorrow.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from monitor import parse, relevance, urls
from monitor.errors import FetchError, ParseError
from monitor.model import Failed, Fetched, HostState, ParseResult, Source
from monitor.pipeline.context import Context

# The newest sitemap, the one before (a new one begins at midnight), and one more for sites that have several kinds.
MAX_READ_SITEMAPS = 3
MAX_REQUESTS = 4  # with those of indexes inside of the index, and those that fail


@dataclass(slots=True)
class IndexReader:
    """The reading of one index: what has been read so far, and the hosts that were asked."""

    context: Context
    source: Source
    hosts: dict[str, HostState]
    results: list[ParseResult] = field(default_factory=list)
    errors: list[FetchError | ParseError] = field(default_factory=list)

    async def read(self, sitemaps: tuple[str, ...]) -> None:
        """Read sitemaps in this order, those of an index inside at its place, within the bounds."""
        pending = list(sitemaps)
        for _ in range(MAX_REQUESTS):
            if not pending or len(self.results) >= MAX_READ_SITEMAPS:
                return
            try:
                parsed = await self._fetch(pending.pop(0))
            except (FetchError, ParseError) as error:
                self.errors.append(error)
                continue
            if parsed.sitemaps:
                pending = [*parsed.sitemaps, *pending]
            else:
                self.results.append(parsed)

    async def _fetch(self, url: str) -> ParseResult:
        host = urls.host(url)
        state = self.hosts.get(host, HostState(host=host))
        outcome = await self.context.web.fetch(url, host=state, robots=False, proxy=self.source.proxy)
        self.hosts[host] = outcome.host
        match outcome.result:
            case Fetched() as fetched:
                return await parse_body(self.context, self.source, fetched)
            case Failed(error=error):
                raise error
        raise FetchError(url, "304 without validators")


async def read_source(
    context: Context, source: Source, fetched: Fetched, host: HostState, *, known_items: Collection[str] = ()
) -> tuple[ParseResult, HostState]:
    """Returns the entries of a source's body, and the state of its host after reading the sitemaps of an index.

    The known items of its last body are left out.

    Raises ParseError, also if no sitemap of an index could be read, and WorkerError if the worker was killed.
    """
    parsed = await parse_body(context, source, fetched, known_items=known_items)
    parsed = replace(parsed, notes=(*parsed.notes, *pace_notes(source, parsed, fetched)))
    if not parsed.sitemaps:
        return parsed, host
    reader = IndexReader(context=context, source=source, hosts={host.host: host})
    await reader.read(parsed.sitemaps)
    if not reader.results:
        reason = str(reader.errors[0]) if reader.errors else "it names only indexes"
        raise ParseError(fetched.url, f"an index of sitemaps, of which none could be read: {reason}")
    entries = tuple(entry for result in reader.results for entry in result.entries)
    notes = (
        f"an index of sitemaps: the {len(reader.results)} newest are read",
        *(str(error) for error in reader.errors),
        *(note for result in reader.results for note in result.notes),
    )
    bad = sum(result.bad for result in reader.results)
    return replace(parsed, entries=entries, bad=bad, notes=(*parsed.notes, *notes)), reader.hosts[host.host]


def pace_notes(source: Source, parsed: ParseResult, fetched: Fetched) -> Iterator[str]:
    """Yields a note if a source asks to be polled less often than it is configured, in its body or by Cache-Control."""
    max_age = re.search(r"\bmax-age=(\d{1,8})", fetched.header("cache-control").lower())
    requests = {"the feed": parsed.ttl, "Cache-Control": timedelta(seconds=int(max_age[1])) if max_age else None}
    for name, pause in requests.items():
        if pause and pause > source.interval:
            yield f"{name} asks for a pause of {pause / timedelta(minutes=1):,.0f} min between polls"


async def parse_body(
    context: Context, source: Source, fetched: Fetched, *, known_items: Collection[str] = ()
) -> ParseResult:
    """Returns the entries of a body, but for the known items. Raises ParseError, or WorkerError if its worker was killed."""
    return await context.workers.run(
        parse.parse_source,
        source.kind,
        fetched.body,
        url=fetched.final_url,
        headers=fetched.headers,
        zone=source.zone,
        language=source.language,
        now=fetched.at,
        options=source.options,
        known_items=known_items,
        salt=f"{relevance.fingerprint(context.judge.rules)} {source.zone} {source.language} {source.fetch_pages}",
    )
