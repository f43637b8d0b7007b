"""The entry points of scorers return the product's results as plain values."""

from datetime import UTC, datetime

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
