"""Poll a source once without a store: the entries it would give, and the feed behind the address of a site."""

from dataclasses import dataclass, replace
from datetime import datetime

from monitor import urls
from monitor.app import open_app
from monitor.config import Config
from monitor.errors import FetchError, InvalidRequest, MonitorError, ParseError, WorkerError
from monitor.model import Entry, Failed, Fetched, FetchResult, HostState, NotModified, Source
from monitor.parse import SOURCE_KINDS
from monitor.parse.feed_discovery import feed_links
from monitor.pipeline.context import Context
from monitor.pipeline.source_body import read_source

# Front pages link up to 40 feeds (one for each section). The first ones are the main feed and its comments.
MAX_FEEDS_TRIED = 5

# The state of each host that was asked so far: its pace and robots.txt apply to all URLs of a check.
HostStates = dict[str, HostState]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """The result of one poll. `error` is None if it succeeded; `entries` are sorted newest first."""

    source: Source
    at: datetime
    error: MonitorError | None = None
    entries: tuple[Entry, ...] = ()
    bad: int = 0  # entries that could not be parsed
    title: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    date: str = ""  # the Date header of the server, unparsed
    moved_to: str = ""  # the target of a permanent redirect

    @property
    def newest(self) -> datetime | None:
        """The time of the newest entry that has one."""
        return max((entry.published for entry in self.entries if entry.published), default=None)


def find_source(config: Config, source_id: str) -> Source:
    """Returns the configured source with this id. Raises InvalidRequest if there is none."""
    for source in config.sources:
        if source.id == source_id:
            return source
    raise InvalidRequest(f"no source is called {source_id}; see `monitor sources list`")


def web_address(text: str, *, alternative: str) -> str:
    """Returns the URL that was typed, with or without its scheme.

    Raises InvalidRequest, which also names the `alternative` that the argument could have been ("file", "source").
    """
    address = urls.resolve("", text if "://" in text else f"https://{text}")
    host = urls.host(address)
    # "page.html" parses as a host name, but whoever types it means a file, and that file does not exist.
    if "." not in host or host.endswith((".html", ".htm")):
        raise InvalidRequest(f"{text!r} is not a {alternative} and not a URL")
    return address


async def check_configured_or_address(config: Config, source_or_url: str) -> SourceCheck:
    """Check a configured source by its id, or discover the source at an address. Nothing is stored."""
    # An in-memory store: the check needs the parts of the application, but must leave no trace.
    async with open_app(config, store="sqlite://") as context:
        for source in config.sources:
            if source.id == source_or_url:
                return await check_source(context, source, {})
        address = web_address(source_or_url, alternative="source of `monitor sources list`")
        return await discover_source(context, address, {})


async def discover(config: Config, address: str) -> SourceCheck:
    """Discover the source at an address, with an application of its own. Nothing is stored."""
    async with open_app(config, store="sqlite://") as context:
        return await discover_source(context, address, {})


async def check_source(context: Context, source: Source, hosts: HostStates) -> SourceCheck:
    """Returns the result that a poll of the source would have now. Updates `hosts`."""
    return await parse_result(context, source, await request(context, source, hosts))


async def discover_source(context: Context, url: str, hosts: HostStates) -> SourceCheck:
    """Returns the check of the first source with entries: the URL as a feed
    or sitemap, a feed that it links, the URL as a listing.

    If none has entries, the last failed check is returned.
    """
    plain = source_at(url)
    result = await request(context, plain, hosts)
    if not isinstance(result, Fetched):
        return await parse_result(context, plain, result)
    page_kinds = [kind.id for kind in SOURCE_KINDS.values() if kind.obeys_robots]
    for kind_id in SOURCE_KINDS:
        if kind_id in page_kinds:
            continue
        check = await parse_result(context, replace(plain, kind=kind_id), result)
        if check.entries:
            return check
    content_type = result.header("content-type")
    links = await context.workers.run(feed_links, result.body, url=result.final_url, content_type=content_type)
    for link in links[:MAX_FEEDS_TRIED]:
        check = await check_source(context, source_at(link), hosts)
        if check.entries:
            return check
    # The page is fetched a second time: a listing is a page, so robots.txt applies, and the first request did not ask it.
    for kind_id in page_kinds:
        check = await check_source(context, replace(plain, kind=kind_id), hosts)
        if check.entries:
            break
    return check


def source_at(url: str) -> Source:
    """Returns a source for a URL of which nothing else is known; it is named after its site."""
    return Source(id=urls.site(url), name=urls.site(url), url=url)


async def request(context: Context, source: Source, hosts: HostStates) -> FetchResult:
    """Fetch the URL of a source as a poll does, without validators. Updates `hosts`."""
    host = urls.host(source.url)
    outcome = await context.web.fetch(
        source.url,
        host=hosts.get(host, HostState(host=host)),
        # Feeds and sitemaps are published for machines; robots.txt is about pages.
        robots=SOURCE_KINDS[source.kind].obeys_robots,
        proxy=source.proxy,
    )
    hosts[host] = outcome.host
    return outcome.result


async def parse_result(context: Context, source: Source, result: FetchResult) -> SourceCheck:
    """Returns the check for a fetched source. Errors of the fetch and of the parser are values in it."""
    if isinstance(result, Failed):
        return SourceCheck(source=source, at=result.at, error=result.error)
    if isinstance(result, NotModified):
        # We sent no validators, so a 304 is a fault of the server.
        return SourceCheck(source=source, at=result.at, error=FetchError(result.url, "304 without validators"))
    try:
        parsed, _ = await read_source(context, source, result, HostState(host=urls.host(source.url)))
    except (ParseError, WorkerError) as error:
        return SourceCheck(source=source, at=result.at, error=error)
    return SourceCheck(
        source=source,
        at=result.at,
        entries=tuple(sorted(parsed.entries, key=publication_timestamp, reverse=True)),
        bad=parsed.bad,
        title=parsed.title,
        language=parsed.language,
        notes=parsed.notes,
        date=result.header("date"),
        moved_to=result.moved_to,
    )


def publication_timestamp(entry: Entry) -> float:
    """Returns the publication time in seconds for sorting; entries without a time come last."""
    return entry.published.timestamp() if entry.published else 0.0
