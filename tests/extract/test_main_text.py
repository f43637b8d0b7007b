"""The text alone is the text of the article."""

import pytest

from monitor import extract
from monitor.errors import ExtractError
from monitor.model import PageSelectors
from tests.extract.builders import NOW, TEXT, a_page, paragraphs

URL = "https://outlet.example/news/1"


def test_the_text_is_that_of_the_article():
    """Whoever asks for the text alone gets no other."""
    page = a_page(
        f"<nav>Menu</nav><article><h1>Talks</h1>{paragraphs()}</article><p>Elsewhere.</p>", "<title>Talks</title>"
    )
    assert str(extract.main_text(page, url=URL)) == extract.article(page, url=URL, now=NOW).text == "\n\n".join(TEXT)


def test_a_page_without_a_text():
    """It is told in the same words."""
    with pytest.raises(ExtractError, match="no main text"):
        extract.main_text(a_page("<nav>Menu</nav>"), url=URL)


def test_a_selector_that_cannot_be_read():
    """It is told as of an article."""
    with pytest.raises(ExtractError, match="not to be read"):
        extract.main_text(a_page(paragraphs()), url=URL, page=PageSelectors(content="p["))
