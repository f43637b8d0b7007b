"""Print text, tables, CSV and JSON on stdout."""

from collections.abc import Iterable, Mapping, Sequence

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
    """Print rows as CSV."""
    typer.echo(to_csv(columns, rows), nl=False)


def field_line(label: str, text: str) -> str:
    """Returns one line of a report: a label in a column of its own, and a text."""
    return f"{label:<{LABEL_WIDTH}}{text}"


def to_number(score: float) -> float:
    """Returns a score as JSON and CSV print it: zero without decimals (`0`), as in every release."""
    return score or 0
