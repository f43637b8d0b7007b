"""`monitor outbox`: what waits to be delivered, and what was given up."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import moment, print_json, print_table
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.store.outbox import DeliveryState

EVERY_STATE = ("waiting", "sent", "dead", "dropped")

outbox_app = typer.Typer(no_args_is_help=True, help="See the messages to be delivered; try or drop one.")
app.add_typer(outbox_app, name="outbox")


@outbox_app.command("list")
def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Those sent and dropped as well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """List the messages that wait or were given up (dead), with the last reason.

    Example: monitor outbox list --all --json
    """
    from monitor.store import outbox

    with context.obj.open_store() as store:
        states = EVERY_STATE if everything else ("waiting", "dead")
        rows = store.call(outbox.overview, states=states)
    if as_json:
        print_json(rows)
        return
    head = ("id", "state", "tries", "since", "next", "channel", "recipient", "reason")
    print_table(head, [_row(one) for one in rows])


@outbox_app.command()
def retry(
    context: typer.Context,
    delivery: Annotated[list[int] | None, typer.Argument(help="Ids of dead messages.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are dead.")] = False,
) -> None:
    """Try messages again that were given up, under the same ids, so that a receiver can tell what it has.

    Example: monitor outbox retry 17
    """
    from monitor.store import outbox

    where: Where = context.obj
    with where.open_store() as store:
        dead = [one.id for one in store.call(outbox.overview, states=("dead",))]
        wanted = dead if everything else delivery or []
        if not (wanted or everything):
            raise typer.BadParameter("name a message, or --all; `monitor outbox list` shows them")
        done = [one for one in wanted if store.call(outbox.revive, one, now=datetime.now(UTC))]
    _said(done, wanted, "waiting again", "not dead, so not to be revived")


@outbox_app.command()
def drop(
    context: typer.Context,
    delivery: Annotated[list[int], typer.Argument(help="Ids of waiting or dead messages.")],
) -> None:
    """Take messages out for good: they will never be sent.

    Example: monitor outbox drop 17 18
    """
    from monitor.store import outbox

    where: Where = context.obj
    with where.open_store() as store:
        done = [one for one in delivery if store.call(outbox.drop, one, now=datetime.now(UTC))]
    _said(done, delivery, "dropped", "neither waiting nor dead")


def _row(one: "DeliveryState") -> tuple[str, ...]:
    coming = moment(one.next_at) if one.state == "waiting" else ""
    reason = f"{one.reason} (it may have arrived)" if one.ambiguous else one.reason
    since = moment(one.created_at)
    return (str(one.id), one.state, str(one.attempts), since, coming, one.channel, one.recipient, reason)


def _said(done: list[int], wanted: list[int], what: str, what_not: str) -> None:
    for one in wanted:
        typer.echo(f"{one}: {what if one in done else what_not}", err=one not in done)
    if not wanted:
        typer.echo("nothing to do")
    raise typer.Exit(0 if done == wanted else 1)
