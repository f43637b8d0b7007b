"""Which text in a feed is an address, relative to what, and where a redirector leads."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import urls
from monitor.parse.links import id_link, page_link, unwrap
from tests.parse.builders import an_item, an_rss, read

SITE = "https://www.outlet.example/home/"
PAGE = "https://daily.example/news/1?id=7"
FEED = "https://feeds.service.example/outlet"


def links(body: str, *, language: str = "") -> list[str]:
    return [entry.link for entry in read(body, url=FEED, language=language).entries]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://other.example/1", "https://other.example/1"),
        ("/news/1", "https://www.outlet.example/news/1"),
        ("news/1.html", "https://www.outlet.example/home/news/1.html"),
        ("?id=5", "https://www.outlet.example/home/?id=5"),
        ("//m.outlet.example/1", "https://m.outlet.example/1"),
        ("www.outlet.example/news/1", "https://www.outlet.example/news/1"),
        ("www.other.example/1", "https://www.other.example/1"),
        ("outlet.example/news/1", "https://outlet.example/news/1"),
        ("ur.outlet.example", "https://ur.outlet.example/"),
        ("news.html", "https://www.outlet.example/home/news.html"),
        (" https://other.example/a\n  b ", "https://other.example/a%20%20b"),
        ("/detail?id=1&amp;page=2", "https://www.outlet.example/detail?id=1&page=2"),
        ("/live#update-3", "https://www.outlet.example/live#update-3"),
        ("HTTPS://Other.Example/1", "https://other.example/1"),
        ("554898", ""),
        ("", ""),
        ("tag:outlet.example,2026:1", ""),
        ("urn:uuid:6e8bc430", ""),
        ("mailto:desk@outlet.example", ""),
        ("javascript:void(0)", ""),
        ("ftp://outlet.example/1", ""),
    ],
)
def test_what_a_link_of_a_feed_leads_to(text: str, link: str):
    """Relative to the site; hosts without a scheme are completed; numbers and ids are not addresses."""
    assert page_link(text, base=SITE) == link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://www.outlet.example/?p=5", "https://www.outlet.example/?p=5"),
        ("/news/5", "https://www.outlet.example/news/5"),
        ("www.outlet.example/news/5", "https://www.outlet.example/news/5"),
        ("554898", ""),
        ("story-554898", ""),
        ("6e8bc430-9c3a-11d9-9669-0800200c9a66", ""),
        ("tag:outlet.example,2026:1", ""),
        ("554898 at https://www.outlet.example", ""),
    ],
)
def test_when_an_id_is_an_address(text: str, link: str):
    """Only if it is a URL or a path; other ids name nothing on the web."""
    assert id_link(text, base=SITE) == link


def code(url: str, before: bytes = b"\x08\x13\x22\x21") -> str:
    return urlsafe_b64encode(before + url.encode() + b"\xd2\x01\x00").decode().rstrip("=")


ESCAPED = "https%3A%2F%2Fdaily.example%2Fnews%2F1%3Fid%3D7"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/url?rct=j&sa=t&url={ESCAPED}&ct=ga&usg=AOv",
        f"https://www.google.com.pk/url?q={ESCAPED}",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=65&url={ESCAPED.lower()}&c=11",
        f"https://www.bing.com/ck/a?!&&p=99&u=a1{code(PAGE, b'')}&ntb=1",
        f"https://l.facebook.com/l.php?u={ESCAPED}&h=AT0",
        f"https://duckduckgo.com/l/?uddg={ESCAPED}",
        f"https://r.search.yahoo.com/_ylt=A0/RV=2/RE=1/RO=10/RU={ESCAPED}/RK=2/RS=x-",
        f"https://eur01.safelinks.protection.outlook.com/?url={ESCAPED}&data=05",
        f"https://aggregator.example/out/?to={ESCAPED}",
        f"https://outlet.example/redirect.php?target={ESCAPED}",
        f"https://news.google.com/rss/articles/{code(PAGE)}?oc=5",
        "https://daily-example.cdn.ampproject.org/c/s/daily.example/news/1?id=7",
        "https://www.google.com/amp/s/daily.example/news/1?id=7",
        f"https://www.google.com/url?url={ESCAPED.replace('%', '%25')}",
        f"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D{ESCAPED.replace('%', '%25')}",
    ],
)
def test_a_redirector_leads_to_its_target(link: str):
    """Search engines, social networks, mail filters and caches name the page in their links."""
    assert unwrap(link) == PAGE


@pytest.mark.parametrize(
    "link",
    [
        f"https://daily.example/news/1?ref={ESCAPED}",
        f"https://www.facebook.com/sharer/sharer.php?u={ESCAPED}",
        f"https://daily.example/login?redirect={ESCAPED}",
        "https://www.google.com/url?q=ferry",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://news.google.com/rss/articles/CBMiWkFVX3lxTE1mS2x4VnpQ?oc=5",
        "https://outlet.example/c/s/daily.example/1",
        "https://aggregator.example/out/55",
    ],
)
def test_other_links_stay(link: str):
    """A page that names another one in a parameter, and redirectors that do not name their target."""
    assert unwrap(link) == link


@given(st.text(max_size=80), st.sampled_from(["/url?q=", "/out?u=a1aHR0c", "/articles/", "/amp/s/", "/RU=", ""]))
def test_no_link_raises(text: str, path: str):
    """Whatever a feed writes, the result is an http or https URL, or nothing."""
    for link in (page_link(text, base=SITE), unwrap(urls.resolve("", f"https://news.google.com{path}{text}"))):
        assert link == "" or link.startswith(("http://", "https://"))


def test_relative_links_belong_to_the_channels_site():
    """A feed on the host of a service names its outlet: RSS by link, Atom by its alternate, JSON Feed by home_page_url."""
    site = "<link>https://www.outlet.example/</link>"
    assert links(an_rss(an_item(link="/news/1"), head=site)) == ["https://www.outlet.example/news/1"]
    assert links(an_rss(an_item(link="/news/1"))) == ["https://feeds.service.example/news/1"]
    assert links(an_rss(an_item(link="/news/1"), head="<link>/</link>")) == ["https://feeds.service.example/news/1"]
    entry = '<entry><title>T</title><link href="/news/1"/></entry>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://outlet.example/"/>{entry}</feed>'
    assert links(atom) == ["https://outlet.example/news/1"]
    based = atom.replace("<entry>", '<entry xml:base="https://archive.outlet.example/en/">').replace("/news/1", "1")
    assert links(based) == ["https://archive.outlet.example/en/1"]
    items = '[{"id": "77", "title": "T"}, {"id": "78", "url": "/news/78", "title": "T"}]'
    assert "https://www.outlet.example/news/78" in links(
        f'{{"home_page_url": "https://www.outlet.example", "items": {items}}}'
    )


ALTERNATES = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><id>tag:x,1</id>
<link rel="alternate" type="application/json" href="https://outlet.example/api/1"/>
<link rel="alternate" hreflang="en" href="https://outlet.example/en/1"/>
<link rel="alternate" hreflang="fa-IR" href="https://outlet.example/fa/1"/>
<link rel="alternate" hreflang="ur" href="https://outlet.example/ur/1"/></entry></feed>"""


@pytest.mark.parametrize(
    ("language", "link"), [("ur", "ur/1"), ("fa", "fa/1"), ("en", "en/1"), ("tr", "en/1"), ("", "en/1")]
)
def test_the_alternate_in_the_sources_language_counts(language: str, link: str):
    """Else the first one that is a page."""
    assert links(ALTERNATES, language=language) == [f"https://outlet.example/{link}"]


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ('<link rel="self" href="https://outlet.example/1"/>', "https://outlet.example/1"),
        (
            '<link rel="self" href="https://outlet.example/api/1"/><link href="https://outlet.example/1"/>',
            "https://outlet.example/1",
        ),
        (
            '<link rel="http://www.iana.org/assignments/relation/alternate" href="https://outlet.example/1"/>',
            "https://outlet.example/1",
        ),
        ('<link rel="ALTERNATE" href="https://outlet.example/1"/>', "https://outlet.example/1"),
        ('<link href=""/><id>https://outlet.example/1</id>', "https://outlet.example/1"),
        (
            '<link rel="enclosure" href="https://outlet.example/1.mp3"/><id>https://outlet.example/1</id>',
            "https://outlet.example/1",
        ),
    ],
)
def test_an_entry_without_a_plain_alternate(fields: str, link: str):
    """Its own URL, a relation in its long form, or an id that is a URL."""
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>{fields}</entry></feed>'
    assert links(feed) == [link]
