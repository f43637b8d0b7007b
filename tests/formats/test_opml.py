"""OPML: lists of feeds that other feed readers write and read."""

import pytest

from monitor.errors import MonitorError
from monitor.formats import opml
from monitor.formats.opml import FeedOutline
from monitor.model import Source


def a_source(**changes: str) -> Source:
    """A feed with some values."""
    return Source(**({"id": "quetta-post", "name": "Quetta Post", "url": "https://quetta.example/rss"} | changes))


def test_round_trip():
    """Name, URL and language of feeds survive writing and reading, in order."""
    sources = [a_source(language="en"), a_source(id="b", name='Ziarat & "Co" <x>', url="https://b.example/?a=1&b=2")]
    outlines = opml.read(opml.write(sources).encode())
    assert outlines == (
        FeedOutline(title="Quetta Post", url="https://quetta.example/rss", language="en"),
        FeedOutline(title='Ziarat & "Co" <x>', url="https://b.example/?a=1&b=2"),
    )


def test_only_feeds_are_written():
    """OPML has no type for sitemaps and listing pages."""
    assert opml.read(opml.write([a_source(kind="news-sitemap"), a_source(kind="listing")]).encode()) == ()


def test_folders_are_flattened():
    """Feeds in nested folders are read; a folder is not a feed."""
    body = b'<opml><body><outline text="A"><outline text="B"><outline text="C" xmlUrl="http://c.example/"/></outline></outline></body></opml>'
    assert [outline.title for outline in opml.read(body)] == ["C"]


def test_title_falls_back_to_text_and_site():
    """Exporters fill `title`, `text` or neither."""
    body = (
        b'<opml><outline title="T" text="X" xmlUrl="http://a.example/"/><outline text="X" xmlUrl="http://b.example/"/>'
        b'<outline xmlUrl="http://www.c.example/"/></opml>'
    )
    assert [outline.title for outline in opml.read(body)] == ["T", "X", "c.example"]


def test_unusable_url_is_empty():
    """The caller skips a feed without a usable URL and names it, so the feed is still returned."""
    (outline,) = opml.read(b'<opml><outline text="odd" xmlUrl="javascript:alert(1)"/></opml>')
    assert outline == FeedOutline(title="odd", url="")


def test_byte_order_mark_is_accepted():
    """Editors on Windows write one."""
    body = opml.write([a_source()]).encode("utf-8-sig")
    assert len(opml.read(body)) == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<rss/>", "its top element is <rss>"),
        (b"<opml><outline></opml>", "line 1, column"),
        (b"<opml>\n<body>\n<outline x=1/></body></opml>", "line 3, column"),
        (b"", "not an OPML file"),
        (b"<!DOCTYPE opml><opml/>", "document type"),
    ],
)
def test_invalid_file_is_refused(body, message):
    """The error says what is wrong, and where if the XML is invalid."""
    with pytest.raises(MonitorError, match=message):
        opml.read(body)
