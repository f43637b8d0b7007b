"""The command line as a whole: help, wrong usage, and the cost of `--help`."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from monitor import __version__
from monitor.cli import app, commands, main
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


@pytest.mark.parametrize("words", [("health",), ("search", "x")])
def test_frequent_commands_import_no_pipeline(played, words):
    """A container runs `health` every minute: it imports neither the network nor the templates, which take a second of CPU."""
    code = (
        f"import sys\nfrom monitor.cli import main\n"
        f"try: main(['--store', 'sqlite:///{played}', *{words!r}])\nexcept SystemExit: pass\n"
        "print(sorted({'httpx', 'apscheduler', 'jinja2', 'feedparser', 'dateparser'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


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


# --- consoles, signals, users without a home --------------------------------------------------------------------------

ROOT = str(Path(__file__).parents[2])
MAIN = "from monitor.cli import main; main()"


def run_process(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a command line as a process of its own."""
    command = [sys.executable, "-c", MAIN, *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, env={"PYTHONPATH": ROOT, **environment})


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_short_help(monitor, option):
    """-h and --help are the same, also of commands."""
    assert monitor(option).code == 0
    assert "Example: monitor" in monitor("sources", "list", option).out
    assert "Example: monitor" in monitor("label", "set", option).out


def test_a_console_without_urdu_is_no_error(played):
    """Letters that the console cannot show are printed as numbers; JSON stays valid, CSV is UTF-8."""
    words = ("--store", f"sqlite:///{played}", "search", "پاکستان")
    console = {"PYTHONIOENCODING": "cp1252", "HOME": str(played.parent)}
    for option in ((), ("--json",), ("--csv",)):
        result = run_process(*words, *option, **console)
        assert (result.returncode, b"Traceback" in result.stderr) == (0, False), result.stderr
        if option == ("--json",):
            assert any("پاکستان" in row["title"] for row in json.loads(result.stdout))
        if option == ("--csv",):
            assert "پاکستان" in result.stdout.decode("utf-8")


def test_csv_in_a_file_has_a_byte_order_mark(played, tmp_path):
    """Excel needs it to read UTF-8; a program behind a pipe would take it for a part of the first column."""
    words = ["--store", f"sqlite:///{played}", "search", "--csv", "پاکستان"]
    file = tmp_path / "out.csv"
    with file.open("wb") as out:
        command = [sys.executable, "-c", MAIN, *words]
        subprocess.run(command, stdout=out, check=True, env={"PYTHONPATH": ROOT, "HOME": str(tmp_path)})
    assert file.read_bytes().startswith("\ufeffitem,".encode())
    assert run_process(*words, HOME=str(tmp_path)).stdout.startswith(b"item,")


def test_a_user_without_a_home_directory(monkeypatch, capsys):
    """A container that runs as a bare user id has none: one line says what to set."""
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 12345)
    monkeypatch.chdir("/")
    with pytest.raises(SystemExit) as ended:
        main(["search", "x"])
    assert ended.value.code == 1
    assert "this user has no home directory for the store (set HOME, --store" in capsys.readouterr().err


def test_a_full_disk_is_named(monitor, desk):
    """The error of a redirected output has no file name."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", MAIN, "--config", str(desk), "config", "show"]
        result = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, check=False, env={"PYTHONPATH": ROOT, "HOME": "/tmp"}
        )
    assert result.returncode != 0
    assert b"No space left on device" in result.stderr
    assert b"Traceback" not in result.stderr


def test_an_interrupt_prints_no_traceback(desk, tmp_path):
    """Ctrl-C in the first second of a run ends it with one line."""
    command = [sys.executable, "-c", MAIN, "--config", str(desk), "--store", f"sqlite:///{tmp_path}/m.db", "fetch"]
    environment = {"PYTHONPATH": ROOT, "HOME": str(tmp_path)}
    for delay in (0.4, 1.2):
        with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, env=environment) as process:
            time.sleep(delay)
            os.killpg(process.pid, signal.SIGINT)
            _, error = process.communicate(timeout=30)
        assert b"Traceback" not in error, error.decode()


@pytest.mark.parametrize("command", [("digest",), ("story", "list")])
def test_a_reversed_period_is_wrong_usage(monitor, played, command):
    """An empty period would look as if nothing had happened."""
    result = monitor(*command, "--since", "1d", "--until", "7d")
    assert (result.code, result.out) == (2, "")
    assert "after its end" in result.err
