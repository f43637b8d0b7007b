"""Real feeds and front pages, where they are at hand beside the project."""

import io

import feedparser
import pytest

from monitor.errors import ParseError
from monitor.parse import SOURCE_KINDS
from tests.parse.builders import read
from tests.shared import SHARED

FEEDS = SHARED / "corpora/feeds"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not FEEDS.is_dir(), reason="the corpora are not beside the project (MONITOR_SHARED)"),
]


def entries(body):
    """How many entries a feed shows, usable or not."""
    try:
        parsed = read(body)
    except ParseError as error:
        found = error.reason.removeprefix("none of the ").split()[0]
        return int(found) if found.isdecimal() else 0
    return len(parsed.entries) + parsed.bad


def plain(body):
    """How many feedparser finds."""
    return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries)


def bodies(folder):
    return [path.read_bytes() for path in sorted((FEEDS / folder).rglob("*")) if path.is_file()]


def test_no_entry_is_lost_against_feedparser():
    """On the feeds of the region and feedparser's own tests, 99.5 % have just the entries that feedparser finds."""
    found = [(entries(body), plain(body)) for body in bodies("region") + bodies("feedparser-tests")]
    assert sum(ours == theirs for ours, theirs in found) / len(found) >= 0.995


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # feedparser, over dates of the stranger feeds
def test_every_feed_is_read_or_refused():
    """3,700 feeds and other files of public test suites raise nothing but ParseError, as each kind of source."""
    for path in FEEDS.rglob("*"):
        if path.is_file():
            for kind in SOURCE_KINDS:
                try:
                    read(path.read_bytes(), kind)
                except ParseError:
                    continue
