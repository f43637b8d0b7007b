"""The address guard: a network backend below httpx that dials only what it has checked.

Checking the URL is not enough: a public name may point to a private address, and may point elsewhere the second time
it is asked (rebinding). So the guard resolves, checks every answer, and dials the very address that it checked; TLS is
verified against the host name all the same. It stands below `AsyncHTTPTransport`, where vcrpy records and replays: a
cassette needs no names, and nothing that is recorded gets past the guard.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any

import httpcore

from monitor.errors import Refused, Unreachable
from monitor.net.addresses import is_special, literal

Resolver = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]
"""Host and port to the addresses and ports to dial; OSError where the name has none. Tests map names to loopback."""

DIAL_TIMEOUT = 5.0  # seconds for one of several addresses: a broken IPv6 route must not cost the whole deadline
MOST_DIALLED = 4


class Guard(httpcore.AsyncNetworkBackend):
    """Dials for one exchange: `url` is its subject, `allow` the exact hosts and ports that may be private.

    A pair of `allow` counts as it is asked for or as it resolves.
    """

    def __init__(self, *, url: str, resolver: Resolver, allow: Collection[tuple[str, int]]) -> None:
        self._url, self._resolver, self._allow = url, resolver, allow
        self._dialler = httpcore.AnyIOBackend()
        self._dialled: list[httpcore.AsyncNetworkStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of the host that answers; Refused if any of them is special."""
        places = await self._resolve(host, port)
        for place in places:
            self._check(host, port, place)
        stream = await self._dial(places[:MOST_DIALLED], timeout, local_address, socket_options)
        self._dialled.append(stream)
        return stream

    async def aclose(self) -> None:
        """Close what was dialled: httpcore forgets a connection whose TLS handshake is cancelled."""
        for stream in self._dialled:
            await stream.aclose()

    async def _dial(
        self, places: Sequence[tuple[str, int]], patience: float | None, *options: Any
    ) -> httpcore.AsyncNetworkStream:
        *others, last = places
        for ip, port in others:
            try:
                return await self._dialler.connect_tcp(ip, port, DIAL_TIMEOUT, *options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._dialler.connect_tcp(*last, patience, *options)

    def _check(self, host: str, port: int, place: tuple[str, int]) -> None:
        if (host, port) in self._allow or place in self._allow or not is_special(place[0]):
            return
        # Not permanent where a name is behind it: filtering name servers answer 10.10.34.35 today, the truth tomorrow.
        raise Refused(self._url, f"{host} is at {place[0]}, no public address", permanent=bool(literal(host)))

    async def _resolve(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        try:
            places = await self._resolver(host, port)
        except OSError as error:
            raise Unreachable(self._url, f"connect: no address for {host}: {error}") from error
        if not places:
            raise Unreachable(self._url, f"connect: no address for {host}")
        return places
