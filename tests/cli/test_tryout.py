"""`monitor try`: what would be kept, dropped and matched of one page."""

from contextlib import closing

import pytest
import typer

from monitor import extract
from monitor.cli.tryout import Page, choose, fetch, read
from monitor.errors import BadStatus, ExtractError, Refused
from monitor.store import furniture, open_store
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
    _, sketch = extract.remembered(other.encode(), url=f"{DAWN}/news/2", now=NOW)
    with closing(open_store(f"sqlite:///{db}")) as store:
        store.call(furniture.learn, "dawn.example", sketch, entry="https://dawn.example/news/2", now=NOW, most=9)
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
        tried = await read(kit, await fetch(kit, f"{DAWN}/news/1", source), source)
    assert (tried.source, tried.article.url, tried.verdict.digest) == ("dawn", f"{DAWN}/news/1", True)


def test_a_file_needs_no_contact(monitor, desk, tmp_path):
    """Nobody is asked for it."""
    (desk / "monitor.yaml").write_text('contact: ""\n', "utf-8")
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT), "utf-8")
    assert monitor("try", file).code == 0
    assert "nobody is named" in monitor("try", "https://dawn.example/news/1").err


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
    assert f"  - {TEXT[0]}  (taken away by a selector)" in ran.out
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
    assert "--author: is no CSS selector from '::text' on" in ran.err


async def test_robots_are_asked():
    """A page that robots.txt forbids is not tried."""
    site = Site({"dawn.example/robots.txt": "User-agent: *\nDisallow: /news", "dawn.example/news/1": an_article(*TEXT)})
    async with visiting(site, a_config()) as kit:
        with pytest.raises(Refused):
            await fetch(kit, f"{DAWN}/news/1", a_source())
    assert site.asked == ["dawn.example/robots.txt"]


async def test_what_cannot_be_read_says_why():
    """A page that is gone, or has no text, is an error with its reason."""
    async with visiting(Site({"dawn.example/": "404"}), a_config()) as kit:
        with pytest.raises(BadStatus):
            await fetch(kit, f"{DAWN}/news/1", a_source())
        with pytest.raises(ExtractError):
            await read(kit, Page(url=f"{DAWN}/", body=b"<html></html>"), a_source())


def test_settings_of_the_site_are_used():
    """Those of a source of the same site, of the one that is named, or none."""
    sources = [a_source("dawn", url="https://www.dawn.example/feed"), a_source("geo")]
    assert choose(sources, "http://dawn.example/news/1").id == "dawn"
    assert choose(sources, "http://else.example/", name="geo").id == "geo"
    assert choose(sources, "http://else.example/").id == ""
    with pytest.raises(typer.BadParameter):
        choose(sources, "http://else.example/", name="nobody")
