"""Search in a store of a million made-up items: how long a page of the newest 20 takes. `make bench-search`.

The words follow Zipf's law, in Latin and in Arabic script; each query of a fixed set, from words that are everywhere to
words that are nowhere, is asked again and again. The table gives median and 95th percentile of whole searches, from the
text of the query to the items. The exit code is 1 where a median is over the bound.

    python -m tests.bench_search --items 100000 --store sqlite:////tmp/made-up.db     (a store that is there is used again)
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from statistics import quantiles
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from monitor import query
from monitor.model import Article, Hit, Method, Source, Verdict
from monitor.services.search import MAX_ITEMS_SEARCHED
from monitor.store import Store, open_store, schema, search
from monitor.text import fold
from tests.store.cluster import ABSENT, cluster, programs

PAGE = 20
TIMES = 15  # each query is asked
BOUND = 0.050  # seconds

# --- what is asked ----------------------------------------------------------------------------------------------------

LAST_DAY = datetime(2026, 11, 21, tzinfo=UTC)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
QUERIES: list[tuple[str, datetime]] = [
    *((asked, EVER) for asked in (
        "iran",
        "پاكستان",  # typed on an Arabic keyboard
        "border",
        "taftan",
        "rimdan",
        "ref777",
        "zeppelin",
        "iran pakistan",
        "iran پاکستان",  # two scripts: together in no item
        "iran border taftan",
        "border rimdan",
        "iran OR ایران",
        "taftan OR rimdan OR تفتان",
        "(iran OR ایران) (taftan OR تفتان)",
        "iran -pakistan",
        "taftan -iran",
        "-iran",
        '"iran pakistan"',
        '"pakistan border"',
        '"border taftan"',
        '"مرز پاکستان"',
        '"pakistan taftan"~5',
        "iran NEAR/10 pakistan",
        "taftan NEAR/5 border",
        "p*",
        "pakist*",
        "rimd*",
        "iran taft*",
        "title:iran",
        "title:taftan",
        "text:border title:pakistan",
        "title:rimdan",
        "source:outlet-7",
        "source:outlet-290",
        "source:outlet-290 iran",
        "lang:ur",
        "lang:ur border",
        "country:ir border",
        "@term-3",
        "@term-55",
        "@term-55 OR source:outlet-290",
        "lang:tr",
    )),
    ("iran", LAST_DAY - timedelta(days=3)),
    ("taftan", LAST_DAY - timedelta(days=30)),
    ("rimdan", LAST_DAY - timedelta(days=3)),
    ("zeppelin OR -iran", LAST_DAY - timedelta(days=3)),
    ("@term-55", LAST_DAY - timedelta(days=3)),
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Timed:
    """What one query took, in seconds."""

    asked: str
    since: datetime
    found: int
    took: tuple[float, ...]

    def percentiles(self) -> tuple[float, float]:
        """Median and 95th percentile."""
        cuts = quantiles(self.took, n=20, method="inclusive")
        return cuts[9], cuts[18]


def main() -> None:
    """Fill a store where there is none yet, ask, print the table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--items", type=int, default=1_000_000)
    options.add_argument(
        "--store", default="", help="URL of a database to fill, or to use again; default: none is kept"
    )
    options.add_argument("--postgres", action="store_true", help="PostgreSQL, in a cluster of its own; default: SQLite")
    given = options.parse_args()
    with database(given.store, postgres=given.postgres) as url:
        store = open_store(url)
        try:
            slow = bench(store, items=given.items)
        finally:
            store.close()
    sys.exit(bool(slow))


@contextmanager
def database(url: str, *, postgres: bool) -> Iterator[str]:
    """The URL that is given, else that of a database for this run."""
    if url:
        yield url
    elif not postgres:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/made-up.db"
    elif (found := programs()) is None:
        sys.exit(ABSENT)
    else:
        with cluster(found) as made:
            yield made


def bench(store: Store, *, items: int) -> list[Timed]:
    """Print the table; the queries over the bound."""
    if not store.call(lambda conn: conn.scalar(select(schema.item.c.id).limit(1))):
        start = time.perf_counter()
        fill(store, items=items)
        say(f"filled in {time.perf_counter() - start:.0f} s")
    say(f"{store.call(lambda conn: conn.scalar(select(func.count()).select_from(schema.item))):,} items")
    timed = [ask(store, asked, since) for asked, since in QUERIES]
    say(f"{'query':36} {'since':10} {'found':>5} {'p50 ms':>8} {'p95 ms':>8}")
    for one in timed:
        say(line(one))
    every = Timed(asked="all", since=EVER, found=0, took=tuple(took for one in timed for took in one.took))
    say(line(every))
    return [one for one in timed if one.percentiles()[0] > BOUND]


def ask(store: Store, asked: str, since: datetime) -> Timed:
    """Ask a query many times; the first time, which reads the disk, does not count."""
    took = []
    for _ in range(TIMES + 1):
        start = time.perf_counter()
        found = page(store, asked, since)
        took.append(time.perf_counter() - start)
    return Timed(asked=asked, since=since, found=len(found.hits), took=tuple(took[1:]))


def page(store: Store, asked: str, since: datetime) -> search.SearchPage:
    """A whole search."""
    return store.call(search.find, query.parse(asked), since=since, limit=PAGE, max_candidates=MAX_ITEMS_SEARCHED)


def line(one: Timed) -> str:
    """A row of the table."""
    middle, high = one.percentiles()
    since = "" if one.since == EVER else f"{one.since:%Y-%m-%d}"
    return f"{one.asked:36} {since:10} {one.found:5} {middle * 1000:8.1f} {high * 1000:8.1f}"


def say(words: str) -> None:
    """The table is what this program is for."""
    print(words, flush=True)  # noqa: T201 - a command


# --- what it is asked of ----------------------------------------------------------------------------------------------

LENGTH = 15  # chunks of ten words in an article
SOURCES = 300
TERMS = 60
YEAR = timedelta(days=365)
# Where a name stands among the words of its language, the most frequent first.
RANKS = {20: ("iran", "ایران"), 24: ("pakistan", "پاکستان"), 90: ("pakistani", "پاکستانی")}
RANKS |= {150: ("border", "مرز"), 2_000: ("taftan", "تفتان"), 30_000: ("rimdan", "ریمدان")}
BATCH = 5_000
NOTHING = Verdict(digest=False, alert=False, score=0.0)


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """A made-up language: runs of ten words as they are shown and as they are matched."""

    languages: tuple[str, ...]
    runs: tuple[tuple[str, str], ...]


def fill(store: Store, *, items: int) -> None:
    """Insert a year of items. The index is built at the end, in one go, as after a restored backup."""
    rng = random.Random(7)  # the same store every time
    tongues = [tongue(rng, "bdfghjklmnprstvz", "aeiou", 0), tongue(rng, "بتجدرزسشفقکلمنو", "ایو", 1)]
    store.call(unindex)
    store.call(add_sources)
    for start in range(1, items + 1, BATCH):
        numbers = range(start, min(start + BATCH, items + 1))
        store.call(add, [made(number, items, tongues, rng) for number in numbers])
    store.call(index)


def tongue(rng: random.Random, consonants: str, vowels: str, script: int) -> Tongue:
    """The language of a script, with the names at their ranks."""
    words = sorted({spell(rng, consonants, vowels) for _ in range(60_000)} - {pair[script] for pair in RANKS.values()})
    rng.shuffle(words)
    for rank, names in sorted(RANKS.items()):
        words.insert(rank, names[script])
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))
    shown = (" ".join(rng.choices(words, cum_weights=weights, k=10)) for _ in range(150_000))
    languages = (("ur", "fa", "ar"), ("en", "tr"))[not script]
    return Tongue(languages=languages, runs=tuple((f"{run.capitalize()}.", fold(run).text) for run in shown))


def spell(rng: random.Random, consonants: str, vowels: str) -> str:
    """A word of two to five syllables."""
    return "".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.randint(2, 5)))


def made(number: int, items: int, tongues: Sequence[Tongue], rng: random.Random) -> dict[str, dict[str, Any]]:
    """The rows of one item: admitted in the order of their numbers, published minutes, days or months before."""
    admitted = LAST_DAY - YEAR * (1 - number / items)
    published = (admitted - delay(rng)).replace(microsecond=0) if rng.random() < 0.9 else None
    speech = tongues[rng.random() < 0.45]
    (title, heading), *body = rng.choices(speech.runs, k=LENGTH + 1)
    shown, folded = zip(*body, strict=True)
    article = Article(
        url=f"https://outlet.example/{number}", title=title, text="", language=rng.choice(speech.languages),
        method=Method.DENSITY, published=published, site="Outlet", authors=("Staff Reporter",),
    )  # fmt: skip
    verdict = Verdict(digest=number % 5 == 0, alert=False, score=1.5, hits=tuple(hits(rng)), rules="1")
    source = f"outlet-{min(int(rng.paretovariate(0.5)), SOURCES)}"
    tags = {query.tag_token("source", source), query.tag_token("lang", article.language)}
    tags |= {query.tag_token("term", hit.term) for hit in verdict.hits}
    seen = {"first_seen": admitted, "published": published}
    return {
        "entry": seen | {"id": number, "key": f"{number:032x}", "url": article.url, "link": article.url, "title": title, "source": source, "host": "outlet.example", "headline_verdict": NOTHING, "status": "pending", "ended_at": admitted},
        "item": seen | {"id": number, "entry": number, "at": published or admitted, "stored_at": admitted, "version": 1, "article": article, "verdict": verdict, "grouping": (), "new_facts": (), "relevant": verdict.digest, "folded": " ".join((heading, *folded, f"ref{number}")), "tags": " ".join(tags)},
        "version": {"item": number, "number": 1, "at": admitted, "title": title, "text": " ".join((*shown, f"Ref{number}.")), "hash": f"{number:064x}"},
    }  # fmt: skip


def delay(rng: random.Random) -> timedelta:
    """Between publication and reading: an hour or so, for one in fifty up to months."""
    hours = rng.lognormvariate(0, 1.2)
    return timedelta(hours=hours * 500 if rng.random() < 0.02 else hours)


def hits(rng: random.Random) -> Iterator[Hit]:
    """Terms of the rules that were found, the first ones more often."""
    for place in range(rng.randint(0, 6)):
        term = f"term-{min(int(rng.paretovariate(0.8)), TERMS)}"
        yield Hit(term=term, name=term, side="IR", kind="place", field="text", start=place, end=place + 4, text="name")


def add_sources(conn: Connection) -> None:
    """The outlets."""
    conn.execute(insert(schema.host).values(name="outlet.example"))
    for number in range(1, SOURCES + 1):
        outlet = Source(
            id=f"outlet-{number}", name="Outlet", url="https://outlet.example/feed", country=("PK", "IR")[number % 2]
        )
        conn.execute(insert(schema.source).values(id=outlet.id, definition=outlet, host="outlet.example", next_at=LAST_DAY))  # fmt: skip


def add(conn: Connection, rows: Iterable[dict[str, dict[str, Any]]]) -> None:
    """A batch of items."""
    rows = list(rows)
    for name in ("entry", "item", "version"):
        conn.execute(insert(schema.metadata.tables[name]), [row[name] for row in rows])


def unindex(conn: Connection) -> None:
    """A million single insertions into the index would take an hour."""
    if conn.dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            conn.execute(text(f"DROP TRIGGER item_search_{name}"))
    else:
        conn.execute(text("DROP INDEX ix_item_words"))


def index(conn: Connection) -> None:
    """Build what was left out."""
    if conn.dialect.name == "sqlite":
        conn.execute(text("INSERT INTO item_search(item_search) VALUES ('rebuild')"))
    for statement in schema.SQLITE_SEARCH[-3:] if conn.dialect.name == "sqlite" else schema.POSTGRES_SEARCH[-1:]:
        conn.exec_driver_sql(statement)
    if conn.dialect.name == "postgresql":
        conn.execute(text("ANALYZE"))  # as it does by itself in time


if __name__ == "__main__":
    main()
