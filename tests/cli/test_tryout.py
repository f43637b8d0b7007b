"""`monitor try`: what would be kept, dropped and matched of one page."""

from contextlib import closing

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.errors import BadStatus, InvalidRequest, Refused
from monitor.extract import PageRequest, extract
from monitor.services.try_page import fetch_page, judge_page, source_for_page
from monitor.store import fingerprints, open_store
from tests.cli.builders import DAWN, NOW, Site, a_config, a_source, an_article, visiting

TEXT = (
    "Iran and Pakistan opened the crossing at Taftan again on Saturday after a pause of nine days, customs officers said.",
    "Lorries with rice and oranges had waited on both sides of the border since the storm closed the road to Zahedan.",
    "The two customs houses will keep longer hours until the queue has gone, an officer in Quetta told reporters.",
)


def test_file_is_read_like_a_page(monitor, tmp_path):
    """A saved page gives its title, date, text and verdict, and what of it is no part of the text."""
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT), "utf-8")
    ran = monitor("try", file, "--url", f"{DAWN}/news/1", "--json")
    tried = ran.json
    assert tried["article"]["text"] == "\n\n".join(TEXT)
    assert tried["article"]["published"] == "2026-11-21T06:30:00+00:00"
    assert tried["verdict"]["digest"] is True
    assert [(piece["text"], piece["reason"]) for piece in tried["pieces"] if not piece["kept"]] == [
        ("Home | Sport | Weather and tides", "navigation"),
        ("Iran and Pakistan reopen the border at Taftan", "the headline"),
        ("All rights of this invented outlet are its own", "footer"),
    ]
    assert tried["source"] == "dawn"


def test_what_the_store_knows_of_the_site_counts(monitor, tmp_path, db):
    """A line that the site repeats is dropped as in the service; where there is no store, trying makes none."""
    promo = "Join our channel and never miss what matters to you again."
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT, promo), "utf-8")
    asked = ("try", file, "--url", f"{DAWN}/news/1", "--json")
    assert monitor(*asked).json["article"]["text"].endswith(promo)
    assert not db.exists()
    other = an_article(
        "Floods closed the only road of the valley on Monday.", promo, title="Floods close mountain road"
    )
    sketch = extract(PageRequest(html=other.encode(), url=f"{DAWN}/news/2", now=NOW)).fingerprint
    with closing(open_store(f"sqlite:///{db}")) as store:
        store.call(fingerprints.save, "dawn.example", sketch, entry="https://dawn.example/news/2", now=NOW, limit=9)
    assert [piece["reason"] for piece in monitor(*asked).json["pieces"] if piece["text"] == promo] == [
        "repeated on 2 pages of this site"
    ]


def test_lines_for_people(monitor, tmp_path):
    """Date with its origin, the verdict with its words, and the page in order; no colour where no terminal is."""
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT), "utf-8")
    out = monitor("try", file, "--url", f"{DAWN}/news/1").out
    for part in (
        "2026-11-21 06:30 UTC  (meta: 2026-11-21T06:30:00Z)\n",
        "the settings of dawn were used",
        "the page: 3 pieces kept, 3 dropped",
        "Zahedan (IR) x 1",
        "  - Home | Sport | Weather and tides  (navigation)\n",
    ):
        assert part in out
    assert "\x1b" not in out


async def test_a_page_of_the_web_is_read():
    """It is fetched as the service would, and read with the settings of its source."""
    async with visiting(Site({"dawn.example/news/1": an_article(*TEXT)}), a_config()) as kit:
        source = a_source()
        tried = await judge_page(kit, await fetch_page(kit, f"{DAWN}/news/1", source), source)
    assert (tried.source, tried.article.url, tried.verdict.digest) == ("dawn", f"{DAWN}/news/1", True)


def test_a_file_needs_no_contact(monitor, desk, tmp_path):
    """Nobody is asked for it."""
    (desk / "monitor.yaml").write_text('contact: ""\n', "utf-8")
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT), "utf-8")
    assert monitor("try", file).code == 0
    assert "contact: is not set" in monitor("try", "https://dawn.example/news/1").err


@pytest.mark.parametrize("name", ["missing.html", "./missing.html", "missing", ".", "ftp://a.example/"])
def test_what_is_neither_file_nor_url_is_wrong_usage(monitor, name):
    """A name that is misspelt is not looked for on the web."""
    ran = monitor("try", name)
    assert (ran.code, ran.out) == (2, "")
    assert f"{name!r} is not a file and not a URL" in ran.err


@pytest.mark.parametrize(
    ("body", "why"), [(b"", "empty body"), (b"%PDF-1.7", "is not text"), (b"\x1f\x8b\x08", "is not text")]
)
def test_a_file_that_is_no_page_is_refused(monitor, tmp_path, body, why):
    """As the service refuses what a server sends: no text is made of bytes that are none."""
    file = tmp_path / "page.html"
    file.write_bytes(body)
    ran = monitor("try", file)
    assert (ran.code, ran.out) == (1, "")
    assert why in ran.err


def test_html_is_a_page_to_look_at(monitor, tmp_path):
    """In a file, or on stdout and nothing else there."""
    file, page = tmp_path / "page.html", tmp_path / "tried.html"
    file.write_text(an_article(*TEXT), "utf-8")
    ran = monitor("try", file, "--html", page)
    assert (ran.code, ran.out, ran.err) == (0, "", f"written: {page}\n")
    printed = monitor("try", file, "--html", "-").out
    assert printed == page.read_text("utf-8") + "\n"
    assert printed.startswith("<!DOCTYPE html>")


# --- selectors --------------------------------------------------------------------------------------------------------


@pytest.fixture
def selected(tmp_path):
    """A page of a source whose selectors choose its paragraphs but the first."""
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT, title="Crossing open").replace("<p>", "<p class=lead>", 1), "utf-8")
    return file


@pytest.fixture
def told(monitor, desk, selected):
    """What comes of it, with more words on the command line."""
    source = "{id: dawn, name: Dawn, url: 'http://dawn.example/feed', page: {content: article, remove: .lead}}"
    (desk / "sources" / "own.yaml").write_text(f"sources:\n  - {source}\n", "utf-8")

    def told(*words):
        return monitor("try", selected, "--url", f"{DAWN}/news/1", *words)

    return told


def test_selectors_of_the_source_are_used_and_shown(told):
    """As they stand in its file."""
    ran = told()
    assert f"  - {TEXT[0]}  (removed by a selector)" in ran.out
    assert '    page:\n      content: "article"\n      remove: ".lead"\n' in ran.out


def test_selectors_can_be_tried(told):
    """One that is typed stands in place of the source's; the others stay, and the lines for its file are printed."""
    tried = told("--remove", "p:last-child", "--remove", "h1", "--title", "nav", "--date", "nav", "--json").json
    assert tried["article"]["text"] == "\n\n".join(TEXT[:2])
    assert tried["article"]["title"] == "Home | Sport | Weather and tides"
    assert tried["article"]["notes"] == ["selector 'nav' gave no date"]
    assert tried["page"] == {
        "content": "article",
        "remove": ["p:last-child", "h1"],
        "title": "nav",
        "author": "",
        "date": "nav",
    }


def test_an_empty_selector_goes_without(told):
    """The general way is seen beside that of the source."""
    tried = told("--remove", "", "--content", "", "--json").json
    assert tried["article"]["text"] == "\n\n".join(TEXT)
    assert tried["article"]["method"] == "density"


def test_a_selector_that_is_none_is_wrong_usage(told):
    """It is said which, and from where on."""
    ran = told("--author", ".by::text")
    assert ran.code == 2
    assert "--author: is not a CSS selector from '::text' on" in ran.err


async def test_robots_are_asked():
    """A page that robots.txt forbids is not tried."""
    site = Site({"dawn.example/robots.txt": "User-agent: *\nDisallow: /news", "dawn.example/news/1": an_article(*TEXT)})
    async with visiting(site, a_config()) as kit:
        with pytest.raises(Refused):
            await fetch_page(kit, f"{DAWN}/news/1", a_source())
    assert site.asked == ["dawn.example/robots.txt"]


async def test_a_page_that_is_gone_says_why():
    """As an error with its reason."""
    async with visiting(Site({"dawn.example/": "404"}), a_config()) as kit:
        with pytest.raises(BadStatus):
            await fetch_page(kit, f"{DAWN}/news/1", a_source())


WALL = "Checking your browser before you can go on to this site. It takes a moment."


@pytest.fixture
def wall(tmp_path):
    """A saved page that stands in place of an article."""
    file = tmp_path / "wall.html"
    file.write_text(f"<title>Just a moment...</title><nav>Home</nav><p>{WALL}</p>", "utf-8")
    return file


def test_a_page_without_an_article_is_shown(monitor, wall):
    """Piece by piece: whoever asks wants to see why. It is an error all the same."""
    ran = monitor("try", wall, "--url", f"{DAWN}/news/1", "--remove", ".promo")
    assert (ran.code, ran.err) == (1, f"monitor: {DAWN}/news/1: a bot check instead of the article\n")
    assert ran.out.splitlines() == [
        f"{DAWN}/news/1",
        "",
        "not read          a bot check instead of the article",
        "source            the settings of dawn were used",
        "",
        "selectors, as in the file of a source:",
        "    page:",
        '      remove: ".promo"',
        "",
        "the page: 0 pieces kept, 2 dropped (-)",
        "  - Home  (navigation)",
        f"  - {WALL}  (a bot check instead of the article)",
    ]


def test_a_page_that_takes_too_long_is_named(monitor, desk, tmp_path):
    """As it would be in the service: its worker is stopped."""
    (desk / "monitor.yaml").write_text("contact: desk@monitor.example\nlimits: {parse_seconds: 1}\n", "utf-8")
    file = tmp_path / "deep.html"
    file.write_text("<div>" * 100_000, "utf-8")
    ran = monitor("try", file)
    assert (ran.code, ran.err) == (1, f"monitor: {file.as_uri()}: its worker took longer than 1 s and was stopped\n")
    assert "the page: 0 pieces kept, 0 dropped" in ran.out


def test_a_page_without_an_article_as_json_and_html(monitor, wall):
    """With the same pieces."""
    asked = ("try", wall, "--url", f"{DAWN}/news/1")
    tried = monitor(*asked, "--json").json
    assert (tried["refused"], len(tried["pieces"])) == ("a bot check instead of the article", 2)
    tree = LexborHTMLParser(monitor(*asked, "--html", "-").out)
    assert [node.text() for node in tree.css(".badge, .dropped p")] == ["not read", "Home", WALL]


def test_settings_of_the_site_are_used():
    """Those of a source of the same site, of the one that is named, or none."""
    sources = [a_source("dawn", url="https://www.dawn.example/feed"), a_source("geo")]
    assert source_for_page(sources, "http://dawn.example/news/1").id == "dawn"
    assert source_for_page(sources, "http://else.example/", source_id="geo").id == "geo"
    assert source_for_page(sources, "http://else.example/").id == ""
    with pytest.raises(InvalidRequest):
        source_for_page(sources, "http://else.example/", source_id="nobody")
