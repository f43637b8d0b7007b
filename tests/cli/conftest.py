"""The command line itself, and a store in which an act of the newsroom was played."""

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.app import open_app
from monitor.cli import main
from monitor.config import Limits
from monitor.model import Channel
from monitor.net.replay import ReplayTransport, cassettes
from monitor.pipeline import compose, one_shot
from monitor.pipeline.context import ActClock
from tests.cli.builders import a_config, a_desk
from tests.newsroom.content import CASSETTES, acts, outlets

ACT = "june-2025"


@dataclass(frozen=True)
class Ran:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The folder of a configuration with one source."""
    return a_desk(tmp_path / "config")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """The file of the store, which is not there yet."""
    return tmp_path / "monitor.db"


@pytest.fixture
def monitor(desk: Path, db: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command line over the desk and the store."""

    def run(*words: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(desk), "--store", f"sqlite:///{db}", *map(str, words)])
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def _played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store after an act: items, stories, and a mail to the desk that nobody has sent."""
    file = tmp_path_factory.mktemp("played") / "monitor.db"
    asyncio.run(_play(f"sqlite:///{file}"))
    return file


@pytest.fixture
def played(_played: Path, db: Path) -> Path:
    """A copy of it, in the place of the store."""
    shutil.copyfile(_played, db)
    return db


async def _play(store: str) -> None:
    act = acts()[ACT]
    clock = ActClock(act.moments[0])
    told = Channel(id="desk", kind="email", recipients=("reader@desk.example",))
    polled = [outlet.source() for outlet in outlets().values() if outlet.id in act.sources]
    config = a_config(*polled, channels=(told,), limits=Limits())
    transport = ReplayTransport(cassettes(CASSETTES, act=ACT), clock=clock)
    async with open_app(config, store=store, transport=transport, clock=clock) as kit:
        for moment in act.moments:
            clock.set(moment)
            await one_shot.run_once(kit)
            await compose.step(kit)
