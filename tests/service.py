"""`monitor run` over servers on loopback, as a process of its own: python -m tests.service '{"folder": …}'.

The configuration, the store, the signals and the end are the real ones; names and time come in by their doors.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor import config, daemon
from monitor.app import open_app
from monitor.cli.logs import set_up
from monitor.pipeline.context import WallClock
from monitor.store import engine
from monitor.store.instance_lock import acquire_instance_lock

FOREVER = 600.0


class RunningClock(WallClock):
    """The time of an act, running on from a moment of it."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead


def main(asked: dict[str, Any]) -> None:
    """`folder`: the configuration; `store`; `at`: the time; `ports`: of hosts, by the ends of their names."""
    folder, ports = Path(asked["folder"]), asked["ports"]
    set_up(json=True, level=logging.INFO)
    for module, names in ((daemon, ("HEARTBEAT_S", "WATCHDOG_S", "STORE_PAUSE_S")), (engine, ("LOCK_TIMEOUT_S",))):
        vars(module).update({name: asked[name] for name in names if name in asked})
    settings = config.load(folder, env={})

    async def resolve(host: str, _port: int) -> Sequence[tuple[str, int]]:
        if host == "dead.test":  # a name server that never answers holds a thread
            await asyncio.to_thread(time.sleep, FOREVER)
        if host == "frozen.test":  # a fault of ours holds the event loop
            time.sleep(FOREVER)  # noqa: ASYNC251
        for end, port in ports.items():
            if host.endswith(end):
                return [("127.0.0.1", port)]
        raise OSError(f"{host} is no name here")

    with acquire_instance_lock(asked["store"]):
        app = open_app(
            settings,
            store=asked["store"],
            resolver=resolve,
            allow=[("127.0.0.1", port) for port in ports.values()],
            clock=RunningClock(datetime.fromisoformat(asked["at"])),
        )
        asyncio.run(daemon.serve(app, settings, load_config=lambda: config.load(folder, env={})))


if __name__ == "__main__":  # worker processes import this module under another name
    main(json.loads(sys.argv[1]) | {"at": json.loads(sys.argv[1]).get("at") or datetime.now(UTC).isoformat()})
