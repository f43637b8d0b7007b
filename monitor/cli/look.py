"""Look at a source once, as a poll would, and store nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import urls
from monitor.cli.output import moment, row, span
from monitor.errors import FetchError, MonitorError, ParseError, PoolError
from monitor.model import Entry, Failed, Fetched, HostState, NotModified, Outcome, Source, SourceKind
from monitor.parse.alternates import alternates
from monitor.pipeline.context import Kit
from monitor.pipeline.poll import parsed_in_worker

MOST_FEEDS = 5  # of those that a page names are tried
Hosts = dict[str, HostState]  # what each host asked of us so far; a look renews it


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a source gave. `error` is None where it went well; the entries are the newest first."""

    source: Source
    at: datetime
    error: MonitorError | None = None
    entries: tuple[Entry, ...] = ()
    bad: int = 0
    title: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    date: str = ""  # the server's clock, as it wrote it
    moved_to: str = ""

    @property
    def newest(self) -> datetime | None:
        """The time of the newest entry that has one."""
        return max((entry.published for entry in self.entries if entry.published), default=None)

    def report(self) -> dict[str, object]:
        """The look in short, with keys that stay."""
        return {
            "source": self.source.id,
            "url": self.source.url,
            "kind": self.source.kind,
            "ok": self.error is None,
            "reason": str(self.error or ""),
            "title": self.title,
            "language": self.language,
            "entries": len(self.entries),
            "bad": self.bad,
            "newest": self.newest,
            "moved_to": self.moved_to,
            "notes": self.notes,
            "last": [{"title": one.title, "link": one.link, "published": one.published} for one in self.entries[:3]],
        }


async def look(kit: Kit, source: Source, hosts: Hosts) -> Look:
    """What a poll of a source would give now."""
    return await _read(kit, source, await _fetch(kit, source, hosts))


async def find(kit: Kit, url: str, hosts: Hosts) -> Look:
    """The source that an address stands for: what lies there, else a feed that the page names, else the page itself.

    The last look that failed, where it stands for none.
    """
    plain = _unnamed(url)
    fetched = await _fetch(kit, plain, hosts)
    if not isinstance(fetched, Fetched):
        return await _read(kit, plain, fetched)
    for kind in (SourceKind.FEED, SourceKind.SITEMAP):
        seen = await _read(kit, replace(plain, kind=kind), fetched)
        if seen.entries:
            return seen
    for named in await _named(kit, fetched):
        seen = await look(kit, _unnamed(named), hosts)
        if seen.entries:
            return seen
    # Asked for once more: a listing is a page, and robots.txt has a word there.
    return await look(kit, replace(plain, kind=SourceKind.LISTING), hosts)


def _unnamed(url: str) -> Source:
    return Source(id=urls.site(url), name=urls.site(url), url=url)


async def _fetch(kit: Kit, source: Source, hosts: Hosts) -> Outcome:
    name = urls.host(source.url)
    looked = await kit.web.look(
        source.url,
        host=hosts.get(name, HostState(host=name)),
        robots=source.kind is SourceKind.LISTING,
        proxy=source.proxy,
    )
    hosts[name] = looked.host
    return looked.outcome


async def _named(kit: Kit, page: Fetched) -> tuple[str, ...]:
    content_type = page.header("content-type")
    found = await kit.pool.run(alternates, page.body, url=page.final_url, content_type=content_type)
    return found[:MOST_FEEDS]


async def _read(kit: Kit, source: Source, outcome: Outcome) -> Look:
    if isinstance(outcome, Failed):
        return Look(source=source, at=outcome.at, error=outcome.error)
    if isinstance(outcome, NotModified):  # we sent no validators, so a 304 answers a question that was not put
        return Look(source=source, at=outcome.at, error=FetchError(outcome.url, "304 without validators"))
    try:
        parsed = await parsed_in_worker(kit, source, outcome, now=outcome.at)
    except (ParseError, PoolError) as error:
        return Look(source=source, at=outcome.at, error=error)
    return Look(
        source=source,
        at=outcome.at,
        entries=tuple(sorted(parsed.entries, key=_age, reverse=True)),
        bad=parsed.bad,
        title=parsed.title,
        language=parsed.language,
        notes=parsed.notes,
        date=outcome.header("date"),
        moved_to=outcome.moved_to,
    )


def _age(entry: Entry) -> float:
    return entry.published.timestamp() if entry.published else 0.0


def told(seen: Look) -> Iterator[str]:
    """A look in lines for people."""
    yield row("source", f"{seen.source.id} ({seen.source.kind}) {seen.source.url}")
    if seen.error:
        yield row("failed", str(seen.error))
        return
    bad = f", {seen.bad} unreadable" if seen.bad else ""
    yield row("entries", f"{len(seen.entries)}{bad}")
    age = f", {span(seen.at - seen.newest)} ago" if seen.newest else ""
    yield row("newest", f"{moment(seen.newest)}{age}" if seen.newest else "no entry has a time")
    yield row("title", seen.title or "-")
    yield row("language", seen.language or "not said")
    if seen.moved_to:
        yield row("moved", f"for good, to {seen.moved_to}")
    for note in seen.notes:
        yield row("note", note)
    for entry in seen.entries[:3]:
        yield row(moment(entry.published)[:16] or "no time", entry.title)
