"""`monitor try`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.cli.views.trial_html import render_page
from monitor.cli.views.trial_text import print_trial
from monitor.errors import ExtractError
from monitor.services.check_source import web_address
from monitor.services.try_page import (
    PageContent,
    PageTrial,
    UnreadablePage,
    page_from_file,
    source_for_page,
    try_page,
    validate_selectors,
    with_selectors,
)

app = new_app()

CssOption = Annotated[str | None, typer.Option(metavar="CSS", help="Replaces that of the source; '' removes it.")]


@app.command("try")
def try_command(
    context: typer.Context,
    page: Annotated[str, typer.Argument(help="URL of a page, or a file with one.")],
    url: Annotated[str, typer.Option(help="For a file: the URL that it was saved from.")] = "",
    source: Annotated[
        str, typer.Option(help="Id of the source whose settings are used. [default: one of the same site]")
    ] = "",
    content: CssOption = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="CSS", help="The same; may be given several times.")
    ] = None,
    title: CssOption = None,
    author: CssOption = None,
    date: CssOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    html: Annotated[str, typer.Option(metavar="FILE", help="Write an HTML page to FILE; - for stdout.")] = "",
) -> None:
    """Extract and judge one page; show each decision, store nothing.

    Every block of the page is shown, kept or dropped, with the reason. A page without an article is shown too; the
    exit code is 1. The selectors in use are printed as lines for the file of the source.

    Example: monitor try https://tribune.com.pk/story/2453520/ --remove .promo --html page.html
    """
    cli: CliContext = context.obj
    options = {"content": content, "remove": remove, "title": title, "author": author, "date": date}
    selectors = {name: value for name, value in options.items() if value is not None}
    validate_selectors(selectors)
    config = cli.load()
    target = page_from_file(Path(page), url) if Path(page).is_file() else web_address(page, alternative="file")
    address = target.url if isinstance(target, PageContent) else target
    settings = with_selectors(source_for_page(config.sources, address, source_id=source), selectors)
    trial = asyncio.run(try_page(config, target, settings, store_url=cli.url()))
    show_trial(trial, as_json=as_json, html=html)
    if isinstance(trial, UnreadablePage):
        raise ExtractError(trial.url, trial.reason)


def show_trial(trial: PageTrial, *, as_json: bool, html: str) -> None:
    """Print a trial as text or JSON, or write it as an HTML page."""
    if html == "-":
        typer.echo(render_page(trial))
    elif html:
        Path(html).write_text(render_page(trial), "utf-8")
        typer.echo(f"written: {html}", err=True)
    elif as_json:
        print_json(trial)
    else:
        print_trial(trial, Console(highlight=False, markup=False, emoji=False))
