"""`monitor run`: the service."""

import asyncio
import logging
import signal
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.config import Config


class Log(StrEnum):
    """How to write the log."""

    JSON = "json"
    CONSOLE = "console"


@app.command()
def run(
    context: typer.Context,
    log: Annotated[Log, typer.Option(help="JSON lines, or short lines for people; on stderr.")] = Log.JSON,
) -> None:
    """Poll, read, judge, group and tell, until it is stopped.

    SIGTERM or Ctrl-C: it ends what is under way, within 8 seconds; once more: at once. SIGHUP: it reads the
    configuration anew. Of one SQLite store there is one such service.

    Example: monitor --config /etc/monitor run --log console
    """
    _prepare_to_end()
    from monitor.app import open_app
    from monitor.daemon import serve
    from monitor.store.alone import alone

    where: Where = context.obj
    config = _read(where, log)
    url = where.url()
    with alone(url):
        asyncio.run(serve(open_app(config, store=url), config, read=lambda: _read(where, log)))


def _read(where: Where, log: Log) -> "Config":
    """The configuration; from now on its secrets are kept out of the log."""
    from monitor.cli.logs import secrets, set_up

    config = where.load()
    set_up(json=log is Log.JSON, level=logging.INFO, secrets=secrets(config))
    return config


def _prepare_to_end() -> None:
    """Until the daemon takes the signals over: the first process of a container gets only those that it handles."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    # The workers inherit this one: a terminal that is closed must not take them away.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
