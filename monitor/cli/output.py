"""What commands print: JSON for machines, rows and columns for people."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import typer


def print_json(value: object) -> None:
    """A noun, or plain data with nouns in it, as JSON on stdout; letters stay readable."""
    from monitor.store.nouns import dump

    typer.echo(json.dumps(json.loads(dump(value)), ensure_ascii=False, indent=2))


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as their widest cell, two blanks apart; the last one ends where its text ends."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def row(name: str, text: str) -> str:
    """A line of a report: what it is about, and what there is to say."""
    return f"{name:<18}{text}"


def moment(at: datetime | None) -> str:
    """A time with its zone, or ""."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def utc(at: datetime | None) -> datetime | None:
    """A time as typed in an option, which is in UTC."""
    return at.replace(tzinfo=UTC) if at else None


def span(length: timedelta) -> str:
    """A length of time in its largest unit: "7 s", "12 min", "3 h", "2 d"."""
    seconds = max(0, int(length.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
