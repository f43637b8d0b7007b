"""`monitor try`: what would become of one page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import moment, print_json, row
from monitor.cli.settings import Where
from monitor.cli.sources import web_address

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.extract import Piece
    from monitor.extract.furniture import Known
    from monitor.model import Article, Source, Verdict
    from monitor.stages.kit import Kit

SHOWN = 40  # pieces of what was dropped; --json shows all


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes of a page, and where they came from."""

    url: str
    body: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What would become of a page."""

    source: str  # whose settings were used, or ""
    article: "Article"
    verdict: "Verdict"
    pieces: "tuple[Piece, ...]"  # of the page, kept and dropped


@app.command("try")
def try_(
    context: typer.Context,
    page: Annotated[str, typer.Argument(help="URL of a page, or a file with one.")],
    url: Annotated[str, typer.Option(help="Of a file: the URL that it was saved from.")] = "",
    source: Annotated[
        str, typer.Option(help="Id of the source whose settings are used. [default: one of the same site]")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Read one page and say what would be kept, dropped and matched; nothing is stored.

    Example: monitor try https://tribune.com.pk/story/2453520/
    """
    import asyncio

    where: Where = context.obj
    config = where.load()
    file = Path(page)
    given = Page(url=url or file.absolute().as_uri(), body=file.read_bytes()) if file.is_file() else web_address(page)
    known = _known(where, given.url if isinstance(given, Page) else given)
    tried = asyncio.run(_try(config, given, source=source, known=known))
    if as_json:
        print_json(tried)
    else:
        typer.echo("\n".join(told(tried)))


def _known(where: Where, url: str) -> "Known":
    """What the store remembers of the site of a page; where there is no store yet, none is made."""
    from monitor import urls
    from monitor.extract.furniture import REMEMBERED
    from monitor.store import furniture
    from monitor.store.opening import file_of

    file = file_of(where.url())
    if file is not None and not file.exists():
        return ()
    with where.open_store() as store:
        return store.call(furniture.known, urls.site(url), apart_from=urls.canonical(url), most=REMEMBERED)


async def _try(config: "Config", given: Page | str, *, source: str, known: "Known") -> Tried:
    from monitor.app import open_app

    chosen = choose(config.sources, given.url if isinstance(given, Page) else given, name=source)
    async with open_app(config, store="sqlite://") as kit:
        page = given if isinstance(given, Page) else await fetch(kit, given, chosen)
        return await read(kit, page, chosen, known=known)


def choose(sources: "Sequence[Source]", url: str, *, name: str = "") -> "Source":
    """The source whose settings fit a page: the named one, else one of the same site, else one without settings."""
    from monitor import urls
    from monitor.model import Source

    site = urls.site(url)
    plain = Source(id="", name=site, url=url)
    if not name:
        return next((one for one in sources if site and urls.site(one.url) == site), plain)
    for one in sources:
        if one.id == name:
            return one
    raise typer.BadParameter(f"no source is called {name}; see `monitor sources list`")


async def fetch(kit: "Kit", url: str, source: "Source") -> Page:
    """The page at a URL. Raises FetchError where it is not to be had: robots.txt is asked as for any page."""
    from monitor import urls
    from monitor.errors import FetchError
    from monitor.model import Failed, Fetched, HostState

    looked = await kit.web.look(url, host=HostState(host=urls.host(url)), robots=True, proxy=source.proxy)
    match looked.outcome:
        case Fetched() as fetched:
            return Page(url=fetched.final_url, body=fetched.body, content_type=fetched.header("content-type"))
        case Failed(error=error):
            raise error
        case unasked:
            raise FetchError(unasked.url, "304 without validators")


async def read(kit: "Kit", page: Page, source: "Source", *, known: "Known" = ()) -> Tried:
    """What a page would be read and judged as, given what is known of its site. Raises ExtractError without a text."""
    from monitor import extract
    from monitor.model import Entry
    from monitor.stages.admit import Subject, judge

    now = kit.clock()
    reading = await kit.pool.run(
        extract.explain,
        page.body,
        url=page.url,
        content_type=page.content_type,
        zone=source.zone,
        language=source.language,
        now=now,
        page=source.page,
        known=known,
    )
    article = reading.article
    entry = Entry(url=page.url, link=page.url, title=article.title)
    subject = Subject(entry_id=0, entry=entry, source=source, baseline=False, first_seen=now)
    return Tried(source=source.id, article=article, verdict=judge(kit, subject, article), pieces=reading.pieces)


def told(tried: Tried) -> Iterator[str]:
    """A trial in lines for people."""
    from monitor.cli.why import judged

    yield tried.article.title
    yield tried.article.url
    yield ""
    yield from _article(tried.article)
    yield row("stored", _stored(tried.article))
    if tried.source:
        yield row("source", f"the settings of {tried.source} were used")
    yield from judged("judged", tried.verdict)
    paragraphs = tried.article.text.split("\n\n")
    yield f"\nkept: {len(paragraphs)} paragraphs"
    for paragraph in paragraphs:
        yield f"  {paragraph}"
    dropped = [piece for piece in tried.pieces if not piece.kept]
    yield f"\ndropped: {len(dropped)} pieces"
    for piece in dropped[:SHOWN]:
        yield f"  {_short(piece.text)} ({piece.reason})"
    if len(dropped) > SHOWN:
        yield f"  … and {len(dropped) - SHOWN} more, with --json"


def _article(article: "Article") -> Iterator[str]:
    words = len(article.text.split())
    yield row("read", f"by {article.method}, {words} words, quality {article.quality:.2f}")
    yield row("published", _date(article.published, article))
    if article.modified:
        yield row("changed", moment(article.modified))
    yield row("language", article.language or "unknown")
    if article.authors or article.origin:
        yield row("by", ", ".join(filter(None, (*article.authors, article.origin))))
    if article.lead:
        yield row("lead", article.lead)
    for note in article.notes:
        yield row("note", note)


def _date(published: datetime | None, article: "Article") -> str:
    if published is None:
        return "unknown; it would be ordered by when it is first seen"
    return f"{moment(published)}, from {article.published_from}: {article.published_text}"


def _stored(article: "Article") -> str:
    if article.noarchive:
        return "no text: the page asks not to be archived, or reserves text mining"
    return "title, link and text" if article.free else "the lead only: the page is behind a paywall"


def _short(piece: str) -> str:
    from monitor.text import clean

    return clean(piece, limit=100)
