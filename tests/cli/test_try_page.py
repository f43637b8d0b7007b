"""`monitor try`: kept and dropped blocks, matched words, and the verdict of one page."""

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


def test_a_file_is_extracted_and_judged(monitor, tmp_path):
    """A saved page gives its title, date, text and verdict, and the dropped blocks with their reasons."""
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT), "utf-8")
    result = monitor("try", file, "--url", f"{DAWN}/news/1", "--json")
    trial = result.json
    assert trial["article"]["text"] == "\n\n".join(TEXT)
    assert trial["article"]["published"] == "2026-11-21T06:30:00+00:00"
    assert trial["verdict"]["digest"] is True
    assert [(block["text"], block["reason"]) for block in trial["pieces"] if not block["kept"]] == [
        ("Home | Sport | Weather and tides", "navigation"),
        ("Iran and Pakistan reopen the border at Taftan", "the headline"),
        ("All rights of this invented outlet are its own", "footer"),
    ]
    assert trial["source"] == "dawn"


def test_stored_fingerprints_are_used(monitor, tmp_path, db):
    """A line that the site repeats is dropped as in the service; a missing store is not created."""
    promo = "Join our channel and never miss what matters to you again."
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT, promo), "utf-8")
    command = ("try", file, "--url", f"{DAWN}/news/1", "--json")
    assert monitor(*command).json["article"]["text"].endswith(promo)
    assert not db.exists()
    other = an_article(
        "Floods closed the only road of the valley on Monday.", promo, title="Floods close mountain road"
    )
    sketch = extract(PageRequest(html=other.encode(), url=f"{DAWN}/news/2", now=NOW)).fingerprint
    with closing(open_store(f"sqlite:///{db}")) as store:
        store.call(fingerprints.save, "dawn.example", sketch, entry="https://dawn.example/news/2", now=NOW, limit=9)
    assert [block["reason"] for block in monitor(*command).json["pieces"] if block["text"] == promo] == [
        "repeated on 2 pages of this site"
    ]


def test_text_output(monitor, tmp_path):
    """The text has the date with its origin, the verdict and the page in order; without a terminal it has no colour."""
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


async def test_a_url_is_fetched_and_judged():
    """The page is fetched as the service would, with the settings of its source."""
    async with visiting(Site({"dawn.example/news/1": an_article(*TEXT)}), a_config()) as context:
        source = a_source()
        trial = await judge_page(context, await fetch_page(context, f"{DAWN}/news/1", source), source)
    assert (trial.source, trial.article.url, trial.verdict.digest) == ("dawn", f"{DAWN}/news/1", True)


def test_a_file_needs_no_contact(monitor, desk, tmp_path):
    """A file needs no request, so an empty contact is accepted."""
    (desk / "monitor.yaml").write_text('contact: ""\n', "utf-8")
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT), "utf-8")
    assert monitor("try", file).code == 0
    assert "contact: is not set" in monitor("try", "https://dawn.example/news/1").err


@pytest.mark.parametrize("name", ["missing.html", "./missing.html", "missing", ".", "ftp://a.example/"])
def test_neither_file_nor_url_is_wrong_usage(monitor, name):
    """A misspelt file name is not fetched from the web."""
    result = monitor("try", name)
    assert (result.code, result.out) == (2, "")
    assert f"{name!r} is not a file and not a URL" in result.err


@pytest.mark.parametrize(
    ("body", "why"), [(b"", "empty body"), (b"%PDF-1.7", "is not text"), (b"\x1f\x8b\x08", "is not text")]
)
def test_a_file_that_is_not_a_page_is_refused(monitor, tmp_path, body, why):
    """Empty and binary files are refused as the service refuses such responses."""
    file = tmp_path / "page.html"
    file.write_bytes(body)
    result = monitor("try", file)
    assert (result.code, result.out) == (1, "")
    assert why in result.err


def test_html_output(monitor, tmp_path):
    """The HTML page goes to a file, or alone to stdout."""
    file, page = tmp_path / "page.html", tmp_path / "tried.html"
    file.write_text(an_article(*TEXT), "utf-8")
    result = monitor("try", file, "--html", page)
    assert (result.code, result.out, result.err) == (0, "", f"written: {page}\n")
    printed = monitor("try", file, "--html", "-").out
    assert printed == page.read_text("utf-8") + "\n"
    assert printed.startswith("<!DOCTYPE html>")


# --- selectors --------------------------------------------------------------------------------------------------------


@pytest.fixture
def page_file(tmp_path):
    """A saved page whose source has selectors that remove its first paragraph."""
    file = tmp_path / "page.html"
    file.write_text(an_article(*TEXT, title="Crossing open").replace("<p>", "<p class=lead>", 1), "utf-8")
    return file


@pytest.fixture
def try_with(monitor, desk, page_file):
    """Runs `monitor try` on the page with more options."""
    source = "{id: dawn, name: Dawn, url: 'http://dawn.example/feed', page: {content: article, remove: .lead}}"
    (desk / "sources" / "own.yaml").write_text(f"sources:\n  - {source}\n", "utf-8")

    def try_with(*words):
        return monitor("try", page_file, "--url", f"{DAWN}/news/1", *words)

    return try_with


def test_selectors_of_the_source_are_used_and_shown(try_with):
    """They are printed as in the file of the source."""
    result = try_with()
    assert f"  - {TEXT[0]}  (removed by a selector)" in result.out
    assert '    page:\n      content: "article"\n      remove: ".lead"\n' in result.out


def test_options_replace_selectors(try_with):
    """An option replaces one selector of the source; the others stay, and all are printed."""
    trial = try_with("--remove", "p:last-child", "--remove", "h1", "--title", "nav", "--date", "nav", "--json").json
    assert trial["article"]["text"] == "\n\n".join(TEXT[:2])
    assert trial["article"]["title"] == "Home | Sport | Weather and tides"
    assert trial["article"]["notes"] == ["selector 'nav' gave no date"]
    assert trial["page"] == {
        "content": "article",
        "remove": ["p:last-child", "h1"],
        "title": "nav",
        "author": "",
        "date": "nav",
    }


def test_an_empty_option_removes_a_selector(try_with):
    """An empty option shows the result of the general method."""
    trial = try_with("--remove", "", "--content", "", "--json").json
    assert trial["article"]["text"] == "\n\n".join(TEXT)
    assert trial["article"]["method"] == "density"


def test_an_invalid_selector_is_wrong_usage(try_with):
    """The error names the option and the invalid part."""
    result = try_with("--author", ".by::text")
    assert result.code == 2
    assert "--author: is not a CSS selector from '::text' on" in result.err


async def test_robots_txt_is_obeyed():
    """A page that robots.txt forbids is not fetched."""
    site = Site({"dawn.example/robots.txt": "User-agent: *\nDisallow: /news", "dawn.example/news/1": an_article(*TEXT)})
    async with visiting(site, a_config()) as context:
        with pytest.raises(Refused):
            await fetch_page(context, f"{DAWN}/news/1", a_source())
    assert site.requests == ["dawn.example/robots.txt"]


async def test_a_missing_page_raises_its_status():
    """The error has the status of the response."""
    async with visiting(Site({"dawn.example/": "404"}), a_config()) as context:
        with pytest.raises(BadStatus):
            await fetch_page(context, f"{DAWN}/news/1", a_source())


WALL = "Checking your browser before you can go on to this site. It takes a moment."


@pytest.fixture
def challenge_page(tmp_path):
    """A saved bot check in place of an article."""
    file = tmp_path / "wall.html"
    file.write_text(f"<title>Just a moment...</title><nav>Home</nav><p>{WALL}</p>", "utf-8")
    return file


def test_a_page_without_an_article_is_shown(monitor, challenge_page):
    """Every block is shown, and the exit code is 1."""
    result = monitor("try", challenge_page, "--url", f"{DAWN}/news/1", "--remove", ".promo")
    assert (result.code, result.err) == (1, f"monitor: {DAWN}/news/1: a bot check instead of the article\n")
    assert result.out.splitlines() == [
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


def test_a_page_that_takes_too_long_is_reported(monitor, desk, tmp_path):
    """As in the service, its worker is stopped and the error says so."""
    (desk / "monitor.yaml").write_text("contact: desk@monitor.example\nlimits: {parse_seconds: 1}\n", "utf-8")
    file = tmp_path / "deep.html"
    file.write_text("<div>" * 100_000, "utf-8")
    result = monitor("try", file)
    assert (result.code, result.err) == (
        1,
        f"monitor: {file.as_uri()}: its worker took longer than 1 s and was stopped\n",
    )
    assert "the page: 0 pieces kept, 0 dropped" in result.out


def test_a_page_without_an_article_as_json_and_html(monitor, challenge_page):
    """JSON and HTML have the same blocks as the text."""
    command = ("try", challenge_page, "--url", f"{DAWN}/news/1")
    trial = monitor(*command, "--json").json
    assert (trial["refused"], len(trial["pieces"])) == ("a bot check instead of the article", 2)
    tree = LexborHTMLParser(monitor(*command, "--html", "-").out)
    assert [node.text() for node in tree.css(".badge, .dropped p")] == ["not read", "Home", WALL]


def test_settings_of_the_site_are_used():
    """The settings come from a source of the same site, from the named source, or from none."""
    sources = [a_source("dawn", url="https://www.dawn.example/feed"), a_source("geo")]
    assert source_for_page(sources, "http://dawn.example/news/1").id == "dawn"
    assert source_for_page(sources, "http://else.example/", source_id="geo").id == "geo"
    assert source_for_page(sources, "http://else.example/").id == ""
    with pytest.raises(InvalidRequest):
        source_for_page(sources, "http://else.example/", source_id="nobody")
