"""The outlet of a page."""

from typing import Final

from monitor.extract.document import HtmlDocument, normalize
from monitor.extract.metadata import jsonld
from monitor.text import clean

MIN_NAME_SHARE: Final = 0.4  # of the name of the outlet that a short form has: BBC for BBC News
MAX_EXTRA_LETTERS: Final = 12  # that a title may add to the name of the outlet
MAX_SITE_NAME_CHARS: Final = 100


def site_name(document: HtmlDocument) -> str:
    """Returns the name of the outlet as the page gives it, or ""."""
    publisher = jsonld.first(document.json_ld.get("publisher"))
    name = document.meta("og:site_name") or publisher or document.meta("application-name")
    return clean(name, limit=MAX_SITE_NAME_CHARS)


def is_outlet(text: str, document: HtmlDocument) -> bool:
    """Whether a short text is the name of the page's outlet, or of a part of it."""
    key = normalize(text)
    return bool(key) and any(
        (key in outlet or outlet in key) and MIN_NAME_SHARE * len(outlet) <= len(key) < len(outlet) + MAX_EXTRA_LETTERS
        for outlet in document.outlet_keys
    )
