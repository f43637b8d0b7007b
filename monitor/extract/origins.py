"""The agency that a text names as its source."""

import re
from collections.abc import Sequence
from typing import Final

from monitor.extract.words import AGENCIES

_NAMES: Final = {spelling.casefold(): name for name, spellings in AGENCIES.items() for spelling in spellings}
_ANY: Final = "|".join(re.escape(spelling) for spelling in sorted(_NAMES, key=len, reverse=True))
# In brackets in a dateline; after "reported by" in Persian; behind a dash at the end; alone in a byline.
_EDGE: Final = 150  # characters
_CREDITS: Final = tuple(
    re.compile(pattern.replace("AGENCY", f"(?P<name>{_ANY})"), re.IGNORECASE)
    for pattern in (
        r"^.{0,60}?[(\[]\s*AGENCY(?:\s*[/,|،-][^)\]]{0,30})?\s*[)\]]",
        r"^.{0,40}?(?:به\s+گزارش|به\s+نقل\s+از)\s+(?:خبرنگار\s+)?(?:خبرگزاری\s+)?(?:\S+\s+)?AGENCY\b",
        r"(?:[-–—]+|[(\[])\s*AGENCY\s*[)\]]?\W*$",
        r"^(?:by\s+)?AGENCY(?:\s+(?:news\s+)?agency)?\W*$",
    )
)


def origin(authors: Sequence[str], paragraphs: Sequence[str]) -> str:
    """The agency in the byline, the dateline of the first paragraphs or the credit of the last; or ""."""
    for text in (*authors, *paragraphs[:2], *paragraphs[-1:]):
        for credit in _CREDITS:
            if found := credit.search(_edges(text)):
                return _NAMES[found["name"].casefold()]
    return ""


def _edges(text: str) -> str:
    """The two ends of a paragraph, where credits stand: a whole one may be long, and names its source in passing."""
    return text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
