"""The place that a text was filed from, and the agency that it names as its source."""

import re
from collections.abc import Sequence
from typing import Final

from monitor.extract.words import AGENCIES

# A place as datelines write it: capitals where the script has them ("KARACHI, Pakistan"), else one to three words.
_PLACE: Final = (
    r"[A-ZÇĞİÖŞÜ][A-ZÇĞİÖŞÜ.'’-]{2,}(?:[ /][A-ZÇĞİÖŞÜ][A-ZÇĞİÖŞÜ.'’-]+){0,2}(?:, [A-Z][\w.]+(?: [A-Z]\w+)?)?"
    r"|[\u0621-\u06d3\u200c]{2,}(?: [\u0621-\u06d3\u200c]{2,}){0,2}"
)
_ALONE: Final = re.compile(rf"(?:{_PLACE})[.,]?")
# "ISLAMABAD: …", "TEHRAN (Outlet) – …", "کوئٹہ (نامہ نگار) …", "تهران- …".
_BEFORE: Final = re.compile(rf"(?P<place>{_PLACE})\s?(?:\([^)]{{1,60}}\)\s?[:–—-]?|[:–—-])\s?")
_LONGEST_PLACE: Final = 40  # characters
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


def is_place(line: str) -> bool:
    """Whether a line is a dateline that stands alone."""
    return len(line) <= _LONGEST_PLACE and _ALONE.fullmatch(line) is not None


def dateline(paragraphs: Sequence[str]) -> str:
    """The place before the first sentence of one of the first two paragraphs (a standfirst has none), or ""."""
    found = (_BEFORE.match(text) for text in paragraphs[:2])
    return next((match["place"] for match in found if match and len(match["place"]) <= _LONGEST_PLACE), "")


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
