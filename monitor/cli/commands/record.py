"""`monitor record`."""

import asyncio
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.services.check_source import find_source
from monitor.services.record import record as record_cassette

app = new_app()


@app.command()
def record(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Id of a source.")],
    out: Annotated[Path | None, typer.Option(help="Folder of cassettes. [default: in your data folder]")] = None,
    pages: Annotated[int, typer.Option(min=0, max=100, help="Articles to record, the newest first.")] = 5,
) -> None:
    """Record one poll of a source, with some pages, as a cassette.

    The file is OUT/SOURCE/DAY-TIME.yaml; tests and replays read it. Cookies, keys and everything that identifies you
    are left out. Needs vcrpy, which comes with the extra "record".

    Example: monitor record dawn --pages 3
    """
    cli: CliContext = context.obj
    config = cli.load()
    folder = out or platformdirs.user_data_path("monitor") / "cassettes"
    recording = asyncio.run(record_cassette(config, find_source(config, source), folder, pages=pages))
    typer.echo(f"written  {recording.file}: {recording.responses} answers")
    if recording.error:
        typer.echo(f"the source could not be parsed: {recording.error}", err=True)
