"""`monitor backup`, `restore` and `forget`: keep what there is, and let go what must not be kept."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import app
from monitor.cli.settings import Where


@app.command()
def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A new file for the copy.", dir_okay=False)]
) -> None:
    """Copy the SQLite store into a new file, and check the copy; the service may go on meanwhile.

    Example: monitor backup /var/backups/monitor-2024-01-20.db
    """
    from monitor.store import backup as copies

    size = copies.backup(context.obj.url(), file)
    typer.echo(f"{file}: {size / (1 << 20):.1f} MB, whole and checked")


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
) -> None:
    """Make the store from a backup. A store that is there is never written over: move it away first.

    Example: monitor --store sqlite:////data/monitor.db restore /var/backups/monitor-2024-01-20.db
    """
    from monitor.store import backup as copies

    where: Where = context.obj
    size = copies.restore(where.url(), file)
    typer.echo(f"{where.url()}: restored, {size / (1 << 20):.1f} MB")


@app.command()
def forget(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A mail address, or the URL of an article.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Forget an address and never write to it again; or forget an article and never read it again. For good.

    Example: monitor forget reader@example.org
    """
    from monitor.store import retention

    where: Where = context.obj
    if not yes:
        typer.confirm(f"Forget {what} for good?", abort=True)
    now = datetime.now(UTC)
    with where.open_store() as store:
        if "://" not in what and "@" in what:
            number = store.call(retention.forget_address, what, now=now)
            typer.echo(f"{what}: forgotten in {number} deliveries; nothing is written to it any more")
            return
        if not store.call(retention.forget_url, what, now=now):
            typer.echo(f"No source has shown {what}; there is nothing to forget.", err=True)
            raise typer.Exit(1)
    typer.echo(f"{what}: forgotten; it is not read again")
