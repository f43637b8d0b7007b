"""Lines inside the container of an article that are not its text, by their words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from monitor.languages.page import page_words
from monitor.text import ARABIC_DECIMAL_MARK, ARABIC_DIGITS, PERSIAN_DIGITS

MAX_LABEL_CHARS: Final = 160  # a longer line that begins like boilerplate may be a sentence of the article
MAX_CLOSING_CHARS: Final = 480
MAX_HEADING_CHARS: Final = 80
MAX_DATE_CHARS: Final = 60
MAX_DATE_WORDS: Final = 5
MAX_YEAR_WORDS: Final = 2  # beside a year and nothing else
WORD: Final = re.compile(r"[^\W\d_]{2,}")
NUMBER: Final = re.compile(r"\d+")


class LineKind(StrEnum):
    """The kind of a boilerplate line: its text for people, and in lower case the key of its patterns in the language data."""

    POINTER = "pointer to other articles"
    SHARE = "share label"
    COMMENTS = "comment notice"
    ADVERTISEMENT = "advertisement"
    AGENCY_NOTICE = "notice of an agency"
    SIGN_UP = "sign-up"
    DATE = "date"
    PICTURE_CREDIT = "credit of a picture"
    RIGHTS = "rights"
    DISCLOSURE = "disclosure"
    TAGS = "tags"
    PAGE_PART = "part of the page"
    BYLINE = "byline"
    CREDIT = "credit"
    SCRIPT_SETTINGS = "settings of a script"
    WRITER = "the writer"
    AUTHOR = "author"
    DESK_CODE = "code of the desk"
    SOURCE = "source"
    CALL = "call to the reader"
    OTHER_ARTICLES = "heading of other articles"


# Signs of the writer and numbers of the text, in no language: "9417**1424", "ST/MG".
DESK_CODE: Final = (
    r"\d{4,}(?:\*+\d+)?$|[a-z]{1,3}/[a-z]{1,3}$|[a-z]?\d+(?:/[\w,]+)+$|(?:\w ){1,3}/ (?:\w ){1,3}\(.{1,40}\)$"
)


@dataclass(frozen=True, slots=True)
class LinePatterns:
    """The beginnings of lines of several kinds: one pattern with a group for each kind."""

    kinds: tuple[LineKind, ...]
    pattern: re.Pattern[str]

    def kind_of(self, line: str) -> LineKind | None:
        """Returns the kind of a line, or None if it begins like no boilerplate."""
        # Python lowers the Turkish İ to an i with a separate dot.
        match = self.pattern.match(line.lower().replace("i\u0307", "i"))
        return self.kinds[match.lastindex - 1] if match and match.lastindex else None


def compile_lines(patterns: Mapping[str, Sequence[str]]) -> LinePatterns:
    """Returns the patterns of a table of the language data; if a line fits several kinds, the first one counts."""
    kinds = tuple(kind for kind in LineKind if kind.name.lower() in patterns)
    groups = "|".join(f"({'|'.join(patterns[kind.name.lower()])})" for kind in kinds)
    return LinePatterns(kinds, re.compile(rf"\W*(?:{groups})"))


# Compiled on first use: most commands read no page.
@cache
def label_patterns() -> LinePatterns:
    """Returns the patterns for short lines."""
    return compile_lines(page_words().labels)


@cache
def notice_patterns() -> LinePatterns:
    """Returns the patterns for lines of any length."""
    return compile_lines(page_words().notices)


@cache
def closing_patterns() -> LinePatterns:
    """Returns the patterns for the last paragraphs of an article."""
    return compile_lines({**page_words().closings, "desk_code": (DESK_CODE,)})


@cache
def opening_patterns() -> LinePatterns:
    """Returns the patterns for the first paragraphs of an article."""
    return compile_lines({"writer": page_words().openings})


@cache
def other_heading_patterns() -> LinePatterns:
    """Returns the patterns for headings of other articles."""
    return compile_lines({"other_articles": page_words().other_headings})


def boilerplate_kind(line: str) -> LineKind | None:
    """Returns the kind of boilerplate that a paragraph is, or None."""
    # Shops of one platform write the settings of a button into the text.
    if line.startswith('{"'):
        return LineKind.SCRIPT_SETTINGS
    if len(line) <= MAX_LABEL_CHARS and (kind := label_patterns().kind_of(line)):
        return kind
    return notice_patterns().kind_of(line)


def closing_kind(line: str) -> LineKind | None:
    """Returns the kind of a line at the end of an article about its author, its sources or to its reader, or None."""
    return closing_patterns().kind_of(line) if len(line) <= MAX_CLOSING_CHARS else None


def opening_kind(line: str) -> LineKind | None:
    """Returns the kind of a line at the beginning of an article, where a column may introduce its writer, or None."""
    return opening_patterns().kind_of(line) if len(line) <= MAX_LABEL_CHARS else None


def is_heading_of_others(heading: str) -> bool:
    """Whether a heading announces other articles, comments or a form."""
    return len(heading) <= MAX_HEADING_CHARS and other_heading_patterns().kind_of(heading) is not None


def is_date(line: str) -> bool:
    """Whether a line is only a date or a time: few words, and a year with a day beside it, or a clock."""
    if len(line) > MAX_DATE_CHARS or year_or_clock().search(line) is None:
        return False
    # "Two decades of talks, 2004" names a year and is not a date.
    return len(WORD.findall(line)) <= (MAX_DATE_WORDS if len(NUMBER.findall(line)) > 1 else MAX_YEAR_WORDS)


@cache
def year_or_clock() -> re.Pattern[str]:
    """Returns the pattern of a year of the last or this century, in three calendars and scripts, or of a clock."""
    zero, one, two, three, four = (f"{PERSIAN_DIGITS[digit]}{ARABIC_DIGITS[digit]}" for digit in range(5))
    years = rf"1[34]|19|20|[{one}][{three}{four}]|[{two}][{zero}]"
    return re.compile(rf"(?<!\d)(?:(?:{years})\d\d|\d?\d[:.{ARABIC_DECIMAL_MARK}]\d\d)(?!\d)")
