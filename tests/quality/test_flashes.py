"""News flashes: the text of a short article has nothing of what is around it."""

import statistics
from functools import cache

import pytest

from tests.quality import entry
from tests.quality.flashes import FlashPage, flash_pages
from tests.quality.test_extraction import plain, shingles

PAGES = list(flash_pages())
FLOORS = {"precision": 0.95, "recall": 0.95}


@cache
def read(url: str) -> dict[str, object]:
    """What is read of a page, without knowledge of other pages of its site."""
    page = next(page for page in PAGES if page.url == url)
    entry.forget()
    return entry.article(page.html, page.url)


def shares(page: FlashPage) -> tuple[float, float]:
    """Precision and recall of one page over runs of four words."""
    got, true = shingles(str(read(page.url).get("text") or "")), shingles(page.text)
    shared = (got & true).total()
    return (shared / got.total() if got else 0.0), shared / true.total()


def test_there_are_forty():
    """Eight layouts in five languages."""
    assert len({page.url for page in PAGES}) == 40


@pytest.mark.parametrize("layout", sorted({page.id.split("-")[1] for page in PAGES}))
def test_texts_of_a_layout(layout: str):
    """In each language: a page without a text has no precision."""
    counted = [shares(page) for page in PAGES if page.id.endswith(f"-{layout}")]
    precision, recall = (statistics.fmean(values) for values in zip(*counted, strict=True))
    assert (precision >= FLOORS["precision"], recall >= FLOORS["recall"]) == (True, True), (precision, recall)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_titles(page: FlashPage):
    """That of the flash, not that of a neighbour."""
    assert plain(str(read(page.url).get("title"))) == plain(page.title)
