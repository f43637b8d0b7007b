"""Every block of a page ends kept or dropped, with a reason that a reader understands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract import InterstitialKind, Refusal, TracedBlock
from monitor.model import Method, PageSelectors, Shape
from tests.extract.builders import FIRST, SECOND, TEXT, THIRD, a_page, extraction_of, paragraphs

URL = "https://outlet.example/news/1"
TEASER = "This is the first sentence of quite another article. A second one follows it, and goes on."


def explained(body: str, head: str = "", selectors: PageSelectors | None = None) -> tuple[TracedBlock, ...]:
    """Returns the traced blocks of such a page."""
    return extraction_of(a_page(body, head), selectors=selectors, trace=True).trace.blocks


def reason_of(text: str, body: str, head: str = "") -> str:
    """Why the last block with this text was dropped, or what it was kept as."""
    return [block.reason for block in explained(body, head) if block.text == text][-1]


def in_article(markup: str) -> str:
    """An article with this markup before its last paragraph."""
    return f"<article><h1>A crossing reopens</h1><p>{FIRST}</p><p>{SECOND}</p>{markup}<p>{THIRD}</p></article>"


@pytest.mark.parametrize(
    ("markup", "text", "reason"),
    [
        ("<figure><figcaption>The crossing</figcaption></figure>", "The crossing", "caption"),
        (f"<div class='box sidebar-widget'><p>{TEASER}</p></div>", TEASER, 'name "sidebar-widget"'),
        (f"<div style='display: none'>{TEASER}</div>", TEASER, "hidden, or not part of the article by its role"),
        ("<p><a href='/2'>Another story</a></p>", "Another story", "mostly links"),
        ("<p>Share this:</p>", "Share this:", "line of boilerplate: share label"),
        ("<p>Anadolu Agency website contains only a portion of the news stories.</p>",
         "Anadolu Agency website contains only a portion of the news stories.",
         "line of boilerplate: notice of an agency"),
        (f"<div><h3>Related articles</h3><p>{TEASER}</p></div>", TEASER, 'under "Related articles"'),
        ("<p>A crossing reopens</p>", "A crossing reopens", "repeats the headline"),
        (f"<p>{FIRST}</p>", FIRST, "repeats an earlier paragraph"),
        ("", FIRST, ""),
        ("<div>12 March</div>", "12 March", "not a sentence"),
        ("<p>Sana Baloch is a reporter based in Turbat.</p>", "Sana Baloch is a reporter based in Turbat.",
         "closing: author"),
        ("<p>* * *</p>", "* * *", "no letters"),
    ],
)  # fmt: skip
def test_a_reason_is_given(markup: str, text: str, reason: str):
    """By the element, the names, the line itself, or what stands round it."""
    head = "<meta property='og:title' content='A crossing reopens'>"
    assert reason_of(text, in_article(markup), head) == reason


def test_what_lies_elsewhere_is_outside():
    """Text of the page that is in no suspect box, but not in the article's either."""
    assert reason_of("All of our stories", f"<div>{in_article('')}</div><p>All of our stories") == "outside the article"


def test_a_heading_of_nothing_is_told():
    """Its list of links is gone, so it goes."""
    body = f"<article>{paragraphs()}<h2>In other matters</h2><ul><li><a href='/a'>One story</a></li></ul></article>"
    assert reason_of("In other matters", body) == "heading without text below"


def test_pieces_stand_in_the_order_of_the_page_with_their_shapes():
    """Kept ones and dropped ones together; the kept ones are the text."""
    body = f"<nav>Home</nav>{in_article('<h2>What was said</h2><ul><li>Trade and transit</li></ul>')}"
    extraction = extraction_of(a_page(body), trace=True)
    assert [(block.shape, block.kept) for block in extraction.trace.blocks] == [
        (Shape.PARAGRAPH, False),
        (Shape.HEADING, False),
        (Shape.PARAGRAPH, True),
        (Shape.PARAGRAPH, True),
        (Shape.HEADING, True),
        (Shape.ITEM, True),
        (Shape.PARAGRAPH, True),
    ]
    assert "\n\n".join(block.text for block in extraction.trace.blocks if block.kept) == extraction.article.text


def test_selectors_are_reasons():
    """What they take away is in its place, and so is what they do not choose."""
    body = f"<p>{TEASER}</p><div class='a'>{paragraphs()}<p class='x'>Away with it.</p></div>"
    blocks = explained(body, selectors=PageSelectors(content=".a", remove=(".x",)))
    assert [(block.text, block.reason) for block in blocks] == [
        (TEASER, "outside the article"),
        *((text, "") for text in TEXT),
        ("Away with it.", "removed by a selector"),
    ]


def test_a_text_from_the_head_comes_first():
    """It is no block of the body, and says where it was found."""
    first, *others = explained("<p>Loading</p>", f"<meta property='og:description' content='{FIRST}'>")
    assert (first.text, first.kept, first.reason) == (FIRST, True, f"from the {Method.DESCRIPTION}")
    assert [block.kept for block in others] == [False]


def test_the_standfirst_is_named():
    """It stands above the box, and is kept all the same."""
    lead = "Ministers of both countries agreed on Thursday to reopen the crossing that was shut in January."
    body = f"<header><div><p>{lead}</p></div></header><article>{paragraphs()}</article>"
    assert reason_of(lead, body, f"<meta name='description' content='{lead}'>") == "standfirst"


def test_a_page_without_an_article_is_explained():
    """Its pieces are told as well: those that a text could have been made of tell why there is none."""
    wall = "Checking your browser before you can go on to this site. It takes a moment."
    body = f"<nav>Home</nav><p>{wall}</p><p class=x>Away with it.</p>"
    page = a_page(body, "<title>Just a moment...</title>")
    extraction = extraction_of(page, selectors=PageSelectors(remove=(".x",)), trace=True)
    assert extraction.article is None
    assert extraction.refusal == Refusal(
        reason="a bot check instead of the article", interstitial=InterstitialKind.BOT_CHECK
    )
    assert [(block.text, block.kept, block.reason) for block in extraction.trace.blocks] == [
        ("Home", False, "navigation"),
        (wall, False, extraction.refusal.reason),
        ("Away with it.", False, "removed by a selector"),
    ]


@given(
    st.lists(
        st.sampled_from(["<p>", "<div>", "<li>", "<td>", "</div>", "<nav>", FIRST, SECOND, "Share", "x"]), max_size=30
    )
)
def test_every_reading_explains_its_article(parts: list[str]):
    """The article is that of `article`, each paragraph of it is told, and every dropped block has a reason."""
    page = a_page("".join(parts))
    extraction = extraction_of(page, trace=True)
    assert all(block.kept or block.reason for block in extraction.trace.blocks)
    without_trace = extraction_of(page)
    assert (extraction.article, extraction.refusal) == (without_trace.article, without_trace.refusal)
    assert without_trace.trace is None
    if extraction.article is None:
        assert extraction.refusal
        assert not any(block.kept for block in extraction.trace.blocks)
