"""A PostgreSQL cluster of our own, where the programs of a server are installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ABSENT = "no PostgreSQL server is installed in /usr/lib/postgresql"


def programs() -> Path | None:
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def cluster(folder_of_programs: Path) -> Iterator[str]:
    """The URL of an empty database in a fresh cluster, which listens on a socket alone and goes at the end."""
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="store-"))
    if user:
        shutil.chown(folder, user)
    made = ("-D", folder / "data", "-U", "monitor", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
    _run(folder_of_programs / "initdb", *made, user=user)
    options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={folder}"
    server = (folder_of_programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log")
    _run(*server, "-o", options, "start", user=user)
    try:
        yield f"postgresql://monitor@/postgres?host={folder}"
    finally:
        _run(*server, "-m", "immediate", "stop", user=user)
        shutil.rmtree(folder)


def restart(folder_of_programs: Path, url: str) -> None:
    """Restart the server of a cluster as an operator does: its connections end, and for a moment there is no server."""
    folder = Path(url.partition("host=")[2])
    user = "postgres" if os.geteuid() == 0 else None
    # Without a log file the new server would keep the pipe of its output open.
    server = (folder_of_programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log")
    _run(*server, "-m", "fast", "restart", user=user)


def _run(*command: str | Path, user: str | None) -> None:
    done = subprocess.run([str(part) for part in command], user=user, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr or done.stdout}"
