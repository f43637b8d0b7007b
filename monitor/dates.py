"""Parsing of written dates: the time zones, calendars and month names of the region's outlets."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.languages.dates import date_words, relative_words
from monitor.text.variants import name_key, unify

EARLIEST_PUBLICATION = datetime(1990, 1, 1, tzinfo=UTC)
JALALI_YEARS = range(1300, 1450)
MAX_TEXT_CHARS = 200  # a date is short; a longer text is a paragraph that somebody took for one
MAX_RELATIVE_CHARS = 40

# Minutes east of Greenwich. If two zones share a name (IST, AST, GST), the one of our region is meant.
ZONE_MINUTES = {
    name: minutes
    for minutes, names in (
        (-480, "PST"),
        (-420, "PDT MST"),
        (-360, "MDT CST"),
        (-300, "CDT EST"),
        (-240, "EDT"),
        (0, "UTC GMT UT Z WET"),
        (60, "BST CET WEST"),
        (120, "CEST EET"),
        (180, "EEST MSK TRT AST"),
        (210, "IRST"),
        (240, "GST AZT"),
        (270, "IRDT AFT"),
        (300, "PKT UZT TMT TJT"),
        (330, "IST"),
        (345, "NPT"),
        (360, "PKST BDT"),
        (480, "HKT SGT"),
        (540, "JST KST"),
        (600, "AEST"),
        (660, "AEDT"),
    )
    for name in names.split()
}

ISO_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
    r"|(?:19|20)\d{6}(?:T?\d\d:?\d\d:?\d\d(?:Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
# Whole segments of a path, separated: a day inside a slug is the subject of the article ("the-deal-of-14-july-2015"), and
# eight digits in a row are as often the number of an article.
PATH_DATE = re.compile(
    r"/(?P<day>(?:19|20|13|14)\d\d(?P<gap>[/_.-])\d{1,2}(?P=gap)\d{1,2}|\d{1,2}-[a-z]{3,9}-(?:19|20)\d\d)(?=/)",
    re.IGNORECASE,
)
EPOCH_SECONDS = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
# The names of the Islamic months have up to three words.
HIJRI_DATE = re.compile(r"(?<!\d)(?P<day>\d{1,2})\s(?P<month>(?:[^\s\d,]+[\s,]+){1,3}?)(?P<year>1[34]\d\d)(?!\d)")
# Right after a date, as Turkish and German desks write it ("30 Kasım 2026 15.15"); elsewhere it may be any number.
DOTTED_TIME = re.compile(r"[\s,|–-]{1,4}(?P<hour>[01]\d|2[0-3])\.(?P<minute>[0-5]\d)(?![\d.%])")
OFFSET = re.compile(r"(?<![\w+-])(?:GMT|UTC|UT|Z)?\s?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?![\d:])")


# Part of the day -> its groups in the clock pattern: the word is after the time, or before it.
PARTS_OF_DAY = {part: (part, f"{part}_before") for part in ("pm", "am", "noon", "night")}
# A shorter word before a time is another word as often: German "am", the Arabic letter for "pm".
MIN_LEADING_PART_CHARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDay:
    """A day in a text: where it begins and ends, and its midnight without a zone."""

    start: int
    end: int
    midnight: datetime


def parse(
    text: str,
    *,
    zone: str = "UTC",
    languages: Sequence[str] = (),
    now: datetime | None = None,
) -> datetime | None:
    """Returns the time that a text names, in UTC, or None. As `parse_local` otherwise."""
    local = parse_local(text, zone=zone, languages=languages, now=now)
    try:
        return local.astimezone(UTC) if local else None
    except OverflowError:  # year 9999 west of Greenwich
        return None


def parse_local(
    text: str,
    *,
    zone: str = "UTC",
    languages: Sequence[str] = (),
    now: datetime | None = None,
) -> datetime | None:
    """Returns the time that a text names, aware and with the offset it was written with, or None.

    Its day is the written day, which may be another one in UTC. Understands ISO 8601, RFC 822, seconds since 1970,
    Gregorian dates in the languages of `monitor/languages/`, Chinese, Japanese and Korean, and Jalali dates, in any
    digits, within a short text ("Published: …"); the first of several counts. A time without a zone is in `zone` (IANA);
    a day alone is its midnight there. 05/06/2026 is 5 June, as the region writes it. Relative times ("2 hours ago") and
    dates without a year need `now`; they are read in `languages` (BCP 47), or in those that the letters allow.

    Never raises, and never reads a clock.
    """
    text = unify(text[:MAX_TEXT_CHARS]).strip()
    try:
        home = zone_info(zone)
        return (
            parse_iso(text, home)
            or parse_epoch(text)
            or parse_written(text, home)
            or parse_relative(text, home, languages, now)
        )
    except (ValueError, OverflowError):  # 31 February, an offset of 99 hours
        return None


def parse_hijri(text: str, *, zone: str = "UTC") -> datetime | None:
    """Returns the midnight in `zone` that begins the day of an Islamic date in a text, in UTC, or None.

    Uses the tabular calendar, so the day may be one off: months begin when the moon is seen. Use it only if the text has
    no date of another calendar.
    """
    text = unify(text[:MAX_TEXT_CHARS])
    months = date_words().hijri_months
    try:
        for date in HIJRI_DATE.finditer(text):
            if month := months.get(name_key(date["month"])):
                midnight = hijri_to_gregorian(int(date["year"]), month, int(date["day"]))
                return midnight.replace(tzinfo=zone_info(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    return None


def find_in_path(url: str) -> str:
    """Returns the day in the path of a URL as text for `parse` ("2026-01-16", "15-Jul-2021", "1402-10-26"), or ""."""
    date = PATH_DATE.search(urlsplit(url).path)
    return re.sub(r"[/_.]", "-", date["day"]) if date else ""


def plausible_or_none(time: datetime | None, *, now: datetime) -> datetime | None:
    """Returns a publication time, or None if it is before 1990 or more than a day ahead.

    A time that is less than a day ahead becomes `now`: the outlet's clock or zone is off.
    """
    if time is None or time < EARLIEST_PUBLICATION or time > now + timedelta(days=1):
        return None
    return min(time, now)


@lru_cache(maxsize=64)
def zone_info(name: str) -> tzinfo:
    """Returns the zone of an IANA name, or UTC if there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # unknown, or not even a possible file name
        return UTC


def parse_iso(text: str, home: tzinfo) -> datetime | None:
    """Returns the time of a text in ISO 8601, with its own offset or in `home`, or None."""
    if not ISO_DATE.fullmatch(text) or int(text[:4]) in JALALI_YEARS:
        return None
    # A leap second is a true time that datetime does not know.
    text = text.upper().replace(":60", ":59").replace(" +", "+").replace(" -", "-")
    # 20261130151500: some content systems leave the T out.
    text = f"{text[:8]}T{text[8:]}" if len(text) > len("20261130") and text[:9].isdigit() else text
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=home)


def parse_epoch(text: str) -> datetime | None:
    """Returns the time of a text that is a number of seconds or milliseconds since 1970, or None."""
    return datetime.fromtimestamp(int(text[:10]), UTC) if EPOCH_SECONDS.fullmatch(text) else None


def parse_written(text: str, home: tzinfo) -> datetime | None:
    """Returns the first date in figures or with a month's name, with the time and zone near it, or None."""
    days = sorted(written_days(text), key=lambda day: (day.start, day.end, day.midnight))
    if not days:
        return None
    first = days[0]
    # Figures after a second date belong to that date: "28.01.2024 - Update : 29.01.2024 11:40".
    limit = next((day.start for day in days if day.start >= first.end), len(text))
    around = f"{text[: first.start]} {text[first.end : limit]}"
    clock = _patterns().clock.search(around) or DOTTED_TIME.match(text[first.end : limit])
    if not clock:
        return first.midnight.replace(tzinfo=home)
    if clock.re is DOTTED_TIME:
        return (first.midnight + timedelta(hours=int(clock["hour"]), minutes=int(clock["minute"]))).replace(tzinfo=home)
    # Before the time there is a weekday or a label: the zone comes after it.
    return (first.midnight + clock_time(clock)).replace(tzinfo=find_offset(around[clock.end() :]) or home)


def written_days(text: str) -> Iterator[WrittenDay]:
    """Yields every date in a unified text, pattern by pattern; they may overlap."""
    for pattern in _patterns().dates:
        for date in pattern.finditer(text):
            if midnight := to_midnight(date["year"], date["month"], date["day"]):
                yield WrittenDay(start=date.start(), end=date.end(), midnight=midnight)


def to_midnight(year_text: str, month_text: str, day_text: str) -> datetime | None:
    """Returns the midnight, without a zone, of a day in the Gregorian or Jalali calendar, or None if there is no such day.

    The month is a number or a name, and so is the day.
    """
    year, day = int(year_text), int(day_text) if day_text.isdecimal() else date_words().ordinal_days[name_key(day_text)]
    if len(year_text) == 2:  # noqa: PLR2004 - two digits, as RFC 822 had them
        year += 2000 if year < 70 else 1900  # noqa: PLR2004 - the window of POSIX
    month = to_month(month_text, is_jalali=year in JALALI_YEARS)
    if not month:
        return None
    try:
        if year in JALALI_YEARS:
            return jalali_to_gregorian(year, month, day)
        if month > 12:  # noqa: PLR2004 - 01/16/2024: only the American order makes sense
            month, day = day, month
        return datetime(year, month, day)  # noqa: DTZ001 - the zone comes with the time
    except ValueError:  # 31 February
        return None


def to_month(text: str, *, is_jalali: bool) -> int | None:
    """Returns the number of a month from its number or name, or None if the name is unknown."""
    if text.isdecimal():
        return int(text)
    words = date_words()
    months, key = (words.jalali_months if is_jalali else words.gregorian_months), name_key(text)
    if key in months:
        return months[key]
    return next((months[stem] for word in words.month_words if (stem := key.removesuffix(word)) in months), None)


def jalali_to_gregorian(year: int, month: int, day: int) -> datetime:
    """Returns the midnight of a Jalali day, without a zone. Raises ValueError if there is no such day."""
    from persiantools.jdatetime import JalaliDateTime  # noqa: PLC0415 - few sources need it

    midnight: datetime = JalaliDateTime(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return midnight


def hijri_to_gregorian(year: int, month: int, day: int) -> datetime:
    """Returns the midnight of an Islamic day by the tabular calendar, without a zone."""
    # Months of 30 and 29 days in turn, eleven leap days in thirty years; 227,015 days before its first one: a day
    # more than the civil reckoning has, as Islamabad and Tehran mostly see the moon a day after it.
    days = 354 * (year - 1) + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    return datetime.fromordinal(227_015 + days)


def clock_time(clock: re.Match[str]) -> timedelta:
    """Returns the time of day of a match of the clock pattern. Raises ValueError if there is no such time."""
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), min(int(clock["second"] or 0), 59)
    part = next((part for part, names in PARTS_OF_DAY.items() if any(clock[name] for name in names)), None)
    hour = to_24_hours(hour, part)
    if hour > 24 or minute > 59:  # noqa: PLR2004
        raise ValueError(clock[0])
    return timedelta(hours=hour, minutes=minute, seconds=second)


def to_24_hours(hour: int, part_of_day: str | None) -> int:
    """Returns the hour of the day of an hour that may have a part of the day beside it; an hour over 12 stays."""
    match part_of_day:
        case "pm":
            is_after_noon = hour < 12  # noqa: PLR2004
        case "noon":  # "11:40 noon" is before it, "1:15 noon" after it
            is_after_noon = hour < 7  # noqa: PLR2004
        case "night":  # "11:15 at night" is before midnight, "2:15 at night" after it
            is_after_noon = 6 <= hour < 12  # noqa: PLR2004
        case _:
            is_after_noon = False
    if is_after_noon:
        return hour + 12
    return 0 if hour == 12 and part_of_day in ("am", "night") else hour  # noqa: PLR2004


def find_offset(text: str) -> tzinfo | None:
    """Returns the zone that a text gives as an offset (+05:00) or by a name (PKT), or None."""
    if offset := OFFSET.search(text):
        minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
        return timezone(timedelta(minutes=-minutes if offset["sign"] == "-" else minutes))
    if zone_name := _patterns().zone_name.search(text):
        return timezone(timedelta(minutes=ZONE_MINUTES[zone_name[0]]))
    return None


def parse_relative(text: str, home: tzinfo, languages: Sequence[str], now: datetime | None) -> datetime | None:
    """Returns a time that is written relative to now ("2 hours ago") or as a date without a year, or None."""
    if not text or now is None or len(text) > MAX_RELATIVE_CHARS:
        return None
    # Costs 0.1 s to import; feeds and pages with a proper date never need it.
    import dateparser  # noqa: PLC0415

    settings = {
        "RELATIVE_BASE": now.astimezone(home).replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month"],  # else "May" and "Monday" are dates
        "PARSERS": ["relative-time", "absolute-time"],
    }
    codes = list(languages)
    if not codes:
        is_ascii = text.isascii()
        codes = [
            words.code for words in relative_words() if (words.has_ascii_words if is_ascii else words.has_other_words)
        ]
    for variant in relative_variants(text):
        try:
            time = dateparser.parse(variant, languages=codes, settings=settings)
        except Exception:  # noqa: BLE001 - an unknown language, and any fault that a hostile text sets off
            return None
        if time:
            return time if time.tzinfo else time.replace(tzinfo=home)
    return None


def relative_variants(text: str) -> Iterator[str]:
    """Yields a text in the forms that dateparser may read: without its label, and with the word for "ago" that it knows."""
    yield text
    if figures := re.search(r"(?<=\s)\d.*", text):  # Updated 2 hours ago
        yield figures[0]
    for words in relative_words():
        for variant in words.ago_variants:
            if text.endswith(f" {variant}"):
                yield text.replace(f" {variant}", f" {words.ago}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patterns:
    dates: tuple[re.Pattern[str], ...]
    clock: re.Pattern[str]
    zone_name: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    """Builds the patterns that need words of languages; for a unified text."""
    words = date_words()
    # Any word may be a month: to look it up costs less than hundreds of names in a pattern. Beirut has months of two
    # words, desks that write for all Arabs name a month twice with a slash, Tehran may add the word for month.
    two_word_start = rf"(?:(?:{_any_of(words.two_word_months)})\s)?"
    month_word = rf"\s(?:{_any_of(words.month_words)})"
    second_name = rf"\s?/\s?{two_word_start}[^\s\d/()]+|\s?\((?:[^\d()]{{2,24}})\)"
    # "تشرين 2": some desks number the months that share a name.
    numbered = rf"(?:{_any_of(words.two_word_months)})\s[12](?=\s)"
    month = rf"(?P<month>{numbered}|{two_word_start}[^\s\d.,:;/|()\[\]_-]{{2,14}})(?:\.|{month_word}|{second_name})?"
    day = rf"(?<!\d)(?P<day>\d{{1,2}})(?:{_any_of(words.ordinal_endings)}|[.ºª])?"
    year = r"(?P<year>\d{4})(?!\d)"
    gap = rf"(?:[\s,/\-]{{1,4}}(?:(?:{_any_of(words.month_prepositions)})\s)?)"
    # fmt: off
    dates = (
        rf"{day}{gap}{month}{gap}{year}",  # 16 January 2024, 16-Jan-2024, 16 de enero de 2024
        rf"(?<!\w){month}\s*{day}[\s,]{{1,3}}{year}",  # January 16, 2024
        rf"(?<!\w){month}\s+{day}\s+(?=[\d:]+\s+(?:\w+\s+)?(?P<year>\d{{4}})(?!\w))",  # Jan 16 10:00:00 PKT 2024
        rf"(?<!\w)(?P<year>\d{{4}})\.?{gap}{month}{gap}{day}",  # 2024 January 16, 2024. január 16.
        r"(?<![\d:./-])(?P<year>\d{4})(?:[-/.]|\.\s)(?P<month>\d{1,2})(?:[-/.]|\.\s)(?P<day>\d{1,2})(?![\d/])",  # 1405/08/30
        rf"(?<![\d:./-])(?P<day>\d{{1,2}})(?:[-/.]|\.\s)(?P<month>\d{{1,2}})(?:[-/.]|\.\s){year}(?![/\-])",  # 30.08.2026
        rf"(?<!\d)(?P<year>\d{{4}})\s?[{words.year_signs}]\s?(?P<month>\d{{1,2}})\s?[{words.month_signs}]\s?(?P<day>\d{{1,2}})(?!\d)",
        rf"{day}[\s-]{month}[\s-](?P<year>\d\d)(?=\s)",  # 16 Jan 24 10:00:00 (RFC 822)
        rf"(?<!\w)(?P<day>{_any_of(words.day_names)})\s{month}\s{year}",  # the ninth of Azar 1405, as a word
    )
    # fmt: on
    parts = {"pm": words.afternoon, "am": words.morning, "noon": words.noon, "night": words.night}
    parts_after = "|".join(rf"(?P<{part}>{_any_of(names)})" for part, names in parts.items())
    leading = {
        part: [name for name in names if len(name.strip(".")) >= MIN_LEADING_PART_CHARS and "." not in name]
        for part, names in parts.items()
    }
    parts_before = "|".join(rf"(?P<{part}_before>{_any_of(names)})" for part, names in leading.items() if names)
    clock = (
        rf"(?:(?<!\w)(?:{parts_before})\s{{1,2}})?"
        r"(?<![\d:.])(?P<hour>\d{1,2})\s?[:h]\s?(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?![\d:])"
        rf"(?:\s*(?:{parts_after})(?!\w))?"
    )
    return _Patterns(
        dates=tuple(re.compile(pattern, re.IGNORECASE) for pattern in dates),
        clock=re.compile(clock, re.IGNORECASE),
        zone_name=re.compile(rf"(?<![A-Za-z/])(?:{_any_of(ZONE_MINUTES)})(?![A-Za-z/])"),
    )


def _any_of(names: Iterable[str]) -> str:
    # Longest first, so that "p.m." is not read as "p.m".
    return "|".join(
        re.escape(name).replace(r"\ ", r"\s+") for name in sorted(dict.fromkeys(names), key=len, reverse=True)
    )
