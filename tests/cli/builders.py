"""Builders: a configuration on disk, small sites on loopback, and an application that polls them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from monitor.app import open_app
from monitor.config import Config, Limits, bundled, load_rules
from monitor.model import Source
from monitor.pipeline.context import ActClock, Context
from monitor.relevance.rules import RuleSet
from tests.channels.servers import listening
from tests.newsroom.server import resolver

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAWN = "http://dawn.example"
SECRET = "whsec_bW9uaXRvciBuZXdzcm9vbSBzZWNyZXQ="


def a_source(id: str = "dawn", **changes: Any) -> Source:  # noqa: A002 - the noun's own field
    return Source(**({"id": id, "name": id.title(), "url": f"http://{id}.example/feed"} | changes))


def a_feed(*titles: str, at: datetime = NOW - timedelta(hours=2), site: str = DAWN) -> str:
    entries = "".join(
        f"<item><title>{title}</title><link>{site}/news/{number}</link>"
        f"<pubDate>{format_datetime(at - timedelta(minutes=number))}</pubDate></item>"
        for number, title in enumerate(titles, 1)
    )
    return f'<rss version="2.0"><channel><title>Dawn of Test</title><language>en-PK</language>{entries}</channel></rss>'


def an_article(*paragraphs: str, title: str = "Iran and Pakistan reopen the border at Taftan") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html lang="en"><head><title>{title}</title><meta property="og:title" content="{title}">'
        '<meta property="article:published_time" content="2026-11-21T06:30:00Z"></head>'
        f"<body><nav>Home | Sport | Weather and tides</nav><article><h1>{title}</h1>{text}</article>"
        "<footer>All rights of this invented outlet are its own</footer></body></html>"
    )


@dataclass
class Site:
    """A server for all *.example hosts: its pages by host and path, and every request that it received."""

    pages: dict[str, str]  # "dawn.example/feed" -> body; "404", "403" … as a body is a status
    now: datetime = NOW
    headers: str = ""
    requests: list[str] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        host = next(line[6:] for line in head if line.lower().startswith("host: "))
        self.requests.append(f"{host}{path}")
        page = self.pages.get(f"{host}{path.partition('?')[0]}", "404")
        status, body = (page, b"no") if page.isdigit() else ("200", page.encode())
        kind = "application/rss+xml" if page.startswith("<rss") else "text/html; charset=utf-8"
        lines = [f"HTTP/1.1 {status} So", f"Date: {format_datetime(self.now, usegmt=True)}", f"Content-Type: {kind}"]
        lines += [f"Content-Length: {len(body)}", "Connection: close", *self.headers.splitlines()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()


@cache
def rules() -> RuleSet:
    return load_rules(bundled("config"))


def a_config(*sources: Source, **changes: Any) -> Config:
    defaults: dict[str, Any] = {"contact": "desk@monitor.example", "limits": Limits(host_delay=timedelta(0), workers=1)}
    return Config(**(defaults | {"sources": sources, "rules": rules()} | changes))


@asynccontextmanager
async def visiting(site: Site, config: Config) -> AsyncIterator[Context]:
    """Yields the context of an application for which every *.example host is served by that site."""
    hosts = {page.partition("/")[0] for page in site.pages}
    async with listening(site) as port:
        names = resolver(port)

        async def resolve(host: str, its_port: int) -> Sequence[tuple[str, int]]:
            return [(host, its_port)] if host == "127.0.0.1" else await names(host, its_port)

        opened = open_app(
            config,
            store="sqlite://",
            resolver=resolve,
            allow=[(host, 80) for host in hosts],
            clock=ActClock(NOW),
        )
        async with opened as context:
            yield context


def a_desk(folder: Path, sources: str = "", **settings: str) -> Path:
    """Writes a configuration folder; `sources` is the YAML below the key `sources:`."""
    (folder / "sources").mkdir(parents=True)
    lines = [f"{key}: {value}" for key, value in ({"contact": "desk@monitor.example"} | settings).items()]
    (folder / "monitor.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    dawn = "  - {id: dawn, name: Dawn, url: 'http://dawn.example/feed', language: en}\n"
    (folder / "sources" / "own.yaml").write_text(f"sources:\n{sources or dawn}", "utf-8")
    return folder
