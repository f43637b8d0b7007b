"""The headline anchors a short text: other articles beside it begin with headlines of their own."""

import time
from contextlib import suppress

import pytest

from monitor.errors import ExtractError
from monitor.extract import InterstitialKind
from tests.extract.builders import a_page, article_of, extraction_of, paragraphs, text_of

TITLE = "Old school wins chess prize"
HEAD = f"<title>{TITLE} | Outlet</title>"
FLASH = [
    "The old school in the harbour quarter won the chess prize of the province on Monday, its head said.",
    "The five pupils had trained for two years.",
]
OTHERS = [
    (
        "Dam level falls again",
        "The water of the northern dam fell by a metre within a month, the office told reporters.",
    ),
    ("Bazaar opens after repairs", "Merchants lit candles in the new halls while a band played in the street outside."),
    ("Truckers block the road", "Drivers complain about fees that were raised without a word of warning in autumn."),
    (
        "Frost expected in the hills",
        "The met office expects nine degrees below zero and asks people to cover their taps.",
    ),
    ("Consulate extends its hours", "Travellers may now hand in their papers on Saturdays as well as on weekdays."),
]
TEASERS = [f"<h3><a href='/s/{n}'>{title}</a></h3><p>{lead}</p>" for n, (title, lead) in enumerate(OTHERS)]
STORY = f"<h1>{TITLE}</h1>{paragraphs(*FLASH)}"
CARDS = "".join(f"<div>{teaser}</div>" for teaser in TEASERS)
SECOND_STORY = paragraphs(*(lead for _, lead in OTHERS))


@pytest.mark.parametrize(
    "body",
    [
        f"<div><div>{STORY}</div><div>{CARDS}</div></div>",
        f"<div><div>{CARDS}</div><div>{STORY}</div></div>",
        f"<div>{STORY}{''.join(TEASERS)}</div>",
        f"<div><div>{''.join(TEASERS)}</div><div>{STORY}</div></div>",
        f"<div>{STORY}{CARDS}</div>",
        f"<article>{STORY}</article><article><h1>Dam level falls again</h1>{SECOND_STORY}</article>",
        f"<div>{STORY}<h2><a href='/s/1'>Dam level falls again</a></h2><span>30 November 2026</span>{SECOND_STORY}</div>",
        f"<div>{STORY}<h2>Dam level falls again</h2><span>30 November 2026, 10:15</span>{SECOND_STORY}</div>",
        f"<main><h1>{TITLE}</h1><ul class=now>{''.join(f'<li>{lead}</li>' for _, lead in OTHERS)}</ul>{paragraphs(*FLASH)}</main>",
        f"<main><h1>{TITLE}</h1><div class=ticker>{SECOND_STORY}</div><div>{paragraphs(*FLASH)}</div></main>",
        f"<main><h1>{TITLE}</h1><div class=flash>{SECOND_STORY}</div><div>{paragraphs(*FLASH)}</div></main>",
        f"<div>{STORY}"
        + "".join(f"<p><a href='/s/{n}'><b>{title}</b></a></p><p>{lead}</p>" for n, (title, lead) in enumerate(OTHERS))
        + "</div>",
        f"<div>{STORY}</div><dl>"
        + "".join(f"<dt><a href='/s/{n}'>{title}</a></dt><dd>{lead}</dd>" for n, (title, lead) in enumerate(OTHERS))
        + "</dl>",
        f"<h1>{TITLE}</h1><marquee>{OTHERS[0][1]} | {OTHERS[1][1]}</marquee>{paragraphs(*FLASH)}",
        f"<div>{STORY}</div><div class=newsletter><p>{OTHERS[0][1]}</p><p>{OTHERS[1][1]}</p></div>",
    ],
)
def test_neighbours_are_not_text(body: str):
    """Columns, cards, the next story of an endless page, a ticker: though they are most of the page."""
    assert text_of(body, HEAD) == FLASH


@pytest.mark.parametrize(
    "subhead",
    ["<h2>The training took two years</h2>", "<h2><a href='#years'>The training took two years</a></h2>", "<h3>What comes next</h3>"],
)  # fmt: skip
def test_a_subheading_does_not_end_the_text(subhead: str):
    """It has neither a link nor a date of its own."""
    body = f"<div><h1>{TITLE}</h1>{paragraphs(*FLASH[:1])}{subhead}{paragraphs(*FLASH[1:])}<p>{OTHERS[0][1]}</p></div>"
    assert {*FLASH, OTHERS[0][1]} <= set(text_of(body, HEAD))


def test_an_earlier_article_that_the_text_links_does_not_end_it():
    """One linked heading within the text is a reference."""
    body = f"<div><h1>{TITLE}</h1><p>{FLASH[0]}</p><h3><a href='/s/1'>School loses its hall in a fire</a></h3><p>{FLASH[1]}</p></div>"
    assert set(FLASH) <= set(text_of(body, HEAD))


def test_the_entries_of_a_list_of_things_are_text():
    """Their headings lead to shops."""
    entries = "".join(
        f"<div><h2><a href='https://shop.example/{n}'>{title} board</a></h2><p>{lead}</p></div>"
        for n, (title, lead) in enumerate(OTHERS)
    )
    text = text_of(f"<article><h1>Five chess boards for a school</h1>{paragraphs(*FLASH)}{entries}</article>")
    assert {lead for _, lead in OTHERS} <= set(text)


@pytest.mark.parametrize("title", ["World", "World News", "Latest from the region today"])
@pytest.mark.parametrize("tag", ["article", "div", "li"])
def test_a_section_is_not_an_article(title: str, tag: str):
    """Outlets redirect the address of a deleted article to its section."""
    cards = "".join(f"<{tag}>{teaser}</{tag}>" for teaser in TEASERS * 2)
    extraction = extraction_of(a_page(f"<h1>{title}</h1><div>{cards}</div>", f"<title>{title} | Outlet</title>"))
    assert getattr(extraction.refusal, "interstitial", None) is InterstitialKind.LISTING


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 3_000 + "<h3><a href='/1'>The same headline again</a></h3>" * 3_000,
        "<div><h3><a href='/1'>The same headline again</a></h3>" * 3_000,
        f"<ul><li>{OTHERS[0][1]}</li></ul>" * 8_000,
        f"<article><h2>Dam level falls again</h2><p>{OTHERS[0][1]}</p>" * 2_000,
        f"<div class=widget><p>{OTHERS[0][1]}</p>" * 2_000,
    ],
)
def test_many_neighbours_cost_little(body: str):
    """Time grows with the size of the page."""
    started = time.process_time()
    with suppress(ExtractError):
        article_of(a_page(f"<h1>{TITLE}</h1><p>{FLASH[0]}</p>{body}", HEAD))
    assert time.process_time() - started < 4
