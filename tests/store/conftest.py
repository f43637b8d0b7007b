"""A fresh store for every test, on SQLite and on a PostgreSQL cluster of our own where its programs are installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from monitor.store import Store, open_store, schema


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _run(*command: str | Path, user: str | None) -> None:
    done = subprocess.run([str(part) for part in command], user=user, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr or done.stdout}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database with the schema, in a cluster that only listens on a socket."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed in /usr/lib/postgresql")
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="store-"))
    if user:
        shutil.chown(folder, user)
    _run(
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "monitor",
        "-A",
        "trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C",
        user=user,
    )
    options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={folder}"
    server = (programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log")
    _run(*server, "-o", options, "start", user=user)
    try:
        url = f"postgresql://monitor@/postgres?host={folder}"
        open_store(url).close()
        yield url.replace("://", "+psycopg://")
    finally:
        _run(*server, "-m", "immediate", "stop", user=user)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_store(postgres: str) -> Iterator[Store]:
    """One store for all tests: a fresh engine compiles every statement anew."""
    store = open_store(postgres)
    yield store
    store.close()


def _empty(conn: Connection) -> None:
    """Deleting rows is many times faster than another database, or TRUNCATE."""
    for table in reversed(schema.metadata.sorted_tables):
        conn.execute(table.delete())
    conn.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": schema.REVISION})


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, for tests that open it themselves."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/monitor.db"
    request.getfixturevalue("postgres_store").call(_empty)
    return request.getfixturevalue("postgres")


@pytest.fixture
def store(url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An open, empty store."""
    if not url.startswith("sqlite"):
        yield request.getfixturevalue("postgres_store")
        return
    store = open_store(url)
    yield store
    store.close()
