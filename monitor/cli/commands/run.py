"""`monitor run`."""

import asyncio
import logging
import signal
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app

if TYPE_CHECKING:
    from monitor.config import Config

app = new_app()


class LogFormat(StrEnum):
    """The form of log lines."""

    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """The least level of a log line."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@app.command()
def run(
    context: typer.Context,
    log_level: Annotated[
        LogLevel, typer.Option(help="The least level that is logged; debug has every poll and round.")
    ] = LogLevel.INFO,
    log: Annotated[LogFormat, typer.Option(help="JSON lines, or short lines for people; on stderr.")] = LogFormat.JSON,
) -> None:
    """Run the service until it is stopped.

    It polls, extracts, judges, groups and notifies. SIGTERM or Ctrl-C: it finishes running work within 8 seconds; a
    second one stops it at once. SIGHUP: it reloads the configuration. A SQLite store allows one such service.

    Example: monitor --config /etc/monitor run --log console
    """
    exit_on_signals()
    # After the signal handlers: these imports take most of a second, in which a container may already be stopped.
    from monitor.app import open_app
    from monitor.cli.logs import secrets, set_up
    from monitor.daemon import serve
    from monitor.store.instance_lock import acquire_instance_lock

    cli: CliContext = context.obj

    def load() -> "Config":
        """Load the configuration, and mask its secrets in the log from now on."""
        config = cli.reload()
        set_up(
            json=log is LogFormat.JSON,
            level=logging.getLevelNamesMapping()[log_level.upper()],
            secrets=secrets(config),
            routine=log_level is LogLevel.DEBUG,
        )
        return config

    config = load()
    url = cli.store or config.store or cli.url()
    with acquire_instance_lock(url):
        asyncio.run(serve(open_app(config, store=url), config, load_config=load))


def exit_on_signals() -> None:
    """Handle signals until the daemon takes over: the first process of a container gets only signals that it handles."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    # The workers inherit this: closing the terminal must not kill them.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
