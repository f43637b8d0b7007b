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
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from monitor import config
from monitor.app import open_app
from monitor.channels import MailServer
from monitor.config import Config, Limits
from monitor.model import Channel, Source
from monitor.net.replay import ReplayTransport, cassettes
from monitor.pipeline import compose, deliver, ingest, one_shot, poll
from monitor.pipeline.context import ActClock, Context
from monitor.relevance.rules import RuleSet
from monitor.store import Store, outbox
from monitor.store.items import ItemDraft
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
        point = deadly_point(life.at, life.passing, passed)
        asyncio.run(play(acts()[life.act], folder, _settings(life), point=point))
        (folder / "passed").write_text(json.dumps(passed))
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may return into the loop of `main`
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def deadly_point(name: str, passing: int, passed: Counter[str]) -> Callable[[str], None]:
    """Returns a function that counts the points passed, and kills the process at one passing of the point `name`."""

    def point(at: str) -> None:
        passed[at] += 1
        if (at, passed[at]) == (name, passing):
            os.kill(os.getpid(), signal.SIGKILL)

    return point


# The functions of the store that commit the work of a step: the process can be killed before and after each.
BEFORE = {outbox.mark_sent: "deliver.accepted"}
AFTER = {
    poll.commit_poll: "poll.committed",
    ingest.commit_article: "read.committed",
    ingest.place_waiting: "group.committed",
    compose.compose_if_working: "compose.committed",
    outbox.claim: "deliver.claimed",
    outbox.mark_sent: "deliver.marked",
}


class CrashingStore(Store):
    """The store, with named points at which the process can be killed."""

    def __init__(self, inner: Store, point: Callable[[str], None]) -> None:
        self._inner, self._point = inner, point

    async def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Run a transaction of the inner store."""
        if fn in BEFORE:
            self._point(BEFORE[fn])
        result = await self._inner.run(fn, *args, **kwargs)
        # A claim without rows commits nothing; an early alert is not the end of a reading.
        is_empty_claim = fn is outbox.claim and not result
        is_early_alert = fn is ingest.commit_article and any(
            isinstance(argument, ItemDraft) and argument.status is None for argument in args
        )
        if fn in AFTER and not is_empty_claim and not is_early_alert:
            self._point(AFTER[fn])
        return result

    def call(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Run a transaction of the inner store."""
        return self._inner.call(fn, *args, **kwargs)

    def close(self) -> None:
        """Close the inner store."""
        self._inner.close()


class CrashingTransport(httpx.AsyncBaseTransport):
    """A transport with named points: after a source was fetched, and after a page was."""

    def __init__(self, inner: httpx.AsyncBaseTransport, sources: Collection[str], point: Callable[[str], None]) -> None:
        self._inner, self._sources, self._point = inner, sources, point

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request by the inner transport."""
        response = await self._inner.handle_async_request(request)
        url = str(request.url)
        if not url.endswith("/robots.txt"):
            self._point("poll.fetched" if url in self._sources else "read.fetched")
        return response


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
    crashing = CrashingTransport(transport, {source.url for source in settings.sources}, point)
    opened = open_app(settings, store=store, transport=crashing, clock=clock, rng=random.Random(1))
    async with opened as opened_context:
        context = replace(opened_context, store=CrashingStore(opened_context.store, point))
        for moment in (clock(), *(one for one in act.moments if one > clock())):
            clock.set(moment)
            # One after the other: which story takes a text depends on which text came first, and of sources polled at
            # once that is chance.
            for source in act.sources:
                await one_shot.run_once(context, only=[source])
            await _compose_and_deliver(context)
        clock.set(act.until)
        await _compose_and_deliver(context)
    assert not transport.misses, transport.misses


async def _compose_and_deliver(context: Context) -> None:
    await compose.step(context)
    while (await deliver.step(context)).rows:
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
        limits=Limits(workers=1, host_delay=timedelta(seconds=1)),
        sources=tuple(source for source in recorded if source.id in acts()[life.act].sources),
        rules=rules,
        channels=_channels(life.hook),
    )


def _channels(hook: int) -> tuple[Channel, ...]:
    """A desk of two with alerts and digests, a reader of one digest a day, and a machine that takes alerts."""
    return (
        Channel(
            id="desk",
            kind="email",
            recipients=("editor@desk.example", "night@desk.example"),
            zone="Asia/Karachi",
        ),
        Channel(
            id="london",
            kind="email",
            recipients=("reader@london.example",),
            zone="Europe/London",
            times=(clock_time(8),),
            alerts=False,
        ),
        Channel(
            id="wire",
            kind="webhook",
            recipients=(f"http://127.0.0.1:{hook}/",),
            times=(),
            secret=SECRET,
            allow_private=(("127.0.0.1", hook),),
        ),
    )


if __name__ == "__main__":
    main()
