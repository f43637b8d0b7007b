"""Own pages in the markup of outlets between Karachi and Tehran: what is right stands beside each (see outlets/README.md)."""

import re
import statistics
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor import dates
from monitor.model import Article
from tests.extract.builders import NOW, article_of
from tests.quality.test_extraction import plain, shingles, squash

OUTLETS = Path(__file__).parent / "outlets"
PAGES = sorted(f"{path.parent.name}/{path.stem}" for path in OUTLETS.glob("*/*.yaml"))
LANGUAGES = sorted({page.split("/")[0] for page in PAGES})
METADATA = {"title": 0.98, "authors": 0.90, "date": 0.98, "published": 0.98}
# What is not reached, each for its cause.
MISSING = {
    "en/10-widget-each-paragraph": "a list in a box called widget, whose like holds little",
    "ur/16-interview": "a standfirst that neither a name nor the description tells",
}
LEAKING = {
    "fa/17-long-report": "a biography of an author whom only the byline on the page names",
    "fa/20-note-with-bio": "a biography of two words",
}
FLOORS = {"precision": 0.985, "recall": 0.985}
# Marks of structure are not written in the truth: "> " before a post, "|" between cells.
_MARKS = re.compile(r"^> |(?<= )\| ", re.MULTILINE)


@cache
def truth(page: str) -> dict[str, Any]:
    """What is right of a page."""
    return yaml.safe_load((OUTLETS / f"{page}.yaml").read_text(encoding="utf-8"))


@cache
def article(page: str) -> Article:
    """What is read of a page, as from a source in its zone."""
    body, right = (OUTLETS / f"{page}.html").read_bytes(), truth(page)
    return article_of(body, url=right["url"], zone=right.get("zone", "UTC"), now=NOW.replace(year=2026))


def text(page: str) -> str:
    """The text that is read, without the marks of structure."""
    return _MARKS.sub("", article(page).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_by_language(language: str):
    """Precision and recall over runs of four words, as means over the pages of a language."""
    counted = [
        (shingles(text(page)), shingles(truth(page)["text"])) for page in PAGES if page.startswith(f"{language}/")
    ]
    assert statistics.fmean((got & true).total() / got.total() for got, true in counted) >= FLOORS["precision"]
    assert statistics.fmean((got & true).total() / true.total() for got, true in counted) >= FLOORS["recall"]


@pytest.mark.parametrize("page", PAGES)
def test_what_must_be_there_is(page: str):
    """Every snippet of the article."""
    read = squash(text(page))
    assert bool([snippet for snippet in truth(page)["with"] if squash(snippet) not in read]) == (page in MISSING)


@pytest.mark.parametrize("page", PAGES)
def test_what_must_not_be_there_is_not(page: str):
    """No snippet of what stands round the article."""
    read = squash(text(page))
    assert bool([snippet for snippet in truth(page)["without"] if squash(snippet) in read]) == (page in LEAKING)


@pytest.mark.parametrize("page", PAGES)
def test_language(page: str):
    """That of the text, whatever the theme declares."""
    assert article(page).language == truth(page)["lang"]


@pytest.mark.parametrize("what", ["title", "authors", "date", "published"])
def test_metadata(what: str):
    """Headline, persons, day and moment of publication are right on nearly all pages."""
    right = [_is_right(what, article(page), truth(page)) for page in PAGES if what in truth(page)]
    assert statistics.fmean(right) >= METADATA[what]


def _is_right(what: str, read: Article, right: dict[str, Any]) -> bool:
    match what:
        case "title":
            return plain(read.title) == plain(right["title"])
        case "authors":
            return {plain(name) for name in read.authors} == {plain(name) for name in right["authors"]}
        case "date":
            day = dates.parse_local(read.published_text) or read.published
            return day is not None and day.date() == right["date"]
    return read.published is not None and read.published.astimezone(UTC) == right["published"]
