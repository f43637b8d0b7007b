"""`monitor sources`."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.cli.views.output import print_lines, print_table
from monitor.cli.views.source_text import STATUS_HEAD, check_json, check_lines, status_json, status_row
from monitor.formats import opml
from monitor.model import Source
from monitor.parse import SOURCE_KINDS
from monitor.services.check_source import check_configured_or_address, discover, web_address
from monitor.services.source_files import new_source, slug, sources_from_outlines, to_yaml, write_new_file
from monitor.services.source_status import list_sources, pause_source, resume_source

app = new_app(no_args_is_help=True, help="List, check, add and pause sources.")


@app.command("list")
def list_command(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False
) -> None:
    """List the sources with their state: on, new (not polled yet), failing, changed (layout), blind, paused or off.

    A source is blind if it returned nothing for three intervals.

    Example: monitor sources list --json
    """
    cli: CliContext = context.obj
    with cli.read_store_if_any() as store:
        statuses = list_sources(store, configured_sources(cli) or (), now=datetime.now(UTC))
    if as_json:
        print_json([status_json(status) for status in statuses])
    else:
        print_table(STATUS_HEAD, map(status_row, statuses))


@app.command()
def check(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Id of a source, or the URL of a feed or of a page that links one.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Poll a source once and show the result: entries, newest, language, oddities. Nothing is stored.

    Example: monitor sources check https://www.dawn.com
    """
    cli: CliContext = context.obj
    result = asyncio.run(check_configured_or_address(cli.load(), source))
    if as_json:
        print_json(check_json(result))
    else:
        print_lines(check_lines(result))
    raise typer.Exit(1 if result.error else 0)


@app.command()
def pause(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Id of a source.")],
    reason: Annotated[str, typer.Option(help="The reason, for other operators.")] = "",
) -> None:
    """Stop polling a source until it is resumed. The store keeps the pause; no file is changed.

    Example: monitor sources pause fars --reason "an HTML shell since Monday"
    """
    cli: CliContext = context.obj
    with cli.open_store() as store:
        pause_source(store, source, configured=configured_sources(cli), reason=reason, now=datetime.now(UTC))
    typer.echo(f"{source}: paused")


@app.command()
def resume(context: typer.Context, source: Annotated[str, typer.Argument(help="Id of a source.")]) -> None:
    """Poll a paused source again, from the next poll on.

    Example: monitor sources resume fars
    """
    cli: CliContext = context.obj
    with cli.open_store() as store:
        resume_source(store, source, configured=configured_sources(cli), now=datetime.now(UTC))
    typer.echo(f"{source}: resumed")


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="URL of a feed, or of a page that links one.")],
    source_id: Annotated[str, typer.Option("--id", help="Id of the source. [default: from its title]")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Find the feed of an outlet, show its last entries, and write sources/added-ID.yaml beside your other files.

    Example: monitor sources add https://www.dawn.com --id dawn --yes
    """
    cli: CliContext = context.obj
    config = cli.load()
    result = asyncio.run(discover(config, web_address(url, alternative="domain")))
    print_lines(check_lines(result))
    if result.error:
        raise typer.Exit(1)
    source = new_source(result, config.sources, source_id=source_id)
    if not yes:
        typer.confirm(f"Add it as {source.id}?", abort=True)
    comment = f"Added on {datetime.now(UTC):%Y-%m-%d} by `monitor sources add`; add country, owner and zone yourself."
    file = write_new_file(cli.folder() / "sources", f"added-{source.id}", to_yaml([source], comment=comment))
    typer.echo(f"written  {file}")


@app.command("import")
def import_opml(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="An OPML file.", exists=True, dir_okay=False)]
) -> None:
    """Import the feeds of an OPML file into a new file of sources; feeds that are already configured are skipped.

    Example: monitor sources import reader.opml
    """
    cli: CliContext = context.obj
    outlines = opml.read(file.read_bytes())
    added, skipped = sources_from_outlines(outlines, cli.load().sources)
    for reason in skipped:
        typer.echo(f"skipped  {reason}", err=True)
    if not added:
        typer.echo(f"{file}: none of its {len(outlines)} feeds is new; nothing was written")
        return
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    comment = f"Imported from {file.name} on {today}; add language, country, owner and zone yourself."
    stem = f"imported-{slug(file.stem) or 'opml'}"
    path = write_new_file(cli.folder() / "sources", stem, to_yaml(added, comment=comment))
    typer.echo(f"written  {path}: {len(added)} of {len(outlines)} feeds")


@app.command()
def export(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="A new file to write. [default: print it]")] = None,
) -> None:
    """Write the feeds of the configuration as OPML, for other feed readers.

    Example: monitor sources export > monitor.opml
    """
    sources = context.obj.load().sources
    text = opml.write(sources)
    if out:
        # Mode x: an existing file of the user is not overwritten.
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    else:
        typer.echo(text, nl=False)
    for source in sources:
        if not SOURCE_KINDS[source.kind].is_feed:
            typer.echo(f"skipped  {source.id}: OPML has feeds only, and this is a {source.kind}", err=True)


def configured_sources(cli: CliContext) -> Sequence[Source] | None:
    """Returns the sources of the configuration, or None if there is no configuration."""
    return cli.load().sources if cli.configured() else None
