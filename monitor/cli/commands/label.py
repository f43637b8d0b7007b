"""`monitor label`."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.cli.views.label_text import LABEL_HEAD, change_line, label_row
from monitor.cli.views.output import print_table
from monitor.services.labels import export_labels, import_labels, label_text, remove_label
from monitor.store import labels


class Answer(StrEnum):
    """Whether a text is relevant."""

    YES = "yes"
    NO = "no"


class LabelGroup(TyperGroup):
    """A group with a default command: `label URL yes` is `label set URL yes`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert the default command if the first argument is neither a command nor a request for help."""
        is_complete = not args or args[0] in self.commands or args[0] in ctx.help_option_names
        return super().parse_args(ctx, args if is_complete else ["set", *args])


app = new_app(cls=LabelGroup, no_args_is_help=True, help="Label texts as relevant or not: `monitor label URL yes|no`.")


@app.command("set")
def set_label(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="URL of a text, in any spelling, or the number of an item.")],
    relevant: Annotated[Answer, typer.Argument(metavar="yes|no", help="Whether readers should be notified of it.")],
    note: Annotated[str, typer.Option(help="The reason, for the person who tunes the rules.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Label a text as relevant or not; a later label on the same URL replaces it. "set" may be left out.

    Example: monitor label https://tribune.com.pk/story/2453520/ yes --note "names the border only as Rimdan"
    """
    cli: CliContext = context.obj
    now = datetime.now(UTC)
    with cli.open_store() as store:
        label = label_text(store, url, relevant=relevant is Answer.YES, note=note, now=now)
    if as_json:
        print_json(label)
    else:
        typer.echo(f"{relevant}: {label.title or label.url}")
    if not label.item:
        typer.echo(f"{label.url}: its text is not stored; the label applies as soon as it is", err=True)


@app.command("list")
def list_labels(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False
) -> None:
    """List the labels, the oldest first.

    Example: monitor label list --json
    """
    with context.obj.read_store() as store:
        stored = store.call(labels.list_labels)
    if as_json:
        print_json(stored)
    else:
        print_table(LABEL_HEAD, map(label_row, stored))


@app.command()
def remove(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="URL of a labelled text, in any spelling, or the number of an item.")],
) -> None:
    """Remove a label.

    Example: monitor label remove https://tribune.com.pk/story/2453520/
    """
    with context.obj.change_store() as store:
        removed = remove_label(store, url)
    if not removed:
        typer.echo(f"{url}: has no label; `monitor label list` shows them", err=True)
        raise typer.Exit(1)
    typer.echo(f"{url}: its label was removed")


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="File to write.", dir_okay=False)],
    text: Annotated[
        bool, typer.Option("--text", help="Include the texts, for `backtest --labelled`; mind their copyright.")
    ] = False,
) -> None:
    """Write the labels as JSON Lines: url, title, relevant and note; with --text all that judging needs.

    Example: monitor label export labels.jsonl
    """
    with context.obj.read_store() as store:
        number = export_labels(store, file, with_text=text)
    typer.echo(f"{file}: {number} labels")


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="JSON Lines with url, and relevant or grade.", exists=True, dir_okay=False)
    ],
) -> None:
    """Import labels; if any line is invalid, list the invalid lines and import nothing.

    Texts in the file are not stored. A label of the file replaces your label, or an earlier line, on the same text;
    each contradiction is listed.

    Example: monitor label import labels.jsonl
    """
    with context.obj.open_store() as store:
        result = import_labels(store, file, now=datetime.now(UTC))
    typer.echo(f"{file}: {len(result.labels)} labels imported, {result.stored} of them on texts that are stored")
    for change in result.changes:
        typer.echo(change_line(change), err=True)
