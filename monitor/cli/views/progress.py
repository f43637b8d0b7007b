"""One line of progress on stderr, which is written over again and again; nothing if stderr is not a terminal."""

import sys

import typer

CLEAR_LINE = "\r\x1b[K"


def show_status(text: str) -> None:
    """Show a text in place of the last one."""
    if sys.stderr.isatty():
        typer.echo(f"{CLEAR_LINE}{text}", nl=False, err=True)


def clear_status() -> None:
    """Remove the line, so that the result begins on an empty one."""
    show_status("")
