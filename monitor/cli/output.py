"""What commands print: JSON for machines, rows and columns for people."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import typer

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_AGO = re.compile(r"(\d{1,4})\s*([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


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


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Rows as CSV on stdout; no cell is a formula to a spreadsheet."""
    out = csv.writer(sys.stdout)
    out.writerow(columns)
    for one in rows:
        out.writerow([_cell(one[name]) for name in columns])


def _cell(value: object) -> object:
    """A headline that begins with = would be run by the spreadsheet that opens the file."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return " ".join(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def row(name: str, text: str) -> str:
    """A line of a report: what it is about, and what there is to say."""
    return f"{name:<18}{text}"


def moment(at: datetime | None) -> str:
    """A time with its zone, or ""."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def ago(text: str, *, now: datetime, default: datetime) -> datetime:
    """When a period begins or ends, as typed: so long ago ("30d", "12h", "4w"), or a date in UTC; "" gives the default.

    Wrong usage for all else.
    """
    if not text:
        return default
    if found := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither a time span such as 30d nor a date such as 2026-11-01") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def span(length: timedelta) -> str:
    """A length of time in its largest unit: "7 s", "12 min", "3 h", "2 d"."""
    seconds = max(0, int(length.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
