"""`monitor try`: what would become of one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import app
from monitor.cli.output import print_json
from monitor.cli.settings import Where
from monitor.cli.sources import web_address

if TYPE_CHECKING:
    from monitor.cli.tried import Trial
    from monitor.config import Config
    from monitor.extract.furniture import Known
    from monitor.model import Source
    from monitor.pipeline.context import Kit

Css = Annotated[str | None, typer.Option(metavar="CSS", help="In place of the source's; '' for none.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes of a page, and where they came from."""

    url: str
    body: bytes
    content_type: str = ""


@app.command("try")
def try_(
    context: typer.Context,
    page: Annotated[str, typer.Argument(help="URL of a page, or a file with one.")],
    url: Annotated[str, typer.Option(help="Of a file: the URL that it was saved from.")] = "",
    source: Annotated[
        str, typer.Option(help="Id of the source whose settings are used. [default: one of the same site]")
    ] = "",
    content: Css = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="CSS", help="The same; may be given several times.")
    ] = None,
    title: Css = None,
    author: Css = None,
    date: Css = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    html: Annotated[str, typer.Option(metavar="FILE", help="Write it as a page to look at; - for stdout.")] = "",
) -> None:
    """Read one page and show what is kept, what is dropped and why, and what is matched; nothing is stored.

    A page in which there is no article is shown as well; the exit code is 1.

    Selectors that are tried are printed as the lines to put into the file of the source.

    Example: monitor try https://tribune.com.pk/story/2453520/ --remove .promo --html page.html
    """
    import asyncio

    from monitor.cli.tried import Unread
    from monitor.errors import ExtractError

    where: Where = context.obj
    typed = {"content": content, "remove": remove, "title": title, "author": author, "date": date}
    selectors = {key: value for key, value in typed.items() if value is not None}
    check(selectors)
    config = where.load()
    given = _saved(page, url) if Path(page).is_file() else web_address(page, no="file")
    address = given.url if isinstance(given, Page) else given
    chosen = with_selectors(choose(config.sources, address, name=source), selectors)
    trial = asyncio.run(_try(config, given, chosen, known=_known(where, address)))
    _show(trial, as_json=as_json, html=html)
    if isinstance(trial, Unread):
        raise ExtractError(trial.url, trial.refused)


def _saved(file: str, url: str) -> Page:
    """The page in a file. Raises WrongType where it holds something else, as a look at its URL would."""
    from monitor.fetch.answers import check_bytes

    path = Path(file)
    page = Page(url=url or path.absolute().as_uri(), body=path.read_bytes())
    check_bytes(page.url, page.body)
    return page


def _show(trial: "Trial", *, as_json: bool, html: str) -> None:
    if html:
        from monitor.cli.tried_page import page

        _write(page(trial), html)
    elif as_json:
        print_json(trial)
    else:
        from rich.console import Console

        from monitor.cli.tried_text import show

        show(trial, Console(highlight=False, markup=False, emoji=False))


def _write(document: str, target: str) -> None:
    if target == "-":
        typer.echo(document)
        return
    Path(target).write_text(document, "utf-8")
    typer.echo(f"written: {target}", err=True)


def check(selectors: "Mapping[str, str | list[str]]") -> None:
    """Wrong usage where one of the selectors is none."""
    from monitor.extract import selector_error

    for key, value in selectors.items():
        for css in [value] if isinstance(value, str) else value:
            if wrong := selector_error(css):
                raise typer.BadParameter(wrong, param_hint=f"--{key}")


def with_selectors(source: "Source", selectors: "Mapping[str, str | list[str]]") -> "Source":
    """The source with some selectors for its pages put in place of its own."""
    from monitor.model import PageSelectors

    if not selectors:
        return source
    given: dict[str, Any] = {
        key: value if isinstance(value, str) else tuple(filter(None, value)) for key, value in selectors.items()
    }
    return replace(source, page=replace(source.page or PageSelectors(), **given))


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


async def _try(config: "Config", given: Page | str, source: "Source", *, known: "Known") -> "Trial":
    from monitor.app import open_app

    if isinstance(given, Page):  # for a file nobody is asked, so nobody need be named
        config = replace(config, contact=config.contact or "a file")
    async with open_app(config, store="sqlite://") as kit:
        page = given if isinstance(given, Page) else await fetch(kit, given, source)
        return await read(kit, page, source, known=known)


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


async def read(kit: "Kit", page: Page, source: "Source", *, known: "Known" = ()) -> "Trial":
    """What a page would be read and judged as, given what is known of its site."""
    from monitor import extract
    from monitor.cli.tried import Tried, Unread
    from monitor.errors import PoolError
    from monitor.pipeline.ingest import judged

    unread = partial(Unread, url=page.url, source=source.id, page=source.page)
    try:
        reading = await kit.pool.run(
            extract.explain,
            page.body,
            url=page.url,
            content_type=page.content_type,
            zone=source.zone,
            language=source.language,
            now=kit.clock(),
            page=source.page,
            known=known,
        )
    except PoolError as error:
        return unread(refused=str(error), pieces=())
    article = reading.article
    if article is None:
        return unread(refused=reading.refused, pieces=reading.pieces)
    return Tried(
        source=source.id,
        page=source.page,
        article=article,
        verdict=judged(kit.judge, source, article),
        places=reading.places,
        pieces=reading.pieces,
    )
