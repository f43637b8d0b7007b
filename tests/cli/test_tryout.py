"""`monitor try`: what would be kept, dropped and matched of one page."""

from contextlib import closing

import pytest
import typer

from monitor import extract
from monitor.cli.tryout import Page, choose, fetch, read, told
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


async def test_lines_for_people():
    """Date with its origin, the verdict with its hits, the kept paragraphs and the dropped pieces."""
    async with visiting(Site({"dawn.example/news/1": an_article(*TEXT)}), a_config()) as kit:
        source = a_source()
        tried = await read(kit, await fetch(kit, f"{DAWN}/news/1", source), source)
    lines = "\n".join(told(tried))
    for part in (
        "2026-11-21 06:30 UTC, from",
        "kept: 3 paragraphs",
        "dropped: 3 pieces",
        "'Iran' = Iran (IR)",
        "dawn were",
    ):
        assert part in lines


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
