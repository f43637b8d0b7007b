"""`monitor label`: what people say of texts; the rules are held against it by `monitor backtest`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from monitor.cli import app
from monitor.cli.output import moment, print_json, print_table
from monitor.cli.settings import Where
from monitor.cli.sources import web_address

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from monitor.cli.labelled import Row
    from monitor.store import Store
    from monitor.store.judged import JudgedItem
    from monitor.store.labels import Label


class Said(StrEnum):
    """What a person says of a text."""

    YES = "yes"
    NO = "no"


class _Labels(TyperGroup):
    """A group whose first command need not be named: `label URL yes` is `label set URL yes`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = not args or args[0] in self.commands or args[0] == "--help"
        return super().parse_args(ctx, args if named else ["set", *args])


label_app = typer.Typer(
    cls=_Labels, no_args_is_help=True, help="Say which texts are relevant: `monitor label URL yes` or `… no`."
)
app.add_typer(label_app, name="label")


@label_app.command("set")
def set_(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="URL of a text, in any spelling, or the number of an item.")],
    said: Annotated[Said, typer.Argument(help="Whether readers should hear of it.")],
    note: Annotated[str, typer.Option(help="Why, for whoever tunes the rules.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Label a text as relevant or not; the last word on a URL counts. "set" may be left out.

    Example: monitor label https://tribune.com.pk/story/2453520/ yes --note "names the border only as Rimdan"
    """
    from monitor.store import labels

    where: Where = context.obj
    with where.open_store() as store:
        put = store.call(labels.put, _address(store, url), relevant=said is Said.YES, note=note, now=datetime.now(UTC))
    if as_json:
        print_json(put)
    else:
        typer.echo(f"{said}: {put.title or put.url}")
    if not put.item:
        typer.echo(f"{put.url}: no text of it is stored; the label is kept, and holds as soon as one is", err=True)


@label_app.command("list")
def list_(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False
) -> None:
    """List the labels, the oldest first.

    Example: monitor label list --json
    """
    from monitor.store import labels

    with context.obj.open_store() as store:
        kept = store.call(labels.labels)
    if as_json:
        print_json(kept)
        return
    head = ("label", "since", "item", "title", "url", "note")
    print_table(head, [_row(one) for one in kept])


@label_app.command()
def remove(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="URL of a labelled text, in any spelling, or the number of an item.")],
) -> None:
    """Take a label back.

    Example: monitor label remove https://tribune.com.pk/story/2453520/
    """
    from monitor.store import labels

    with context.obj.open_store() as store:
        removed = store.call(labels.remove, _address(store, url))
    if not removed:
        typer.echo(f"{url}: has no label; `monitor label list` shows them", err=True)
        raise typer.Exit(1)
    typer.echo(f"{url}: its label is taken back")


@label_app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="File to write.", dir_okay=False)],
    text: Annotated[
        bool, typer.Option("--text", help="With the texts, for `backtest --labelled`; mind the rights.")
    ] = False,
) -> None:
    """Write the labels as JSON Lines: url, title, relevant and note; with --text all that is needed to judge again.

    Example: monitor label export labels.jsonl
    """
    from monitor.cli import labelled
    from monitor.store import labels

    with context.obj.open_store() as store:
        kept = store.call(labels.labels)
        labelled.write(file, _rows(store, kept, text=text))
    typer.echo(f"{file}: {len(kept)} labels")


@label_app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="JSON Lines with url, and relevant or grade.", exists=True, dir_okay=False)
    ],
) -> None:
    """Keep the labels of a file, all or none: a line that cannot be used is named. Texts in it are not stored.

    A label of the file takes the place of yours, or of an earlier line, on the same text; where it says otherwise it is
    named.

    Example: monitor label import labels.jsonl
    """
    from monitor.cli import labelled
    from monitor.store import labels

    rows = labelled.read(file, addressed=True)
    with context.obj.open_store() as store:
        before = store.call(labels.labels)
        read = store.call(_keep, rows, now=datetime.now(UTC))
    kept = {one.url: one for one in read}
    stored = sum(one.item > 0 for one in kept.values())
    typer.echo(f"{file}: {len(kept)} labels kept, {stored} of them on texts that are stored")
    for line in _contradicted(before, read):
        typer.echo(line, err=True)


def _address(store: "Store", text: str) -> str:
    """A URL as typed, or that of an item by its number; wrong usage where it is neither."""
    from monitor.store import trails

    if not text.isdecimal():
        return web_address(text, no="number of an item")
    trail = store.call(trails.find, text)
    if trail is None:
        raise typer.BadParameter(f"no item has the number {text}")
    return trail.entry.url


def _keep(conn: "Connection", rows: "Iterable[Row]", *, now: datetime) -> "list[Label]":
    from monitor.store import labels

    return [labels.put(conn, row.url, relevant=row.relevant, note=row.note, now=now) for row in rows]


def _contradicted(before: "Iterable[Label]", read: "Iterable[Label]") -> "Iterator[str]":
    said = {one.url: one.relevant for one in before}
    for one in read:
        if said.get(one.url, one.relevant) is not one.relevant:
            yield f"{one.url}: {_said(one.relevant)} takes the place of {_said(not one.relevant)}"
        said[one.url] = one.relevant


def _rows(store: "Store", kept: "Sequence[Label]", *, text: bool) -> "Iterator[Row]":
    from monitor.cli.labelled import Row
    from monitor.store import judged

    for one in kept:
        row = Row(url=one.url, title=one.title, note=one.note, relevant=one.relevant)
        item = store.call(judged.of_url, one.url) if text else None
        # Half a text would be judged otherwise than the whole was.
        yield _with_text(row, item) if item and item.whole else row


def _with_text(row: "Row", item: "JudgedItem") -> "Row":
    article, source = item.article, item.source
    return replace(
        row,
        lead=article.lead,
        text=article.text,
        lang=article.language or source.language,
        outlet=article.site or source.name,
        country=source.country,
    )


def _said(relevant: bool) -> Said:  # noqa: FBT001 - it is all there is to say
    return Said.YES if relevant else Said.NO


def _row(one: "Label") -> tuple[str, ...]:
    return (_said(one.relevant), moment(one.at), str(one.item or "-"), one.title or "-", one.url, one.note)
