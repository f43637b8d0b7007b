"""Extract and judge one page as the service would, without storing anything."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from monitor import urls
from monitor.app import open_app
from monitor.config import Config
from monitor.css import selector_error
from monitor.errors import FetchError, InvalidRequest, StoreMissing, WorkerError
from monitor.extract import MAX_FINGERPRINTS_PER_SITE, Fingerprints, PageRequest, TracedBlock, extract
from monitor.fetch.responses import check_bytes
from monitor.model import Article, Failed, Fetched, HostState, PageSelectors, Source, Verdict
from monitor.pipeline.articles import judge_article
from monitor.pipeline.context import Context
from monitor.store import fingerprints, open_store_read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """The bytes of a page, and the URL that they came from."""

    url: str
    body: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadablePage:
    """The article that a page would become, its verdict, and every block of the page, kept or dropped."""

    source: str  # the id of the source whose settings were used, or ""
    selectors: PageSelectors | None  # those that were used
    article: Article
    verdict: Verdict
    provenance: Mapping[str, str]  # where title, authors, published, language and lead were found
    blocks: tuple[TracedBlock, ...]

    @property
    def url(self) -> str:
        """The URL of the page."""
        return self.article.url


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadablePage:
    """A page without an article. Its blocks show the reason for each."""

    url: str
    source: str
    selectors: PageSelectors | None
    reason: str
    blocks: tuple[TracedBlock, ...]


PageTrial = ReadablePage | UnreadablePage


def page_from_file(path: Path, url: str) -> PageContent:
    """Returns the page in a file, as if it came from `url` ("": from the file itself).

    Raises WrongType if the file is not a page, as a fetch would.
    """
    page = PageContent(url=url or path.absolute().as_uri(), body=path.read_bytes())
    check_bytes(page.url, page.body)
    return page


async def try_page(config: Config, page: PageContent | str, source: Source, *, store_url: str) -> PageTrial:
    """Returns the trial of a page, or of the page at a URL, with the settings of a source.

    Raises FetchError if the page cannot be fetched.
    """
    if isinstance(page, PageContent):
        # A file needs no request, so there is nobody who would need our contact address.
        config = replace(config, contact=config.contact or "a file")
    url = page.url if isinstance(page, PageContent) else page
    known_pages = site_fingerprints(store_url, url)
    async with open_app(config, store="sqlite://") as context:
        content = page if isinstance(page, PageContent) else await fetch_page(context, page, source)
        return await judge_page(context, content, source, known_pages=known_pages)


def validate_selectors(selectors: Mapping[str, str | list[str]]) -> None:
    """Raises InvalidRequest, with the name of the option, if a selector is not valid CSS."""
    for option, value in selectors.items():
        for css in [value] if isinstance(value, str) else value:
            if error := selector_error(css):
                raise InvalidRequest(error, parameter=option)


def with_selectors(source: Source, selectors: Mapping[str, str | list[str]]) -> Source:
    """Returns the source with some of its page selectors replaced; an empty one removes a selector."""
    if not selectors:
        return source
    values: dict[str, Any] = {
        name: value if isinstance(value, str) else tuple(filter(None, value)) for name, value in selectors.items()
    }
    return replace(source, page=replace(source.page or PageSelectors(), **values))


def source_for_page(sources: Sequence[Source], url: str, *, source_id: str = "") -> Source:
    """Returns the source whose settings fit a page: the named one, else one of the same site, else one without settings.

    Raises InvalidRequest if the named one does not exist.
    """
    site = urls.site(url)
    if not source_id:
        same_site = (source for source in sources if site and urls.site(source.url) == site)
        return next(same_site, Source(id="", name=site, url=url))
    for source in sources:
        if source.id == source_id:
            return source
    raise InvalidRequest(f"no source is called {source_id}; see `monitor sources list`")


def site_fingerprints(store_url: str, url: str) -> Fingerprints:
    """Returns the stored fingerprints of other pages of the same site; none if there is no store yet.

    Lines that several pages of a site share are boilerplate, so a trial without them would keep more than the service.
    """
    try:
        with closing(open_store_read_only(store_url)) as store:
            limit = MAX_FINGERPRINTS_PER_SITE
            return store.call(fingerprints.load, urls.site(url), apart_from=urls.canonicalize(url), limit=limit)
    except StoreMissing:
        return ()


async def fetch_page(context: Context, url: str, source: Source) -> PageContent:
    """Returns the page at a URL, if robots.txt allows it. Raises FetchError."""
    host = HostState(host=urls.host(url))
    outcome = await context.web.fetch(url, host=host, robots=True, proxy=source.proxy)
    match outcome.result:
        case Fetched() as fetched:
            return PageContent(url=fetched.final_url, body=fetched.body, content_type=fetched.header("content-type"))
        case Failed(error=error):
            raise error
        case not_modified:
            raise FetchError(not_modified.url, "304 without validators")


async def judge_page(
    context: Context, page: PageContent, source: Source, *, known_pages: Fingerprints = ()
) -> PageTrial:
    """Returns the article and verdict that the service would store for a page, with the reason for every block."""
    request = PageRequest(
        html=page.body,
        url=page.url,
        content_type=page.content_type,
        zone=source.zone,
        language=source.language,
        now=context.clock(),
        selectors=source.page or PageSelectors(),
        fingerprints=known_pages,
        trace=True,
    )
    unreadable = partial(UnreadablePage, url=page.url, source=source.id, selectors=source.page)
    try:
        extraction = await context.workers.run(extract, request)
    except WorkerError as error:
        return unreadable(reason=str(error), blocks=())
    trace = extraction.trace
    assert trace  # it was requested
    if extraction.article is None:
        assert extraction.refusal
        return unreadable(reason=extraction.refusal.reason, blocks=trace.blocks)
    return ReadablePage(
        source=source.id,
        selectors=source.page,
        article=extraction.article,
        verdict=judge_article(context.judge, source, extraction.article),
        provenance=trace.places,
        blocks=trace.blocks,
    )
