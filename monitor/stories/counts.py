"""The counts and amounts of a text: how many died, how much was agreed, in digits or in words of five languages."""

import re
from collections.abc import Iterator, Sequence

from monitor.dates import JALALI_MONTHS, MONTHS
from monitor.stories.acts import acts
from monitor.text import fold

WORDS_IN = 200  # words of a text: further down a report retells what was known

# "28-point" and "10bn" are numbers of the event; "12th", "7pm", "10:30", "1980-88" and "F-16" are not.
_NUMBER = re.compile(
    r"(?<![\w.,:/٫٬–-])\d{1,12}(?:[,٬]\d{3})*(?:[.٫]\d{1,6})?(?!\d|(?:st|nd|rd|th|am|pm)\b|[:/٫٬]|[.,–-]\d)"
)
_YEARS = (range(1300, 1500), range(1900, 2100))  # of three calendars; a count in this range is lost with them
_MONTH_NAMES = frozenset(fold(name).text for name in (*MONTHS, *JALALI_MONTHS))
_TOLLS = frozenset({"kill", "wound"})
_NEAR = 4  # words between a count and its dead or wounded

# From two on, without those in the twenties and above that nobody writes out. Where languages share a word (دو, نو) they
# may not mean the same, so each is read in its own.
_SPELLED = {
    language: {fold(word).text: value for value, word in enumerate(words.split(), 2)}
    for language, words in {
        "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
        "ur": "دو تین چار پانچ چھ سات آٹھ نو دس گیارہ بارہ تیرہ چودہ پندرہ سولہ سترہ اٹھارہ انیس بیس",
        "fa": "دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده بیست",
        "ar": "اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
        "tr": "iki üç dört beş altı yedi sekiz dokuz on",
    }.items()
}
# "The two agreed", "the two sides", نه (no), altı (its bottom): these are counts only beside dead or wounded.
_LOOSE = frozenset({2}) | frozenset({"نه", "ده", "نو", "alti", "on"})
_UNITS = frozenset(
    fold(word).text
    for word in [
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "hour",
        "hours",
        "minute",
        "minutes",
        "decade",
        "decades",
        "km",
        "kilometre",
        "kilometres",
        "kilometer",
        "kilometers",
        "mile",
        "miles",
        "دن",
        "روز",
        "روزہ",
        "روزه",
        "ہفتے",
        "ہفتہ",
        "ہفتوں",
        "ماہ",
        "مہینے",
        "سال",
        "سالوں",
        "گھنٹے",
        "گھنٹوں",
        "منٹ",
        "کلومیٹر",
        "بجے",
        "هفته",
        "ماه",
        "ساعت",
        "دقیقه",
        "کیلومتر",
        "دهه",
        "يوم",
        "أيام",
        "أسبوع",
        "أسابيع",
        "شهر",
        "أشهر",
        "سنة",
        "سنوات",
        "ساعة",
        "ساعات",
        "دقيقة",
        "كيلومتر",
        "gün",
        "günlük",
        "hafta",
        "ay",
        "yıl",
        "saat",
        "dakika",
        "kilometre",
    ]
)


def counts(title: str, text: str, language: str) -> tuple[str, ...]:
    """The counts of a headline and the beginning of its text in ASCII digits, sorted.

    Days of a month, years, spans of time and distances are none, nor is the number one: they are in every report.
    """
    told = f"{title}\n{' '.join(text.split()[:WORDS_IN])}"
    found = {*_in_digits(told), *_in_words(fold(told).text.split(), language)}
    return tuple(sorted(str(value) for value in found if value > 1 and not any(value in years for years in _YEARS)))


def _in_digits(text: str) -> Iterator[int | float]:
    for match in _NUMBER.finditer(text):
        before = fold(text[max(match.start() - 20, 0) : match.start()]).text.split()[-1:]
        after = fold(text[match.end() : match.end() + 20]).text.split()[:1]
        if _MONTH_NAMES.isdisjoint(before + after) and _UNITS.isdisjoint(after):
            yield _value(match[0])


def _value(number: str) -> int | float:
    plain = number.replace(",", "").replace("٬", "").replace("٫", ".")
    return float(plain) if "." in plain else int(plain)


def _in_words(words: Sequence[str], language: str) -> Iterator[int]:
    spelled = _SPELLED.get(language, {})
    tolls = [place for place, act in acts(words, language) if act in _TOLLS]
    for place, word in enumerate(words):
        value = spelled.get(word)
        if value is None or not _UNITS.isdisjoint(words[place + 1 : place + 2]):
            continue
        if _LOOSE.isdisjoint({value, word}) or any(abs(toll - place) <= _NEAR for toll in tolls):
            yield value
