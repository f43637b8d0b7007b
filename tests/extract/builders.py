"""Pages for tests: a test says only what matters to it."""

from datetime import UTC, datetime
from typing import Any

from monitor.extract import Extraction, PageRequest, extract
from monitor.model import Article, PageSelectors

NOW = datetime(2024, 3, 1, tzinfo=UTC)
URL = "https://outlet.example/news/1"
FIRST = "The two ministers met in the border town on Thursday and spoke for an hour about trade and visas."
SECOND = "A joint statement said that both sides would reopen the crossing before the end of the month."
THIRD = "Traders on both sides welcomed the news, and the first lorries are expected to pass next week."
TEXT = [FIRST, SECOND, THIRD]


def paragraphs(*texts: str) -> str:
    """Returns the markup of paragraphs; of the usual three if none are given."""
    return "".join(f"<p>{text}</p>" for text in texts or TEXT)


def a_page(body: str, head: str = "", *, lang: str = "en") -> bytes:
    """Returns a page with this markup."""
    return f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>".encode()


def extraction_of(html: bytes, *, selectors: PageSelectors | None = None, **fields: Any) -> Extraction:
    """Returns the extraction of a page of the usual address, at the usual time."""
    request = {"url": URL, "now": NOW, "selectors": selectors or PageSelectors()} | fields
    return extract(PageRequest(html=html, **request))


def article_of(html: bytes, **fields: Any) -> Article:
    """Returns the article of a page. Raises ExtractError if it has none."""
    return extraction_of(html, **fields).require_article()


def an_article(
    body: str = f"<article>{paragraphs()}</article>",
    head: str = "",
    *,
    url: str = URL,
    lang: str = "en",
    language: str = "",
    zone: str = "UTC",
    selectors: PageSelectors | None = None,
) -> Article:
    """Returns the article of such a page. Raises ExtractError if it has none."""
    page = a_page(body, head, lang=lang)
    return article_of(page, url=url, zone=zone, language=language, selectors=selectors)


def text_of(body: str, head: str = "") -> list[str]:
    """Returns the paragraphs of the article of such a page."""
    return an_article(body, head).text.split("\n\n")
