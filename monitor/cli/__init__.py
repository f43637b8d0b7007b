"""The command line: `commands` (thin), `views` (text, tables, pages), and the entry point."""

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli.context import CliContext
from monitor.cli.lazy_group import LazyGroup
from monitor.errors import ConfigError, InvalidStoreUrl, MonitorError

INTERRUPTED = 130  # the exit code of shells for a command that SIGINT ended

app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},  # its commands inherit it
    rich_markup_mode=None,  # importing rich takes more than half of the time of `--help`
    help="""Monitor news about Iran-Pakistan relations: every story once, with the reason why.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 a source returned nothing for three intervals.""",
)


def print_version(requested: bool) -> None:  # noqa: FBT001 - typer passes the value of the option by position
    """Print the version and exit, if it was requested."""
    if requested:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(envvar="MONITOR_CONFIG", help="Folder of monitor.yaml. [default: ./config]")
    ] = None,
    store: Annotated[
        str, typer.Option(envvar="MONITOR_STORE", help="Database URL. [default: SQLite in your data folder]")
    ] = "",
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Read the options that come before the command."""
    del version  # its callback has already run
    context.obj = CliContext(config=config, store=store)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit. Errors are printed as one line with a hint, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # In a console that cannot show Urdu (cp1252), a letter is printed as its number instead of ending the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(arguments)
    except ConfigError as error:
        # ConfigError already names file, line and column, in the form that editors parse.
        exit_with(2, str(error))
    except InvalidStoreUrl as error:
        exit_with(2, f"monitor: {error}")
    except MonitorError as error:
        exit_with(1, f"monitor: {error}")
    except BrokenPipeError:
        # `monitor search ... | head`: the reader closed the pipe. Without this, Python prints a second error while it
        # flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:  # an option named a file that cannot be read or written, or the disk below stdout is full
        exit_with(1, f"monitor: {error.filename or 'standard output'}: {error.strerror or error}")
    except KeyboardInterrupt:
        exit_with(INTERRUPTED, "monitor: interrupted")


def exit_with(code: int, message: str) -> None:
    """Print a message on stderr and exit."""
    sys.stderr.write(f"{message}\n")
    sys.exit(code)
