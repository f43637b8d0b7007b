"""Random worlds: no relevant text ends without a reader or a reason, and every entry has one status."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from monitor.model import NotifyReason, SkipReason
from monitor.notify.explain import explain_notify, explain_skip
from monitor.store import schema
from monitor.store.statuses import EntryStatus
from tests.quality.world import play

START = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
HOURS = 14
OUTLETS = ("ledger", "courier", "herald")
FEED = {"content-type": "application/rss+xml; charset=utf-8"}
PAGE = {"content-type": "text/html; charset=utf-8"}
PLACES = ("Taftan", "Mirjaveh", "Rimdan", "Gwadar", "Chabahar", "Saravan", "Panjgur")
# Each a headline and a text of one kind of news, with a place and a number; the last two are not about the two countries.
NEWS = (
    (
        "Iran and Pakistan reopen border market at {place}",
        "Iran and Pakistan reopened the border market at {place} for {n} traders.",
    ),
    (
        "Iran hands over {n} Pakistanis at {place}",
        "Iranian guards handed over {n} Pakistani nationals at {place} on {day}.",
    ),
    (
        "Pakistan, Iran sign accord on {n} MW for {place}",
        "Pakistan and Iran signed an accord on {n} megawatts of power for {place}.",
    ),
    (
        "Gunmen kill {n} Pakistani workers in Iran's {place}",
        "Gunmen killed {n} Pakistani workers near {place} in Iran on {day}.",
    ),
    (
        "Iran beats Pakistan by {n} points in volleyball at {place}",
        "Iran beat Pakistan by {n} points in the volleyball cup.",
    ),
    (
        "US envoy flies to Pakistan for Iran talks, {n} on the list",
        "A US envoy is to fly to Pakistan for talks on Iran near {place}.",
    ),
    ("Wheat price up by {n} rupees in {place}", "The wholesale price of wheat rose by {n} rupees in {place}."),
    ("School of {place} gets {n} new desks", "A school in {place} got {n} desks from the council."),
)
BODY = (
    "Officials in Islamabad and Tehran confirmed it in a statement, and both sides agreed to stay in touch at the border.",
    "The foreign ministries of Iran and Pakistan had spoken of the matter for weeks, and named no date for the next step.",
    "People in the bazaar had waited since the early morning, and shopkeepers brought tea for those who stood in the line.",
)
FURNITURE = "Subscribe to our newsletter. Follow us on every channel. All rights are reserved by the publisher."
CHANNELS = (
    {
        "id": "desk",
        "kind": "email",
        "recipients": ["desk@desk.example"],
        "times": ["07:30", "18:00"],
        "zone": "Asia/Karachi",
    },
    {"id": "bot", "kind": "email", "recipients": ["bot@desk.example"], "times": [], "quiet_hours": ["22:00", "06:00"]},
    {
        "id": "late",
        "kind": "email",
        "recipients": ["late@desk.example"],
        "times": ["20:00"],
        "alerts": False,
        "exclude": ["sport"],
    },
    {"id": "full", "kind": "email", "recipients": ["full@desk.example"], "times": ["12:00", "19:00"], "max_stories": 1},
)


class WorldBuilder:
    """Builds the script of a world, one publication after the other."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._items: dict[str, list[str]] = {name: [] for name in OUTLETS}  # of each feed, the newest first
        self._texts: list[tuple[str, str]] = []
        self._serial = 0
        self.steps: list[dict[str, Any]] = []

    def script(self) -> dict[str, Any]:
        """A first poll with a backlog, and then publications over some hours."""
        self._step(0, {})
        for minutes in sorted(self._rng.sample(range(60, HOURS * 60), 12)):
            outlet = self._rng.choice(OUTLETS)
            count = self._rng.choice((1, 1, 1, 2, 9))  # now and then a burst
            served: dict[str, Any] = {}
            for _ in range(count):
                served |= self._publish(outlet, START + timedelta(minutes=minutes))
            self._step(minutes, served)
        policies = self._rng.sample(("all", "all", "if_matched", "never"), len(OUTLETS))
        sources = [
            {"id": name, "url": f"https://{name}.example/feed", "language": "en", "country": "PK", "interval": "60m"}
            | {"fetch_pages": policy}
            for name, policy in zip(OUTLETS, policies, strict=True)
        ]
        return {"sources": sources, "channels": list(CHANNELS), "steps": self.steps}

    def _publish(self, outlet: str, at: datetime) -> dict[str, Any]:
        """Add an item to a feed; returns what its page serves."""
        self._serial += 1
        title, text = self._words(at)
        url = f"https://{outlet}.example/news/{self._serial}"
        kind = self._rng.choice(
            ("page", "page", "page", "copy", "edit", "moved", "gone", "error", "stub", "forbidden", "old")
        )
        if kind == "copy" and self._texts:
            title, text = self._rng.choice(self._texts)
        if kind == "edit" and self._items[outlet]:
            self._items[outlet].pop(0)
        self._texts.append((title, text))
        published = (
            at - timedelta(days=300) if kind == "old" else at - timedelta(minutes=self._rng.choice((5, 30, 700)))
        )
        date = self._rng.choice((f"<pubDate>{format_datetime(published)}</pubDate>", ""))
        summary = escape(text[:120]) if self._rng.random() < 0.8 else ""
        self._items[outlet].insert(
            0,
            f"<item><title>{escape(title)}</title><link>{url}</link>{date}<description>{summary}</description></item>",
        )
        return self._page(kind, url, title, text)

    def _words(self, at: datetime) -> tuple[str, str]:
        title, lead = self._rng.choice(NEWS)
        values = {"place": self._rng.choice(PLACES), "n": self._rng.randint(3, 400), "day": f"{at:%A}"}
        return title.format(**values), "\n".join((lead.format(**values), *self._rng.sample(BODY, len(BODY))))

    def _page(self, kind: str, url: str, title: str, text: str) -> dict[str, Any]:
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
        html = (
            f"<title>{escape(title)}</title><article><h1>{escape(title)}</h1>{paragraphs}</article><p>{FURNITURE}</p>"
        )
        answer = {"status": 200, "headers": PAGE, "body": html}
        match kind:
            case "gone":
                return {}
            case "error":
                return {
                    url: answer
                    | {"body": "<title>Sorry</title><p>The page that you asked for does not exist any more.</p>"}
                }
            case "stub":
                return {url: answer | {"body": f"<title>{escape(title)}</title><p>Sign in to go on.</p>"}}
            case "forbidden":
                return {url: answer | {"status": 403}}
            case "moved":
                moved = url.replace("/news/", "/story/")
                return {url: {"status": 301, "headers": {"location": moved}, "body": ""}, moved: answer}
            case _:
                return {url: answer}

    def _step(self, minutes: int, served: dict[str, Any]) -> None:
        backlog = "<item><title>Wheat harvest begins</title><link>/old</link></item>"
        feeds = {
            f"https://{name}.example/feed": {
                "status": 200,
                "headers": FEED,
                "body": f"<rss version='2.0'><channel><title>{name}</title>{''.join(items[:12])}{backlog}</channel></rss>",
            }
            for name, items in self._items.items()
        }
        self.steps.append({"at": (START + timedelta(minutes=minutes)).isoformat(), "serve": served | feeds})


def unexplained(conn: Connection) -> list[str]:
    """Every relevant item and channel without exactly one of: carried by a message, pending, or a reason to skip it."""
    item, notice = schema.item.c, schema.notice.c
    carried = {
        tuple(row)
        for row in conn.execute(select(schema.digest.c.channel, schema.digest_item.c.item).join(schema.digest_item))
    }
    pending = {tuple(row) for row in conn.execute(select(notice.channel, notice.story).where(notice.digest.is_(None)))}
    made = {(row.channel, row.item): row for row in conn.execute(select(schema.decision))}
    faults = []
    for row in conn.execute(select(item.id, item.story, item.article).where(item.relevant)):
        for channel in (one["id"] for one in CHANNELS):
            stored = made.get((channel, row.id))
            if stored is None:
                faults.append(f"{channel}: no decision about {row.article.title!r}")
            elif stored.kind is None:
                assert explain_skip(SkipReason(stored.reason), stored.detail)
            elif (channel, row.id) not in carried and (channel, row.story) not in pending:
                words = explain_notify(NotifyReason(stored.reason), stored.detail)
                faults.append(f"{channel}: {stored.kind} ({words}) lost: {row.article.title!r}")
    waiting = conn.scalar(select(func.count()).where(item.relevant, item.story.is_(None)))
    return [*faults, *([f"{waiting} items wait for their story"] if waiting else [])]


def without_end(conn: Connection) -> list[str]:
    """Every entry that has neither a status nor a page that is tried again."""
    entry = schema.entry.c
    rows = conn.execute(select(entry.link, entry.status, entry.attempts, entry.reason))
    return [
        row.link for row in rows if (row.status and not EntryStatus(row.status)) or not (row.status or row.attempts)
    ]


def run_world(seed: int) -> None:
    """Play a world and hold its store against the two promises."""
    faults: list[str] = []

    def inspect(conn: Connection) -> None:
        faults.extend((*unexplained(conn), *without_end(conn)))

    result = asyncio.run(play(WorldBuilder(seed).script(), inspect=inspect))
    assert faults == []
    assert len(result["entries"]) > len(OUTLETS)
    assert result["decisions"]


@pytest.mark.parametrize("seed", [1, 2])
def test_no_text_ends_in_silence(seed):
    """For every item over the digest line and every channel: delivered, pending, or a documented reason."""
    run_world(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 11))
def test_no_text_ends_in_silence_in_many_worlds(seed):
    """The same, over copies, edits, moved links, error pages, stubs, templates and bursts of more worlds."""
    run_world(seed)
