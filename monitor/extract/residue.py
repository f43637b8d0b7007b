"""Paragraphs that stand in an article's box and are none of its text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.extract import words

_LABEL_LENGTH: Final = 160  # what begins like boilerplate and is longer may be a sentence of the article

_DATE_LENGTH, _DATE_WORDS, _YEAR_WORDS = 60, 5, 2
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NUMBER: Final = re.compile(r"\d+")
_YEAR_OR_CLOCK: Final = re.compile(r"(?<!\d)(?:(?:1[34]|19|20|[۱١][۳۴٣٤]|[۲٢][۰٠])\d\d|\d?\d[:٫.]\d\d)(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Beginnings of lines by kind, as one pattern with a group for each kind."""

    names: tuple[str, ...]
    pattern: re.Pattern[str]

    def of(self, paragraph: str) -> str:
        """The kind of line that a paragraph is, or ""."""
        # Python lowers the Turkish İ to an i with a dot of its own.
        found = self.pattern.match(paragraph.lower().replace("i\u0307", "i"))
        return self.names[found.lastindex - 1] if found and found.lastindex else ""


def boilerplate(paragraph: str) -> str:
    """The kind of boilerplate that a paragraph is (share label, comment notice, pointer to other articles …), or ""."""
    # Shops of one platform write the settings of a button into the text.
    if paragraph.startswith('{"'):
        return "settings of a script"
    return (_LABELS.of(paragraph) if len(paragraph) <= _LABEL_LENGTH else "") or _NOTICES.of(paragraph)


def closing(paragraph: str) -> str:
    """What a paragraph at the end of an article speaks of, if of its author, its sources or to its reader; else ""."""
    return _CLOSINGS.of(paragraph) if len(paragraph) <= _LABEL_LENGTH * 3 else ""


def opening(paragraph: str) -> str:
    """The same of a paragraph at the beginning, where a column may introduce its writer."""
    return _OPENINGS.of(paragraph) if len(paragraph) <= _LABEL_LENGTH else ""


def is_date(line: str) -> bool:
    """Whether a line is nothing but a date or a time: few words, and a year or a clock among them with a day beside it."""
    if len(line) > _DATE_LENGTH or _YEAR_OR_CLOCK.search(line) is None:
        return False
    # "Two decades of talks, 2004" names a year and is none.
    return len(_WORD.findall(line)) <= (_DATE_WORDS if len(_NUMBER.findall(line)) > 1 else _YEAR_WORDS)


def is_heading_of_others(heading: str) -> bool:
    """Whether a heading announces other articles, comments or a form."""
    return len(heading) <= _LABEL_LENGTH / 2 and _OTHERS.of(heading) != ""


def _kinds(patterns: Mapping[str, tuple[str, ...]]) -> Kinds:
    groups = "|".join(f"({'|'.join(some)})" for some in patterns.values())
    return Kinds(names=tuple(patterns), pattern=re.compile(rf"\W*(?:{groups})"))


_LABELS: Final = _kinds(words.LABELS)
_NOTICES: Final = _kinds(words.NOTICES)
_CLOSINGS: Final = _kinds(words.CLOSINGS)
_OPENINGS: Final = _kinds({"the writer": words.OPENINGS})
_OTHERS: Final = _kinds({"others": words.OTHERS})
