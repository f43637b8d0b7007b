"""Aspect `dates`: month names and the other words that dates are written with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from monitor.languages import registry
from monitor.text import fold
from monitor.text.variants import name_key, unify


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """The words of dates of all languages together. Months map `name_key(name)` to 1 to 12."""

    gregorian_months: Mapping[str, int]
    jalali_months: Mapping[str, int]
    hijri_months: Mapping[str, int]
    two_word_months: tuple[str, ...]  # unified first words of Gregorian months of two words, as Beirut has them
    month_words: tuple[str, ...]  # unified, the word "month" after a month's name
    month_prepositions: tuple[str, ...]  # "of" between a day and its month
    ordinal_endings: tuple[str, ...]  # "th" after a day
    year_signs: str  # signs after the figures of a year, in Chinese, Japanese and Korean
    month_signs: str
    afternoon: tuple[str, ...]  # unified words beside an hour of 1 to 12
    morning: tuple[str, ...]
    noon: tuple[str, ...]  # beside 11 to 6: eleven is before noon, one after it
    night: tuple[str, ...]  # beside 6 to 5: eleven at night is before midnight, two after it
    ordinal_days: Mapping[str, int]  # `name_key` of a day written as a word to 1 to 31
    day_names: tuple[str, ...]  # the same words, unified


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeWords:
    """How one language writes relative times ("2 hours ago"). Only languages that dateparser reads have them."""

    code: str
    ago: str  # a word for "ago" that dateparser reads; "" if no replacement is needed
    ago_variants: tuple[str, ...]  # words for "ago" that it does not read
    has_ascii_words: bool  # a text in ASCII may be in this language
    has_other_words: bool  # a text with other letters may be


@cache
def weekday_words(code: str) -> Mapping[str, int]:
    """Returns the folded names of weekdays of a language with their numbers, Monday 0; empty if none are known.

    Names of several words are left out: they are looked up word by word.
    """
    if code not in registry.codes():
        return {}
    rows = registry.read(code, "dates").get("week", {}).get("weekdays", ())
    folded = ((fold(name).text, number) for number, names in enumerate(rows) for name in names)
    return {name: number for name, number in folded if " " not in name}


@cache
def date_words() -> DateWords:
    """Returns the words of dates of all languages: a date shows its language by its words, if at all."""
    # Together and not by language: feeds of Urdu outlets have English dates, and pages declare wrong languages.
    files = list(registry.read_all("dates").values())
    gregorian = [name for file in files for row in file["months"].get("gregorian", ()) for name in row]

    def months(calendar: str) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for file in files:
            for number, names in enumerate(file["months"].get(calendar, ()), 1):
                for name in names:
                    # The first language wins: `other` comes last.
                    numbers.setdefault(name_key(name), number)
        return numbers

    def collect(key: str) -> tuple[str, ...]:
        return tuple(unify(word) for file in files for word in file.get(key, ()))

    def collect_clock(key: str) -> tuple[str, ...]:
        return tuple(unify(word) for file in files for word in file.get("clock", {}).get(key, ()))

    ordinals = [
        (day, name)
        for file in files
        for day, names in enumerate(file.get("days", {}).get("ordinals", ()), 1)
        for name in names
    ]
    return DateWords(
        gregorian_months=months("gregorian"),
        jalali_months=months("jalali"),
        hijri_months=months("hijri"),
        two_word_months=tuple(sorted({unify(name).split()[0] for name in gregorian if " " in name})),
        month_words=collect("month_words"),
        month_prepositions=collect("month_prepositions"),
        ordinal_endings=collect("ordinal_endings"),
        year_signs="".join(collect("year_signs")),
        month_signs="".join(collect("month_signs")),
        afternoon=collect_clock("afternoon"),
        morning=collect_clock("morning"),
        noon=collect_clock("noon"),
        night=collect_clock("night"),
        ordinal_days={name_key(name): day for day, name in ordinals},
        day_names=tuple(dict.fromkeys(unify(name) for _, name in ordinals)),
    )


@cache
def relative_words() -> tuple[RelativeWords, ...]:
    """Returns the relative words of each language of the service that dateparser reads, by code."""
    languages = []
    for code in registry.codes():
        # dateparser raises for a language that it does not know, and would then read none.
        content = registry.read(code, "dates")
        if not content.get("dateparser"):
            continue
        names = [name for row in content["months"]["gregorian"] for name in row]
        relative = content.get("relative", {})
        languages.append(
            RelativeWords(
                code=code,
                ago=relative.get("ago", ""),
                ago_variants=tuple(relative.get("ago_variants", ())),
                has_ascii_words=any(name.isascii() for name in names),
                has_other_words=not all(name.isascii() for name in names),
            ),
        )
    return tuple(languages)
