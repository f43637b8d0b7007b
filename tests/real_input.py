"""One fetch over recorded real feeds and front pages, and what became of every entry: `make real-input`.

The recordings lie beside the project, in ../shared (MONITOR_SHARED names another place); where they are absent, one line
says so. They are served on loopback under the names of their outlets, and played in the order of their years. Of these
outlets no articles were recorded: their pages answer 404, so that entries are judged by what their feed says of them. A
thousand article pages of other outlets come last, through a feed that is made up for them.
"""

import asyncio
import gzip
import logging
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update

from monitor.app import open_app
from monitor.cli.logs import set_up
from monitor.config import Config, Limits, bundled, load_rules
from monitor.model import Article, Channel, Entry, Source, Verdict
from monitor.net import Resolver
from monitor.pipeline import one_shot, read
from monitor.pipeline.context import ActClock, Context
from monitor.store import entries, schema, sources
from monitor.store.sources import SourceState
from tests.shared import SHARED

CORPORA = SHARED / "corpora"
ABSENT = f"real-input: skipped, no recordings in {CORPORA}"

# When the recordings were made, so that each is read as on its day: file, address, language, country.
RECORDED: dict[str, list[tuple[str, str, str, str]]] = {
    "2018-02-01T00:00+00:00": [
        ("feeds/region/bbc_urdu_2017.xml", "http://feeds.bbci.co.uk/urdu/rss.xml", "ur", "GB"),
        ("feeds/region/guardian.xml", "http://www.theguardian.com/us/rss", "en", "GB"),
    ],
    "2021-07-15T19:00+00:00": [
        ("pages/pk-listing/Daily_Pakistan_Latest_Urdu_News_Daily_Newspaper_9b9938.html.gz", "http://dailypakistan.com.pk/home-page", "ur", "PK"),
        ("pages/pk-listing/Latest_News_Today_s_Paper_and_Daily_ePaper_The_Nat_deaa35.html.gz", "http://nation.com.pk/home-page", "en", "PK"),
        ("pages/pk-listing/Latest_etribune_Posts_d79055.html.gz", "http://woxo.tech/etribune", "en", "PK"),
        ("pages/pk-listing/dailytimes_com_pk__efb4cb.html.gz", "http://dailytimes.com.pk/", "en", "PK"),
        ("pages/pk-listing/dailytimes_com_pk_articles__7b9362.html.gz", "http://dailytimes.com.pk/articles/", "en", "PK"),
        ("pages/pk-listing/jang_com_pk__5d953f.html.gz", "http://jang.com.pk/", "ur", "PK"),
        ("pages/pk-listing/tribune_com_pk_c98c0b.html.gz", "http://tribune.com.pk/", "en", "PK"),
        ("pages/pk-listing/www_express_pk_eb75bf.html.gz", "http://www.express.pk/", "ur", "PK"),
        ("pages/pk-listing/www_thenews_com_pk__70a6e2.html.gz", "http://www.thenews.com.pk/", "en", "PK"),
    ],
    "2025-01-27T20:00+00:00": [
        ("feeds/region/wsj_world.xml", "http://online.wsj.com/xml/rss/3_7085.xml", "en", "US"),
    ],
    "2026-02-18T03:00+00:00": [
        ("feeds/region/abc_international.xml", "http://abcnews.com/abcnews/internationalheadlines", "en", "US"),
        ("feeds/region/al_monitor.xml", "http://www.al-monitor.com/rss", "en", "US"),
        ("feeds/region/aljazeera_all.xml", "http://www.aljazeera.com/xml/rss/all.xml", "en", "QA"),
        ("feeds/region/bbc_news.xml", "http://feeds.bbci.co.uk/news/world/rss.xml", "en", "GB"),
        ("feeds/region/cbs_world.xml", "http://www.cbsnews.com/latest/rss/world", "en", "US"),
        ("feeds/region/dawn_world.xml", "http://www.dawn.com/feeds/world", "en", "PK"),
        ("feeds/region/deutsche_welle_rdf.xml", "http://rss.dw.com/rdf/rss-en-all", "en", "DE"),
        ("feeds/region/ndtv.xml", "http://feeds.feedburner.com/ndtvnews-latest", "en", "IN"),
        ("feeds/region/npr_world.xml", "http://feeds.npr.org/1004/rss.xml", "en", "US"),
        ("feeds/region/nyt_world.xml", "http://rss.nytimes.com/services/xml/rss/nyt/World.xml", "en", "US"),
        ("feeds/region/theweek_india.xml", "http://theweek.com/feeds.xml", "en", "GB"),
        ("feeds/region/time_world.xml", "http://time.com/world/feed/", "en", "US"),
        ("feeds/region/world_unnamed.xml", "http://www.washingtonpost.com/arcio/rss/", "en", "US"),
    ],
}  # fmt: skip
# Pages are read one a host, so each has a host of its own.
ARTICLES, ARTICLES_AT = ("articles.test", "/feed"), "2026-11-21T12:00+00:00"
ENDS = ("pending", "duplicate", "rejected", "too-old", "fetch-failed", "extraction-failed", "refused", "not-read", "")
HEADS = {"": "waiting", "extraction-failed": "no text", "fetch-failed": "no page"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An entry after the run."""

    entry: Entry
    source: str  # that showed it first
    outcome: str
    reason: str
    verdict: Verdict  # of its article, else of title and summary
    article: Article | None
    alerted: bool  # over the alert line, on its title alone or after reading

    def title(self) -> str:
        """Of its page, else of the source."""
        return self.article.title if self.article else self.entry.title


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the run came to."""

    states: tuple[SourceState, ...]
    seen: tuple[Seen, ...]
    counts: Counter[str]
    notices: int

    def relevant(self) -> list[Seen]:
        """The entries over the digest line."""
        return [one for one in self.seen if one.verdict.digest]


def main() -> None:
    """Run, and print all of it; with --titles every entry too."""
    print("\n".join(report(sys.argv) if CORPORA.is_dir() else [ABSENT]))  # noqa: T201 - a command


def report(arguments: Sequence[str]) -> list[str]:
    """What the run came to, in lines."""
    set_up(json=False, level=logging.ERROR)
    run = asyncio.run(play())
    return [*table(run), *findings(run), *(titles(run) if "--titles" in arguments else ())]


async def play() -> Run:
    """Fetch each recording at its own time, until no entry waits."""
    moments = [*sorted(RECORDED), ARTICLES_AT]
    known = [source for moment in moments for source in recorded(moment)]
    served = dict(bodies()) | articles()
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        async with serving(served) as port:
            names = {name for body in served.values() for name in hosts(body)} | {host for host, _ in served}
            clock = ActClock(datetime.fromisoformat(moments[0]))
            app = open_app(
                Config(contact="desk@monitor.example", sources=tuple(known), rules=load_rules(bundled("config")), channels=(desk(),), limits=Limits()),
                store=f"sqlite:///{folder}/real.db",
                resolver=resolver(port),
                allow=[(name, 80) for name in names],
                clock=clock,
            )  # fmt: skip
            async with app as context:
                await context.store.run(make_known)
                for moment in moments:
                    clock.set(datetime.fromisoformat(moment))
                    counts += await one_shot.run_once(context, only=[source.id for source in recorded(moment)])
                counts += await drain(context, clock)
                states = await context.store.run(sources.health, now=clock())
                seen = await context.store.run(everything)
                notices = await context.store.run(lambda conn: len(conn.execute(select(schema.notice.c.id)).all()))
    return Run(states=tuple(states), seen=tuple(seen), counts=counts, notices=notices)


def make_known(conn: Connection) -> None:
    """Take the sources for old ones: what a first poll shows is never alerted, and a false alarm must be heard."""
    conn.execute(update(schema.source).values(polls=1))


async def drain(context: Context, clock: ActClock) -> Counter[str]:
    """Read on, the clock moved to each next try, until every entry has its end: five retries take a day."""
    counts: Counter[str] = Counter()
    while (due := await context.store.run(entries.next_due)) is not None:
        clock.set(due + timedelta(seconds=1))
        counts += (await read.step(context)).done
    return counts


def recorded(moment: str) -> list[Source]:
    """The sources of one moment."""
    if moment == ARTICLES_AT:
        return [Source(id="articles", name="Articles", url="http://{}{}".format(*ARTICLES))]
    return [
        Source(
            id=Path(file).name.partition(".")[0],
            name=urlsplit(url).netloc,
            url=url,
            kind="listing" if file.endswith(".html.gz") else "feed",
            language=language,
            country=country,
            zone="Asia/Karachi" if country == "PK" else "UTC",
        )
        for file, url, language, country in RECORDED[moment]
    ]


def desk() -> Channel:
    """A channel, so that what a desk would have been told is counted."""
    return Channel(id="desk", kind="email", recipients=("desk@monitor.example",))


# --- loopback ---------------------------------------------------------------------------------------------------------


def bodies() -> Iterator[tuple[tuple[str, str], bytes]]:
    """Host and path of each recording, and its bytes. Links ask for http: nobody here holds a certificate."""
    for recordings in RECORDED.values():
        for file, url, _language, _country in recordings:
            raw = (CORPORA / file).read_bytes()
            body = gzip.decompress(raw) if file.endswith(".gz") else raw
            yield (urlsplit(url).netloc, urlsplit(url).path), body.replace(b"https://", b"http://")


def articles() -> dict[tuple[str, str], bytes]:
    """Real article pages under addresses and titles that say nothing, and a feed of them."""
    files = sorted([*CORPORA.glob("extraction/*/pages/*.html.gz"), *CORPORA.glob("pages/*/*.html.gz")])
    bare = [path for path in files if path.parent.name not in {"pk-listing", "error-pages"}]
    pages = {(f"p{n}.{ARTICLES[0]}", f"/{n}"): gzip.decompress(path.read_bytes()) for n, path in enumerate(bare)}
    items = "".join(f"<item><title>Page</title><link>http://{host}{path}</link></item>" for host, path in pages)
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Articles</title>{items}</channel></rss>'
    return {ARTICLES: feed.encode(), **pages}


def hosts(body: bytes) -> set[str]:
    """Every name that a body links to."""
    return {name.decode().lower() for name in re.findall(rb"http://([a-zA-Z0-9.-]+)", body)}


@asynccontextmanager
async def serving(served: Mapping[tuple[str, str], bytes]) -> AsyncIterator[int]:
    """Serve the bodies on a free port of 127.0.0.1, which is handed out; all else is 404."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ")[1]
        host = re.search(r"\r\nhost: ([^\r:]*)", head, re.IGNORECASE)
        body = served.get((host[1] if host else "", path))
        kind = b"text/html" if body and b"<html" in body[:2000].lower() else b"text/xml"
        first = b"HTTP/1.1 404 Not Found" if body is None else b"HTTP/1.1 200 OK\r\nContent-Type: " + kind
        length = str(len(body or b"")).encode()
        writer.write(first + b"\r\nContent-Length: " + length + b"\r\nConnection: close\r\n\r\n" + (body or b""))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def resolver(port: int) -> Resolver:
    """Every name lives on our port."""

    async def resolve(_host: str, _port: int) -> Sequence[tuple[str, int]]:
        return [("127.0.0.1", port)]

    return resolve


# --- what came of it --------------------------------------------------------------------------------------------------


def everything(conn: Connection) -> list[Seen]:
    """Every entry, with its item where it has one."""
    item = schema.item.c
    joined = select(schema.entry, item.verdict, item.article).outerjoin(schema.item, item.entry == schema.entry.c.id)
    return [_seen(row) for row in conn.execute(joined.order_by(schema.entry.c.source, schema.entry.c.id))]


def _seen(row: Any) -> Seen:
    verdict = row.verdict or row.headline_verdict
    return Seen(
        entry=entries.entry_from_row(row),
        source=row.source,
        outcome=row.status or "",
        reason=row.reason,
        verdict=verdict,
        article=row.article,
        alerted=verdict.alert or row.headline_verdict.alert,
    )


def table(run: Run) -> Iterator[str]:
    """Each source with its outcome and the ends of the entries that it showed first."""
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    undated: Counter[str] = Counter()
    for one in run.seen:
        ends[one.source][one.outcome] += 1
        undated[one.source] += one.entry.published is None
    yield f"{'source':<28}{'poll':<7}{'entries':>8}{'undated':>8}" + "".join(f"{_head(end):>11}" for end in ENDS)
    for state in run.states:
        row = ends[state.source.id]
        counts = "".join(f"{row[end] or '·':>11}" for end in ENDS)
        polled = f"{state.source.id[:27]:<28}{state.status:<7}{row.total():>8}{undated[state.source.id] or '·':>8}"
        yield f"{polled}{counts}  {state.reason[:90]}"
    total = sum(ends.values(), Counter())
    yield f"{'all':<35}{total.total():>8}{undated.total():>8}" + "".join(f"{total[end] or '·':>11}" for end in ENDS)


def findings(run: Run) -> Iterator[str]:
    """What must be none, and what somebody should read."""
    waiting, alerts = sum(not one.outcome for one in run.seen), sum(one.alerted for one in run.seen)
    yield f"\nbroken rows: {broken(run)}; without an end: {waiting}; over the alert line: {alerts}; notices: {run.notices}"
    yield f"\nrelevant: {len(run.relevant())}"
    for one in run.relevant():
        yield from _told(one)
    near = [one for one in run.seen if one.verdict.near]
    yield f"\nnear misses: {len(near)}"
    for one in near:
        yield from _told(one)


def titles(run: Run) -> Iterator[str]:
    """Every entry in one line."""
    for one in run.seen:
        entry = one.entry
        when = f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else f"? {entry.published_text[:14]}"
        yield f"{one.source[:12]:<13}{when:<17}{entry.language:<3}{one.verdict.score:5.2f}  {one.title()}  {entry.url}"


def broken(run: Run) -> int:
    """Rows that met a fault of ours."""
    return run.counts["broken"] + run.counts["poll:broken"]


def _told(one: Seen) -> Iterator[str]:
    yield f"  {one.verdict.score:5.2f} {'ALERT ' if one.alerted else ''}{one.source}: {one.title()}  {one.entry.url}"
    for reason in one.verdict.reasons:
        yield f"         {reason.points:+.2f} {reason.text}"
    if one.verdict.missing:
        yield f"         missing: {one.verdict.missing}"


def _head(end: str) -> str:
    return HEADS.get(end, end)


if __name__ == "__main__":
    main()
