"""What a step works with: filled once by `app.open_app`, frozen, handed to every step."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from monitor.channels.email import MailServer
from monitor.digest import Templates
from monitor.fetch import Web
from monitor.model import Channel
from monitor.net import Net
from monitor.pipeline.story_index import Groups
from monitor.relevance import Judge
from monitor.store import Store
from monitor.workers import Pool


class Clock(Protocol):
    """Time comes in by this door."""

    def __call__(self) -> datetime:
        """Now, aware and in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class WallClock:
    """The time of the machine."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ActClock:
    """A clock for recorded acts: it stands still until it is set or slept on, and never runs backwards."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.set(self._now + timedelta(seconds=seconds))
        await asyncio.sleep(0)

    def set(self, moment: datetime) -> None:
        self._now = max(self._now, moment)


def pass_by(_point: str) -> None:
    """What happens at a named point in life: nothing. The crash tests hand in a function that kills the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """The parts a step may use."""

    store: Store
    net: Net
    web: Web
    pool: Pool
    judge: Judge
    templates: Templates
    channels: Mapping[str, Channel]
    mail: MailServer | None  # None: no email channel may be told
    clock: Clock
    rng: random.Random
    groups: Groups
    point: Callable[[str], None] = pass_by
    width: int = 16  # sources polled, and entries read, at once; messages go out one by one
    lease: timedelta = timedelta(minutes=5)  # longer than any one look, reading or delivery may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step did: the rows it worked on, a count by outcome, and when there is more to do (None: never)."""

    rows: tuple[str, ...] = ()
    done: Counter[str] = field(default_factory=Counter)
    next_due: datetime | None = None
