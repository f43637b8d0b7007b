"""Fetching a URL: robots.txt first, the pace of its host, redirects hop by hop."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import metadata
from typing import Protocol

from monitor import urls
from monitor.errors import FetchError, Refused
from monitor.fetch import responses
from monitor.fetch import robots as rules
from monitor.fetch.cookies import VisitCookies
from monitor.model import Failed, Fetched, FetchOutcome, HostState, NotModified, Validators
from monitor.net import HttpClient, Response

HOST_DELAY = timedelta(seconds=5)
FETCH_DEADLINE_S = 30.0  # for one URL with its redirects, without the pauses between them
MAX_BODY_BYTES = 5_000_000  # decompressed
MAX_REDIRECTS = 10  # https, www, a cookie, a login host and back: six were seen
MAX_HOST_WAIT = timedelta(seconds=60)  # if a host requests a longer delay, the row is rescheduled
ROBOTS_MAX_AGE = timedelta(hours=24)
ROBOTS_RETRY_DELAY = timedelta(minutes=10)  # before a robots.txt that did not answer is requested again
MAX_REDIRECT_HOSTS = 1_000


class Clock(Protocol):
    """The injected clock."""

    def __call__(self) -> datetime:
        """Returns the time, aware and in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for some seconds."""
        ...


def user_agent(contact: str) -> str:
    """Returns the User-Agent: name, version and the operator's contact. Raises ValueError without a contact."""
    contact = contact.strip()
    if not (contact and contact.isascii() and contact.isprintable()):
        raise ValueError("a contact (a URL or an address, in ASCII) is needed for the User-Agent")
    return f"{rules.PRODUCT}/{_version()} (+{contact})"


def _version() -> str:
    try:
        return metadata.version("iran-pakistan-monitor")
    except metadata.PackageNotFoundError:  # a checkout that is not installed
        return "0"


class Web:
    """Fetches URLs. The state of a host travels in its `HostState`, which the caller stores.

    `contact` goes into the User-Agent; `host_delay` is the minimum pause between two requests to a host.
    """

    # Hosts that appear only in redirects have no row: their state lives as long as this object.

    def __init__(
        self,
        client: HttpClient,
        *,
        contact: str,
        clock: Clock,
        host_delay: timedelta = HOST_DELAY,
        deadline: float = FETCH_DEADLINE_S,
        max_body_size: int = MAX_BODY_BYTES,
    ) -> None:
        self._settings = _RequestSettings(
            net=client,
            clock=clock,
            gap=host_delay,
            deadline=deadline,
            limit=max_body_size,
            user_agent=user_agent(contact),
        )
        self._redirect_hosts: dict[str, HostState] = {}

    async def fetch(
        self,
        url: str,
        *,
        host: HostState,
        validators: Validators | None = None,
        robots: bool,
        proxy: str = "",
    ) -> FetchOutcome:
        """Returns the result of fetching `url`, and the state of its host afterwards. A FetchError is returned in Failed.

        Validators are sent only to the URL that they belong to. With `robots`, robots.txt must allow the URL and every
        redirect; it is fetched once a day. Up to MAX_REDIRECTS redirects are followed, each with the checks of the first URL.
        Waits up to a minute for the host; `ready_at` of the state is the time of the next request.
        """
        # One visit for each call: the delays and robots.txt that it meets are kept in the host states, not in it.
        visit = _Visit(self._settings, url=url, host=host, redirect_hosts=self._redirect_hosts, proxy=proxy)
        try:
            outcome = await visit.fetch(url, validators, robots=robots)
        except FetchError as error:
            outcome = Failed(url=url, error=error, at=self._settings.clock())
        return FetchOutcome(result=outcome, host=visit.host)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RequestSettings:
    """How requests are sent."""

    net: HttpClient
    clock: Clock
    gap: timedelta
    deadline: float
    limit: int
    user_agent: str


class _Visit:
    """The fetch of one URL: its requests, and the hosts that its redirects lead to."""

    def __init__(
        self, settings: _RequestSettings, *, url: str, host: HostState, redirect_hosts: dict[str, HostState], proxy: str
    ) -> None:
        self.host = host
        self._settings, self._source_host, self._redirect_hosts, self._proxy = (
            settings,
            urls.host(url),
            redirect_hosts,
            proxy,
        )

    async def fetch(self, url: str, validators: Validators | None, *, robots: bool) -> Fetched | NotModified | Failed:
        sent = validators if validators and validators.url == url else None
        hops = await self._follow(url, conditional_headers(sent), leave=robots)
        return responses.interpret(url, hops, validators=sent, now=self._settings.clock())

    async def _follow(self, url: str, conditions: Mapping[str, str], *, leave: bool) -> list[Response]:
        """Returns the responses from `url` to the end of its redirects; it stops at a loop and after MAX_REDIRECTS."""
        hops: list[Response] = []
        cookies, requests = VisitCookies(), set[tuple[str, str]]()
        left = self._settings.deadline
        while True:
            if leave:
                await self._check_robots(url)
            # A redirect on the same host is the second half of the same answer: it does not wait for the host's delay.
            if not hops or urls.host(url) != urls.host(hops[-1].url):
                await self._wait_for_turn(url)
            cookie = cookies.header(url)
            requests.add((url, cookie))
            headers = {**({} if hops else conditions), **({"cookie": cookie} if cookie else {})}
            # Only the time of requests counts against the deadline: a pause that the host requested is not its delay.
            began = asyncio.get_running_loop().time()
            hops.append(await self._request(url, headers, deadline=max(left, 0.0)))
            left -= asyncio.get_running_loop().time() - began
            cookies.add(hops[-1], now=self._settings.clock())
            url = responses.next_hop(hops[-1])
            # The same URL is another request if a cookie came between.
            if not url or len(hops) > MAX_REDIRECTS or (url, cookies.header(url)) in requests:
                return hops

    async def _request(self, url: str, headers: Mapping[str, str], *, deadline: float) -> Response:
        settings = self._settings
        headers = {"user-agent": settings.user_agent, **headers}
        requested_delay: timedelta | None = None
        try:
            answer = await settings.net.request(
                "GET", url, headers=headers, deadline=deadline, limit=settings.limit, proxy=self._proxy
            )
            requested_delay = responses.retry_after(answer, now=settings.clock())
            return answer
        finally:
            state = self._host_state(url)
            pause = max(settings.gap, rules.crawl_delay(state.robots or ""), requested_delay or timedelta(0))
            self._save_host_state(url, replace(state, ready_at=settings.clock() + pause))

    async def _wait_for_turn(self, url: str) -> None:
        ready_at, now = self._host_state(url).ready_at, self._settings.clock()
        if ready_at is None or ready_at <= now:
            return
        wait = ready_at - now
        if wait > MAX_HOST_WAIT:
            raise Refused(url, f"its host is to be left alone until {ready_at:%Y-%m-%d %H:%M} UTC", retry_after=wait)
        await self._settings.clock.sleep(wait.total_seconds())

    async def _check_robots(self, url: str) -> None:
        state, now = self._host_state(url), self._settings.clock()
        if state.robots_at is None or now - state.robots_at >= ROBOTS_MAX_AGE:
            state = await self._refresh_robots(url, state)
        if state.robots is None:
            retry_after = (state.robots_at or now) + ROBOTS_MAX_AGE - now
            raise Refused(url, "robots.txt did not answer, so no page may be requested", retry_after=retry_after)
        if not rules.is_allowed(state.robots, url):
            raise Refused(url, "robots.txt forbids it", permanent=True)

    async def _refresh_robots(self, url: str, state: HostState) -> HostState:
        """Returns the state with the current robots.txt; if it does not answer, the stored text stays in use."""
        try:
            hops = await self._follow(urls.resolve(url, "/robots.txt"), {}, leave=False)
            text = robots_text(hops[-1])
        except FetchError:
            text = None
        now, state = self._settings.clock(), self._host_state(url)
        if text is None:
            fresh = replace(state, robots_at=now - ROBOTS_MAX_AGE + ROBOTS_RETRY_DELAY)
        else:
            fresh = replace(state, robots=text, robots_at=now)
        self._save_host_state(url, fresh)
        return fresh

    def _host_state(self, url: str) -> HostState:
        name = urls.host(url)
        return self.host if name == self._source_host else self._redirect_hosts.get(name, HostState(host=name))

    def _save_host_state(self, url: str, state: HostState) -> None:
        name = urls.host(url)
        if name == self._source_host:
            self.host = state
            return
        if (
            len(self._redirect_hosts) >= MAX_REDIRECT_HOSTS
        ):  # a server that redirects to ever new names must not fill the memory
            self._redirect_hosts.clear()
        self._redirect_hosts[name] = state


def conditional_headers(validators: Validators | None) -> dict[str, str]:
    if validators is None:
        return {}
    conditions = {"if-none-match": validators.etag, "if-modified-since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def robots_text(answer: Response) -> str | None:
    """Returns the text of a robots.txt response; None if the server failed, so that nothing is allowed.

    RFC 9309, 2.3.1: if there is no such file, or its redirects do not end, everything is allowed.
    """
    if answer.status == 429 or answer.status >= 500:  # noqa: PLR2004 - too many requests; server errors
        return None
    return rules.decode(answer.body) if answer.status in (200, 203) else ""
