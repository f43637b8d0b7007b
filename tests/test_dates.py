"""Written dates: the zones, calendars and languages of the region, and None for a text without a time."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates import find_in_path, parse, parse_hijri, parse_local, plausible_or_none
from monitor.languages import registry

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00"),
        ("2026-11-21T10:00+0330", "2026-11-21T06:30"),
        ("2026-11-21T10:00:00.1234567+05:00", "2026-11-21T05:00:00.123456"),
        ("2026-11-21 10:00:00", "2026-11-21T05:00"),
        ("2026-11-21 10:00:00 +0330", "2026-11-21T06:30"),
        ("20261121T100000Z", "2026-11-21T10:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
        ("1736157600", "2025-01-06T10:00"),
        ("1736157600000", "2025-01-06T10:00"),
        ("Tue, 16 Jan 2024 19:00:00 +0500", "2024-01-16T14:00"),
        ("Tue, 16 Jan 2024 19:00:00", "2024-01-16T14:00"),
        ("16 Jan 24 19:00:00 GMT", "2024-01-16T19:00"),
        ("Tue Jan 16 19:00:00 IRST 2024", "2024-01-16T15:30"),
    ],
)
def test_machine_dates(text, moment):
    """ISO 8601, RFC 822, ctime and epoch times are parsed; a time without a zone is in the source's zone."""
    assert parse(text, zone="Asia/Karachi") == at(moment)


@pytest.mark.parametrize(
    ("name", "hour"),
    [
        ("PKT", "05:00"),
        ("IRST", "06:30"),
        ("IRDT", "05:30"),
        ("AFT", "05:30"),
        ("IST", "04:30"),
        ("TRT", "07:00"),
        ("GST", "06:00"),
        ("AST", "07:00"),
        ("EST", "15:00"),
        ("GMT", "10:00"),
        ("GMT+3", "07:00"),
        ("(PKT)", "05:00"),
    ],
)
def test_zone_names(name, hour):
    """Zone names have the meaning of the region; feed libraries read PKT as UTC, five hours off."""
    assert parse(f"Wed, 17 Jan 2024 10:00:00 {name}") == at(f"2024-01-17T{hour}")


@pytest.mark.parametrize(
    "text",
    [
        "January 16, 2024 07:30 PM",
        "16th Jan. 2024, 7:30 p.m.",
        "Published: 16 January 2024 | 19:30",
        "16-Jan-2024 19:30",
        "منگل 16 جنوری 2024 07:30 شام",
        "۱۶ ژانویه ۲۰۲۴ - ۱۹:۳۰",
        "١٦ يناير ٢٠٢٤ 7:30 م",
        "16 كانون الثاني 2024، 19:30",
        "16 OCAK 2024 19:30",
        "16 جنوري 2024 19:30",
        "01/16/2024 19:30",
        "2024/01/16 19:30",
        "۱۴۰۲/۱۰/۲۶ - ۱۹:۳۰",
        "1402-10-26T19:30:00",
        "سه‌شنبه ۲۶ دی ۱۴۰۲ ساعت ۱۹:۳۰",
        "۲۶ جدی ۱۴۰۲ ۱۹:۳۰",
        "19:30 26/10/1402",
    ],
)
def test_dates_as_people_write_them(text):
    """One evening in Tehran, as English, Urdu, Persian, Arabic, Turkish and Pashto pages write it, Jalali or not."""
    assert parse(text, zone="Asia/Tehran") == at("2024-01-16T16:00")


@pytest.mark.parametrize(
    "text",
    [
        "29 جنوری 2024ء",
        "پیر ، 29 جنوری 2024",
        "۹ بهمن‌ماه ۱۴۰۲",
        "۹ بهمن ماه ۱۴۰۲",
        "۹ دلو ۱۴۰۲",
        "۹ سلواغه ۱۴۰۲",
        "٢٩ كانون الثاني/يناير ٢٠٢٤",
        "29 Ocak 2024 Pazartesi",
        "Montag, 29. Januar 2024",
        "Erstellt am29.01.2024",
        "Par Jeanne le 29 janvier 2024",
        "29 de enero de 2024",
        "29 gennaio 2024",
        "29 января 2024 г.",
        "2024. január 29.",
        "29 Ιανουαρίου 2024",
        "२९ जनवरी २०२४",
        "২৯ জানুয়ারি ২০২৪",
        "2024年1月29日",
        "2024년 1월 29일",
        "2024. 1. 29.",
        "29. 1. 2024",
        "January 29th, 2024",
        "20240129",
    ],
)
def test_a_day_in_many_languages(text):
    """A day alone is parsed in every language that reports about the region, as its midnight."""
    assert parse_local(text, zone="Asia/Karachi").isoformat() == "2024-01-29T00:00:00+05:00"


@given(
    st.sampled_from(
        [
            (name, number)
            for words in registry.read_all("dates").values()
            for number, row in enumerate(words["months"].get("gregorian", ()), 1)
            for name in row
        ]
    ),
    st.integers(1, 28),
)
def test_every_month_name_is_parsed(named_month, day):
    """Each name in the data of the languages means the month of its row, in any case."""
    name, month = named_month
    for spelling in (name, name.upper(), name.title()):
        assert parse(f"{day} {spelling} 2024") == datetime(2024, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("30 نومبر 2026، شام 6:15", "18:15"),
        ("30 نومبر 2026 06:15 شام", "18:15"),
        ("30 نومبر 2026 03:15 سہ پہر", "15:15"),
        ("30 نومبر 2026 02:15 دوپہر", "14:15"),
        ("30 نومبر 2026 12:15 دوپہر", "12:15"),
        ("30 نومبر 2026 12:15 رات", "00:15"),
        ("30 نومبر 2026 رات 2:15", "02:15"),
        ("30 نومبر 2026 صبح 10:15", "10:15"),
        ("۹ آذر ۱۴۰۵ ۱۱:۱۵ شب", "23:15"),
        ("۹ آذر ۱۴۰۵ ۱:۱۵ ظهر", "13:15"),
        ("۹ آذر ۱۴۰۵ ۱۲:۱۵ بامداد", "00:15"),
        ("بعد از ظهر ۴:۱۵ ۹ آذر ۱۴۰۵", "16:15"),
        ("30 نوفمبر 2026 11:15 ليلا", "23:15"),
        ("30 نوفمبر 2026 1:15 ظهراً", "13:15"),
        ("30 نوفمبر 2026 11:40 ظهرا", "11:40"),
        ("30 نوفمبر 2026 4:15 بعد الظهر", "16:15"),
        ("30 نوفمبر 2026 - عصراً 4:15", "16:15"),
        ("30 Kasım 2026 gece 11:15", "23:15"),
        ("30 Kasım 2026 4:15 öğleden sonra", "16:15"),
        ("30 Kasım 2026 15.15", "15:15"),
        ("30 November 2026 3:15 pm", "15:15"),
        ("30 November 2026 15:15 pm", "15:15"),
        ("Veröffentlicht am 10:30, 30 November 2026", "10:30"),
        ("30 November 2026 3.50 dollars", "00:00"),
    ],
)
def test_parts_of_the_day(text, time):
    """A part of the day is read before and after the time, in each language; noon and night have two halves."""
    assert parse(text) == datetime.fromisoformat(f"2026-11-30T{time}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "30 نوفمبر/تشرين الثاني 2026",
        "30 نوفمبر / تشرين الثاني 2026",
        "30 تشرين الثاني (نوفمبر) 2026",
        "30 تشرين الثاني/نوفمبر 2026",
        "30 تشرين 2 2026",
        "نهم آذر ۱۴۰۵",
        "20261130000000",
        "2026-11-30t00:00:00z",
    ],
)
def test_months_with_two_names_and_days_in_words(text):
    """A month may be named twice or numbered, and a day may be a word; years are never lost over it."""
    assert parse(text) == datetime(2026, 11, 30, tzinfo=UTC)


def test_the_first_of_two_dates_counts():
    """The time after a second date does not belong to the first."""
    assert parse_local("28.01.2024 - Update : 29.01.2024 19:30").isoformat() == "2024-01-28T00:00:00+00:00"
    assert parse_local("28.01.2024 11:00 | 29.01.2024 19:30").isoformat() == "2024-01-28T11:00:00+00:00"


@pytest.mark.parametrize(
    "text", ["2024-01-29T02:00:00+05:00", "29 January 2024 02:00 PKT", "20240129T020000+0500", "29 Jan 2024 2:00 AM"]
)
def test_the_day_is_the_written_one(text):
    """The time keeps its written offset: after midnight in Karachi is the day before in UTC."""
    moment = parse_local(text, zone="Asia/Karachi")
    assert (moment.day, parse(text, zone="Asia/Karachi").day) == (29, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("۱۷ رجب ۱۴۴۵", "2024-01-29"),
        ("17 رجب المرجب، 1445ھ", "2024-01-29"),
        ("پیر 1 رمضان المبارک 1445", "2024-03-12"),
        ("12 ربيع الأول 1445", "2023-09-28"),
        ("۲۴ جمادی‌الثانی ۱۴۴۵", "2024-01-07"),
        ("10 ذی الحجہ 1445", "2024-06-18"),
    ],
)
def test_islamic_dates(text, day):
    """Islamic dates are parsed by their own function, because they are exact to a day at best."""
    assert parse_hijri(text) == at(day)
    assert parse(text) is None


@pytest.mark.parametrize("text", ["", "29 جنوری 2024", "17 رجب", "31 رجبان 1445", "40 17 1445"])
def test_texts_without_an_islamic_date(text):
    """Other calendars and incomplete dates are not Islamic dates."""
    assert parse_hijri(text) is None


def test_written_dates_do_not_load_dateparser():
    """Only relative times import dateparser, which takes a tenth of a second."""
    code = """
import sys
from datetime import UTC, datetime
from monitor.dates import find_in_path, parse, parse_hijri, parse_local, plausible_or_none
from monitor.languages import registry
for text in ("Tue, 16 Jan 2024 19:00:00 +0500", "۹ بهمن ۱۴۰۲", "29 جنوری 2024ء", "29. Januar 2024", "2024年1月29日"):
    assert parse(text, now=datetime.now(UTC)), text
sys.exit("dateparser" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("name", "month"), [("جولائی", 7), ("جولائ", 7), ("مئی", 5), ("مئ", 5)])
def test_urdu_months_without_their_last_letter(name, month):
    """Some Urdu desks write جولائ for جولائی."""
    assert parse(f"جمعرات 15 {name} 2021") == datetime(2021, month, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/15-Jul-2021/the-title", "15-Jul-2021"),
        ("/world/2021/07/15/the-title", "2021-07-15"),
        ("/news/2021/7/5/the-title", "2021-7-5"),
        ("/fa/news/1402/10/26/3024321/title", "1402-10-26"),
        ("/2021-07-15/the-title?day=1", "2021-07-15"),
        ("/2021/07/the-title", ""),
        ("/world/the-deal-of-14-july-2015", ""),
        ("/story/20210715/the-title", ""),
        ("/2021/07-15/the-title", ""),
        ("", ""),
    ],
)
def test_the_day_in_a_url_path(path, day):
    """Whole segments give the day of publication; numbers and slugs may mean anything."""
    assert find_in_path(f"https://desk.example{path}") == day


def test_the_day_comes_first():
    """05/06/2026 is 5 June, as the region writes it, and a date alone is its midnight in the source's zone."""
    assert parse("05/06/2026", zone="Asia/Karachi") == at("2026-06-04T19:00")


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2 hours ago", timedelta(hours=2)),
        ("Updated 2 hours ago", timedelta(hours=2)),
        ("۲ ساعت پیش", timedelta(hours=2)),
        ("۵ دقیقه قبل", timedelta(minutes=5)),
        ("2 گھنٹے پہلے", timedelta(hours=2)),
        ("منذ ساعتين", timedelta(hours=2)),
        ("2 saat önce", timedelta(hours=2)),
    ],
)
def test_relative_times(text, ago):
    """A time such as "two hours ago" is counted from the given now, and is unknown without it."""
    assert parse(text, zone="Asia/Karachi", now=NOW) == NOW - ago
    assert parse(text, zone="Asia/Karachi") is None


def test_a_date_without_a_year_is_in_the_past():
    """A date without a year means the latest such day that is not ahead."""
    assert parse("12 December", now=NOW, languages=["en"]) == at("2025-12-12T00:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sports",
        "May",
        "Monday",
        "2025-W01-1",
        "10000-01-01T00:00:00Z",
        "31 February 2024",
        "1,234",
        "2024",
        "9999-12-31T23:59:59-05:00",
        "16 Jan 2024 25:99:00",
        "12 ماہ ہجری 1447",
        "Wed, 17 Jan 2024 10:00:00 +9900",
    ],
)
def test_texts_without_a_time(text):
    """A text without a time, or with an impossible one, is None: unknown stays unknown."""
    assert parse(text, now=NOW) is None


def test_an_unknown_zone_or_language_is_not_an_error():
    """An unknown zone is UTC; in an unknown language nothing is parsed."""
    assert parse("2026-11-21 10:00", zone="Mars/../Olympus\0") == at("2026-11-21T10:00")
    assert parse("2 hours ago", languages=["xx"], now=NOW) is None


@given(st.text(max_size=60) | st.from_regex(r"[\d/:. +TZ-]{1,30}", fullmatch=True))
def test_any_text_parses(text):
    """Any text gives a time in UTC or None."""
    moment = parse(text, zone="Asia/Tehran")
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(min_value=at("1970-01-02").replace(tzinfo=None), timezones=st.just(UTC)))
def test_iso_dates_round_trip(moment):
    """The ISO form of any time is parsed to that time."""
    assert parse(moment.isoformat()) == moment


def test_implausible_times_are_unknown():
    """Times far off are unknown; a time a little ahead becomes now."""
    assert plausible_or_none(None, now=NOW) is None
    assert plausible_or_none(at("1970-01-01T00:00"), now=NOW) is None
    assert plausible_or_none(NOW + timedelta(hours=25), now=NOW) is None
    assert plausible_or_none(NOW + timedelta(hours=23), now=NOW) == NOW
    assert plausible_or_none(NOW - timedelta(hours=1), now=NOW) == NOW - timedelta(hours=1)
