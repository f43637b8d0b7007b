"""Pages made to harm a reader: each ends in bounded time, with its text or with an error that says what was wrong."""

import re
import time

import pytest

from monitor.errors import WorkerError
from monitor.extract import Extraction, PageRequest, blocks, extract
from monitor.workers import WorkerPool
from tests.extract.builders import FIRST, NOW, SECOND, TEXT, THIRD, URL, a_page, article_of, extraction_of, paragraphs

ARTICLE = f"<article>{paragraphs()}</article>"
BOUND = 3.0  # CPU seconds; the slowest takes a tenth of it where nothing else runs


def read(body: str, head: str = "") -> Extraction:
    """What is read from such a page, in bounded time."""
    page = a_page(body, head)
    start = time.process_time()
    extraction = extraction_of(page, trace=True)
    assert time.process_time() - start < BOUND
    return extraction


def structured(data: str) -> str:
    """Markup of structured data."""
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize(
    ("body", "head"),
    [
        pytest.param("<div>" * 5_000 + ARTICLE, "", id="nested boxes"),
        pytest.param("<b>" * 20_000 + ARTICLE, "", id="nested formatting"),
        pytest.param("<table><tr><td>" * 500 + ARTICLE, "", id="tables in tables"),
        pytest.param("<ul><li>" * 2_000 + ARTICLE, "", id="lists in lists"),
        pytest.param(f"<div {' '.join(f'a{n}' for n in range(5_000))}>{ARTICLE}", "", id="attributes"),
        pytest.param(f"<div class='{' '.join(f'a{n}-b' for n in range(100_000))}'>{ARTICLE}", "", id="classes"),
        pytest.param(f"<div class='{'aB' * 500_000}'>{ARTICLE}", "", id="a class of a megabyte"),
        pytest.param(f"{ARTICLE}<ul>{'<li><a href=x>y z</a></li>' * 50_000}</ul>", "", id="links"),
        pytest.param(f"{ARTICLE}{'<h2>Related articles</h2>' * 20_000}", "", id="headings"),
        pytest.param(f"{ARTICLE}{'<i class=author>By A B</i> ' * 20_000}", "", id="bylines"),
        pytest.param(f"\0{ARTICLE.replace('>', '>' + chr(0))}{chr(0) * 100_000}", "", id="null bytes"),
        pytest.param(ARTICLE + "<p><b><i><table><tr><td><select><option><svg><math><!--", "", id="nothing closed"),
        pytest.param(ARTICLE, f"<title>{'word ' * 200_000}</title>", id="a title of a megabyte"),
        pytest.param(ARTICLE, structured('{"a":' * 10_000 + "1" + "}" * 10_000), id="deep structured data"),
        pytest.param(ARTICLE, structured("[" * 100_000), id="deeper structured data, not closed"),
        pytest.param(ARTICLE, "".join(f"<meta name=m{n} content=x>" for n in range(20_000)), id="metas"),
    ],
)
def test_the_article_is_found_all_the_same(body: str, head: str):
    """What stands round an article neither hides it nor holds its reader up."""
    text = read(body, head).article.text
    assert all(paragraph in text for paragraph in TEXT)


def test_a_text_without_end_is_cut():
    """Megabytes of running text: the beginning is kept, up to the limit."""
    article = read(f"<article>{''.join(f'<p>{FIRST} No. {number}.</p>' for number in range(20_000))}</article>").article
    assert article.text.startswith(FIRST)
    assert 100_000 < len(article.text) <= 200_000
    assert article.notes == ("the text is too long: kept up to 200,000 characters",)


@pytest.mark.parametrize(
    ("behind", "limit"),
    [
        pytest.param("<i></i>" * blocks.MAX_NODES, "300,000 nodes", id="nodes"),
        pytest.param(f"<div><a href=x>{'a' * 1_000_000}</a></div>" * 4, "3,000,000 characters", id="characters"),
    ],
)
def test_a_page_without_end_says_where_it_was_cut(behind: str, limit: str):
    """What stands before the limit is read."""
    article = article_of(a_page(ARTICLE + behind))
    assert all(paragraph in article.text for paragraph in TEXT)
    assert article.notes == (f"the page is too large: read up to {limit}",)


def test_a_word_without_end_is_cut():
    """A megabyte with no blank in it."""
    assert len(read(f"<article><p>{'a' * 1_000_000}.</p></article>").article.text) <= 200_000


def test_a_paragraph_told_twenty_thousand_times():
    """It is kept once, and each time it is dropped has its reason."""
    extraction = read(f"<article>{paragraphs(FIRST)}{paragraphs(SECOND) * 20_000}{paragraphs(THIRD)}</article>")
    assert extraction.article.text.split("\n\n") == [FIRST, SECOND, THIRD]
    dropped = [block.reason for block in extraction.trace.blocks if not block.kept]
    assert dropped == ["repeats an earlier paragraph"] * 19_999


def test_an_article_in_a_comment_or_a_script():
    """An unclosed comment swallows the page: no main text, and nothing worse."""
    assert read(f"<!-- {ARTICLE}").refusal.reason == "no main text"


def a_request(html: bytes) -> PageRequest:
    """Returns the request for a page."""
    return PageRequest(html=html, url=URL, now=NOW)


@pytest.fixture
async def pool():
    pool = WorkerPool(size=1, deadline=2.0, memory=1 << 30)
    yield pool
    pool.close()


@pytest.mark.parametrize(
    "body",
    [
        # Lexbor looks through all that is open for each tag it opens, and through all attributes for each new one.
        pytest.param("<div>" * 100_000 + ARTICLE, id="nested boxes"),
        pytest.param(f"<div {' '.join(f'a{n}' for n in range(100_000))}>{ARTICLE}", id="attributes"),
    ],
)
async def test_what_the_parser_cannot_bound_ends_at_the_deadline(pool: WorkerPool, body: str):
    """The worker is stopped, the error says so, and the next page is read."""
    with pytest.raises(WorkerError, match="its worker took longer than 2 s and was stopped"):
        await pool.run(extract, a_request(a_page(body)))
    extraction = await pool.run(extract, a_request(a_page(ARTICLE)))
    assert extraction.require_article().text.split("\n\n") == TEXT


async def ending(pool: WorkerPool, page: bytes) -> str:
    """The text of a page, or what its worker died of."""
    try:
        extraction = await pool.run(extract, a_request(page))
    except WorkerError as error:
        return str(error)
    return extraction.require_article().text


async def test_fifty_megabytes(pool: WorkerPool):
    """They are read, or refused by name where the machine is too slow for that; the next page is read."""
    page = a_page(ARTICLE + f"<div>{paragraphs(FIRST)}</div>" * 450_000)
    assert len(page) > 50_000_000
    assert re.match(f"{FIRST}|its worker (needed more memory|took longer)", await ending(pool, page))
    assert (await ending(pool, a_page(ARTICLE))).startswith(FIRST)
