"""Servers on loopback that say what a test wants, byte for byte, and a way out that reaches them by any name."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from monitor.net import HttpClient

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A listener: where it is, how often it was dialled, and the requests that it read."""

    port: int = 0
    dialled: int = 0
    requests: list[bytes] = field(default_factory=list)

    async def resolver(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        """Every name is here."""
        return [("127.0.0.1", self.port)]

    def net(self, **options) -> HttpClient:
        """A way out for which every name leads here, and may."""
        options = {"resolver": self.resolver, "allow": {("127.0.0.1", self.port)}, "user_agent": "test"} | options
        return HttpClient(**options)


@asynccontextmanager
async def serving(answer: bytes | Handler, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """A server that gives this answer to each request and closes, or does what a handler says."""
    server = Server()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.dialled += 1
        try:
            if callable(answer):
                await answer(reader, writer)
            else:
                server.requests.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has seen enough
        finally:
            writer.close()

    listener = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server
        listener.close()


def http(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """A plain answer, its length named unless a header says otherwise."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
