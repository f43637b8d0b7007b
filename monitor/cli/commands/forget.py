"""`monitor forget`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.services.maintenance import forget as forget_in_store

app = new_app()


@app.command()
def forget(
    context: typer.Context,
    address_or_url: Annotated[str, typer.Argument(metavar="WHAT", help="A mail address, or the URL of an article.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Delete a mail address or an article for good.

    No message is sent to the address any more; the article is not fetched again.

    Example: monitor forget reader@example.org
    """
    cli: CliContext = context.obj
    if not yes:
        typer.confirm(f"Forget {address_or_url} for good?", abort=True)
    with cli.change_store() as store:
        result = forget_in_store(store, address_or_url, now=datetime.now(UTC))
    if result.is_address:
        typer.echo(f"{address_or_url}: removed from {result.deliveries} deliveries; no message is sent to it any more")
    elif result.found:
        typer.echo(f"{address_or_url}: forgotten; it is not fetched again")
    else:
        typer.echo(f"No source has shown {address_or_url}; there is nothing to forget.", err=True)
        raise typer.Exit(1)
