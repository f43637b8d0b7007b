"""What grouping knows of an item: its words, sampled shingles, names and numbers."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from zlib import crc32

from monitor.dates import JALALI_MONTHS, MONTHS
from monitor.model import Hit, Mark
from monitor.text import fold

TITLE = 4.0  # a title word weighs as much as four of the text; without it the mean of five test sets falls 1.5 points
LEAD, LEAD_WORDS = 1.5, 40
TEXT_WORDS = 180  # 60 words cost half a point, 400 gain nothing: news tells the event first
SHINGLE = 4  # words
SAMPLE = 4  # one shingle in four is kept of a long text, those whose hash divides by four
SHORT = 300  # words up to which every shingle is kept: of a summary a sample would be too few
COPY_WORDS = 4000  # of a longer text (a live page, a report) the beginning stands for the whole

KINDS = frozenset({"person", "group", "place"})  # of hits: who and where; a topic or an office fits too many events
# Capitals stand for governments in headlines: they say which countries, not which event.
SEATS = frozenset({"tehran", "islamabad", "rawalpindi"})

# Words that people said belong to them, not to the reporter: of nine pairs of reports wrongly taken for copies, five
# shared nothing but the same quotes.
_QUOTED = re.compile(r"“[^“”]{1,600}”|«[^«»]{1,600}»|(?<!\w)\"[^\"\n]{1,600}\"(?!\w)")
# "28-point" and "10bn" are numbers of the event; "12th", "7pm", "10:30", "1980-88" and "F-16" are not.
_NUMBER = re.compile(
    r"(?<![\w.,:/٫٬–-])\d{1,12}(?:[,٬]\d{3})*(?:[.٫]\d{1,6})?(?!\d|(?:st|nd|rd|th|am|pm)\b|[:/٫٬]|[.,–-]\d)"
)
_YEARS = (range(1300, 1500), range(1900, 2100))  # of three calendars; a count in this range is lost with them
_NUMBERS_IN = 1500  # characters: further down a report retells what was known
_MONTH_NAMES = frozenset(fold(name).text for name in (*MONTHS, *JALALI_MONTHS))


def mark(
    *,
    item: int,
    at: datetime,
    language: str,
    source: str,
    title: str,
    text: str,
    hits: Sequence[Hit],
    story: int = 0,
    thread: int = 0,
) -> Mark:
    """The mark of an item. It depends on words and hits alone: not on Unicode form or punctuation."""
    words = fold(text).text.split()
    return Mark(
        item=item,
        story=story,
        thread=thread,
        at=at,
        language=language.partition("-")[0].lower() or _language(f"{title} {text[:500]}"),
        source=source,
        title=title,
        words=_weigh(_named(fold(title).text.split(), hits), _named(words[:TEXT_WORDS], hits)),
        shingles=_shingles(fold(_QUOTED.sub(" ", text)).text.split()[:COPY_WORDS], short=len(words) <= SHORT),
        names=tuple(sorted({hit.term for hit in hits if hit.kind in KINDS} - SEATS)),
        numbers=_numbers(f"{title}\n{text[:_NUMBERS_IN]}"),
        length=len(words),
    )


def _named(words: Sequence[str], hits: Iterable[Hit]) -> Sequence[str]:
    """Words in which each name is one, however it is spelled: Amir-Abdollahian, Amirabdollahian, Amir Abdollahian."""
    forms = {f" {fold(hit.text).text} ": f" @{hit.term} " for hit in hits if hit.kind in KINDS}
    text = f" {' '.join(words)} "
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, forms[form])
    return text.split()


def _weigh(title: Iterable[str], text: Iterable[str]) -> tuple[tuple[str, float], ...]:
    """Terms with the logarithm of their weighted count, heaviest first, as a vector of unit length.

    The countries' own names stay in, though every item has them: without them headlines about one event fall apart
    (B-cubed F1 on 132 labelled headlines of ours: 57.7, without 46.2).
    """
    counts: Counter[str] = Counter()
    for word in title:
        counts[stem(word)] += TITLE  # type: ignore[assignment]  # a Counter of floats counts as well
    for place, word in enumerate(text):
        counts[stem(word)] += LEAD if place < LEAD_WORDS else 1  # type: ignore[assignment]
    weights = {word: 1 + math.log(count) for word, count in counts.items() if len(word) > 1}
    size = math.sqrt(math.fsum(weight * weight for weight in weights.values())) or 1.0
    return tuple(sorted(((word, round(weight / size, 4)) for word, weight in weights.items()), key=_heaviest))


def _heaviest(pair: tuple[str, float]) -> tuple[float, str]:
    return -pair[1], pair[0]


def stem(word: str) -> str:
    """A word without its English plural. More stemming gained nothing on the test sets."""
    if len(word) < 5 or not word.endswith("s") or word.endswith("ss"):  # noqa: PLR2004 - his, Abbas stay
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def _shingles(words: Sequence[str], *, short: bool) -> tuple[int, ...]:
    hashes = {crc32(" ".join(words[start : start + SHINGLE]).encode()) for start in range(len(words) - SHINGLE + 1)}
    return tuple(sorted(hashes if short else sampled(hashes)))


def sampled(shingles: Iterable[int]) -> set[int]:
    """The shingles that a long text keeps: the same ones in every text."""
    return {shingle for shingle in shingles if shingle % SAMPLE == 0}


def _numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text in ASCII digits, without days of a month, years and the number one."""
    found = {_value(match[0]) for match in _NUMBER.finditer(text) if not _dated(text, match)}
    return tuple(sorted(str(value) for value in found if value > 1 and not any(value in years for years in _YEARS)))


def _value(number: str) -> int | float:
    plain = number.replace(",", "").replace("٬", "").replace("٫", ".")
    return float(plain) if "." in plain else int(plain)


def _dated(text: str, number: re.Match[str]) -> bool:
    """Whether a month stands beside the number."""
    before = fold(text[max(number.start() - 20, 0) : number.start()]).text.split()[-1:]
    after = fold(text[number.end() : number.end() + 20]).text.split()[:1]
    return not _MONTH_NAMES.isdisjoint(before + after)


def _language(text: str) -> str:
    """A guess by letters, where nobody said: words are only compared within a language."""
    if any(letter in text for letter in "ٹڈڑںےہھ"):
        return "ur"
    if any(letter in text for letter in "پچژگکی"):
        return "fa"
    return "ar" if any("\u0600" <= letter <= "\u06ff" for letter in text) else "en"
