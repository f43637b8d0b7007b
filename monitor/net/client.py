"""One request, one answer, within bounds of time and bytes. No redirects, cookies, retries or kept connections."""

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
from monitor.net import body
from monitor.net.addresses import is_special, literal
from monitor.net.guard import Guard, Resolver
from monitor.net.names import SystemResolver

MOST_HEADERS = 200  # h11 bounds their bytes (100 KB) and not their number
FIRST_FREE_PORT = 1024  # below it, only 80 and 443 are the web's; a link to port 25 wants us to talk to a mail server
_INCOMPLETE_CHAIN = 20  # OpenSSL: unable to get local issuer certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said to one request. Header names are in lower case, values as sent (bytes as Latin-1)."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, or ""."""
        return next((value for key, value in self.headers if key == name), "")


class Net:
    """The way out. Close it at the end.

    `resolver` stands in for the machine's names, `transport` for the network itself (replayed recordings: no address
    is dialled, so none is checked), `allow` names hosts and ports that may be private, `tls` other roots of trust.
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
        self._given_tls = tls

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # One context for all, and none before the first dial: filling it with certifi's roots costs 13 to 60 ms.
        # Never from SSL_CERT_FILE or a proxy variable.
        return self._given_tls or httpx.create_ssl_context(trust_env=False)

    async def exchange(
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
    ) -> Answer:
        """The answer to one request, whatever its status; a redirect is an answer and never followed.

        All of it, from name to last byte, happens within `deadline` seconds, and the body has at most `limit` bytes,
        unpacked; with a limit of 0 it is left unread (a receiver's yes is its status, whatever it writes below).
        Raises Refused (no connection was made), Unreachable, TooLarge or WrongType. The reason of an
        Unreachable starts with "connect:" where the request was never sent, so the receiver cannot have acted on it.
        `allow` adds private hosts and ports for this one exchange.
        """
        allowed = self._allow | frozenset(allow)
        target = _target(url, allowed)
        if proxy:
            _check_behind_proxy(url, target, allowed)
        progress = _Progress()
        request = httpx.Request(
            method,
            target,
            headers=self._headers(url, headers),
            content=content or None,
            extensions={"trace": progress.note},
        )
        transport = self._transport or self._dialling(url, proxy, allowed)
        try:
            async with asyncio.timeout(deadline):
                return await _ask(transport, request, url=url, limit=limit)
        except (TimeoutError, httpx.TransportError, ssl.SSLError) as error:
            raise _unreachable(url, error, deadline=deadline, sent=progress.sent) from error
        finally:
            if transport is not self._transport:
                await transport.aclose()

    async def aclose(self) -> None:
        """Close the transport that was handed in. Dialled connections end with their exchange."""
        if self._transport:
            await self._transport.aclose()

    def _headers(self, url: str, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        all_headers = {"user-agent": self._user_agent, "accept": "*/*"}
        all_headers |= {name.lower(): value for name, value in headers.items()}
        # By hand: httpx offers brotli and zstd as soon as anything installs them, and both unpack without a bound.
        all_headers["accept-encoding"] = "gzip"
        try:
            return [(name.encode("ascii"), value.encode("latin-1")) for name, value in all_headers.items()]
        except UnicodeEncodeError as error:
            raise Refused(url, "a header that cannot be sent", permanent=True) from error

    def _dialling(self, url: str, proxy: str, allowed: Collection[tuple[str, int]]) -> "_Dialling":
        # A pool for each exchange: it costs less than one AsyncClient for all (1.06 against 1.20 ms CPU a request), and
        # kept connections are quadratic in httpcore (9 ms a request at 800 hosts) and closed by the next poll anyway.
        way = _proxy(url, proxy, self._tls) if proxy else None
        dialled = {*allowed, (way.url.host.decode(), way.url.origin.port)} if way else allowed
        guard = Guard(url=url, resolver=self._resolver, allow=dialled)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls, proxy=way, max_keepalive_connections=0, network_backend=guard
        )
        return _Dialling(pool, guard)


class _Dialling(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool that dials through the guard; vcrpy hooks in above, at this class."""

    def __init__(self, pool: httpcore.AsyncConnectionPool, guard: Guard) -> None:
        self._pool = pool  # in place of the pool that httpx would build: it takes no network backend
        self._guard = guard

    async def aclose(self) -> None:
        await super().aclose()
        await self._guard.aclose()


@dataclass(slots=True)
class _Progress:
    """Whether any of the request itself has gone out."""

    sent: bool = field(default=False)

    async def note(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "http11.send_request_headers.started" and info["request"].method != b"CONNECT":
            self.sent = True


def _target(url: str, allowed: Collection[tuple[str, int]]) -> httpx.URL:
    """The URL as httpx will ask for it, or Refused. Both readers of the URL must see the same host in it."""
    address = urls.absolute("", url)
    if not address:
        raise Refused(url, "not a plain http or https URL", permanent=True)
    try:
        target = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise Refused(url, str(error), permanent=True) from error
    host, port = target.raw_host.decode("ascii"), target.port or {"http": 80, "https": 443}[target.scheme]
    if host != urls.host(address):
        raise Refused(url, "its host can be read in two ways", permanent=True)
    if port not in (80, 443) and port < FIRST_FREE_PORT and (host, port) not in allowed:
        raise Refused(url, f"port {port} is not a web server's", permanent=True)
    return target


def _check_behind_proxy(url: str, target: httpx.URL, allowed: Collection[tuple[str, int]]) -> None:
    """The proxy resolves names, out of the guard's sight; what can be told from the name alone is refused here."""
    host = target.raw_host.decode("ascii")
    port = target.port or {"http": 80, "https": 443}[target.scheme]
    if (host, port) in allowed:
        return
    address = literal(host)
    local = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    if local or (address and is_special(address)):
        raise Refused(url, f"{host} is no public host", permanent=True)


def _proxy(url: str, proxy: str, tls: ssl.SSLContext) -> httpcore.Proxy:
    try:
        parsed = httpx.Proxy(proxy)
    except (ValueError, httpx.InvalidURL) as error:
        raise Refused(url, f"no usable proxy: {error}") from error
    if parsed.url.scheme not in ("http", "https"):
        raise Refused(url, f"a proxy is reached by http or https, not {parsed.url.scheme}")
    way = httpcore.URL(scheme=parsed.url.raw_scheme, host=parsed.url.raw_host, port=parsed.url.port, target=b"/")
    return httpcore.Proxy(way, auth=parsed.raw_auth, ssl_context=tls if parsed.url.scheme == "https" else None)


async def _ask(transport: httpx.AsyncBaseTransport, request: httpx.Request, *, url: str, limit: int) -> Answer:
    response = await transport.handle_async_request(request)
    try:
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers.raw
        )
        if len(headers) > MOST_HEADERS:
            raise WrongType(url, f"{len(headers)} headers")
        assert isinstance(response.stream, httpx.AsyncByteStream)
        encoding = _encoding(headers)
        content = await body.read(response.stream, url=url, encoding=encoding, limit=limit) if limit else b""
        return Answer(url=url, status=response.status_code, headers=headers, body=content)
    finally:
        await response.aclose()


def _encoding(headers: tuple[tuple[str, str], ...]) -> str:
    named = ",".join(value for name, value in headers if name == "content-encoding")
    return named.strip().lower().removeprefix("x-")


def _unreachable(url: str, error: Exception, *, deadline: float, sent: bool) -> FetchError:
    """An error of httpx as one of ours, with a reason for people."""
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return Refused(url, f"cannot be asked: {error}", permanent=True)
    reason = _reason(error, deadline)
    return Unreachable(url, reason if sent else f"connect: {reason}")


def _reason(error: Exception, deadline: float) -> str:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"timeout: no whole answer within {deadline:g} s"
    if tls := _tls_error(error):
        return f"tls: {_tls_reason(tls)}"
    if "without sending complete message body" in str(error):
        return f"cut short: {error}"
    kind = "protocol: " if isinstance(error, httpx.ProtocolError) else ""
    return f"{kind}{error}" if str(error) else f"{kind}connection lost"


def _tls_error(error: BaseException) -> ssl.SSLError | None:
    cause: BaseException | None = error
    while cause and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause if isinstance(cause, ssl.SSLError) else None


def _tls_reason(error: ssl.SSLError) -> str:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return str(error)
    hint = "; the server may not send its whole chain" if error.verify_code == _INCOMPLETE_CHAIN else ""
    return f"{error.verify_message}{hint}"
