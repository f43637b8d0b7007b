"""Written dates to moments: the zones, calendars and month names of the region's outlets."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
JALALI_YEARS = range(1300, 1450)
LONGEST = 200  # a date is short; what is longer is a paragraph that someone took for one
LONGEST_RELATIVE = 40

# Minutes east of Greenwich. Where two zones share a name (IST, AST, GST), the one of our region is meant.
ZONES = {
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

# One line a month, January first: English, Urdu and Pashto, Persian, Arabic (Cairo, then Beirut), Turkish.
# Some Urdu desks leave the last letter off: جولائ and مئ, as Express does.
GREGORIAN = """
january jan | جنوری | ژانویه | يناير كانون_الثاني | ocak oca
february feb | فروری فبروری | فوریه | فبراير شباط | şubat şub
march mar | مارچ | مارس | مارس آذار | mart
april apr | اپریل | آوریل | أبريل إبريل نيسان | nisan nis
may | مئی مئ | مه می | مايو أيار | mayıs
june jun | جون | ژوئن | يونيو حزيران | haziran haz
july jul | جولائی جولای جولائ | ژوئیه جولای | يوليو تموز | temmuz tem
august aug | اگست | اوت آگوست | أغسطس آب | ağustos ağu
september sep sept | ستمبر سپتمبر | سپتامبر | سبتمبر أيلول | eylül eyl
october oct | اکتوبر | اکتبر | أكتوبر تشرين_الأول | ekim eki
november nov | نومبر | نوامبر | نوفمبر تشرين_الثاني | kasım kas
december dec | دسمبر ډسمبر | دسامبر | ديسمبر كانون_الأول | aralık ara
"""
# Farvardin first: Iran, then Afghanistan.
JALALI = """
فروردین حمل
اردیبهشت ثور
خرداد جوزا
تیر سرطان
مرداد اسد
شهریور سنبله
مهر میزان
آبان عقرب
آذر قوس
دی جدی
بهمن دلو
اسفند حوت
"""
AFTERNOON = ("pm", "p.m", "p.m.", "ب.ظ", "ب.ظ.", "بعدازظهر", "بعد از ظهر", "عصر", "مساء", "م", "شام", "رات", "ös")
MORNING = ("am", "a.m", "a.m.", "ق.ظ", "ق.ظ.", "قبل از ظهر", "صبح", "صباحا", "ص", "öö")

# Persian and Arabic digits, the look-alike letters, and marks that join, part or turn the writing without being seen.
FOLDING = str.maketrans(
    "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩يىكأإآٱ٫،؍",
    "01234567890123456789ییکاااا.,/",
    "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u064b",
)


def _folded(text: str) -> str:
    return text if text.isascii() else text.translate(FOLDING)


def _key(name: str) -> str:
    # `.lower()` turns the Turkish İ into i with a dot above, and leaves ı: one key for all of them.
    return re.sub(r"\s+", " ", _folded(name).lower()).replace("i̇", "i").replace("ı", "i").rstrip(".")


def _table(lines: str) -> dict[str, int]:
    rows = lines.replace("|", " ").strip().splitlines()
    return {_key(name.replace("_", " ")): month for month, row in enumerate(rows, 1) for name in row.split()}


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True))


MONTHS = _table(GREGORIAN)
JALALI_MONTHS = _table(JALALI)

_MONTH = rf"(?P<month>{_any({*MONTHS, *JALALI_MONTHS})})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>\d{4})"
_GAP = r"[\s,/\-]{1,4}"
_END = r"(?![\w/\-])"

ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)?)?|\d{8}T\d{6}(?:Z|[+-]\d{4})?",
    re.ASCII,
)
# Whole segments of a path, parted: a day within a slug is what the text tells of ("the-deal-of-14-july-2015"), and
# eight digits in a row are as often the number of an article.
IN_PATH = re.compile(
    r"/(?P<day>(?:19|20|13|14)\d\d(?P<gap>[/_.-])\d{1,2}(?P=gap)\d{1,2}|\d{1,2}-[a-z]{3,9}-(?:19|20)\d\d)(?=/)",
    re.IGNORECASE,
)
EPOCH = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w){_DAY}{_GAP}(?:de\s+)?{_MONTH}{_GAP}{_YEAR}(?!\w)",  # 16 January 2024, 16-Jan-2024, ۱۶ ژانویه ۲۰۲۴
        rf"(?<!\w){_MONTH}\s*{_DAY}[\s,]{{1,3}}{_YEAR}(?!\w)",  # January 16, 2024
        rf"(?<!\w){_MONTH}\s+{_DAY}\s+(?=[\d:]+\s+(?:\w+\s+)?(?P<year>\d{{4}})(?!\w))",  # Jan 16 10:00:00 PKT 2024
        rf"(?<!\w){_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}(?!\w)",  # 2024 January 16
        r"(?<![\w:./-])(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d/])",  # 1405/08/30
        rf"(?<![\w:./-])(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}}){_END}",  # 30.08.2026
        rf"(?<!\w){_DAY}[\s-]{_MONTH}[\s-](?P<year>\d\d)(?=\s)",  # 16 Jan 24 10:00:00 (RFC 822)
    )
)
CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?![\d:])"
    rf"(?:\s*(?:(?P<pm>{_any(map(_folded, AFTERNOON))})|(?P<am>{_any(map(_folded, MORNING))}))(?!\w))?",
    re.IGNORECASE,
)
OFFSET = re.compile(r"(?<![\w+-])(?:GMT|UTC|UT|Z)?\s?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?![\d:])")
ZONE = re.compile(rf"(?<![A-Za-z/])(?:{_any(ZONES)})(?![A-Za-z/])")


def parse(
    text: str,
    *,
    zone: str = "UTC",
    languages: Sequence[str] = (),
    now: datetime | None = None,
) -> datetime | None:
    """The moment a text names, aware and in UTC, or None. Never raises, and never reads a clock.

    Understands ISO 8601, RFC 822, seconds since 1970, Gregorian dates in English, Urdu, Persian, Pashto, Arabic and
    Turkish and Jalali ones, in any digits, within a short text ("Published: …"). A time without a zone is read in
    `zone` (IANA). 05/06/2026 is 5 June, as the region writes it. Times told by distance ("2 hours ago") and dates
    without a year need `now`, and are read in `languages` (BCP 47), or in those of their script.
    """
    text = _folded(text[:LONGEST]).strip()
    try:
        home = _zone(zone)
        return _iso(text, home) or _epoch(text) or _written(text, home) or _told(text, home, languages, now)
    except (ValueError, OverflowError):  # 31 February, year 9999 west of Greenwich
        return None


def in_path(url: str) -> str:
    """The day that the path of a URL names, as text for `parse` ("2026-01-16", "15-Jul-2021", "1402-10-26"), or ""."""
    found = IN_PATH.search(urlsplit(url).path)
    return re.sub(r"[/_.]", "-", found["day"]) if found else ""


def plausible(moment: datetime | None, *, now: datetime) -> datetime | None:
    """The moment, where a text can have been published then.

    None for what lies before 1990 or more than a day ahead; what lies less ahead (a clock or zone that is off) is `now`.
    """
    if moment is None or moment < EARLIEST or moment > now + timedelta(days=1):
        return None
    return min(moment, now)


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # an unknown name, or one that is no file name
        return UTC


def _iso(text: str, home: tzinfo) -> datetime | None:
    if not ISO.fullmatch(text) or int(text[:4]) in JALALI_YEARS:
        return None
    # A leap second is a true moment that datetime does not know.
    return _utc(datetime.fromisoformat(text.replace(":60", ":59").replace(" +", "+").replace(" -", "-")), home)


def _epoch(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text[:10]), UTC) if EPOCH.fullmatch(text) else None


def _written(text: str, home: tzinfo) -> datetime | None:
    """A date in figures or with a month's name, with the time and zone that stand near it."""
    found = next((match for pattern in DATES if (match := pattern.search(text))), None)
    if not found:
        return None
    day = _day(found["year"], _key(found["month"]), int(found["day"]))
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    clock = CLOCK.search(rest)
    if not clock:
        return _utc(day, home)
    # What stands before the time is a weekday or a label: the zone comes after it.
    return _utc(day + _time(clock), _offset(rest[clock.end() :]) or home)


def _day(year_text: str, month_text: str, day: int) -> datetime:
    year = int(year_text)
    if len(year_text) == 2:  # noqa: PLR2004 - two digits, as RFC 822 had them
        year += 2000 if year < 70 else 1900  # noqa: PLR2004 - the window of POSIX
    if year in JALALI_YEARS:
        month = int(month_text) if month_text.isdecimal() else JALALI_MONTHS[month_text]
        return _from_jalali(year, month, day)
    month = int(month_text) if month_text.isdecimal() else MONTHS[month_text]
    if month > 12:  # noqa: PLR2004 - 01/16/2024: only the American order makes sense
        month, day = day, month
    return datetime(year, month, day)  # noqa: DTZ001 - the zone comes with the time


def _from_jalali(year: int, month: int, day: int) -> datetime:
    from persiantools.jdatetime import JalaliDateTime  # noqa: PLC0415 - few sources need it

    moment: datetime = JalaliDateTime(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return moment


def _time(clock: re.Match[str]) -> timedelta:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), min(int(clock["second"] or 0), 59)
    if clock["pm"] and hour < 12:  # noqa: PLR2004
        hour += 12
    elif clock["am"] and hour == 12:  # noqa: PLR2004
        hour = 0
    if hour > 24 or minute > 59:  # noqa: PLR2004
        raise ValueError(clock[0])
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _offset(text: str) -> tzinfo | None:
    if found := OFFSET.search(text):
        minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
        return timezone(timedelta(minutes=-minutes if found["sign"] == "-" else minutes))
    if named := ZONE.search(text):
        return timezone(timedelta(minutes=ZONES[named[0]]))
    return None


def _utc(moment: datetime, home: tzinfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=home)).astimezone(UTC)


def _told(text: str, home: tzinfo, languages: Sequence[str], now: datetime | None) -> datetime | None:
    """A time told by its distance from now, or a date without a year."""
    if not text or now is None or len(text) > LONGEST_RELATIVE:
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
    wanted = list(languages) or (["en", "tr"] if text.isascii() else ["ur", "fa", "ar", "tr"])
    for words in _ago(text):
        try:
            moment = dateparser.parse(words, languages=wanted, settings=settings)
        except Exception:  # noqa: BLE001 - an unknown language, and whatever else a stranger's text sets off
            return None
        if moment:
            return _utc(moment, home)
    return None


def _ago(text: str) -> Iterator[str]:
    """The text as dateparser knows it: without the label before its figures, and with the word for "ago" it knows."""
    yield text
    if found := re.search(r"(?<=\s)\d.*", text):  # Updated 2 hours ago
        yield found[0]
    # Iranian and Urdu desks write "5 minutes قبل"; dateparser knows the word only where Arabic has it, in front.
    if text.endswith(" قبل"):
        yield text.replace(" قبل", " پیش")
        yield text.replace(" قبل", " پہلے")
