"""Where on its page what an article says of itself stands: for whoever looks into a reading."""

from collections.abc import Iterator

from monitor.extract import jsonld, metadata
from monitor.extract.page import AUTHOR_METAS, Page, letters
from monitor.extract.selectors import said
from monitor.model import Article, PageSelectors

_TITLE_METAS = ("og:title", "twitter:title")
_LANGUAGE_METAS = ("content-language", "og:locale", "language", "inlanguage")


def places(page: Page, article: Article, *, hint: str, selectors: PageSelectors) -> dict[str, str]:
    """For title, authors, published, language and lead, where there is one, the first place that says the same."""
    found = {
        "title": _title(page, article.title, selectors),
        "authors": _authors(page, article.authors, selectors),
        "published": article.published_from,
        "language": _language(page, article.language, hint),
        "lead": _lead(page, article.lead),
    }
    return {name: place for name, place in found.items() if getattr(article, name) and place}


def _title(page: Page, title: str, selectors: PageSelectors) -> str:
    told = list(_titles(page, selectors))
    key = letters(title)
    same = (place for place, text in told if letters(text) == key)
    part = (f"a part of {place}" for place, text in told if key in letters(text))
    return next(same, next(part, ""))


def _titles(page: Page, selectors: PageSelectors) -> Iterator[tuple[str, str]]:
    yield from (("selector", text) for text in said(page.tree, selectors.title))
    yield from (("h1", text) for text in page.headings)
    yield "json-ld", jsonld.first(page.item.get("headline"))
    yield from ((f"meta {name}", page.meta(name)) for name in _TITLE_METAS)
    yield "<title>", page.title


def _authors(page: Page, authors: tuple[str, ...], selectors: PageSelectors) -> str:
    told = (
        ("selector", said(page.tree, selectors.author)),
        ("json-ld", jsonld.texts(page.item.get("author"))),
        ("json-ld", jsonld.texts(page.item.get("creator"))),
        *((f"meta {name}", page.meta(name).split("; ")) for name in AUTHOR_METAS),
    )
    named = (place for place, texts in told if set(authors) <= set(metadata.names(texts, page)))
    return next(named, "byline")


def _language(page: Page, code: str, hint: str) -> str:
    html = page.tree.css_first("html")
    told = (
        ("html lang", (html.attributes.get("lang") or "") if html else ""),
        *((f"meta {name}", page.meta(name)) for name in _LANGUAGE_METAS),
        ("the source", hint),
    )
    declared = (place for place, text in told if text.strip().lower().startswith(code))
    return next(declared, "its letters")


def _lead(page: Page, lead: str) -> str:
    return "description" if letters(lead) == letters(metadata.description(page)) else "standfirst"
