"""The context of a step: built once by `app.open_app`, frozen, and handed to every step."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.channels import MailServer
from monitor.digest import Templates
from monitor.fetch import Clock, Web
from monitor.model import Channel
from monitor.net import HttpClient
from monitor.pipeline.story_cache import StoryWindowCache
from monitor.relevance import Judge
from monitor.store import Store
from monitor.workers import WorkerPool

__all__ = ["ActClock", "Clock", "Context", "StepResult", "WallClock"]


class WallClock:
    """The clock of the machine."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Sleep in real time."""
        await asyncio.sleep(seconds)


class ActClock:
    """A clock for recorded acts: it moves only when it is set or slept on, and never backwards."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move the clock forward without waiting."""
        self.set(self._now + timedelta(seconds=seconds))
        await asyncio.sleep(0)

    def set(self, moment: datetime) -> None:
        """Move the clock to a time; an earlier one than now is ignored."""
        self._now = max(self._now, moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The parts that a step may use."""

    store: Store
    delivery_client: HttpClient
    web: Web
    workers: WorkerPool
    judge: Judge
    templates: Templates
    channels: Mapping[str, Channel]
    mail: MailServer | None  # None: email channels cannot be delivered
    clock: Clock
    rng: random.Random
    story_window: StoryWindowCache
    operator_channel: str = ""  # id of the channel that is notified of outages; "": none
    concurrency: int = 16  # sources polled, and entries read, at once; messages are sent one by one
    lease: timedelta = timedelta(minutes=5)  # longer than any one fetch, reading or delivery may take


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """The result of a step: the rows it worked on, a count of their results, and when more is due (None: not known)."""

    rows: tuple[str, ...] = ()
    done: Counter[str] = field(default_factory=Counter)
    next_due: datetime | None = None
