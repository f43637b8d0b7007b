"""The root command group: it imports the module of a command only when that command runs or shows its help.

`monitor --help` must answer at once. Importing all command modules with the libraries below them (SQLAlchemy, pydantic,
selectolax) costs about 0.6 s of CPU; the table below costs nothing.
"""

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as build_command

from monitor.errors import InvalidRequest

# Command -> its module in monitor/cli/commands, and its line in `monitor --help`: the first line of its docstring
# (a test compares them). A line of more than 66 characters would wrap on a terminal of 80 columns.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "backtest": ("backtest", "Judge the stored texts again and list the changed decisions."),
    "backup": ("backup", "Copy the SQLite store into a new file and check the copy."),
    "config": ("config", "Check and show the configuration."),
    "demo": ("demo", "Play two weeks of recorded outlets and show the digest."),
    "digest": ("digest", "Preview the digest of a period, or send the one that is due."),
    "doctor": ("doctor", "Check configuration, store, clock, sources, mail and webhooks."),
    "fetch": ("fetch", "Poll once, fetch and judge new articles; send nothing."),
    "forget": ("forget", "Delete a mail address or an article for good."),
    "health": ("health", "Check the daemon, the outbox, page layouts and the disk."),
    "init": ("init", "Write a commented configuration to start from."),
    "label": ("label", "Label texts as relevant or not: `monitor label URL yes|no`."),
    "outbox": ("outbox", "List undelivered messages; retry or drop one."),
    "record": ("record", "Record one poll of a source, with some pages, as a cassette."),
    "restore": ("restore", "Create the store from a backup."),
    "run": ("run", "Run the service until it is stopped."),
    "search": ("search", "Search the stored texts, newest first."),
    "sources": ("sources", "List, check, add and pause sources."),
    "story": ("story", "Show stories: the items of one event."),
    "try": ("try_page", "Extract and judge one page; show each decision, store nothing."),
    "why": ("why", "Explain what happened to an entry, stage by stage."),
}


def new_app(**settings: Any) -> typer.Typer:
    """Returns the Typer application in which one module registers its command or its group of commands."""
    # Rich markup would cost more than half of the time of `--help`; tracebacks are printed by main().
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, **settings)


class CheckedCommand(TyperCommand):
    """A command that reports an InvalidRequest of a service as wrong usage: with its usage line and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except InvalidRequest as error:
            hint = f"--{error.parameter}" if error.parameter else None
            raise typer.BadParameter(str(error), ctx=ctx, param_hint=hint) from error


class LazyGroup(TyperGroup):
    """A group whose commands are listed from COMMANDS and imported one by one.

    Typer keeps the types of its own copy of click private, so the signatures here use Any.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Returns the names of the commands, sorted."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Returns the command after importing its module, or None if there is no such command."""
        del ctx
        return load_command(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands. The base class would import every command to read its help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def load_command(name: str) -> Any:
    """Returns the click command (or group) of one entry of COMMANDS."""
    module_name, _help = COMMANDS[name]
    app: typer.Typer = import_module(f"monitor.cli.commands.{module_name}").app
    for command in app.registered_commands:
        command.cls = CheckedCommand
    return build_command(app)
