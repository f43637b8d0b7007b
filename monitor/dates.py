"""Written dates to moments: the zones, calendars and month names of the region's outlets."""

import re
import unicodedata
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

# One line a month, January first: Persian, Urdu, Pashto and Sindhi; Arabic from Cairo, Beirut, Algiers and Rabat; then
# English, Turkish and Azeri, the Germanic, Romance and Slavic languages, Hungarian, Greek, Malay, Hindi and Bengali, each
# in the form that stands in a date. Some Urdu desks leave the last letter off: جولائ and مئ, as Express does.
GREGORIAN = """
ژانویه جنوری يناير كانون_الثاني جانفي january jan januar jänner januari ocak oca yanvar janvier janv enero ene gennaio gen
    janeiro ianuarie stycznia января янв січня ledna január ιανουαρίου ιαν januari जनवरी জানুয়ারি
فوریه فروری فبروری فيبروري فبراير شباط فيفري february feb februar februari şubat şub fevral février févr febrero febbraio
    fevereiro fev februarie lutego февраля фев лютого února február φεβρουαρίου φεβ फरवरी फ़रवरी ফেব্রুয়ারি
مارس مارچ آذار march mar märz mart mars marts maart mrt marzo março martie marca марта мар березня března március
    μαρτίου μαρ maret mac मार्च মার্চ
آوریل اپریل أبريل إبريل نيسان أفريل april apr nisan nis aprel avril avr abril abr aprile aprilie kwietnia апреля апр
    квітня dubna április απριλίου απρ अप्रैल এপ্রিল
مه می مئی مئ مايو أيار ماي may mai maj mayıs mayo maggio mag maio mei maja мая май травня května május μαΐου μαϊ मई মে
ژوئن جون يونيو يونية حزيران جوان june jun juni haziran haz iyun juin junio giugno giu junho iunie czerwca июня июн
    червня června június ιουνίου ιουν जून জুন
ژوئیه جولای جولائی جولائ يوليو يولية يوليوز تموز جويلية july jul juli temmuz tem iyul juillet juil julio luglio lug
    julho iulie lipca июля июл липня července július ιουλίου ιουλ julai जुलाई জুলাই
اوت آگوست اگست آگسٽ أغسطس آب غشت august aug augusti augustus ağustos ağu avqust août agosto ago sierpnia августа авг
    серпня srpna augusztus αυγούστου αυγ agustus ogos अगस्त আগস্ট
سپتامبر ستمبر سپتمبر سبتمبر أيلول شتنبر september sep sept eylül eyl sentyabr septembre septiembre setiembre settembre
    set setembro septembrie września сентября сен сент вересня září szeptember σεπτεμβρίου σεπ सितंबर सितम्बर সেপ্টেম্বর
اکتبر اکتوبر أكتوبر تشرين_الأول october oct oktober okt ekim eki oktyabr octobre octubre ottobre ott outubro out
    octombrie października октября окт жовтня října október οκτωβρίου οκτ अक्टूबर अक्तूबर অক্টোবর
نوامبر نومبر نوفمبر تشرين_الثاني نونبر november nov kasım kas noyabr novembre noviembre novembro noiembrie listopada
    ноября ноя листопада listopadu νοεμβρίου νοε नवंबर नवम्बर নভেম্বর
دسامبر دسمبر ډسمبر ديسمبر كانون_الأول دجنبر december dec desember dezember dez aralık ara dekabr décembre déc diciembre
    dic dicembre dezembro decembrie grudnia декабря дек грудня prosince δεκεμβρίου δεκ disember दिसंबर दिसम्बर ডিসেম্বর
"""
# Farvardin first: Iran, then Afghanistan in Dari and in Pashto.
JALALI = """
فروردین حمل وری
اردیبهشت ثور غویی
خرداد جوزا غبرګولی
تیر سرطان چنګاښ
مرداد اسد زمری
شهریور سنبله وږی
مهر میزان تله
آبان عقرب لړم
آذر قوس لیندۍ
دی جدی مرغومی
بهمن دلو سلواغه
اسفند حوت کب
"""
# Muharram first, as Arabic, Persian and Urdu write them.
HIJRI = """
محرم محرم_الحرام
صفر صفر_المظفر
ربیع_الاول ربيع_الأول
ربیع_الثانی ربيع_الآخر
جمادی_الاول جمادى_الأولى جمادی_الاولی
جمادی_الثانی جمادى_الآخرة جمادی_الثانیه
رجب رجب_المرجب
شعبان شعبان_المعظم
رمضان رمضان_المبارک
شوال شوال_المکرم
ذیقعده ذوالقعدة ذی_القعده ذوالقعدہ ذیقعد ذیقعدہ
ذیحجه ذوالحجة ذی_الحجه ذوالحجہ ذی_الحج ذیالحجه
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
    """A name without case, accents and what joins it, so that one spelling stands for many."""
    # `.lower()` turns the Turkish İ into i with a dot above, and leaves ı: one key for all of them.
    plain = unicodedata.normalize("NFKD", _folded(name).lower()).translate(_ACCENTS)
    return re.sub(r"[\s_.,'’-]+", "", plain).replace("ı", "i")


_ACCENTS = {**dict.fromkeys(range(0x300, 0x370)), **dict.fromkeys(map(ord, "ہھةۃ"), "ه")}


def _table(lines: str) -> dict[str, int]:
    rows = re.split(r"\n(?! )", lines.strip())
    return {_key(name): month for month, row in enumerate(rows, 1) for name in row.split()}


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True))


MONTHS = _table(GREGORIAN)
JALALI_MONTHS = _table(JALALI)
HIJRI_MONTHS = _table(HIJRI)

# Any word may be a month: looking it up costs less than hundreds of names in a pattern. Beirut has months of two words,
# desks that write for all Arabs name one twice (كانون الثاني/يناير), Tehran may add the word for month (بهمن ماه).
_MONTH = r"(?P<month>(?:(?:کانون|تشرین)\s)?[^\s\d.,:;/|()\[\]_-]{2,14})(?:\.|\sماه|/[^\s\d/]+)?"
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|[.ºª])?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_GAP = r"(?:[\s,/\-]{1,4}(?:(?:de|del|of)\s)?)"

ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
    r"|(?:19|20)\d{6}(?:T\d\d:?\d\d:?\d\d(?:Z|[+-]\d\d:?\d\d)?)?",
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
        rf"{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}",  # 16 January 2024, 16-Jan-2024, 16 de enero de 2024, ۱۶ ژانویه ۲۰۲۴
        rf"(?<!\w){_MONTH}\s*{_DAY}[\s,]{{1,3}}{_YEAR}",  # January 16, 2024
        rf"(?<!\w){_MONTH}\s+{_DAY}\s+(?=[\d:]+\s+(?:\w+\s+)?(?P<year>\d{{4}})(?!\w))",  # Jan 16 10:00:00 PKT 2024
        rf"(?<!\w)(?P<year>\d{{4}})\.?{_GAP}{_MONTH}{_GAP}{_DAY}",  # 2024 January 16, 2024. január 16.
        r"(?<![\d:./-])(?P<year>\d{4})(?:[-/.]|\.\s)(?P<month>\d{1,2})(?:[-/.]|\.\s)(?P<day>\d{1,2})(?![\d/])",  # 1405/08/30, 2024. 1. 16.
        rf"(?<![\d:./-])(?P<day>\d{{1,2}})(?:[-/.]|\.\s)(?P<month>\d{{1,2}})(?:[-/.]|\.\s){_YEAR}(?![/\-])",  # 30.08.2026
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})(?!\d)",  # 2024年1月16日
        rf"{_DAY}[\s-]{_MONTH}[\s-](?P<year>\d\d)(?=\s)",  # 16 Jan 24 10:00:00 (RFC 822)
    )
)
# The names of the Islamic months are up to three words: رجب المرجب, ربیع الاول.
HIJRI_DATE = re.compile(r"(?<!\d)(?P<day>\d{1,2})\s(?P<month>(?:[^\s\d,]+[\s,]+){1,3}?)(?P<year>1[34]\d\d)(?!\d)")
CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})\s?[:h]\s?(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?![\d:])"
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
    """The moment a text names, aware and in UTC, or None: that of `stated`."""
    moment = stated(text, zone=zone, languages=languages, now=now)
    try:
        return moment.astimezone(UTC) if moment else None
    except OverflowError:  # year 9999 west of Greenwich
        return None


def stated(
    text: str,
    *,
    zone: str = "UTC",
    languages: Sequence[str] = (),
    now: datetime | None = None,
) -> datetime | None:
    """The moment a text names, aware and with its own offset, or None. Never raises, and never reads a clock.

    Its day is the day as it is told, which may be another one in UTC. Understands ISO 8601, RFC 822, seconds since
    1970, Gregorian dates in the languages of `GREGORIAN`, Chinese, Japanese and Korean, and Jalali ones, in any digits,
    within a short text ("Published: …"): the first where there are several. A time without a zone is read in `zone`
    (IANA); a day alone is its midnight there. 05/06/2026 is 5 June, as the region writes it. Times told by distance
    ("2 hours ago") and dates without a year need `now`, and are read in `languages` (BCP 47), or in those of their
    script.
    """
    text = _folded(text[:LONGEST]).strip()
    try:
        home = _zone(zone)
        return _iso(text, home) or _epoch(text) or _written(text, home) or _told(text, home, languages, now)
    except (ValueError, OverflowError):  # 31 February, an offset of 99 hours
        return None


def from_hijri(text: str, *, zone: str = "UTC") -> datetime | None:
    """The midnight in UTC that begins the day of an Islamic date ("۱۷ رجب ۱۴۴۵") in a text, or None.

    By the tabular calendar: the day may be one off, as months begin when the moon is seen. For where no other date is.
    """
    text = _folded(text[:LONGEST])
    try:
        for found in HIJRI_DATE.finditer(text):
            if month := HIJRI_MONTHS.get(_key(found["month"])):
                return _at(_day_of_hijri(int(found["year"]), month, int(found["day"])), _zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
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
    return _at(datetime.fromisoformat(text.replace(":60", ":59").replace(" +", "+").replace(" -", "-")), home)


def _epoch(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text[:10]), UTC) if EPOCH.fullmatch(text) else None


def _written(text: str, home: tzinfo) -> datetime | None:
    """The first date in figures or with a month's name, with the time and zone that stand near it."""
    days = sorted(_days(text))
    if not days:
        return None
    start, end, day = days[0]
    # What stands behind a second date is that one's time: "28.01.2024 - Update : 29.01.2024 11:40".
    limit = next((other for other, _, _ in days if other >= end), len(text))
    rest = f"{text[:start]} {text[end:limit]}"
    clock = CLOCK.search(rest)
    if not clock:
        return _at(day, home)
    # What stands before the time is a weekday or a label: the zone comes after it.
    return _at(day + _time(clock), _offset(rest[clock.end() :]) or home)


def _days(text: str) -> Iterator[tuple[int, int, datetime]]:
    """Every date in a text with its start and end, shape by shape."""
    for shape in DATES:
        for found in shape.finditer(text):
            if day := _day(found):
                yield found.start(), found.end(), day


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:  # noqa: PLR2004 - two digits, as RFC 822 had them
        year += 2000 if year < 70 else 1900  # noqa: PLR2004 - the window of POSIX
    return year


def _month(text: str, year: int) -> int | None:
    if text.isdecimal():
        return int(text)
    names, key = (JALALI_MONTHS if year in JALALI_YEARS else MONTHS), _key(text)
    return names.get(key) or names.get(key.removesuffix("ماه"))


def _day(found: re.Match[str]) -> datetime | None:
    year, day = _year(found["year"]), int(found["day"])
    month = _month(found["month"], year)
    if not month:
        return None
    try:
        if year in JALALI_YEARS:
            return _from_jalali(year, month, day)
        if month > 12:  # noqa: PLR2004 - 01/16/2024: only the American order makes sense
            month, day = day, month
        return datetime(year, month, day)  # noqa: DTZ001 - the zone comes with the time
    except ValueError:  # 31 February
        return None


def _from_jalali(year: int, month: int, day: int) -> datetime:
    from persiantools.jdatetime import JalaliDateTime  # noqa: PLC0415 - few sources need it

    moment: datetime = JalaliDateTime(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return moment


def _day_of_hijri(year: int, month: int, day: int) -> datetime:
    # Months of 30 and 29 days by turns, eleven leap days in thirty years; 227,015 days before its first one: a day
    # more than the civil reckoning has, as Islamabad and Tehran mostly see the moon a day after it.
    days = 354 * (year - 1) + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    return datetime.fromordinal(227_015 + days)


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


def _at(moment: datetime, home: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=home)


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
            return _at(moment, home)
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
