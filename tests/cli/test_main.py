"""The command line as a whole: help, wrong usage, and the cost of `--help`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from monitor import __version__
from monitor.cli import app, commands
from monitor.cli.lazy_group import COMMANDS, load_command

HEAVY = {
    "apscheduler",
    "feedparser",
    "httpx",
    "jinja2",
    "lark",
    "pydantic",
    "rich",
    "selectolax",
    "sqlalchemy",
    "vcr",
    "yaml",
}


def _commands(command, path: str = "") -> Iterator[tuple[str, str]]:
    if not hasattr(command, "list_commands"):
        yield path.strip(), command.help or ""
        return
    for name in command.list_commands(None):
        yield from _commands(command.get_command(None, name), f"{path} {name}")


def test_every_command_shows_an_example(monitor):
    """The help of every command has an example."""
    without = [path for path, text in _commands(typer.main.get_command(app)) if "Example: monitor" not in text]
    assert without == []


def test_help_loads_nothing_heavy():
    """`--help` imports none of the large libraries."""
    code = (
        "import sys\nfrom monitor.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "sources" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_help_lines_are_those_of_the_commands(name):
    """`monitor --help` shows, without importing the command, the first line of its own help."""
    assert COMMANDS[name][1] == load_command(name).help.splitlines()[0]


def test_every_command_module_is_listed():
    """A module in commands/ that COMMANDS lacks could never be called."""
    folder = Path(commands.__file__).parent
    assert {module for module, _ in COMMANDS.values()} == {file.stem for file in folder.glob("[!_]*.py")}


def test_version(monitor):
    """--version needs neither a configuration nor a store."""
    result = monitor("--version")
    assert (result.code, result.out) == (0, f"monitor {__version__}\n")


def test_config_upgrade_prints_the_new_text(monitor, tmp_path):
    """--print replaces renamed keys and keeps the rest; the file itself is not changed."""
    file = tmp_path / "monitor.yaml"
    file.write_text("contact: desk@a.example  # ours\nlimits: {width: 4}\n", "utf-8")
    result = monitor("config", "upgrade", file, "--print")
    assert (result.code, result.out) == (0, "contact: desk@a.example  # ours\nlimits: {concurrency: 4}\n")
    assert "width" in file.read_text("utf-8")


def test_config_upgrade_needs_print(monitor, desk):
    """Without --print nothing could happen, because files are never changed: wrong usage."""
    result = monitor("config", "upgrade", desk / "monitor.yaml")
    assert (result.code, result.out) == (2, "")
    assert "--print" in result.err


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("sources", "nonsense"),
        ("search",),
        ("search", "iran", "--since", "yesterday"),
        ("search", "iran", "--limit", "0"),
        ("sources", "pause", "nobody"),
        ("sources", "check", "nobody"),
        ("sources", "import", "/nowhere.opml"),
        ("record", "nobody"),
        ("--store", "nonsense", "search", "iran"),
        ("outbox", "retry"),
        ("try", "no page"),
    ],
)
def test_wrong_usage_exits_2(monitor, words):
    """Invalid arguments: exit code 2, the error on stderr, nothing on stdout."""
    result = monitor(*words)
    assert (result.code, result.out) == (2, "")
    assert result.err


def test_an_unwritable_file_is_named(monitor, played, tmp_path):
    """The error is one line that names the path, without a traceback."""
    result = monitor("sources", "export", "--out", tmp_path / "nowhere" / "x.opml")
    assert result.code == 1
    assert result.err.startswith("monitor: ")
    assert "nowhere" in result.err
