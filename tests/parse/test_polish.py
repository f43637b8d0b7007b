"""Small faults of feeds: authors in odd places, placeholders, headlines that were escaped too often."""

import json

import pytest

from monitor.parse.markup import line
from tests.parse.builders import an_item, an_rss, read


def author_of(body: str) -> str:
    """Returns the author of the only entry."""
    (entry,) = read(body).entries
    return entry.author


def a_json_feed(**fields: object) -> str:
    """A JSON Feed with one item."""
    item = {"url": "https://outlet.example/1", "title": "T", **fields}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Outlet", "items": [item]})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"authors": ["Ali Khan", {"name": "Sara Mir"}]}, "Ali Khan, Sara Mir"),
        ({"author": "Ali Khan"}, "Ali Khan"),
        ({"author": {"name": "null"}}, ""),
        ({"authors": [None, 7, "Sara Mir"]}, "Sara Mir"),
    ],
)
def test_authors_of_a_json_feed(fields, expected):
    """An author may be a bare name in place of an object."""
    assert author_of(a_json_feed(**fields)) == expected


def test_all_creators_are_read():
    """Each <dc:creator> is an author, not only the last."""
    fields = "<dc:creator>Ali Khan</dc:creator><dc:creator>Sara Mir</dc:creator>"
    body = an_rss(an_item(fields=fields)).replace("<rss", '<rss xmlns:dc="http://purl.org/dc/elements/1.1/"', 1)
    assert author_of(body) == "Ali Khan, Sara Mir"


@pytest.mark.parametrize("name", ["null", "None", " undefined ", "N/A"])
def test_a_placeholder_is_not_an_author(name):
    """Programs write such a word in place of a missing name."""
    assert author_of(an_rss(an_item(fields=f"<author>{name}</author>"))) == ""


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Iran&amp;amp;#8217;s border", "Iran\u2019s border"),
        ("Iran&amp;amp;amp;#x2019;s border", "Iran\u2019s border"),
        ("A &amp;amp;quot;talk&amp;amp;quot;", 'A "talk"'),
        ("AT&amp;T and R&amp;D", "AT&T and R&D"),
        ("a&b;c", "a&b;c"),
        ("a &amp;lt;b&amp;gt; c", "a &lt;b&gt; c"),
    ],
)
def test_headlines_are_unescaped_as_often_as_needed(markup, expected):
    """References that are left in plain text are resolved; other ampersands stay."""
    assert line(markup, limit=200) == expected
