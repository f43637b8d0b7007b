"""The entry points of scorers return the product's results as plain values."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from tests.quality import entry

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_entries_of_a_feed_and_a_sitemap():
    """Titles and links of both kinds; a body that cannot be parsed has none."""
    feed = b'<rss><channel><item><title>T</title><link>https://a.example/1</link><guid isPermaLink="false">7</guid></item></channel></rss>'
    assert [
        (one["title"], one["link"], one["guid"]) for one in entry.entries(feed, "https://a.example/", "", "feed")
    ] == [("T", "https://a.example/1", "7")]
    sitemap = b"<urlset><url><loc>https://a.example/1</loc></url></urlset>"
    assert [one["link"] for one in entry.entries(sitemap, "https://a.example/", "", "sitemap")] == [
        "https://a.example/1"
    ]
    assert entry.entries(b"no xml", "https://a.example/", "text/plain", "feed") == []


def test_a_written_time():
    """In UTC, or None."""
    assert entry.moment("30 نومبر 2026، شام 6:15", "Asia/Karachi", NOW) == "2026-11-30T13:15:00+00:00"
    assert entry.moment("no time", "UTC", NOW) is None


FEED = "https://ledger.example/feed"
PAGE = "https://ledger.example/accord"
HEADLINE = "Iran and Pakistan sign gas pipeline accord in Islamabad"
SENTENCE = (
    "Iran and Pakistan signed an accord in Islamabad on a gas pipeline, Iranian and Pakistani ministers announced. "
)


def a_script() -> dict[str, Any]:
    """An outlet whose feed is empty at first, and has one story a quarter of an hour later."""

    def feed(items: str) -> dict[str, Any]:
        body = f"<rss><channel><title>Ledger</title>{items}</channel></rss>"
        return {"status": 200, "headers": {"content-type": "application/rss+xml"}, "body": body}

    item = f"<item><title>{HEADLINE}</title><link>{PAGE}</link><pubDate>Mon, 30 Nov 2026 08:10:00 GMT</pubDate></item>"
    page = f"<title>{HEADLINE}</title><article><h1>{HEADLINE}</h1><p>{SENTENCE * 5}</p></article>"
    served = {"status": 200, "headers": {"content-type": "text/html"}, "body_b64": b64encode(page.encode()).decode()}
    return {
        # One poll an hour keeps the test short.
        "sources": [{"id": "ledger", "url": FEED, "language": "en", "country": "PK", "interval": "60m"}],
        "channels": [
            {"id": "desk", "kind": "email", "recipients": ["desk@desk.example"], "times": ["18:00"]},
            {"id": "night", "kind": "email", "recipients": ["night@desk.example"], "times": ["05:00"], "alerts": False},
        ],
        "steps": [
            {"at": "2026-11-30T08:00:00Z", "serve": {FEED: feed("<item><title>Old</title><link>/old</link></item>")}},
            {"at": "2026-11-30T08:15:00Z", "serve": {FEED: feed(item), PAGE: served}},
        ],
    }


def test_a_world_from_outlet_to_reader():
    """The story is alerted at the next poll and in the digest of the next morning; all else of the outlet is 404."""
    result = entry.world(a_script())
    assert [(one["link"], one["status"]) for one in result["entries"]] == [
        ("https://ledger.example/old", "fetch-failed"),
        (PAGE, "delivered"),
    ]
    assert [(one["channel"], one["title"], one["kind"], one["reason"]) for one in result["decisions"]] == [
        ("desk", HEADLINE, "alert", "urgent"),
        ("night", HEADLINE, "digest", "alerts_off"),
    ]
    alert, digest = result["messages"]
    assert (alert["channel"], alert["kind"], digest["channel"], digest["kind"]) == ("desk", "alert", "night", "digest")
    assert HEADLINE in alert["subject"]
    assert PAGE in digest["text"]
    assert alert["at"].startswith("2026-11-30T09:00:")
    assert digest["at"] == "2026-12-01T05:00:00+00:00"
    assert result["health"]["outbox"]["ok"]


def test_a_world_is_repeatable():
    """The same script gives the same result."""
    assert entry.world(a_script()) == entry.world(a_script())


def test_a_raw_response():
    """The client's result for raw bytes: a body, an HTTP error, no HTTP at all."""
    fetched = entry.exchange(b"HTTP/1.1 200 OK\r\nodd line\r\nContent-Length: 11\r\n\r\n<rss></rss>")
    assert fetched == {"outcome": "fetched", "status": 200, "bytes": 11, "reason": ""}
    missing = entry.exchange(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    assert (missing["outcome"], missing["status"]) == ("failed", 404)
    broken = entry.exchange(b"nonsense\r\n\r\n")
    assert (broken["outcome"], broken["status"]) == ("failed", None)
    assert "protocol" in broken["reason"]
