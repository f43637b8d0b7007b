"""The places of a page from which the facts of its article come, for people who check an extraction."""

from collections.abc import Iterator

from monitor.extract.document import AUTHOR_METAS, HtmlDocument, normalize
from monitor.extract.metadata import jsonld
from monitor.extract.metadata.authors import names_in
from monitor.extract.metadata.language import LANGUAGE_METAS
from monitor.extract.selectors import select_texts
from monitor.model import Article, PageSelectors

TITLE_METAS = ("og:title", "twitter:title")


def find_places(document: HtmlDocument, article: Article, *, hint: str, selectors: PageSelectors) -> dict[str, str]:
    """Returns for title, authors, published, language and lead the first place with the same value.

    A fact that the article lacks has no place.
    """
    places = {
        "title": place_of_title(document, article.title, selectors),
        "authors": place_of_authors(document, article.authors, selectors),
        "published": article.published_from,
        "language": place_of_language(document, article.language, hint),
        "lead": "description" if normalize(article.lead) == normalize(document.description) else "standfirst",
    }
    return {fact: place for fact, place in places.items() if getattr(article, fact) and place}


def place_of_title(document: HtmlDocument, title: str, selectors: PageSelectors) -> str:
    """Returns the place that has the title, else a place that has it in a longer one, or ""."""
    places = [(place, normalize(text)) for place, text in titles(document, selectors)]
    key = normalize(title)
    equal = (place for place, text in places if text == key)
    containing = (f"a part of {place}" for place, text in places if key in text)
    return next(equal, next(containing, ""))


def titles(document: HtmlDocument, selectors: PageSelectors) -> Iterator[tuple[str, str]]:
    """Yields each place that may have the title, with its text."""
    yield from (("selector", text) for text in select_texts(document.tree, selectors.title))
    yield from (("h1", text) for text in document.headings)
    yield "json-ld", jsonld.first(document.json_ld.get("headline"))
    yield from ((f"meta {name}", document.meta(name)) for name in TITLE_METAS)
    yield "<title>", document.title


def place_of_authors(document: HtmlDocument, authors: tuple[str, ...], selectors: PageSelectors) -> str:
    """Returns the place that names all authors; "byline" if no other does."""
    places = (
        ("selector", select_texts(document.tree, selectors.author)),
        ("json-ld", jsonld.texts(document.json_ld.get("author"))),
        ("json-ld", jsonld.texts(document.json_ld.get("creator"))),
        *((f"meta {name}", document.meta(name).split("; ")) for name in AUTHOR_METAS),
    )
    naming = (place for place, texts in places if set(authors) <= set(names_in(texts, document)))
    return next(naming, "byline")


def place_of_language(document: HtmlDocument, code: str, hint: str) -> str:
    """Returns the place that declares the language; "its letters" if none does."""
    places = (
        ("html lang", document.declared_language),
        *((f"meta {name}", document.meta(name)) for name in LANGUAGE_METAS),
        ("the source", hint),
    )
    declaring = (place for place, text in places if text.strip().lower().startswith(code))
    return next(declaring, "its letters")
