"""Where on its page what an article says of itself stands."""

import pytest

from monitor.model import PageSelectors
from tests.extract.builders import a_page, extraction_of, paragraphs

BODY = f"<article><h1>A crossing reopens</h1>{{}}{paragraphs()}</article>"
LEAD = "Ministers of both countries agreed on Thursday to reopen the crossing that was shut in January."


def places(
    head: str = "", byline: str = "", *, language: str = "", selectors: PageSelectors | None = None, **page: str
):
    """The places that are told of such a page."""
    body = a_page(BODY.format(byline), head, **page)
    return extraction_of(body, language=language, selectors=selectors, trace=True).trace.places


@pytest.mark.parametrize(
    ("head", "byline", "name", "place"),
    [
        ("<meta property='og:title' content='A crossing reopens'>", "", "title", "h1"),
        ("<meta name='byl' content='By Sana Baloch'>", "", "authors", "meta byl"),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Sana Baloch"}}</script>',
            "",
            "authors",
            "json-ld",
        ),
        ("", "<p class='byline'>By Sana Baloch</p>", "authors", "byline"),
        ("<meta property='article:published_time' content='2024-02-08T10:00:00Z'>", "", "published", "meta"),
        ("", "", "language", "html lang"),
        (f"<meta name='description' content='{LEAD}'>", "", "lead", "description"),
    ],
)
def test_what_is_told_has_its_place(head: str, byline: str, name: str, place: str):
    """The first that says the same."""
    assert places(head, byline)[name] == place


def test_a_title_may_be_a_part():
    """Of a title that bears the name of the outlet as well."""
    body = a_page(
        paragraphs(),
        "<title>A crossing reopens | Coast Letter</title><meta property='og:site_name' content='Coast Letter'>",
    )
    told = extraction_of(body, trace=True).trace.places
    assert told["title"] == "a part of <title>"


def test_selectors_come_first():
    """They are the place of what they choose."""
    selectors = PageSelectors(title="h1", author=".w", date=".d")
    told = places("", "<i class='w'>By Sana Baloch</i> <i class='d'>8 February 2024</i>", selectors=selectors)
    assert [told[name] for name in ("title", "authors", "published")] == ["selector"] * 3


def test_a_language_may_come_from_the_source():
    """Where the page is silent; else it is read from the letters."""
    assert places(lang="", language="en")["language"] == "the source"
    assert places(lang="")["language"] == "its letters"


def test_what_is_not_told_has_no_place():
    """A page without author, date and lead."""
    assert set(places()) == {"title", "language"}
