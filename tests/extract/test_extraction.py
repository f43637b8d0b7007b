"""Selectors, errors, limits and hostile bytes."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import ExtractError
from monitor.extract.blocks import MAX_CHARS
from monitor.extract.selectors import possible_mismatches
from monitor.model import Article, Method, PageSelectors
from tests.extract.builders import FIRST, SECOND, TEXT, a_page, an_article, article_of, extraction_of, paragraphs


def test_selectors_of_the_source_come_first():
    """What config says of a source's pages outweighs the general way."""
    page = (
        f"<div class='a'>{paragraphs(*TEXT, *TEXT)}</div><div class='b'><h2 class='t'>Two</h2>"
        f"<p>{FIRST}</p><p>{SECOND}</p><p class='x'>Dropped, though it is a sentence of some length.</p></div>"
        "<i class='w'>Sana Baloch</i><i class='d'>8 February 2024</i>"
    )
    selectors = PageSelectors(content=".b", remove=(".x",), title=".t", author=".w", date=".d")
    article = an_article(page, selectors=selectors)
    assert (article.method, article.text.split("\n\n")) == (Method.SELECTORS, [FIRST, SECOND])
    assert (article.title, article.authors, article.published_from) == ("Two", ("Sana Baloch",), "selector")


def test_selectors_name_what_is_said_in_attributes():
    """A meta tells it by its content, a time by its datetime; a byline is read for its names."""
    page = (
        f"<article>{paragraphs()}</article><time datetime='2024-02-08T09:30:00Z'>Thursday</time>"
        "<p class='w'>By Sana Baloch and Ali Raza</p>"
    )
    selectors = PageSelectors(title="meta[name=headline]", author=".w", date="time")
    article = an_article(page, "<meta name='headline' content='Trade &amp; transit'>", selectors=selectors)
    assert (article.title, article.authors) == ("Trade & transit", ("Sana Baloch", "Ali Raza"))
    assert article.published == datetime(2024, 2, 8, 9, 30, tzinfo=UTC)
    assert article.notes == ()


def test_a_dropped_box_may_hold_another():
    """Matches inside matches go with them."""
    inner = "<div class='x'><p>Dropped, though it is a sentence of some length.</p></div>" * 3
    selectors = PageSelectors(remove=(".x", "p.y"))
    assert an_article(f"<div class='x'>{inner}</div>{paragraphs()}", selectors=selectors).text.split("\n\n") == TEXT


def test_a_selector_that_finds_nothing_is_told():
    """The general way steps in, and the note says that the layout may have changed."""
    selectors = PageSelectors(content="#gone", title="h1", date=".d", author=".w", remove=(".x",))
    article = an_article(f"<article>{paragraphs()}</article><i class='d'>Thursday</i>", selectors=selectors)
    assert article.method is Method.DENSITY
    assert set(article.notes) == set(map(str, possible_mismatches(selectors)))
    assert len(article.notes) == 3


def test_a_selector_that_cannot_be_read_is_an_error():
    """It names the page and the reason."""
    with pytest.raises(ExtractError, match=r"outlet\.example.*cannot be read"):
        an_article(selectors=PageSelectors(content="p:::"))


@pytest.mark.parametrize(
    "body", [b"", b"\x00", b"<html>", b"<p></p>", b"%PDF-1.4", a_page("<nav><a href='/'>Home</a></nav>")]
)
def test_a_page_without_text_is_an_error(body: bytes):
    """It names the page."""
    with pytest.raises(ExtractError, match=r"https://outlet\.example/1: no main text"):
        article_of(body, url="https://outlet.example/1")


def test_deep_markup_is_read():
    """The walk keeps its own stack."""
    assert an_article("<div>" * 2000 + paragraphs() + "</div>" * 2000).text.split("\n\n") == TEXT


def test_deep_json_is_passed_over():
    """json.loads recurses; a page must not end the worker by it."""
    script = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    assert an_article(head=script).text.split("\n\n") == TEXT


def test_a_text_has_an_end():
    """A page of twenty books is read up to a limit."""
    text = an_article(
        paragraphs(*(f"Sentence {n} of a page that was never meant to end, ever." for n in range(30_000)))
    ).text
    assert 100_000 < len(text) < MAX_CHARS


PIECES = st.sampled_from(
    ["<div>", "</div>", "<p>", "<article>", "<table><tr><td>", "<a href=x>", "<br>", "<script type='application/ld+json'>",
     "</script>", '{"@type":"NewsArticle","datePublished":', '"2024-99-99T25:00"', "]}", "<meta property='og:title' content='x'>",
     "<h1>", "<blockquote class='twitter-tweet'>", "<time datetime='9999-99-99'>", "A sentence of some length stands here, at last. ",
     "\x00", "\ud800", "\u202e", "<base href='http://['>", "<link rel=canonical href='http://[::'>", "<!--", "<svg>", "<template>"],
)  # fmt: skip


@given(st.one_of(st.binary(max_size=400), st.lists(PIECES | st.text(max_size=20), max_size=40).map("".join)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_give_an_article_or_an_extract_error(page: bytes | str):
    """Nothing else ever comes out, and a text is never empty."""
    body = page if isinstance(page, bytes) else page.encode("utf-8", "surrogatepass")
    article = extraction_of(body, url="https://outlet.example/1").article
    if article is None:
        return
    assert isinstance(article, Article)
    assert article.text
    assert 0 <= article.quality <= 1
