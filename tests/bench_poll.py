"""What a poll costs, beside lemon24/reader, over feeds that are served on loopback: `make bench-poll`.

Every act is a process of its own over the store that the act before left, so start-up counts; `start` shows what that is.

    new        every feed is new
    unchanged  every feed answers 304
    one-new    every feed has one entry more
    same       every feed answers 200 with the bytes of last time, without validators

CPU seconds are those of the process and its children. The feeds (30 entries, about 56 KB, in three languages, 3 % about
both countries) are made up from word lists with a fixed seed. Pages are not read.
"""

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ACTS = ("start", "new", "unchanged", "one-new", "same")
ENTRIES = 30
START = datetime(2026, 11, 30, 6, tzinfo=UTC)
WORDS = {
    "en": [
        "minister",
        "council",
        "budget",
        "flood",
        "school",
        "harvest",
        "train",
        "market",
        "court",
        "river",
        "league",
        "doctor",
        "price",
        "bridge",
        "water",
    ],
    "ur": [
        "وزیر",
        "اجلاس",
        "بجٹ",
        "سیلاب",
        "اسکول",
        "فصل",
        "ریل",
        "بازار",
        "عدالت",
        "دریا",
        "کھیل",
        "ڈاکٹر",
        "قیمت",
        "پل",
        "پانی",
    ],
    "fa": [
        "وزیر",
        "نشست",
        "بودجه",
        "سیل",
        "مدرسه",
        "محصول",
        "قطار",
        "بازار",
        "دادگاه",
        "رود",
        "لیگ",
        "پزشک",
        "قیمت",
        "پل",
        "آب",
    ],
}
RELEVANT = {
    "en": "Iran and Pakistan agree on the border crossing at Taftan",
    "ur": "ایران اور پاکستان کا تفتان سرحد پر اتفاق",
    "fa": "توافق ایران و پاکستان درباره گذرگاه مرزی میرجاوه",
}


# --- the feeds --------------------------------------------------------------------------------------------------------


@cache
def feed(number: int, *, one_more: bool) -> bytes:
    """The RSS of a feed; with `one_more` it has a newer entry first."""
    language = ("en", "ur", "fa")[number % 3]
    first = -1 if one_more else 0
    items = "".join(item(number, place, language) for place in range(first, ENTRIES))
    head = f"<title>Outlet {number}</title><link>http://o{number}.example/</link><language>{language}</language>"
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel>{head}{items}</channel></rss>"
    ).encode()


def item(number: int, place: int, language: str) -> str:
    chance = random.Random(f"{number} {place}")
    words = WORDS[language]

    def text(count: int) -> str:
        return " ".join(chance.choice(words) for _ in range(count))

    title = RELEVANT[language] if chance.random() < 0.03 else f"{text(8)} {number} {place}"
    content = "".join(f"<p>{text(60)}.</p>" for _ in range(3))
    published = format_datetime(START - timedelta(minutes=20 * place + number % 20))
    link = f"http://o{number}.example/news/{place + 1}"
    return (
        f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid><pubDate>{published}</pubDate>"
        f"<description>{escape(text(30))}</description><content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )


class Outlets(ThreadingHTTPServer):
    """All outlets on one port; `act` decides what they answer."""

    daemon_threads = True
    request_queue_size = 512
    act = "new"


class Answer(BaseHTTPRequestHandler):
    """Answers for the feed that the path names."""

    server: Outlets

    def do_GET(self) -> None:
        name = self.path.strip("/").removeprefix("f").removesuffix(".xml")
        if not name.isdigit():
            self.send_error(404)
            return
        act = self.server.act
        if act == "unchanged":
            self.send_response(304)
            self.end_headers()
            return
        body = feed(int(name), one_more=act in ("one-new", "same"))
        self.send_response(200)
        self.send_header("content-type", "application/rss+xml")
        self.send_header("content-length", str(len(body)))
        if act == "new":
            self.send_header("etag", f'"{name}"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


# --- the systems, each in a process of its own ------------------------------------------------------------------------


async def run_monitor(folder: Path, feeds: int, port: int) -> dict[str, int]:
    """Poll all feeds once, each at a host of its own."""
    from monitor.app import open_app  # noqa: PLC0415 - the peer's process must not load it
    from monitor.config import Config, Limits, bundled, load_rules  # noqa: PLC0415
    from monitor.model import ReadPolicy, Source  # noqa: PLC0415
    from monitor.pipeline import one_shot  # noqa: PLC0415

    async def to_loopback(_host: str, _port: int) -> Sequence[tuple[str, int]]:
        return [("127.0.0.1", port)]

    sources = tuple(
        Source(
            id=f"o{number}",
            name=f"Outlet {number}",
            url=f"http://o{number}.example/f{number}.xml",
            fetch_pages=ReadPolicy.IF_MATCHED,
            interval=timedelta(minutes=10),
        )
        for number in range(feeds)
    )
    config = Config(
        contact="bench@example.org",
        sources=sources,
        rules=load_rules(bundled("rules")),
        limits=Limits(host_delay=timedelta(0)),
    )
    allow = {("127.0.0.1", port)}
    async with open_app(
        config, store=f"sqlite:///{folder / 'monitor.db'}", resolver=to_loopback, allow=allow
    ) as context:
        return dict(await one_shot.run_once(context)) if feeds else {}


def run_reader(folder: Path, feeds: int, port: int) -> dict[str, int]:
    """Update all feeds once."""
    from reader import make_reader  # noqa: PLC0415 # type: ignore[import-not-found]

    reader = make_reader(str(folder / "reader.db"))
    for number in range(feeds):
        reader.add_feed(f"http://127.0.0.1:{port}/f{number}.xml", exist_ok=True)
    failed = sum(
        isinstance(result.value, Exception) for result in reader.update_feeds_iter(workers=10, scheduled=False)
    )
    return {"feeds": feeds, "failed": failed, "entries": reader.get_entry_counts().total or 0}


def child(system: str, folder: Path, feeds: int, port: int) -> None:
    """Run one act of one system, and print its result and its cost as JSON."""
    began = time.perf_counter()
    result = asyncio.run(run_monitor(folder, feeds, port)) if system == "monitor" else run_reader(folder, feeds, port)
    wall = time.perf_counter() - began
    use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in use)
    print(json.dumps({"cpu": cpu, "wall": wall, "rss": use[0].ru_maxrss / 1024, "result": result}))  # noqa: T201


# --- the run ----------------------------------------------------------------------------------------------------------


def rows(pythons: dict[str, str], feeds: int) -> Iterator[dict[str, Any]]:
    """The cost of each act for each system; the systems take turns."""
    server = Outlets(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    for number in range(feeds):  # made before anything is timed
        feed(number, one_more=False), feed(number, one_more=True)
    with tempfile.TemporaryDirectory() as temporary:
        for act in ACTS:
            server.act = act
            for system, python in pythons.items():
                folder = Path(temporary) / system
                folder.mkdir(exist_ok=True)
                count = 0 if act == "start" else feeds
                command = [python, "-m", "tests.bench_poll", "--child", system, str(folder), str(count), str(port)]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    sys.exit(f"{system}, {act}: {done.stderr[-2000:]}")
                yield {"act": act, "system": system, **json.loads(done.stdout.splitlines()[-1])}
    server.shutdown()


def main() -> None:
    """Run as the module says."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=200)
    arguments.add_argument("--peers", default="", help="the Python that has reader; without it Monitor runs alone")
    arguments.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        system, folder, feeds, port = given.child
        child(system, Path(folder), int(feeds), int(port))
        return
    pythons = {"monitor": sys.executable} | ({"reader": given.peers} if given.peers else {})
    print(f"{given.feeds} feeds\n{'act':10} {'system':8} {'CPU s':>7} {'wall s':>7} {'RSS MB':>7}  result")  # noqa: T201
    for row in rows(pythons, given.feeds):
        figures = f"{row['cpu']:7.2f} {row['wall']:7.2f} {row['rss']:7.0f}"
        print(f"{row['act']:10} {row['system']:8} {figures}  {row['result']}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
