"""Signs of life, and one daemon over one file."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from monitor.errors import StoreError
from monitor.store import Store, heartbeats
from monitor.store.instance_lock import acquire_instance_lock
from tests.store.builders import NOW

HOLDER = """
import sys, time
from monitor.store.instance_lock import acquire_instance_lock
with acquire_instance_lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_last_sign_of_life_counts(store: Store):
    """There is one; before the first, none."""
    assert store.call(heartbeats.latest) is None
    for seconds in (0, 5):
        store.call(heartbeats.record, now=NOW + timedelta(seconds=seconds))
    assert store.call(heartbeats.latest) == NOW + timedelta(seconds=5)


def test_a_killed_holder_leaves_no_lock(tmp_path):
    """The second is refused with the pid of the first; kill -9 sets the store free."""
    url = f"sqlite:///{tmp_path}/monitor.db"
    with subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(StoreError, match=rf"monitor\.db: another monitor .* process {holder.pid} "),
            acquire_instance_lock(url),
        ):
            pass
        os.kill(holder.pid, signal.SIGKILL)
    with acquire_instance_lock(url):
        assert (tmp_path / "monitor.db.lock").read_text() == f"{os.getpid()}\n"


def test_a_server_is_shared():
    """Several machines may work over one PostgreSQL."""
    url = "postgresql://monitor@db.example/monitor"
    with acquire_instance_lock(url), acquire_instance_lock(url):
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """No lock file, no traceback: the path, the cause and the cure."""
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StoreError, match=r"taken/monitor\.db\.lock: cannot be written: .*--store"):  # noqa: SIM117
        with acquire_instance_lock(f"sqlite:///{tmp_path}/taken/monitor.db"):
            pass
