"""`monitor restore`."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.lazy_group import new_app
from monitor.store import backup as store_backup

app = new_app()


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
) -> None:
    """Create the store from a backup.

    An existing store is never overwritten: move it away first.

    Example: monitor --store sqlite:////data/monitor.db restore /var/backups/monitor-2024-01-20.db
    """
    url = context.obj.url()
    size = store_backup.restore(url, file)
    typer.echo(f"{url}: restored, {size / (1 << 20):.1f} MB")
