"""`monitor outbox`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.cli.views.outbox_text import MESSAGE_HEAD, message_row
from monitor.cli.views.output import print_table
from monitor.errors import InvalidRequest
from monitor.services.outbox import OutboxChange, drop_messages, list_messages, retry_messages

app = new_app(no_args_is_help=True, help="List undelivered messages; retry or drop one.")


@app.command("list")
def list_outbox(
    context: typer.Context,
    all_states: Annotated[bool, typer.Option("--all", help="Also those that were sent or dropped.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """List the messages that wait or were given up (dead), with the last error.

    Example: monitor outbox list --all --json
    """
    with context.obj.read_store() as store:
        messages = list_messages(store, all_states=all_states)
    if as_json:
        print_json(messages)
    else:
        print_table(MESSAGE_HEAD, map(message_row, messages))


@app.command()
def retry(
    context: typer.Context,
    delivery: Annotated[list[int] | None, typer.Argument(help="Ids of dead messages.")] = None,
    all_dead: Annotated[bool, typer.Option("--all", help="All dead messages.")] = False,
) -> None:
    """Retry dead messages under their old ids, so that a receiver can drop a message it has already.

    Example: monitor outbox retry 17
    """
    cli: CliContext = context.obj
    if not (delivery or all_dead):
        raise InvalidRequest("name a message, or --all; `monitor outbox list` shows them")
    with cli.change_store() as store:
        change = retry_messages(store, delivery or [], all_dead=all_dead, now=datetime.now(UTC))
    report(change, done="waiting again", refused="not dead, so it is not retried")


@app.command()
def drop(
    context: typer.Context,
    delivery: Annotated[list[int], typer.Argument(help="Ids of waiting or dead messages.")],
) -> None:
    """Drop messages for good: they will never be sent.

    Example: monitor outbox drop 17 18
    """
    cli: CliContext = context.obj
    with cli.change_store() as store:
        change = drop_messages(store, delivery, now=datetime.now(UTC))
    report(change, done="dropped", refused="neither waiting nor dead")


def report(change: OutboxChange, *, done: str, refused: str) -> None:
    """Print the result for each message, and exit with code 1 if one was not changed."""
    for number in change.requested:
        is_changed = number in change.changed
        typer.echo(f"{number}: {done if is_changed else refused}", err=not is_changed)
    if not change.requested:
        typer.echo("nothing to do")
    raise typer.Exit(0 if len(change.changed) == len(set(change.requested)) else 1)
