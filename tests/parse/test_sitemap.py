"""News sitemaps and plain ones."""

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
