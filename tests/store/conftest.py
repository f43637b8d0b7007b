"""A fresh store for every test, on SQLite and on a PostgreSQL cluster of our own where its programs are installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from monitor.store import Store, open_store, schema
from tests.store.cluster import ABSENT, cluster, programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database with the schema, in a cluster that only listens on a socket."""
    found = programs()
    if found is None:
        pytest.skip(ABSENT)
    with cluster(found) as url:
        open_store(url).close()
        yield url.replace("://", "+psycopg://")


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
