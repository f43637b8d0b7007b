"""The address guard: a network backend below httpx that connects only to addresses that it has checked.

Checking the URL is not enough: a public name may point to a private address, and it may point elsewhere at the second
lookup (DNS rebinding). So the guard resolves the name, checks every address, and connects to a checked one. TLS is
still verified against the host name. The guard is below `AsyncHTTPTransport`, where vcrpy records and replays: a
cassette needs no names, and a recording cannot bypass the guard.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any

import httpcore

from monitor.errors import Refused, Unreachable
from monitor.net.addresses import is_non_public, parse_ip
from monitor.net.lenient import LenientStream

Resolver = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]
"""Maps a host and port to the addresses and ports to connect to; raises OSError if there are none."""

# Seconds for each address but the last: a broken IPv6 route must not use up the whole deadline.
CONNECT_TIMEOUT_S = 5.0
MAX_ADDRESSES = 4


class Guard(httpcore.AsyncNetworkBackend):
    """Connects for one request. `url` is named in errors; `allow` lists the hosts and ports that may be private.

    An entry of `allow` applies to the requested host and to the resolved address.
    """

    def __init__(self, *, url: str, resolver: Resolver, allow: Collection[tuple[str, int]]) -> None:
        self._url, self._resolver, self._allow = url, resolver, allow
        self._backend = httpcore.AnyIOBackend()
        self._streams: list[httpcore.AsyncNetworkStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Returns a connection to the first address that accepts one; it repairs the response.

        Raises Refused if any address of the host is not public, Unreachable if it has none.
        """
        try:
            addresses = await self._resolver(host, port)
        except OSError as error:
            raise Unreachable(self._url, f"connect: no address for {host}: {error}", request_sent=False) from error
        if not addresses:
            raise Unreachable(self._url, f"connect: no address for {host}", request_sent=False)
        for address in addresses:
            self._check(host, port, address)
        stream = LenientStream(await self._connect(addresses[:MAX_ADDRESSES], timeout, local_address, socket_options))
        self._streams.append(stream)
        return stream

    async def aclose(self) -> None:
        """Closes all connections: httpcore forgets a connection whose TLS handshake is cancelled."""
        for stream in self._streams:
            await stream.aclose()

    async def _connect(
        self, addresses: Sequence[tuple[str, int]], last_timeout_s: float | None, *options: Any
    ) -> httpcore.AsyncNetworkStream:
        *first_addresses, last_address = addresses
        for ip, port in first_addresses:
            try:
                return await self._backend.connect_tcp(ip, port, CONNECT_TIMEOUT_S, *options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._backend.connect_tcp(*last_address, last_timeout_s, *options)

    def _check(self, host: str, port: int, address: tuple[str, int]) -> None:
        """Raises Refused if an address is neither public nor allowed."""
        if (host, port) in self._allow or address in self._allow or not is_non_public(address[0]):
            return
        # A refused name is not permanent: filtering name servers return 10.10.34.35 today and the real address tomorrow.
        reason = f"{host} is at {address[0]}, which is not a public address"
        raise Refused(self._url, reason, permanent=bool(parse_ip(host)))
