"""The commands: thin, and each imports what it needs only when it runs, so that `--help` comes at once."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.settings import Where
from monitor.errors import ConfigError, MonitorError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich costs more than half of the time that `--help` takes
    help="""Watch what is written about Iran-Pakistan relations: every story, once, with the reason why.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 a source was blind beyond its rhythm.""",
)


@app.callback()
def _root(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(envvar="MONITOR_CONFIG", help="Folder of monitor.yaml. [default: ./config]")
    ] = None,
    store: Annotated[
        str, typer.Option(envvar="MONITOR_STORE", help="Database URL. [default: SQLite in your data folder]")
    ] = "",
) -> None:
    context.obj = Where(config=config, store=store)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; what goes wrong is said in one line, with what to do, and never as a traceback."""
    from monitor.cli import (  # noqa: F401 - they register themselves
        adding,
        backtest,
        configuration,
        demo,
        digest,
        doctor,
        fetch,
        health,
        label,
        outbox,
        record,
        run,
        safety,
        search,
        sources,
        story,
        tryout,
        why,
    )

    try:
        app(arguments)
    except ConfigError as error:
        _say(str(error))
        sys.exit(2)
    except MonitorError as error:
        _say(f"monitor: {error}")
        sys.exit(1)
    except BrokenPipeError:  # `monitor search … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:  # a file that an option names
        _say(f"monitor: {error.filename or ''}: {error.strerror or error}")
        sys.exit(1)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
