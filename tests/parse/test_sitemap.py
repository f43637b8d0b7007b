"""News sitemaps and plain ones."""

import gzip

import pytest

from monitor.errors import ParseError
from tests.parse.builders import read

HEAD = '<?xml version="1.0" encoding="utf-16"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def sitemap(body):
    return read(body, "news-sitemap", url="https://outlet.example/news.xml")


def a_url(number):
    return f"<url><loc>https://outlet.example/{number}</loc></url>"


def test_a_torn_sitemap_gives_what_is_whole():
    """A sitemap cut short keeps its whole entries, and is not complete."""
    parsed = sitemap(HEAD + a_url(1) + a_url(2) + "<url><loc>https://outl")
    assert [entry.url for entry in parsed.entries] == ["https://outlet.example/1", "https://outlet.example/2"]
    assert not parsed.complete


def test_an_empty_sitemap_is_a_sitemap():
    """No news within two days leaves a news sitemap empty; that is no error."""
    assert sitemap(HEAD + "</urlset>").entries == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<sitemapindex><sitemap><loc>https://outlet.example/a.xml</loc></sitemap></sitemapindex>", "example/a.xml"),
        ('<!DOCTYPE urlset [<!ENTITY a "b">]><urlset></urlset>', "DTD"),
        ("<!DOCTYPE html><html></html>", "begins with <html>"),
        ("<urlset><url>", "cannot be parsed"),
        ("<urlset><url><loc>mailto:a@outlet.example</loc></url></urlset>", "none of the 1"),
        ("nothing", "no XML"),
    ],
)
def test_what_is_no_sitemap_says_what_it_is(body, reason):
    """An index, a DTD, a page or torn XML is a ParseError that says so."""
    with pytest.raises(ParseError, match=reason):
        sitemap(body)


PAGE = "https://outlet.example/1"
NEWS = '<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>'


@pytest.mark.parametrize(
    ("body", "links"),
    [
        (f"<urlset><url><loc><![CDATA[{PAGE}?id=1&cat=2]]></loc></url></urlset>", [f"{PAGE}?id=1&cat=2"]),
        (f"<urlset><url><loc>{PAGE}</loc><news:news><news:title>T</news:title></news:news></url></urlset>", [PAGE]),
        (f"<urlset><url><loc>{PAGE}</loc><x:image x:href='a'/></url></urlset>", [PAGE]),
        (NEWS.format(f"<url><loc>{PAGE}</loc><n:news><n:title>2 < 3</n:title></n:news></url>"), [PAGE]),
        (f'<!DOCTYPE urlset SYSTEM "a.dtd"><urlset><url><loc>{PAGE}</loc></url></urlset>', [PAGE]),
    ],
)
def test_common_mistakes_cost_no_entry(body, links):
    """CDATA, undeclared prefixes, a bare bracket and a DOCTYPE without entities are read over."""
    result = sitemap(body)
    assert ([entry.link for entry in result.entries], result.complete) == (links, True)


def test_a_packed_sitemap_is_unpacked():
    """A file that is gzip is read as what it contains, whatever its type; also if its end is missing."""
    packed = gzip.compress(b"<urlset><url><loc>https://outlet.example/1</loc></url></urlset>")
    for body in (packed, packed[:-8]):
        entries = read(body, "news-sitemap", content_type="application/x-gzip").entries
        assert [entry.link for entry in entries] == ["https://outlet.example/1"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"\x1f\x8b" + b"?" * 50, "broken gzip"), (gzip.compress(b" " * 30_000_000), "more than")],
)
def test_a_packed_body_that_cannot_be_unpacked(body: bytes, reason: str):
    """Broken data, and a bomb."""
    with pytest.raises(ParseError, match=reason):
        read(body, "news-sitemap")
