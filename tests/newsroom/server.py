"""The newsroom on loopback: one HTTP server for every outlet, told apart by the Host header.

Its time is the act's: the clock it is given decides what is published, and stands in every Date header.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from monitor.net import Resolver
from tests.newsroom import pages
from tests.newsroom.content import Outlet
from tests.newsroom.pages import Page, rfc822

Headers = dict[str, str]


@asynccontextmanager
async def serving(outlets: Iterable[Outlet], *, clock: Callable[[], datetime]) -> AsyncIterator[int]:
    """Serve the outlets on a free port of 127.0.0.1, which is handed out, until the block ends."""
    hosts = {host: outlet for outlet in outlets for host in outlet.hosts}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            method, target, headers = _request(await reader.readuntil(b"\r\n\r\n"))
            writer.write(_answer(hosts, method, target, headers, now=clock()))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # a client that left before it had asked
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def resolver(port: int) -> Resolver:
    """Names for the guard: every *.example lives on our port, nothing else has an address."""

    async def resolve(host: str, _port: int) -> Sequence[tuple[str, int]]:
        if not host.endswith(".example"):
            raise OSError(f"{host} is no name of the newsroom")
        return [("127.0.0.1", port)]

    return resolve


def _request(head: bytes) -> tuple[str, str, Headers]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    fields = (line.partition(":") for line in lines if line)
    return method, target, {name.strip().lower(): value.strip() for name, _, value in fields}


def _answer(hosts: dict[str, Outlet], method: str, target: str, asked: Headers, *, now: datetime) -> bytes:
    host = asked.get("host", "").partition(":")[0]
    outlet = hosts.get(host)
    if method != "GET":
        return _wire(Page(status=405), asked, now=now)
    if outlet is None:
        return _wire(Page(status=400), asked, now=now)
    page = pages.answer(outlet, target if host == outlet.host else f"http://{host}{target}", now)
    return _wire(Page(**_kept(page)) if _unchanged(page, asked) else page, asked, now=now)


def _kept(page: Page) -> dict[str, object]:
    return {"status": 304, "etag": page.etag, "last_modified": page.last_modified}


def _unchanged(page: Page, asked: Headers) -> bool:
    """RFC 9110, 13.2.2: If-Modified-Since counts only where there is no If-None-Match."""
    if "if-none-match" in asked:
        return bool(page.etag) and _opaque(page.etag) in map(_opaque, asked["if-none-match"].split(","))
    if "if-modified-since" in asked and page.last_modified:
        return parsedate_to_datetime(page.last_modified) <= parsedate_to_datetime(asked["if-modified-since"])
    return False


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/")


def _wire(page: Page, asked: Headers, *, now: datetime) -> bytes:
    packed = bool(page.body) and "gzip" in asked.get("accept-encoding", "")
    body = gzip.compress(page.body, mtime=0) if packed else page.body
    fields = {
        "Date": rfc822(now),
        "Server": "newsroom",
        "Content-Type": "" if page.status == 304 else page.content_type,
        "Content-Encoding": "gzip" if packed else "",
        "Content-Length": "" if page.status == 304 else str(len(body)),
        "ETag": page.etag,
        "Last-Modified": page.last_modified,
        "Location": page.location,
        "Retry-After": page.retry_after,
        "Vary": "Accept-Encoding",
        "Set-Cookie": f"visit={now:%Y%m%d%H%M}; Path=/",  # of no use to anyone, as on most sites
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {page.status} {HTTPStatus(page.status).phrase}", *(f"{k}: {v}" for k, v in fields.items() if v)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
