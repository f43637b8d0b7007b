"""The command blocks of README and docs run as they are written.

Blocks fenced as ```sh are executed, line by line, in a scratch folder without any network. Blocks fenced as ```text show commands
that need a network or a file of the reader's own.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TIMEOUT_S = 60
# Without a network every source fails: the commands that poll report it by their exit code.
OFFLINE_EXIT_CODES = {"fetch": 1, "doctor": 1}


@dataclass(frozen=True)
class Command:
    """One command line of a document."""

    document: Path
    words: tuple[str, ...]


def commands(document: Path) -> list[Command]:
    """The commands in the executable blocks of a document, one a line; a block with a here-document is one script."""
    listed = []
    for block in BLOCK.findall(document.read_text("utf-8")):
        if "<<" in block:
            listed.append(Command(document, ("bash", "-euc", block)))
            continue
        split = [tuple(shlex.split(line, comments=True)) for line in block.splitlines()]
        listed += [Command(document, words) for words in split if words]
    return listed


def has_namespaces() -> bool:
    """Whether this machine lets a test start a process without a network."""
    unshare = shutil.which("unshare")
    return bool(unshare) and subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode == 0


def make_scratch(folder: Path) -> Path:
    """A folder that looks like a checkout in which `make demo` has set up the environment."""
    (folder / ".venv").mkdir(parents=True)
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for name in ("config", "cassettes"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def run(command: Command, folder: Path) -> tuple[int, str]:
    """Run a command offline; a service is stopped by SIGTERM as soon as it says that it started."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    with subprocess.Popen(
        ["unshare", "-rn", *command.words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        if command.words[-1] != "run":
            output, _ = process.communicate(timeout=TIMEOUT_S)
            return process.returncode, output
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "daemon.started" in line:
                process.send_signal(signal.SIGTERM)
        return process.wait(TIMEOUT_S), "".join(lines)


def expected_exit_code(words: tuple[str, ...]) -> int:
    """The exit code of a documented command without a network."""
    return next((code for name, code in OFFLINE_EXIT_CODES.items() if name in words), 0)


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_runs(document: Path, tmp_path: Path) -> None:
    """Each command of a document ends with its documented exit code; each make target exists."""
    if not has_namespaces():
        pytest.skip("this machine does not allow a process without a network (unshare -rn)")
    folder = make_scratch(tmp_path / "checkout")
    for command in commands(document):
        if command.words[0] == "make":  # a target runs the tests or the demo themselves: that it exists is enough here
            done = subprocess.run(["make", "-n", *command.words[1:]], cwd=ROOT, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()
            continue
        code, output = run(command, folder)
        assert code == expected_exit_code(command.words), f"{shlex.join(command.words)}: exit {code}\n{output[-2000:]}"


def test_the_readme_has_commands_to_run() -> None:
    """The README shows commands, so that the test above has something to check."""
    assert len(commands(ROOT / "README.md")) > 4
