"""The command line as a whole: help, usage, and what it costs to ask."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer

from monitor.cli import app

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
    """Help without an example leaves a beginner to guess."""
    without = [path for path, text in _commands(typer.main.get_command(app)) if "Example: monitor" not in text]
    assert without == []


def test_help_loads_nothing_heavy():
    """`--help` comes at once: a command imports what it needs when it runs."""
    code = (
        "import sys\nfrom monitor.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "sources" in done.stdout


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
        ("story", "show", "7"),
        ("outbox", "retry"),
        ("try", "no page"),
    ],
)
def test_wrong_usage_exits_2(monitor, words):
    """What cannot be meant is wrong usage: code 2, said on stderr, nothing on stdout."""
    ran = monitor(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_file_that_cannot_be_written_is_said(monitor, played, tmp_path):
    """A place that does not exist is named in one line, without a traceback."""
    ran = monitor("sources", "export", "--out", tmp_path / "nowhere" / "x.opml")
    assert ran.code == 1
    assert ran.err.startswith("monitor: ")
    assert "nowhere" in ran.err
