"""`monitor backup`."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.lazy_group import new_app
from monitor.store import backup as store_backup

app = new_app()


@app.command()
def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A new file for the copy.", dir_okay=False)]
) -> None:
    """Copy the SQLite store into a new file and check the copy.

    The service may continue meanwhile.

    Example: monitor backup /var/backups/monitor-2024-01-20.db
    """
    size = store_backup.backup(context.obj.url(), file)
    typer.echo(f"{file}: {size / (1 << 20):.1f} MB, complete and checked")
