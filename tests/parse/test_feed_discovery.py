"""The feeds that a page names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import urls
from monitor.parse.feed_discovery import feed_links

PAGE = "https://dawn.example/asia/"


def _named(*links: str, head: str = "") -> tuple[str, ...]:
    return feed_links(f"<html><head>{head}{''.join(links)}</head></html>".encode(), url=PAGE)


def test_feeds_come_in_the_order_of_the_page():
    """Relative addresses are joined; a feed that is named twice is one."""
    rss = '<link rel="alternate" type="application/rss+xml" title="All" href="/feed">'
    atom = '<link href="atom.xml" type="application/atom+xml; charset=utf-8" rel="ALTERNATE home">'
    assert _named(rss, atom, rss) == ("https://dawn.example/feed", "https://dawn.example/asia/atom.xml")


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" hreflang="ur" href="/ur">',
        '<link rel="alternate" type="text/html" href="/m">',
        '<link rel="stylesheet" type="application/rss+xml" href="/feed">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="">',
        '<a rel="alternate" type="application/rss+xml" href="/feed">',
    ],
)
def test_what_is_no_feed_is_passed_over(link):
    """Other languages, mobile pages, scripts."""
    assert [url for url in _named(link) if url != PAGE] == []


def test_base_of_the_page_holds():
    """A page may move the start of its relative addresses."""
    link = '<link rel="alternate" type="application/rss+xml" href="feed">'
    assert _named(link, head='<base href="https://cdn.example/x/">') == ("https://cdn.example/x/feed",)


@given(st.binary(max_size=200) | st.text(alphabet='<link rel=alternate type"/>hf', max_size=200).map(str.encode))
def test_any_bytes_are_read(body):
    """Nothing is raised, and what comes back can be fetched."""
    assert all(urls.canonicalize(found) for found in feed_links(body, url=PAGE))
