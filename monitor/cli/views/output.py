"""Print text, tables, CSV and JSON on stdout."""

import os
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

import typer

from monitor.formats.csv_table import to_csv

LABEL_WIDTH = 18  # the longest label is "title and summary"


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text."""
    typer.echo("\n".join(lines))


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print columns as wide as their widest cell, two blanks apart, without blanks at the ends of lines."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Print rows as CSV: in UTF-8 whatever the console is set to, and in a file with a byte order mark.

    Without the mark Excel reads the code page of the system in place of Urdu. A program behind a pipe would
    take the mark for a part of the first column.
    """
    text = to_csv(columns, rows)
    if is_regular_file(sys.stdout):
        typer.echo(text.encode("utf-8-sig"), nl=False)
    else:
        typer.echo(text if is_encodable(text, sys.stdout) else text.encode(), nl=False)


def is_regular_file(stream: TextIO) -> bool:
    """Returns whether a stream is redirected into a file."""
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # it has no descriptor, or is closed
        return False


def is_encodable(text: str, stream: TextIO) -> bool:
    """Returns whether a stream can write all letters of a text."""
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def field_line(label: str, text: str) -> str:
    """Returns one line of a report: a label in a column of its own, and a text."""
    return f"{label:<{LABEL_WIDTH}}{text}"


def to_number(score: float) -> float:
    """Returns a score as JSON and CSV print it: zero without decimals (`0`), as in every release."""
    return score or 0
