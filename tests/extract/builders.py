"""Pages for tests: a test says only what matters to it."""

from datetime import UTC, datetime

from monitor import extract
from monitor.model import Article, PageSelectors

NOW = datetime(2024, 3, 1, tzinfo=UTC)
FIRST = "The two ministers met in the border town on Thursday and spoke for an hour about trade and visas."
SECOND = "A joint statement said that both sides would reopen the crossing before the end of the month."
THIRD = "Traders on both sides welcomed the news, and the first lorries are expected to pass next week."
TEXT = [FIRST, SECOND, THIRD]


def paragraphs(*texts: str) -> str:
    """Markup of paragraphs; the usual three where none are given."""
    return "".join(f"<p>{text}</p>" for text in texts or TEXT)


def a_page(body: str, head: str = "", *, lang: str = "en") -> bytes:
    """A page with this markup."""
    return f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>".encode()


def an_article(
    body: str = f"<article>{paragraphs()}</article>",
    head: str = "",
    *,
    url: str = "https://outlet.example/news/1",
    lang: str = "en",
    language: str = "",
    zone: str = "UTC",
    selectors: PageSelectors | None = None,
) -> Article:
    """What is read from such a page."""
    page = a_page(body, head, lang=lang)
    return extract.article(page, url=url, zone=zone, language=language, now=NOW, page=selectors)


def text_of(body: str, head: str = "") -> list[str]:
    """The paragraphs read from such a page."""
    return an_article(body, head).text.split("\n\n")
