"""A fresh store for every test, on SQLite and on a PostgreSQL cluster of our own where its programs are installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

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
    _run(programs / "initdb", "-D", folder / "data", "-U", "monitor", "-A", "trust", "--no-sync", user=user)
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


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """The one database, emptied: making another takes a third of a second."""
    engine = create_engine(postgres)
    with engine.begin() as conn:
        conn.execute(text(f"TRUNCATE {', '.join(schema.metadata.tables)} RESTART IDENTITY"))
        conn.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": schema.REVISION})
    engine.dispose()
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path}/monitor.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()
