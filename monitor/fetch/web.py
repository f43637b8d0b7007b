"""The look at a URL: leave of robots.txt, the host's pace, redirects hop by hop."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import metadata
from typing import Protocol

from monitor import urls
from monitor.errors import FetchError, Refused
from monitor.fetch import answers
from monitor.fetch import robots as rules
from monitor.model import Failed, Fetched, HostState, Looked, NotModified, Validators
from monitor.net import Answer, Net

GAP = timedelta(seconds=5)
DEADLINE = 30.0  # seconds for one URL with its redirects, pauses left out
LIMIT = 5_000_000  # bytes of a body, unpacked
MOST_REDIRECTS = 5
LONGEST_WAIT = timedelta(seconds=60)  # a host that wants us later than this is left to the schedule
ROBOTS_KEPT = timedelta(hours=24)
ROBOTS_RETRY = timedelta(minutes=10)  # until a robots.txt that did not answer is asked for again
MOST_ELSEWHERE = 1_000


class Clock(Protocol):
    """Time comes in by this door."""

    def __call__(self) -> datetime:
        """Now, aware and in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


def user_agent(contact: str) -> str:
    """Who we say we are: name, version, and where to reach whoever runs this. ValueError without a contact."""
    contact = contact.strip()
    if not (contact and contact.isascii() and contact.isprintable()):
        raise ValueError("a contact (a URL or an address, in ASCII) is needed: servers are told who asks")
    return f"{rules.PRODUCT}/{_version()} (+{contact})"


def _version() -> str:
    try:
        return metadata.version("iran-pakistan-monitor")
    except metadata.PackageNotFoundError:  # a checkout that is not installed
        return "0"


class Web:
    """Looks at URLs. What a host asked of us travels in its `HostState`, which the caller keeps.

    Hosts that only redirects lead to have no caller: their state is held here, for as long as this lives.
    `contact` goes into the User-Agent; `gap` is the least pause between two requests to a host.
    """

    def __init__(
        self,
        net: Net,
        *,
        contact: str,
        clock: Clock,
        gap: timedelta = GAP,
        deadline: float = DEADLINE,
        limit: int = LIMIT,
    ) -> None:
        self._asking = _Asking(
            net=net, clock=clock, gap=gap, deadline=deadline, limit=limit, user_agent=user_agent(contact)
        )
        self._elsewhere: dict[str, HostState] = {}

    async def look(
        self,
        url: str,
        *,
        host: HostState,
        validators: Validators | None = None,
        robots: bool,
        proxy: str = "",
    ) -> Looked:
        """What there is at `url`, and the state of its host afterwards. A FetchError is not raised: it is in Failed.

        Validators are sent to their very URL only. With `robots`, robots.txt must allow the URL and every hop; it is
        asked for once a day. Up to five redirects are followed, each checked as the first. Waits for the host's turn
        up to a minute; `ready_at` of the state says when the next request may go, later after a Retry-After.
        """
        visit = _Visit(self._asking, url=url, host=host, elsewhere=self._elsewhere, proxy=proxy)
        try:
            outcome = await visit.outcome(url, validators, robots=robots)
        except FetchError as error:
            outcome = Failed(url=url, error=error, at=self._asking.clock())
        return Looked(outcome=outcome, host=visit.host)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """How this program asks."""

    net: Net
    clock: Clock
    gap: timedelta
    deadline: float
    limit: int
    user_agent: str


class _Visit:
    """One look: the requests that it takes, and the hosts that it meets."""

    def __init__(
        self, asking: _Asking, *, url: str, host: HostState, elsewhere: dict[str, HostState], proxy: str
    ) -> None:
        self.host = host
        self._asking, self._home, self._elsewhere, self._proxy = asking, urls.host(url), elsewhere, proxy

    async def outcome(self, url: str, validators: Validators | None, *, robots: bool) -> Fetched | NotModified | Failed:
        sent = validators if validators and validators.url == url else None
        way = await self._follow(url, _conditions(sent), leave=robots)
        return answers.meaning(url, way, validators=sent, now=self._asking.clock())

    async def _follow(self, url: str, conditions: Mapping[str, str], *, leave: bool) -> list[Answer]:
        """The answers from `url` to where its redirects end, or to where we stop: a loop, the sixth of them."""
        way: list[Answer] = []
        left = self._asking.deadline
        while True:
            if leave:
                await self._ask_leave(url)
            # A hop on the same host is the server's own second half of the answer: it need not wait for its turn.
            if not way or urls.host(url) != urls.host(way[-1].url):
                await self._wait_for_turn(url)
            began = asyncio.get_running_loop().time()
            way.append(await self._ask(url, {} if way else conditions, deadline=max(left, 0.0)))
            left -= asyncio.get_running_loop().time() - began
            if way[-1].status not in answers.REDIRECTS or len(way) > MOST_REDIRECTS:
                return way
            url = answers.next_hop(way[-1])
            if url in [hop.url for hop in way]:
                return way

    async def _ask(self, url: str, conditions: Mapping[str, str], *, deadline: float) -> Answer:
        asking = self._asking
        headers = {"user-agent": asking.user_agent, **conditions}
        asked_to_wait: timedelta | None = None
        try:
            answer = await asking.net.exchange(
                "GET", url, headers=headers, deadline=deadline, limit=asking.limit, proxy=self._proxy
            )
            asked_to_wait = answers.retry_after(answer, now=asking.clock())
            return answer
        finally:
            state = self._state(url)
            pause = max(asking.gap, rules.delay(state.robots or ""), asked_to_wait or timedelta(0))
            self._keep(url, replace(state, ready_at=asking.clock() + pause))

    async def _wait_for_turn(self, url: str) -> None:
        ready_at, now = self._state(url).ready_at, self._asking.clock()
        if ready_at is None or ready_at <= now:
            return
        wait = ready_at - now
        if wait > LONGEST_WAIT:
            raise Refused(url, f"its host is to be left alone until {ready_at:%Y-%m-%d %H:%M} UTC", retry_after=wait)
        await self._asking.clock.sleep(wait.total_seconds())

    async def _ask_leave(self, url: str) -> None:
        state, now = self._state(url), self._asking.clock()
        if state.robots_at is None or now - state.robots_at >= ROBOTS_KEPT:
            state = await self._with_robots(url, state)
        if state.robots is None:
            retry_after = (state.robots_at or now) + ROBOTS_KEPT - now
            raise Refused(url, "robots.txt did not answer, so nothing may be asked for", retry_after=retry_after)
        if not rules.allows(state.robots, url):
            raise Refused(url, "robots.txt forbids it", permanent=True)

    async def _with_robots(self, url: str, state: HostState) -> HostState:
        """The state with the robots.txt of now. Where it does not answer, the text that we hold serves on."""
        try:
            way = await self._follow(urls.absolute(url, "/robots.txt"), {}, leave=False)
            text = _robots_text(way[-1])
        except FetchError:
            text = None
        now, state = self._asking.clock(), self._state(url)
        if text is None:
            fresh = replace(state, robots_at=now - ROBOTS_KEPT + ROBOTS_RETRY)
        else:
            fresh = replace(state, robots=text, robots_at=now)
        self._keep(url, fresh)
        return fresh

    def _state(self, url: str) -> HostState:
        name = urls.host(url)
        return self.host if name == self._home else self._elsewhere.get(name, HostState(host=name))

    def _keep(self, url: str, state: HostState) -> None:
        name = urls.host(url)
        if name == self._home:
            self.host = state
            return
        if len(self._elsewhere) >= MOST_ELSEWHERE:  # somebody redirects us to ever new names
            self._elsewhere.clear()
        self._elsewhere[name] = state


def _conditions(validators: Validators | None) -> dict[str, str]:
    if validators is None:
        return {}
    conditions = {"if-none-match": validators.etag, "if-modified-since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _robots_text(answer: Answer) -> str | None:
    """RFC 9309, 2.3.1: no such file, or redirects without end, and all is allowed; a server in trouble allows nothing."""
    if answer.status == 429 or answer.status >= 500:  # noqa: PLR2004 - too many requests; server errors
        return None
    return rules.read(answer.body) if answer.status in (200, 203) else ""
