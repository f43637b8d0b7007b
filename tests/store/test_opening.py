"""Opening a store: backups before a migration, locks, reading without writing."""

import gzip
import logging
import os
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from monitor.errors import StoreError, StoreUnavailable
from monitor.store import backup, engine, open_store, open_store_read_only, opening, schema, sources
from tests.store.builders import a_source

OLD_STORE = gzip.decompress((Path(__file__).parent / "fixtures/store-0.1.sqlite3.gz").read_bytes())
COPY = re.compile(r"\.schema-0002-\d{8}T\d{6}Z")
MANY = 4  # processes that open one old store at the same time


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    """The file of a store with the schema of 0.1."""
    file = tmp_path / "monitor.db"
    file.write_bytes(OLD_STORE)
    return file


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def revision(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def copies(file: Path) -> list[Path]:
    return [other for other in file.parent.iterdir() if COPY.fullmatch(other.name.removeprefix(file.name))]


# --- the backup before a migration ------------------------------------------------------------------------------------


def test_the_backup_is_logged(old_store: Path, caplog: pytest.LogCaptureFixture):
    """The event names the copy and the schema that it has."""
    with caplog.at_level(logging.WARNING, logger="monitor.store"):
        open_store(url(old_store)).close()
    (event,) = [record for record in caplog.records if record.getMessage() == "store.backed_up"]
    assert (Path(event.path), event.revision) == (copies(old_store)[0], "0002")
    assert revision(copies(old_store)[0]) == "0002"


def test_a_locked_store_is_not_migrated_without_a_backup(old_store: Path, monkeypatch: pytest.MonkeyPatch):
    """Another process has the file for itself: opening it waits, and fails as locked; nothing is migrated."""
    monkeypatch.setattr(engine, "LOCK_TIMEOUT_S", 0.2)
    with closing(sqlite3.connect(old_store, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="another process has locked the database"):
            open_store(url(old_store))
        other.execute("ROLLBACK")
    assert (old_store.read_bytes(), copies(old_store)) == (OLD_STORE, [])


def test_opening_waits_for_a_lock(old_store: Path):
    """A lock that ends within the timeout delays the migration and its backup, and spoils neither."""
    with closing(sqlite3.connect(old_store, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(0.7, lambda: other.execute("ROLLBACK"))
        timer.start()
        open_store(url(old_store)).close()
        timer.join()
    assert revision(old_store) == schema.REVISION
    assert [revision(copy) for copy in copies(old_store)] == ["0002"]


def test_many_processes_make_one_backup(old_store: Path):
    """Of all that open an old store together one migrates it, and its copy has the old schema."""
    command = "import sys; from monitor.store import open_store; open_store(sys.argv[1]).close()"
    arguments = [sys.executable, "-c", command, url(old_store)]
    processes = [subprocess.Popen(arguments, stderr=subprocess.PIPE) for _ in range(MANY)]
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * MANY, errors
    assert [revision(copy) for copy in copies(old_store)] == ["0002"]
    assert revision(old_store) == schema.REVISION


def limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(OLD_STORE) // 2, resource.RLIM_INFINITY))


def test_a_full_disk_leaves_the_store_as_it_was(old_store: Path):
    """A copy that does not fit is removed; the error says what to do, and the store is neither migrated nor changed."""
    ran = subprocess.run(
        [sys.executable, "-m", "monitor", "--store", url(old_store), "label", "list"],
        preexec_fn=limit_file_size,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert re.search(r"was not migrated, because it could not be backed up.*Free \d+ MB in", ran.stderr), ran.stderr
    assert "Traceback" not in ran.stderr
    assert old_store.read_bytes() == OLD_STORE
    assert list(old_store.parent.iterdir()) == [old_store]


@contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """Root may write everywhere: as another user, who may reach a folder and read there, but create nothing."""
    for parent in takewhile(lambda parent: parent != Path(tempfile.gettempdir()), folder.parents):
        parent.chmod(0o755)
    folder.chmod(0o555)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


def test_a_read_only_folder_leaves_the_store_as_it_was(old_store: Path):
    """Where no backup can be created, the store is not migrated."""
    old_store.chmod(0o666)
    with (
        unprivileged(old_store.parent),
        pytest.raises(StoreError, match=r"monitor\.db.*(allow this user to write there|may this user write there)"),
    ):
        open_store(url(old_store))
    assert old_store.read_bytes() == OLD_STORE


@pytest.mark.parametrize("name", ["monitor.db", "a[bc].db", "desk *?.db"])
def test_the_newest_backups_stay(tmp_path: Path, name: str):
    """Of the copies of one store the newest three stay, whatever its name; those of other stores are left alone."""
    file = tmp_path / name
    other = tmp_path / "ab.db.schema-0002-20200101T000000Z"
    other.touch()
    for day in range(1, 6):
        file.write_bytes(OLD_STORE)
        backup.back_up_before_migration(file, "0002", now=datetime(2026, 12, day, tzinfo=UTC))
    stamps = sorted(copy.name.rpartition("-")[2] for copy in copies(file))
    assert stamps == ["20261203T000000Z", "20261204T000000Z", "20261205T000000Z"]
    assert other.exists()


def test_a_backup_that_cannot_be_deleted_is_logged(old_store: Path, caplog: pytest.LogCaptureFixture):
    """An old copy that stays is no reason not to open the store."""
    for day in range(1, 5):  # folders of that name: they cannot be unlinked, whoever tries
        old_store.with_name(f"monitor.db.schema-0001-2020010{day}T000000Z").mkdir()
    with caplog.at_level(logging.WARNING, logger="monitor.store"):
        open_store(url(old_store)).close()
    assert {"store.backup_kept", "store.migrated"} <= {record.getMessage() for record in caplog.records}


def test_unfinished_copies_of_killed_processes_are_removed(old_store: Path, tmp_path: Path):
    """SIGKILL in the middle of a copy leaves a file; the next copy into this folder removes it, but none being written."""
    leftovers = [".monitor.db.schema-0002-20260101T000000Z.4711", f".weekly.db.4711{backup.UNFINISHED}"]
    for leftover in leftovers:
        (tmp_path / leftover).write_bytes(b"half")
    (tmp_path / ".someone-elses.4711").touch()
    with backup.unfinished_file(tmp_path / "daily.db") as being_written:
        open_store(url(old_store)).close()
        assert being_written.exists()
    names = {file.name for file in tmp_path.iterdir() if file.name.startswith(".")}
    assert names == {".someone-elses.4711"}


def test_a_killed_backup_leaves_nothing_for_long(old_store: Path, tmp_path: Path):
    """The file that a killed `monitor backup` leaves behind is removed by the next one."""
    command = """
import os, signal, sys
from pathlib import Path
from monitor.store import backup
backup.check_copy = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
backup.backup(sys.argv[1], Path(sys.argv[2]))
"""
    subprocess.run([sys.executable, "-c", command, url(old_store), tmp_path / "first.db"], check=False)
    assert [file for file in tmp_path.iterdir() if file.name.startswith(".first.db")]
    backup.backup(url(old_store), tmp_path / "second.db")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["monitor.db", "second.db"]


def test_another_programs_database_is_left_alone(tmp_path: Path):
    """A mistyped --store must not write our tables into a file of another program."""
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE notes (text)")
    before = file.read_bytes()
    for open_it in (open_store, open_store_read_only):
        with pytest.raises(StoreError, match="database of another program"):
            open_it(url(file))
    assert file.read_bytes() == before


# --- reading ----------------------------------------------------------------------------------------------------------


def sources_count(conn: Connection) -> int:
    return conn.scalar(text("SELECT count(*) FROM source"))


def test_a_current_store_is_opened_beside_a_writer(tmp_path: Path):
    """Opening, to write or to read, and reading wait for no lock if the schema is that of this program."""
    file = tmp_path / "monitor.db"
    open_store(url(file)).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        open_store(url(file)).close()
        with closing(open_store_read_only(url(file))) as store:
            assert store.call(sources_count) == 0


def test_a_reader_keeps_no_writer_waiting(tmp_path: Path):
    """In the middle of a long read another process writes at once; the reader sees the store as it was."""
    file = tmp_path / "monitor.db"
    with closing(open_store(url(file))) as writer, closing(open_store_read_only(url(file))) as reader:

        def read_write_read(conn: Connection) -> tuple[int, int]:
            before = sources_count(conn)
            writer.call(sources.sync, [a_source()], now=datetime(2026, 12, 1, tzinfo=UTC))
            return before, sources_count(conn)

        assert reader.call(read_write_read) == (0, 0)
        assert reader.call(sources_count) == 1


def test_a_reader_cannot_write(url_of_a_store: str):
    """A function that writes is refused: it belongs to a command that opens the store for writing."""
    with closing(open_store_read_only(url_of_a_store)) as store, pytest.raises(StoreError, match=r"read-?only"):
        store.call(lambda conn: conn.execute(text("DELETE FROM counter")))


@pytest.fixture
def url_of_a_store(url: str) -> str:
    """The URL of a store that has its schema."""
    open_store(url).close()
    return url


@pytest.mark.parametrize("content", [None, b""])
def test_reading_creates_no_store(tmp_path: Path, content: bytes | None):
    """A missing or empty file is no store: the error names it, and nothing is created."""
    file = tmp_path / "deep" / "monitor.db"
    if content is not None:
        file.parent.mkdir()
        file.write_bytes(content)
    with pytest.raises(StoreError, match=rf"^no store at {re.escape(str(file))} "):
        open_store_read_only(url(file))
    assert [path.name for path in tmp_path.rglob("*")] == ([] if content is None else ["deep", "monitor.db"])


def test_reading_migrates_an_older_store(old_store: Path):
    """A reading command after an update works, and the backup is made for it as well."""
    with closing(open_store_read_only(url(old_store))) as store:
        assert store.call(sources_count) > 0
    assert len(copies(old_store)) == 1


def test_a_store_on_a_read_only_medium_is_read(tmp_path: Path):
    """Neither the log nor its index can be created beside the file: it is read all the same."""
    file = tmp_path / "monitor.db"
    open_store(url(file)).close()
    file.chmod(0o444)
    with unprivileged(tmp_path), closing(open_store_read_only(url(file))) as store:
        assert store.call(sources_count) == 0


def test_a_question_mark_in_a_path_is_refused():
    """Everything behind it would be dropped in silence, and another file opened."""
    with pytest.raises(StoreError, match="rename the folder or file"):
        open_store("sqlite:////var/lib/what?/monitor.db")


def test_a_missing_driver_is_one_line(monkeypatch: pytest.MonkeyPatch):
    """Without the extra for PostgreSQL the error says how to install it."""

    def no_driver(*_: object, **__: object) -> Callable[[], None]:
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(engine, "create_engine", no_driver)
    with pytest.raises(StoreError, match="with its extra `postgres`") as caught:
        opening.open_for_writing("postgresql://user:hush@localhost/monitor")
    assert "hush" not in str(caught.value)
