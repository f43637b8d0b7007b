"""The main text alone, without metadata, is the text of the article."""

import pytest
from selectolax.lexbor import SelectolaxError

from monitor.extract import PageRequest
from monitor.extract.extraction import MainText, Refusal, find_main_text
from monitor.model import PageSelectors
from tests.extract.builders import NOW, TEXT, URL, a_page, article_of, paragraphs


def test_the_text_is_that_of_the_article():
    """The text without metadata equals the text of the extraction."""
    page = a_page(
        f"<nav>Menu</nav><article><h1>Talks</h1>{paragraphs()}</article><p>Elsewhere.</p>", "<title>Talks</title>"
    )
    main_text = find_main_text(PageRequest(html=page, url=URL, now=NOW))
    assert isinstance(main_text, MainText)
    assert main_text.text == article_of(page).text == "\n\n".join(TEXT)


def test_a_page_without_a_text():
    """A page without a text is refused with a reason."""
    request = PageRequest(html=a_page("<nav>Menu</nav>"), url=URL, now=NOW)
    assert find_main_text(request) == Refusal(reason="no main text")


def test_a_selector_that_cannot_be_read():
    """An invalid selector raises the error of the parser."""
    selectors = PageSelectors(content="p[")
    with pytest.raises(SelectolaxError):
        find_main_text(PageRequest(html=a_page(paragraphs()), url=URL, now=NOW, selectors=selectors))
