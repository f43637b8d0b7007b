"""The process that is killed: a life plays an act over a folder, and what it did not come to, the next one takes up.

`python -m tests.flows.crash` reads lives from stdin, one JSON object a line (the fields of `Life`), and says how each
ended. `tests.flows.killing` runs it.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import cache
from pathlib import Path

from monitor import config
from monitor.app import open_app
from monitor.channels.email import MailServer
from monitor.config import Config, Limits
from monitor.model import Channel, ChannelKind, Source
from monitor.net.replay import ReplayTransport, cassettes
from monitor.pipeline import compose, deliver, one_shot
from monitor.pipeline.context import ActClock, Kit
from monitor.relevance.rules import RuleSet
from tests.newsroom.content import CASSETTES, Act, acts

# Leases run for five minutes. The machine's clock would make a killed life's successor wait for their end.
BEYOND_LEASES = timedelta(minutes=6)
SECRET = "whsec_bW9uaXRvciBkaWVzIGFuZCBnb2VzIG9u"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One life over a folder. It ends with its act, or by SIGKILL: at one passing of a point, or after some seconds."""

    act: str
    folder: str
    mail: int  # ports of the receivers on loopback
    hook: int
    at: str = ""
    passing: int = 1
    after: float | None = None


def main() -> None:
    """Say "ready"; live the lives that come in by stdin and say process and exit code of each.

    They are forked off from here, where everything is imported: the imports take three times as long as a life.
    """
    _read_once()
    _say("ready")
    for line in sys.stdin:
        life = Life(**json.loads(line))
        pid = os.fork()
        if not pid:
            _live(life)
        if life.after is not None:
            time.sleep(life.after)
            os.kill(pid, signal.SIGKILL)  # if it has ended, its zombie still holds the number
        _, status = os.waitpid(pid, 0)
        _say([pid, os.waitstatus_to_exitcode(status)])


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - stdout is what it is asked for


def _live(life: Life) -> None:
    """A life from birth to death, in a session of its own; `log` and `passed` of its folder tell of it."""
    os.setsid()
    folder, code = Path(life.folder), 1
    with (folder / "log").open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        passed: Counter[str] = Counter()
        asyncio.run(play(acts()[life.act], folder, _settings(life), point=_deadly(life.at, life.passing, passed)))
        (folder / "passed").write_text(json.dumps(passed))
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may return into the loop of `main`
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _deadly(name: str, passing: int, passed: Counter[str]) -> Callable[[str], None]:
    """What counts the points passed, and ends the process in the midst of everything at one passing of `name`."""

    def point(at: str) -> None:
        passed[at] += 1
        if (at, passed[at]) == (name, passing):
            os.kill(os.getpid(), signal.SIGKILL)

    return point


class KeptClock(ActClock):
    """An act clock whose time outlives the process, as the machine's does; after a death, leases have run out."""

    def __init__(self, file: Path, start: datetime) -> None:
        kept = file.read_text("ascii") if file.exists() else ""
        super().__init__(datetime.fromisoformat(kept) + BEYOND_LEASES if kept else start)
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT)
        self.set(self())

    def set(self, moment: datetime) -> None:
        super().set(moment)
        # One write, always of the same length: a kill leaves the old time or the new one, never half of each.
        os.pwrite(self._file, self().isoformat(timespec="microseconds").encode(), 0)


async def play(act: Act, folder: Path, settings: Config, *, point: Callable[[str], None]) -> None:
    """Play what is left of an act: the moment at which the last life died once more, and all that come after it."""
    clock = KeptClock(folder / "clock", act.moments[0])
    transport = ReplayTransport(cassettes(CASSETTES, act=act.id), clock=clock)
    store = f"sqlite:///{folder / 'monitor.db'}"
    opened = open_app(settings, store=store, transport=transport, clock=clock, rng=random.Random(1), point=point)
    async with opened as kit:
        for moment in (clock(), *(one for one in act.moments if one > clock())):
            clock.set(moment)
            # One after the other: which story takes a text depends on which text came first, and of sources polled at
            # once that is chance.
            for source in act.sources:
                await one_shot.fetch(kit, only=[source])
            await _tell(kit)
        clock.set(act.until)
        await _tell(kit)
    assert not transport.misses, transport.misses


async def _tell(kit: Kit) -> None:
    await compose.step(kit)
    while (await deliver.step(kit)).rows:
        pass


@cache
def _read_once() -> tuple[tuple[Source, ...], RuleSet]:
    """Outlets and rules, the same for all lives: who edits a rule meanwhile would make two acts differ."""
    return tuple(config.load_sources([CASSETTES / "sources.yaml"])), config.load_rules(config.bundled("config"))


def _settings(life: Life) -> Config:
    recorded, rules = _read_once()
    return Config(
        contact="crashes@monitor.example",
        mail=MailServer(host="127.0.0.1", port=life.mail, tls="none", sender="Monitor <monitor@desk.example>"),
        limits=Limits(workers=1, gap=timedelta(seconds=1)),
        sources=tuple(source for source in recorded if source.id in acts()[life.act].sources),
        rules=rules,
        channels=_channels(life.hook),
    )


def _channels(hook: int) -> tuple[Channel, ...]:
    """A desk of two with alerts and digests, a reader of one digest a day, and a machine that takes alerts."""
    return (
        Channel(
            id="desk",
            kind=ChannelKind.EMAIL,
            recipients=("editor@desk.example", "night@desk.example"),
            zone="Asia/Karachi",
        ),
        Channel(
            id="london",
            kind=ChannelKind.EMAIL,
            recipients=("reader@london.example",),
            zone="Europe/London",
            times=(clock_time(8),),
            alerts=False,
        ),
        Channel(
            id="wire",
            kind=ChannelKind.WEBHOOK,
            recipients=(f"http://127.0.0.1:{hook}/",),
            times=(),
            secret=SECRET,
            allow_private=(("127.0.0.1", hook),),
        ),
    )


if __name__ == "__main__":
    main()
