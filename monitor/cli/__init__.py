"""The commands: thin, and each imports what it needs only when it runs."""

import typer

app = typer.Typer(
    no_args_is_help=True, add_completion=True, help="Watch what is written about Iran-Pakistan relations."
)


@app.callback()
def _root() -> None:
    """Hold the options that stand before the command."""


def main() -> None:
    """Run the command line."""
    app()
