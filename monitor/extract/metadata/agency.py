"""The place that a text was filed from, and the agency that it credits."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from monitor.languages.page import page_words
from monitor.text import ARABIC_COMMA, ARABIC_LETTERS, ZWNJ

MAX_PLACE_CHARS: Final = 40
CREDIT_SPAN_CHARS: Final = 150  # at each end of a paragraph
# A place in a dateline: capitals where the script has them ("KARACHI, Pakistan"), else one to three words.
CAPITALS: Final = "[A-ZÇĞİÖŞÜ]"
ARABIC_WORD: Final = rf"[{ARABIC_LETTERS}{ZWNJ}]{{2,}}"
PLACE: Final = (
    rf"{CAPITALS}[A-ZÇĞİÖŞÜ.'’-]{{2,}}(?:[ /]{CAPITALS}[A-ZÇĞİÖŞÜ.'’-]+){{0,2}}(?:, [A-Z][\w.]+(?: [A-Z]\w+)?)?"
    rf"|{ARABIC_WORD}(?: {ARABIC_WORD}){{0,2}}"
)
PLACE_ALONE: Final = re.compile(rf"(?:{PLACE})[.,]?")
# "ISLAMABAD: …", "TEHRAN (Outlet) – …"; Urdu puts its correspondent into brackets, Persian a dash without a blank.
PLACE_BEFORE_TEXT: Final = re.compile(rf"(?P<place>{PLACE})\s?(?:\([^)]{{1,60}}\)\s?[:–—-]?|[:–—-])\s?")


def is_place(line: str) -> bool:
    """Whether a line is a dateline and nothing else."""
    return len(line) <= MAX_PLACE_CHARS and PLACE_ALONE.fullmatch(line) is not None


def dateline(paragraphs: Sequence[str]) -> str:
    """Returns the place before the first sentence of one of the first two paragraphs (a standfirst has none), or ""."""
    matches = (PLACE_BEFORE_TEXT.match(text) for text in paragraphs[:2])
    places = (match["place"] for match in matches if match and len(match["place"]) <= MAX_PLACE_CHARS)
    return next(places, "")


def find_agency(authors: Sequence[str], paragraphs: Sequence[str]) -> str:
    """Returns the agency in the byline, the dateline of the first paragraphs or the credit of the last, or ""."""
    for text in (*authors, *paragraphs[:2], *paragraphs[-1:]):
        # Credits are at the two ends of a paragraph; in between a long one names its sources.
        is_short = len(text) <= 2 * CREDIT_SPAN_CHARS
        ends = text if is_short else f"{text[:CREDIT_SPAN_CHARS]}\n{text[-CREDIT_SPAN_CHARS:]}"
        for pattern in credit_patterns():
            if match := pattern.search(ends):
                return names_by_spelling()[match["name"].casefold()]
    return ""


@cache
def names_by_spelling() -> Mapping[str, str]:
    """Returns the names of agencies by their spellings without case."""
    agencies = page_words().agencies
    return {spelling.casefold(): name for name, spellings in agencies.items() for spelling in spellings}


@cache
def credit_patterns() -> tuple[re.Pattern[str], ...]:
    """Returns the patterns of credits: in brackets in a dateline, in the words of each language, after a dash at the end."""
    spellings = sorted(names_by_spelling(), key=len, reverse=True)
    agency = f"(?P<name>{'|'.join(map(re.escape, spellings))})"
    patterns = (
        rf"^.{{0,60}}?[(\[]\s*AGENCY(?:\s*[/,|{ARABIC_COMMA}-][^)\]]{{0,30}})?\s*[)\]]",
        *page_words().agency_credits,
        r"(?:[-–—]+|[(\[])\s*AGENCY\s*[)\]]?\W*$",
    )
    return tuple(re.compile(pattern.replace("AGENCY", agency), re.IGNORECASE) for pattern in patterns)
