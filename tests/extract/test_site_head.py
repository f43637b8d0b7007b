"""Words in the head of a page that are the site's and not the article's."""

import pytest

from monitor.extract import PageFingerprint
from tests.extract.builders import NOW, a_page, extraction_of, paragraphs

SLOGAN = "Latest breaking news on the border, the region, and its many markets"
STORIES = {
    "School wins chess prize": "A school won the chess prize of the province on Monday, its head teacher said in a short speech.",
    "Bridge closed to lorries": "The old bridge is closed to lorries from Tuesday on, the roads office told reporters of the paper.",
    "Singer cancels winter tour": "All concerts of the singer were cancelled because of a sore throat, her office wrote on Monday.",
}


def a_story(number: int, *, head: str, heading: str = "h1") -> bytes:
    title, text = list(STORIES.items())[number]
    return a_page(f"<article><{heading}>{title}</{heading}>{paragraphs(text)}</article>", head.format(title=title))


def read(number: int, fingerprints: tuple[PageFingerprint, ...] = (), **page: str):
    return extraction_of(
        a_story(number, **page), url=f"https://outlet.example/news/{number}", fingerprints=fingerprints
    )


def test_a_description_about_something_else_is_not_the_lead():
    """It has few words of title and text; a description of this article has most of its words there."""
    head = f"<meta name='description' content='{SLOGAN}'>"
    assert read(0, head=head).article.lead == ""
    own = "<meta name='description' content='The chess prize of the province goes to a school.'>"
    assert read(0, head=own).article.lead.startswith("The chess prize")


def test_a_description_that_the_site_repeats_is_not_the_lead():
    """Though every article has its words."""
    head = "<meta name='description' content='News of Monday'>"
    first = read(0, head=head)
    assert first.article.lead == "News of Monday"
    assert read(2, (first.fingerprint,), head=head).article.lead == ""
    assert read(0, (first.fingerprint,), head=head).article.lead == "News of Monday"  # a version of the same article


@pytest.mark.parametrize(
    ("head", "heading"),
    [
        (f"<title>{{title}}</title><meta property='og:title' content='{SLOGAN}'>", "h2"),
        (f"<title>{SLOGAN}</title><meta property='og:title' content='{SLOGAN}'>", "h1"),
        (f"<title>{SLOGAN}</title>", "h1"),
    ],
)
def test_a_title_that_the_site_repeats_is_not_the_headline(head: str, heading: str):
    """One og:title, or one <title>, for every page: another title of the page is the headline."""
    first = read(0, head=head, heading=heading)
    assert read(1, (first.fingerprint,), head=head, heading=heading).article.title == "Bridge closed to lorries"
    assert first.fingerprint.at == NOW


def test_a_title_that_a_line_of_the_page_repeats_is_the_headline():
    """On the first page of a site there is no other page to compare with."""
    head = f"<title>{{title}} | Outlet</title><meta property='og:site_name' content='Outlet'><meta property='og:title' content='{SLOGAN}'>"
    assert read(2, head=head, heading="h2").article.title == "Singer cancels winter tour"
