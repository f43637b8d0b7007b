"""JSON Feed, versions 1.0 and 1.1."""

import json
from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from tests.parse.builders import read


def a_feed(*items, **fields):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Outlet", "items": items, **fields})


def test_an_entry():
    """All fields of an item are read."""
    item = {"id": 7, "url": "/7", "title": "A <b>title</b>", "content_html": "<p>Text</p>", "language": "fa-IR"}
    item |= {"authors": [{"name": "One"}, {"name": "Two"}], "date_published": "2024-01-16T10:00:00+05:00"}
    parsed = read(a_feed(item, language="en"))
    (entry,) = parsed.entries
    assert (entry.link, entry.guid, entry.title) == ("https://outlet.example/7", "7", "A title")
    assert (entry.summary, entry.author, entry.language) == ("Text", "One, Two", "fa")
    assert entry.published == datetime(2024, 1, 16, 5, tzinfo=UTC)
    assert (parsed.title, parsed.language) == ("Outlet", "en")


def test_the_author_of_version_one():
    """Version 1.0 has one author."""
    (entry,) = read(a_feed({"url": "https://outlet.example/1", "author": {"name": "One"}})).entries
    assert entry.author == "One"


def test_bad_items_are_counted():
    """Items that are no objects, or have no link, are bad, not fatal."""
    parsed = read(a_feed({"url": "https://outlet.example/1"}, {"url": ["x"]}, None, "x"))
    assert (len(parsed.entries), parsed.bad) == (1, 3)


@pytest.mark.parametrize("body", ['{"items": [', '{"items": 3}', "{" * 100_000, '{"a":' * 100_000])
def test_what_is_no_json_feed(body):
    """Broken, foreign and endlessly nested JSON is a ParseError."""
    with pytest.raises(ParseError):
        read(body)


def test_half_characters_do_no_harm():
    """A lone surrogate in JSON comes out of no field."""
    (entry,) = read(a_feed({"url": "https://outlet.example/1", "title": "a\ud800 & b", "id": "\ud800"})).entries
    assert (entry.title, entry.guid) == ("a & b", "")


@pytest.mark.parametrize(
    "body",
    [
        '{"items": [{"url": "https://outlet.example/1", "title": "One,]\\n", },]}',
        '{"items": [{"url": "https://outlet.example/1", "title": "One,]\t"}]}',
    ],
)
def test_common_mistakes_cost_no_item(body):
    """A comma before a closing bracket and a control character in a string are read over; strings stay as they are."""
    assert [entry.title for entry in read(body).entries] == ["One,]"]


ITEM = '{{"id": "https://outlet.example/{0}", "title": "Title {0}", "authors": [{{"name": "A. Name"}}]}}'
WHOLE = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Outlet", "items": [{ITEM.format(1)}, {ITEM.format(2)}]}}'


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        (WHOLE[:-3], ["Title 1"]),
        (WHOLE[: WHOLE.index("Title 2")], ["Title 1"]),
        (WHOLE.replace("Title 1", 'Title "1"'), ["Title 2"]),
        (WHOLE.replace('"authors"', '"tags": none, "authors"', 1), ["Title 2"]),
    ],
)
def test_the_whole_items_of_a_broken_feed_are_read(body, titles):
    """A feed that is cut short or has a broken item keeps the others, and is not complete."""
    parsed = read(body)
    assert [entry.title for entry in parsed.entries] == titles
    assert (parsed.title, parsed.complete) == ("Outlet", False)


@pytest.mark.parametrize(
    "body", ["<br /><b>Warning</b>: foo<br />\n" + WHOLE, WHOLE + "\n<!-- cached -->", "\ufeff\n" + WHOLE]
)
def test_text_around_a_feed_is_ignored(body):
    """Warnings of PHP before it, comments of a cache after it."""
    parsed = read(body)
    assert [entry.title for entry in parsed.entries] == ["Title 1", "Title 2"]
    assert parsed.complete


@pytest.mark.parametrize(
    "body",
    ['{"items": [' + '{"id":' * 50_000, '{"items": [' + '{"title": "a", ' * 50_000, '{"items": [' + "[" * 100_000],
)
def test_a_hostile_feed_ends_in_time(body):
    """Nested and unclosed items are given up soon."""
    with pytest.raises(ParseError):
        read(body)
