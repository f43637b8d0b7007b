"""Extracts counts and amounts from a text, as figures or as words: how many died, how much was agreed."""

import re
from collections.abc import Iterator, Sequence

from monitor.languages.dates import date_words
from monitor.languages.events import find_event_types
from monitor.languages.quantities import non_count_suffixes, number_words, unit_words
from monitor.text import ARABIC_DECIMAL_MARK, ARABIC_THOUSANDS_MARK, fold

MAX_TEXT_WORDS = 200  # further down, a report repeats known numbers
MAX_TOLL_DISTANCE_WORDS = 4  # between a written number and its dead or wounded
CONTEXT_CHARS = 20  # on each side of a number: room for the next word
TOLL_TYPES = frozenset({"kill", "wound"})
# Years of the Jalali, Hijri and Gregorian calendars. A count within these ranges is lost.
YEAR_RANGES = (range(1300, 1500), range(1900, 2100))

# "28-point" and "10bn" are numbers of the event; "12th", "7pm", "10:30", "1980-88" and "F-16" are not.
NUMBER = re.compile(
    rf"(?<![\w.,:/{ARABIC_DECIMAL_MARK}{ARABIC_THOUSANDS_MARK}–-])"
    rf"\d{{1,12}}(?:[,{ARABIC_THOUSANDS_MARK}]\d{{3}})*(?:[.{ARABIC_DECIMAL_MARK}]\d{{1,6}})?"
    rf"(?!\d|(?:{non_count_suffixes()})\b|[:/{ARABIC_DECIMAL_MARK}{ARABIC_THOUSANDS_MARK}]|[.,–-]\d)"
)
MONTH_NAMES = frozenset(fold(name).text for name in (*date_words().gregorian_months, *date_words().jalali_months))
# "The two agreed", "the two sides": two is a count only beside dead or wounded, in every language.
AMBIGUOUS_VALUE = 2


def extract_quantities(title: str, text: str, language: str) -> tuple[str, ...]:
    """Returns the counts of a headline and of the beginning of its text as sorted ASCII figures.

    Days of a month, years, durations, distances and the number one are left out, because every report has them.
    """
    beginning = f"{title}\n{' '.join(text.split()[:MAX_TEXT_WORDS])}"
    values = {*find_figures(beginning), *find_written_numbers(fold(beginning).text.split(), language)}
    counts = (value for value in values if value > 1 and not any(value in years for years in YEAR_RANGES))
    return tuple(sorted(map(str, counts)))


def find_figures(text: str) -> Iterator[int | float]:
    """Yields the values of numbers in figures, of any script."""
    for match in NUMBER.finditer(text):
        before = fold(text[max(match.start() - CONTEXT_CHARS, 0) : match.start()]).text.split()[-1:]
        after = fold(text[match.end() : match.end() + CONTEXT_CHARS]).text.split()[:1]
        if MONTH_NAMES.isdisjoint(before + after) and unit_words().isdisjoint(after):
            number = match[0].replace(",", "").replace(ARABIC_THOUSANDS_MARK, "").replace(ARABIC_DECIMAL_MARK, ".")
            yield float(number) if "." in number else int(number)


def find_written_numbers(words: Sequence[str], language: str) -> Iterator[int]:
    """Yields the values of numbers in folded words; ambiguous ones only near a word for dead or wounded."""
    numbers = number_words(language)
    tolls = [index for index, event_type in find_event_types(words, language) if event_type in TOLL_TYPES]
    for index, word in enumerate(words):
        value = numbers.values.get(word)
        if value is None or not unit_words().isdisjoint(words[index + 1 : index + 2]):
            continue
        is_ambiguous = value == AMBIGUOUS_VALUE or word in numbers.ambiguous
        if not is_ambiguous or any(abs(toll - index) <= MAX_TOLL_DISTANCE_WORDS for toll in tolls):
            yield value
