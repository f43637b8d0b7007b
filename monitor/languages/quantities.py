"""Aspect `quantities`: words by which a text gives counts, and words that show that a number is not a count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from monitor.languages import registry
from monitor.text import fold

FIRST_WRITTEN_NUMBER = 2  # "one" is in every report


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """The written numbers of one language, folded."""

    values: Mapping[str, int]
    ambiguous: frozenset[str]  # words that have other meanings as well


@cache
def number_words(code: str) -> NumberWords:
    """Returns the written numbers of a language; none for a language without data.

    Languages share words that do not mean the same number, so a text is read with those of its own language only.
    """
    content = registry.read(code, "quantities") if code in registry.codes() else {}
    numbers = content.get("numbers_from_two", ())
    return NumberWords(
        values={fold(word).text: value for value, word in enumerate(numbers, FIRST_WRITTEN_NUMBER)},
        ambiguous=frozenset(fold(word).text for word in content.get("ambiguous_numbers", ())),
    )


@cache
def unit_words() -> frozenset[str]:
    """Returns the folded units of time and distance of all languages."""
    contents = registry.read_all("quantities").values()
    return frozenset(fold(word).text for content in contents for word in content.get("units", ()))


@cache
def non_count_suffixes() -> str:
    """Returns a regular expression for the suffixes, of all languages, that make a number an ordinal or a time."""
    contents = registry.read_all("quantities").values()
    return "|".join(re.escape(suffix) for content in contents for suffix in content.get("non_count_suffixes", ()))
