"""The HTTP client: one request, one response, within bounds of time and bytes.

It follows no redirects, stores no cookies, retries nothing and keeps no connection open.
"""

import asyncio
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpcore
import httpx

from monitor import urls
from monitor.errors import FetchError, Refused, Unreachable, WrongType
from monitor.net.addresses import is_non_public, parse_ip
from monitor.net.bodies import read_body
from monitor.net.guard import Guard, Resolver
from monitor.net.resolver import SystemResolver

# h11 limits the bytes of headers (100 KB), not their number.
MAX_HEADERS = 200
# Ports below, except 80 and 443, belong to other services: a link to port 25 would make us talk to a mail server.
FIRST_UNPRIVILEGED_PORT = 1024
DEFAULT_PORTS = {"http": 80, "https": 443}
# OpenSSL's code for "unable to get local issuer certificate".
INCOMPLETE_CHAIN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A server's response to one request. Header names are in lower case; values are as sent (bytes as Latin-1)."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Returns the first value of a header, or ""."""
        return next((value for key, value in self.headers if key == name), "")


class HttpClient:
    """Sends requests. Close it at the end.

    `resolver` replaces the system's resolver. `transport` replaces the network, for example with recordings; then no
    connection is made, so no address is checked. `allow` lists hosts and ports that may be private; `tls` replaces the
    trusted root certificates.
    """

    def __init__(
        self,
        *,
        resolver: Resolver | None = None,
        allow: Collection[tuple[str, int]] = (),
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._resolver = resolver or SystemResolver()
        self._allow = frozenset(allow)
        self._transport = transport
        self._user_agent = user_agent
        self._custom_tls = tls

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # One context for all requests, created at the first connection: loading certifi's roots takes 13 to 60 ms.
        # SSL_CERT_FILE and proxy variables are ignored.
        return self._custom_tls or httpx.create_ssl_context(trust_env=False)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes = b"",
        deadline: float,
        limit: int,
        proxy: str = "",
        allow: Collection[tuple[str, int]] = (),
    ) -> Response:
        """Returns the response to one request, whatever its status; redirects are returned, not followed.

        The whole exchange, from name resolution to the last byte, takes at most `deadline` seconds. The body has at most
        `limit` bytes, decompressed. If the limit is 0, the body is not read (a receiver accepts by its status, whatever
        its body). `allow` adds private hosts and ports for this request.

        Raises Refused (no connection was made), Unreachable, TooLarge or WrongType. `Unreachable.request_sent` is False
        if the receiver cannot have acted on the request.
        """
        allowed = self._allow | frozenset(allow)
        target = parse_target(url, allowed)
        if proxy:
            check_proxied_host(url, target, allowed)
        progress = RequestProgress()
        request = httpx.Request(
            method,
            target,
            headers=self._headers(url, headers),
            content=content or None,
            extensions={"trace": progress.trace},
        )
        transport = self._transport or self._guarded_transport(url, proxy, allowed)
        try:
            async with asyncio.timeout(deadline):
                return await send_request(transport, request, url=url, limit=limit)
        except (TimeoutError, httpx.TransportError, ssl.SSLError) as error:
            raise convert_error(url, error, deadline=deadline, sent=progress.sent) from error
        finally:
            if transport is not self._transport:
                await transport.aclose()

    async def aclose(self) -> None:
        """Closes the transport given to the constructor. Other connections end with their request."""
        if self._transport:
            await self._transport.aclose()

    def _headers(self, url: str, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        all_headers = {"user-agent": self._user_agent, "accept": "*/*"}
        all_headers |= {name.lower(): value for name, value in headers.items()}
        # Set explicitly: httpx offers brotli and zstd as soon as they are installed, and both decompress without a limit.
        all_headers["accept-encoding"] = "gzip"
        try:
            return [(name.encode("ascii"), value.encode("latin-1")) for name, value in all_headers.items()]
        except UnicodeEncodeError as error:
            raise Refused(url, "a header that cannot be sent", permanent=True) from error

    def _guarded_transport(self, url: str, proxy: str, allowed: Collection[tuple[str, int]]) -> "GuardedTransport":
        # A pool for each request costs less than one AsyncClient for all (1.06 against 1.20 ms CPU a request). Kept
        # connections take quadratic time in httpcore (9 ms a request at 800 hosts), and the server has closed them by
        # the next poll.
        proxy_settings = parse_proxy(url, proxy, self._tls) if proxy else None
        if proxy_settings:
            allowed = {*allowed, (proxy_settings.url.host.decode(), proxy_settings.url.origin.port)}
        guard = Guard(url=url, resolver=self._resolver, allow=allowed)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls, proxy=proxy_settings, max_keepalive_connections=0, network_backend=guard
        )
        return GuardedTransport(pool, guard)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over a pool that connects through the guard. vcrpy patches it at its base class."""

    def __init__(self, pool: httpcore.AsyncConnectionPool, guard: Guard) -> None:
        # The pool that httpx would create accepts no network backend.
        self._pool = pool
        self._guard = guard

    async def aclose(self) -> None:
        await super().aclose()
        await self._guard.aclose()


@dataclass(slots=True)
class RequestProgress:
    """Whether any part of the request was sent."""

    sent: bool = field(default=False)

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        # httpcore's trace extension. The CONNECT to a proxy is not the request.
        if event == "http11.send_request_headers.started" and info["request"].method != b"CONNECT":
            self.sent = True


def parse_target(url: str, allowed: Collection[tuple[str, int]]) -> httpx.URL:
    """Returns the URL as httpx requests it. Raises Refused if it is not a web URL of one unambiguous host."""
    address = urls.resolve("", url)
    if not address:
        raise Refused(url, "not a plain http or https URL", permanent=True)
    try:
        target = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise Refused(url, str(error), permanent=True) from error
    host, port = target.raw_host.decode("ascii"), target.port or DEFAULT_PORTS[target.scheme]
    # httpx and our own parser must find the same host, or the guard would check another one.
    if host != urls.host(address):
        raise Refused(url, "its host can be read in two ways", permanent=True)
    if port not in (80, 443) and port < FIRST_UNPRIVILEGED_PORT and (host, port) not in allowed:
        raise Refused(url, f"port {port} is not a web server's", permanent=True)
    return target


def check_proxied_host(url: str, target: httpx.URL, allowed: Collection[tuple[str, int]]) -> None:
    """Raises Refused if a host is private by its name alone: a proxy resolves names, so the guard cannot check them."""
    host = target.raw_host.decode("ascii")
    port = target.port or DEFAULT_PORTS[target.scheme]
    if (host, port) in allowed:
        return
    address = parse_ip(host)
    local = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    if local or (address and is_non_public(address)):
        raise Refused(url, f"{host} is not a public host", permanent=True)


def parse_proxy(url: str, proxy: str, tls: ssl.SSLContext) -> httpcore.Proxy:
    """Returns the settings of a proxy URL. Raises Refused if it cannot be used."""
    try:
        parsed = httpx.Proxy(proxy)
    except (ValueError, httpx.InvalidURL) as error:
        raise Refused(url, f"the proxy cannot be used: {error}") from error
    if parsed.url.scheme not in ("http", "https"):
        raise Refused(url, f"a proxy needs an http or https URL, not {parsed.url.scheme}")
    proxy_url = httpcore.URL(scheme=parsed.url.raw_scheme, host=parsed.url.raw_host, port=parsed.url.port, target=b"/")
    return httpcore.Proxy(proxy_url, auth=parsed.raw_auth, ssl_context=tls if parsed.url.scheme == "https" else None)


async def send_request(
    transport: httpx.AsyncBaseTransport, request: httpx.Request, *, url: str, limit: int
) -> Response:
    """Returns the response with its body. Raises WrongType or TooLarge, and the errors of httpx."""
    response = await transport.handle_async_request(request)
    try:
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers.raw
        )
        if len(headers) > MAX_HEADERS:
            raise WrongType(url, f"{len(headers)} headers")
        assert isinstance(response.stream, httpx.AsyncByteStream)
        codings = ",".join(value for name, value in headers if name == "content-encoding")
        body = b""
        # Nobody sees the body of a redirect, so its faults do not matter.
        if limit and not httpx.codes.is_redirect(response.status_code):
            try:
                body = await read_body(aiter(response.stream), url=url, codings=codings, limit=limit)
            except (FetchError, httpx.TransportError):
                # The status of an error says more than the fault of its body.
                if not httpx.codes.is_error(response.status_code):
                    raise
        return Response(url=url, status=response.status_code, headers=headers, body=body)
    finally:
        await response.aclose()


def convert_error(url: str, error: Exception, *, deadline: float, sent: bool) -> FetchError:
    """Returns an error of httpx as one of ours, with a readable reason."""
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return Refused(url, f"cannot be requested: {error}", permanent=True)
    reason = transport_reason(error, deadline)
    return Unreachable(url, reason if sent else f"connect: {reason}", request_sent=sent)


def transport_reason(error: Exception, deadline: float) -> str:
    """Returns a readable reason for an error of httpx or of TLS."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"timeout: no complete response within {deadline:g} s"
    if tls_error := find_tls_error(error):
        return f"tls: {tls_reason(tls_error)}"
    if "without sending complete message body" in str(error):
        return f"cut short: {error}"
    kind = "protocol: " if isinstance(error, httpx.ProtocolError) else ""
    return f"{kind}{error}" if str(error) else f"{kind}connection lost"


def find_tls_error(error: BaseException) -> ssl.SSLError | None:
    """Returns the TLS error among an error and its causes, or None."""
    cause: BaseException | None = error
    while cause and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause if isinstance(cause, ssl.SSLError) else None


def tls_reason(error: ssl.SSLError) -> str:
    """Returns a readable reason for a TLS error."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return str(error)
    hint = "; the server may not send its complete certificate chain" if error.verify_code == INCOMPLETE_CHAIN else ""
    return f"{error.verify_message}{hint}"
