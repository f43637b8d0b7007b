"""Fixtures: the command line, and a store after an act of the recorded newsroom."""

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
class CommandResult:
    """The output and the exit code of a command."""

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
    """The file of the store, which does not exist yet."""
    return tmp_path / "monitor.db"


@pytest.fixture(autouse=True)
def _no_variable_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the variable that names the corpora: the program warns about variables that it does not know."""
    monkeypatch.delenv("MONITOR_SHARED", raising=False)


@pytest.fixture
def monitor(desk: Path, db: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., CommandResult]:
    """Runs a command line with the configuration and the store."""

    def run(*words: object) -> CommandResult:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(desk), "--store", f"sqlite:///{db}", *map(str, words)])
        output = capsys.readouterr()
        return CommandResult(int(ended.value.code or 0), output.out, output.err)

    return run


@pytest.fixture(scope="session")
def _played_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store after an act: items, stories, and one unsent mail to the desk."""
    file = tmp_path_factory.mktemp("played") / "monitor.db"
    asyncio.run(_play_act(f"sqlite:///{file}"))
    return file


@pytest.fixture
def played(_played_store: Path, db: Path) -> Path:
    """A copy of the played store, at the path of the store."""
    shutil.copyfile(_played_store, db)
    return db


async def _play_act(store: str) -> None:
    act = acts()[ACT]
    clock = ActClock(act.moments[0])
    channel = Channel(id="desk", kind="email", recipients=("reader@desk.example",))
    sources = [outlet.source() for outlet in outlets().values() if outlet.id in act.sources]
    config = a_config(*sources, channels=(channel,), limits=Limits())
    transport = ReplayTransport(cassettes(CASSETTES, act=ACT), clock=clock)
    async with open_app(config, store=store, transport=transport, clock=clock) as context:
        for moment in act.moments:
            clock.set(moment)
            await one_shot.run_once(context)
            await compose.step(context)
