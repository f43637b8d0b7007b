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
        ("<sitemapindex></sitemapindex>", "names none"),
        ("<sitemapindex><sitemap><loc>https://other.example/a.xml</loc></sitemap></sitemapindex>", "names none"),
        ('<!DOCTYPE urlset [<!ENTITY a "b">]><!DOCTYPE urlset [<!ENTITY c "d">]><urlset></urlset>', "DTD"),
        ("<!DOCTYPE html><html></html>", "begins with <html>"),
        ("<urlset><url>", "cannot be parsed"),
        ("<urlset><url><loc>mailto:a@outlet.example</loc></url></urlset>", "none of the 1"),
        ("nothing", "no XML"),
    ],
)
def test_what_is_no_sitemap_says_what_it_is(body, reason):
    """An empty index, a DTD, a page or torn XML is a ParseError that says so."""
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


def an_index(*sitemaps: tuple[str, str]) -> str:
    children = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{time}</lastmod>' if time else ''}</sitemap>" for loc, time in sitemaps
    )
    return f"<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{children}</sitemapindex>"


@pytest.mark.parametrize(
    ("sitemaps", "first"),
    [
        ([("a.xml", "2026-11-01"), ("b.xml", "2026-11-20T08:00:00Z"), ("c.xml", "2026-11-19")], ["b", "c", "a"]),
        ([("map-2026-10.xml", ""), ("map-2026-11.xml", ""), ("map-2025-12.xml", "")], ["map-2026-11", "map-2026-10"]),
        ([("20261120.xml", ""), ("20261121.xml", ""), ("20261119.xml", "")], ["20261121", "20261120"]),
        # The archive was corrected today.
        ([("m-2026-09.xml", "2026-11-21"), ("m-2026-11.xml", "2026-11-20")], ["m-2026-11", "m-2026-09"]),
        ([("images.xml", "2026-11-21"), ("posts.xml", "2026-11-20"), ("category.xml", "")], ["posts", "images"]),
        ([("posts.xml", "2026-11-21"), ("google-news.xml", "")], ["google-news", "posts"]),
        ([("a.xml", ""), ("b.xml", "")], ["a", "b"]),
    ],
)
def test_an_index_names_its_sitemaps_the_newest_first(sitemaps: list[tuple[str, str]], first: list[str]):
    """By the date in the name, else by lastmod; those of news first, those of pictures and sections last."""
    result = sitemap(an_index(*sitemaps))
    assert result.sitemaps[: len(first)] == tuple(f"https://outlet.example/{name}.xml" for name in first)
    assert (result.entries, result.complete) == ((), False)


def test_an_index_is_bounded_and_read_as_far_as_it_goes():
    """Thousands of sitemaps, names in CDATA, hosts of the same site, and one that is cut short."""
    names = [f"https://www.outlet.example/{number}.xml.gz?a=1&amp;b=2" for number in range(5000)]
    result = sitemap(an_index(*((name, "") for name in names))[:9000])
    assert len(result.sitemaps) == 10
    assert result.sitemaps[0] == "https://www.outlet.example/0.xml.gz?a=1&b=2"
    assert sitemap(an_index(("<![CDATA[https://outlet.example/a?x=1&y=2]]>", ""))).sitemaps == (
        "https://outlet.example/a?x=1&y=2",
    )


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE urlset SYSTEM "sitemap.dtd">',
        "<!DOCTYPE urlset [<!ELEMENT urlset (url*)>]>",
        '<!DOCTYPE urlset [\n<!ENTITY name "x">\n] >',
        "<br />\n<b>Warning</b>: count() in <b>/srv/map.php</b> on line <b>4</b><br />\n",
        "Notice: Undefined variable\n<?xml version='1.0'?>",
    ],
)
def test_a_sitemap_is_read_after_a_dtd_or_a_warning(before: str):
    """A DTD is left out, so that its entities are plain text; text before the sitemap is ignored."""
    result = sitemap(before + "<urlset><url><loc>https://outlet.example/1?a=&name;</loc></url></urlset>")
    assert [entry.link for entry in result.entries] == ["https://outlet.example/1?a=&name;"]
