"""`monitor fetch`."""

import asyncio
import json
import logging
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.logs import set_up
from monitor.cli.views.json_output import with_public_keys
from monitor.services.fetch_once import FetchSummary, fetch_sources

FAILED, SOURCE_SILENT = 1, 3  # exit codes

app = new_app()


@app.command()
def fetch(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(help="Ids of sources. [default: all that are enabled]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log each step on stderr.")] = False,
) -> None:
    """Poll once, fetch and judge new articles; send nothing.

    It may run beside the service. The exit code is 3 if a source returned nothing for three intervals.

    Example: monitor --config config fetch tribune mehr-en
    """
    cli: CliContext = context.obj
    set_up(json=False, level=logging.INFO if verbose else logging.ERROR)
    summary = asyncio.run(fetch_sources(cli.load(), store_url=cli.store, only=source or []))
    if as_json:
        # One line: log collectors and `jq` read a run as one record.
        typer.echo(json.dumps(with_public_keys(summary), ensure_ascii=False))
    else:
        typer.echo(
            f"sources: {summary.ok} ok, {summary.unchanged} unchanged, {summary.failed} failed; "
            f"entries: {summary.new} new; items: {summary.relevant} relevant; stories: {summary.stories}"
        )
    for silent in summary.silent_sources:
        typer.echo(f"silent: {silent}", err=True)
    raise typer.Exit(exit_code(summary))


def exit_code(summary: FetchSummary) -> int:
    """Returns 3 if a source is silent, 1 if no source could be polled, else 0."""
    if summary.silent_sources:
        return SOURCE_SILENT
    return FAILED if summary.failed and not summary.ok + summary.unchanged else 0
