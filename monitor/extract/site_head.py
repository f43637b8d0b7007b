"""The words in the head of a page that are the site's, not those of its article: slogans, one og:title for every page.

A page that was read leaves hashes of its titles and its description in its fingerprint. A value that another page of the site
has beside other titles is the site's own.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from monitor.extract.document import HtmlDocument
from monitor.extract.site_boilerplate import Fingerprints, hash_text, stems_of

DESCRIPTION_METAS: Final = ("og:description", "description", "twitter:description")
TITLE_METAS: Final = ("og:title", "twitter:title")
MIN_DESCRIPTION_SHARE: Final = 0.5  # of the stems of a description that title and text have; slogans have fewer
MAX_OPENING_CHARS: Final = 60
MAX_COMPARED_CHARS: Final = 20_000  # of a text
MAX_THIN_CHARS: Final = 300  # of a text that may be less than its description says
MIN_TITLE_STEMS: Final = 2  # that a description of a thin text has


def head_hashes(document: HtmlDocument) -> frozenset[int]:
    """Returns the hashes of the titles and the description of a page, apart from those of its lines."""
    values = (
        *(("description", value) for value in descriptions(document)),
        *(("title", value) for value in titles(document)),
    )
    return frozenset(hash_of(kind, value) for kind, value in values)


def without_site_titles(document: HtmlDocument, fingerprints: Fingerprints) -> HtmlDocument:
    """Returns the document without the titles that other articles of the site have as well."""
    own = {value for value in titles(document) if not is_of_site("title", value, document, fingerprints)}
    if not own or len(own) == len(set(titles(document))):
        return document
    return replace(
        document,
        metas={name: value for name, value in document.metas.items() if name not in TITLE_METAS or value in own},
        title=document.title if document.title in own else "",
        headings=tuple(heading for heading in document.headings if heading in own),
    )


def article_description(document: HtmlDocument, *, title: str, text: str, fingerprints: Fingerprints) -> str:
    """Returns the description of a page if it is about its article, or ""."""
    description = document.description
    if not description or is_of_site("description", description, document, fingerprints):
        return ""
    if description[:MAX_OPENING_CHARS] in text:  # most are the beginning of the text
        return description
    stems, title_stems = frozenset(stems_of(description)), frozenset(stems_of(title))
    shared = stems & (title_stems | frozenset(stems_of(text[:MAX_COMPARED_CHARS])))
    is_thin = len(text) < MAX_THIN_CHARS and len(stems & title_stems) >= MIN_TITLE_STEMS
    return description if is_thin or len(shared) >= MIN_DESCRIPTION_SHARE * len(stems) else ""


def is_of_site(kind: str, value: str, document: HtmlDocument, fingerprints: Fingerprints) -> bool:
    """Whether another page of the site has a value, and lacks another title of this page: it is about something else."""
    # Versions of one article (AMP, page two) share all their titles.
    key = hash_of(kind, value)
    others = frozenset(hash_of("title", title) for title in titles(document)) - {key}
    return any(key in page.outside and not others <= page.outside for page in fingerprints)


def titles(document: HtmlDocument) -> Iterator[str]:
    """Yields the titles in the head of a page, and its h1 elements."""
    yield from filter(
        None, (*(document.metas.get(name, "") for name in TITLE_METAS), document.title, *document.headings)
    )


def descriptions(document: HtmlDocument) -> Iterator[str]:
    """Yields the description of a page, if it has one."""
    yield from filter(None, [document.description])


def hash_of(kind: str, value: str) -> int:
    """Returns the hash of a value of the head, which no line of a page has."""
    return hash_text(f"{kind}\0{value}")
