"""parse.source: any bytes are read or refused, for every kind, and what comes out crosses a pipe."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.parse import SOURCE_KINDS
from tests.parse.builders import an_item, an_rss, read

SCRAPS = [
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<link>",
    "https://a.example/1",
    "</link>",
    "<title>",
    "<html>",
    "{",
]
SCRAPS += [
    "<![CDATA[",
    "]]>",
    "&#xD800;",
    "&nbsp;",
    "<?xml version='1.0' encoding='undefined'?>",
    "<!--",
    "-->",
    "\x00",
]
SCRAPS += [
    "<entry>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<urlset>",
    "<url>",
    "<loc>",
    "</loc>",
    "</url>",
    "]",
]
SCRAPS += [
    '{"items":[',
    '{"url":"https://a.example"}',
    "<a href='/news/10001'>",
    "</a>",
    "\ud800",
    "۱۴۰۵/۰۸/۳۰",
    "<br>",
]
SCRAPS += [
    "<!DOCTYPE x [<!ENTITY e 'e'>]>",
    "<media:player>",
    "</media:player>",
    "<georss:box>",
    "<pubDate>",
    "<base href=x>",
]


def hold(body, kind, **kwargs):
    """Every entry has the fields it promises, or a ParseError says why there is none."""
    try:
        parsed = read(body, kind, **kwargs)
    except ParseError:
        return
    for entry in parsed.entries:
        assert entry.url.startswith("https://")
        assert entry.link.startswith(("http://", "https://"))
        shown = f"{entry.title}{entry.summary}{entry.author}{entry.published_text}{entry.guid}"
        assert not set("\n\r\x00\u2028\u202e") & set(shown)
        shown.encode()


@pytest.mark.parametrize("kind", SOURCE_KINDS)
@given(body=st.binary(max_size=400), content_type=st.text(max_size=30))
def test_any_bytes_are_read_or_refused(kind, body, content_type):
    """Nothing but ParseError comes out of any bytes under any header."""
    hold(body, kind, content_type=content_type)


@pytest.mark.parametrize("kind", SOURCE_KINDS)
@given(scraps=st.lists(st.sampled_from(SCRAPS), max_size=25))
def test_any_heap_of_markup_is_read_or_refused(kind, scraps):
    """Nothing but ParseError comes out of markup in any disorder."""
    hold("".join(scraps).encode("utf-8", "surrogatepass"), kind)


@given(selector=st.text(max_size=12))
def test_any_selector_is_followed_or_refused(selector):
    """A selector that is no CSS is a ParseError, whatever it is."""
    listing = {"entry": selector, "link": selector, "title": selector, "summary": selector, "time": selector}
    hold("<div><a href='/news/10001'>A title</a></div>", "listing", options=listing)


def test_results_and_errors_cross_a_pipe():
    """What a worker gives back, entries or an error, is the same after pickling."""
    parsed = read(an_rss(an_item()))
    assert pickle.loads(pickle.dumps(parsed)) == parsed
    with pytest.raises(ParseError) as caught:
        read("nothing")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
