"""A small web in memory, and a clock that only sleeping moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from monitor.fetch import Web
from monitor.model import HostState
from monitor.net import HttpClient

NOW = datetime(2025, 6, 29, 12, 0, tzinfo=UTC)
PAGE = b"<html><title>News</title><p>Two ministers met.</p></html>"

Page = httpx.Response | Callable[[httpx.Request], httpx.Response]


class StillClock:
    """Stands still; sleeping moves it on at once."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Site:
    """Pages by URL; what is not there is a 404. Remembers each request with its time."""

    pages: Mapping[str, Page]
    clock: StillClock = field(default_factory=StillClock)
    requests: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        page = self.pages.get(str(request.url), httpx.Response(404))
        return (
            page(request)
            if callable(page)
            else httpx.Response(page.status_code, headers=page.headers, content=page.content)
        )

    @property
    def asked(self) -> list[str]:
        """The URLs that were asked for, in order."""
        return [str(request.url) for request in self.requests]

    def web(self, **options) -> Web:
        net = HttpClient(transport=httpx.MockTransport(self.answer), user_agent="test")
        return Web(net, contact="https://desk.example", clock=self.clock, **options)


def ok(body: bytes = PAGE, **headers: str) -> httpx.Response:
    return httpx.Response(200, headers={name.replace("_", "-"): value for name, value in headers.items()}, content=body)


def to(location: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"location": location})


def a_host(name: str = "dawn.example", **state) -> HostState:
    return HostState(host=name, **state)


def open_host(name: str = "dawn.example", **state) -> HostState:
    """A host whose robots.txt was read an hour ago and allows all."""
    return HostState(host=name, **{"robots": "", "robots_at": NOW - timedelta(hours=1)} | state)
