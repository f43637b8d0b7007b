"""The headline of a page: the one that it shows if its head confirms it, else the best in the head."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from monitor.extract.document import MAX_LINE_CHARS, HtmlDocument, normalize
from monitor.extract.metadata import jsonld
from monitor.extract.metadata.site import is_outlet
from monitor.text import clean

MIN_HEADLINE_LETTERS: Final = 8  # a shorter heading may be a section, or the outlet
MIN_TITLE_LETTERS: Final = 14  # of a <title> that a line of the page repeats
SHARED_LETTERS: Final = 24  # of a headline and a title that is cut short
# A colon also separates parts of a headline, so it counts only where a line of the page confirms the cut.
BAR: Final = re.compile(r"\s+(?:[|»•·–—-]|::)\s+")
BAR_OR_COLON: Final = re.compile(r"\s+(?:[|»•·–—:-]|::)\s+")
WORD: Final = re.compile(r"\w{4,}")
MIN_SHARED_WORDS: Final = 3  # words of a heading that may be the headline
MIN_SHARED_WORDS_SHARE: Final = 0.4  # of them, that the head has too
MAX_LINES: Final = 500


def find_headline(document: HtmlDocument, lines: Iterable[str]) -> str:
    """Returns the headline of a page, or "".

    `lines` are the lines of the page, to find where a headline ends that only the <title> has.
    """
    page_lines = list(islice(lines, MAX_LINES))
    social = clean(document.meta("og:title", "twitter:title"), limit=MAX_LINE_CHARS)
    structured = clean(jsonld.first(document.json_ld.get("headline")), limit=MAX_LINE_CHARS)
    declared = without_outlet(social, document)
    headings = [text for text in document.headings if not is_outlet(text, document)]
    shown = confirmed_heading(headings, (social, document.title, structured), document)
    # If two places declare the same and the h1 is a part of it or more, the difference is a kicker or a subtitle.
    if declared and normalize(declared) == normalize(structured) and (not shown or is_part(shown, declared)):
        return declared
    return (
        shown
        or similar_heading(headings, f"{social} {document.title} {structured}")
        or structured
        or title_on_page(without_outlet(document.title, document), declared, page_lines)
        or declared
        or cut_at_line(without_outlet(document.title, document), page_lines)
        or next(iter(headings), "")
    )


def confirmed_heading(headings: Sequence[str], titles: Sequence[str], document: HtmlDocument) -> str:
    """Returns the h1 that a title of the head confirms, or ""."""
    # The og:title is often worded for social networks and the <title> for search engines, while readers see the h1.
    for title in filter(None, titles):
        bare = without_outlet(title, document)
        parts = BAR.split(title)
        # The part after the last bar or dash is the outlet, unless it is the longest part.
        outlet_key = normalize(parts[-1]) if parts[-1] != max(parts, key=len) else ""
        matching = [
            text
            for text in headings
            if normalize(text) != outlet_key and (confirms(title, text) or confirms(bare, text))
        ]
        if matching:
            bare_key = normalize(bare)
            equal = (text for text in matching if normalize(text) == bare_key)
            return next(equal, max(matching, key=len))
    return ""


def similar_heading(headings: Sequence[str], titles: str) -> str:
    """Returns the first h1 that shares enough words with the titles, which are worded for search engines, or ""."""
    title_words = set(WORD.findall(titles.casefold()))
    for heading in headings:
        words = set(WORD.findall(heading.casefold()))
        if len(words) >= MIN_SHARED_WORDS and len(words & title_words) >= MIN_SHARED_WORDS_SHARE * len(words):
            return heading
    return ""


def confirms(title: str, heading: str) -> bool:
    """Whether a title and a heading are the same, up to additions and a cut."""
    title_key, heading_key = normalize(title), normalize(heading)
    if min(len(title_key), len(heading_key)) < MIN_HEADLINE_LETTERS:
        return title_key == heading_key
    return heading_key in title_key or title_key in heading_key or title_key.startswith(heading_key[:SHARED_LETTERS])


def is_part(text: str, other: str) -> bool:
    """Whether one of two texts contains the other."""
    key, other_key = normalize(text), normalize(other)
    return key in other_key or other_key in key


def without_outlet(title: str, document: HtmlDocument) -> str:
    """Returns a title without the name of the outlet at its end or beginning."""
    parts = BAR.split(title)
    rest = [part for part in parts if not is_outlet(part, document)] if len(parts) > 1 else []
    return title if not rest or len(rest) == len(parts) else " - ".join(rest)


def title_on_page(title: str, declared: str, lines: Sequence[str]) -> str:
    """Returns the <title> if a line of the page is this title and none is the one declared for social networks, else ""."""
    # Some outlets declare one og:title for all pages, and have no h1.
    declared_key = normalize(declared)
    line_keys = {normalize(line) for line in lines if len(line) <= MAX_LINE_CHARS}
    if not declared_key or declared_key in line_keys or is_part(title, declared):
        return ""
    cuts = (title, *(title[: match.start()] for match in BAR.finditer(title)))
    return next((cut for cut in cuts if len(key := normalize(cut)) >= MIN_TITLE_LETTERS and key in line_keys), "")


def cut_at_line(title: str, lines: Sequence[str]) -> str:
    """Returns a title up to the bar at which a line of the page ends."""
    # Old themes have neither an h1 nor the name of the outlet in a meta.
    ends = [match.start() for match in BAR_OR_COLON.finditer(title)][::-1]
    if not ends:
        return title
    line_keys = [normalize(line[:MAX_LINE_CHARS]) for line in lines]
    for end in ends:
        key = normalize(title[:end])
        if len(key) > SHARED_LETTERS and any(line_key.startswith(key) for line_key in line_keys):
            return title[:end]
    return title
