"""`monitor fetch`."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.logs import set_up
from monitor.cli.views.json_output import with_public_keys
from monitor.cli.views.progress import clear_status, show_status
from monitor.services.fetch_once import FetchProgress, FetchSummary, fetch_sources

FAILED, SOURCE_SILENT = 1, 3  # exit codes

app = new_app()


@app.command()
def fetch(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(help="Ids of sources. [default: all that are enabled]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print errors only; the exit code says the rest.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log each step on stderr.")] = False,
) -> None:
    """Poll once, fetch and judge new articles; send nothing.

    It may run beside the service. The exit code is 1 if no source answered, and 3 if a polled source returned nothing for
    three intervals.

    Example: monitor --config config fetch tribune mehr-en
    """
    cli: CliContext = context.obj
    set_up(json=False, level=logging.INFO if verbose else logging.ERROR)
    # Lines of the log would break the line of the progress.
    on_progress = None if quiet or verbose or not sys.stderr.isatty() else show_progress
    summary = asyncio.run(fetch_sources(cli.load(), store_url=cli.store, only=source or [], on_progress=on_progress))
    clear_status()
    if as_json:
        # One line: log collectors and `jq` read a run as one record.
        typer.echo(json.dumps(with_public_keys(summary), ensure_ascii=False))
    elif not quiet:
        typer.echo(
            f"sources: {summary.ok} ok, {summary.unchanged} unchanged, {summary.failed} failed; "
            f"entries: {summary.new} new; items: {summary.relevant} relevant; stories: {summary.stories}"
        )
    if not quiet:
        for line in failure_lines(summary):
            typer.echo(line, err=True)
    raise typer.Exit(exit_code(summary))


def failure_lines(summary: FetchSummary) -> Iterator[str]:
    """Yields a line for each silent source; one line in all if no source answered, because then the fault is on our side."""
    if summary.failed > 1 and not summary.ok + summary.unchanged:
        yield f"none of {summary.failed} sources answered; is this machine online? `monitor doctor` tests the network"
        return
    yield from (f"silent: {silent}" for silent in summary.silent_sources)


def show_progress(progress: FetchProgress) -> None:
    """Show the progress on one line of the terminal."""
    waiting = f", {progress.waiting} pages waiting" if progress.waiting else ""
    show_status(f"{progress.polled} of {progress.sources} sources polled, {progress.ended} entries judged{waiting}")


def exit_code(summary: FetchSummary) -> int:
    """Returns 3 if a source is silent, 1 if no source could be polled, else 0."""
    if summary.silent_sources:
        return SOURCE_SILENT
    return FAILED if summary.failed and not summary.ok + summary.unchanged else 0
