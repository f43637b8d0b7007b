"""`monitor init`."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.lazy_group import new_app
from monitor.services.config_files import write_starter

app = new_app()


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Where to write. [default: --config, else ./config]")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask anything.")] = False,
    contact: Annotated[str, typer.Option(help="Address or page that every request carries.")] = "",
    rules: Annotated[bool, typer.Option("--rules", help="Copy the rules too, to edit them.")] = False,
) -> None:
    """Write a commented configuration to start from.

    Existing files are never changed. Without --rules the bundled rules apply, and improve with each release.

    Example: monitor init config --contact desk@example.org --yes
    """
    target = folder or context.obj.config or Path("config")
    if not contact and not yes:
        contact = typer.prompt(
            "An address or page where an outlet can reach you (every request carries it)", default=""
        )
    for file in write_starter(target, contact=contact, with_rules=rules):
        typer.echo(f"{'written  ' if file.written else 'kept     '}{file.path}")
    typer.echo(f"Next: monitor --config {target} config check, then monitor --config {target} fetch")
