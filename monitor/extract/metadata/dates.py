"""The dates of publication and of the last change of an article."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import filterfalse, islice, takewhile
from typing import Final

from selectolax.lexbor import LexborNode

from monitor import dates
from monitor.extract.blocks import ends_sentence
from monitor.extract.document import HtmlDocument, is_outside_article, one_line
from monitor.extract.metadata import jsonld
from monitor.extract.nearby_lines import NearbyLines
from monitor.languages.page import page_words
from monitor.text import clean

PUBLICATION_METAS: Final = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date", "publication_date", "pubdate",
    "publishtime", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "article.published", "article_date_original", "cxenseparse:recs:publishtime", "citation_publication_date",
    "citation_date", "shareaholic:article_published_time", "article.created", "created", "date", "date_published",
    "og:regdate", "ptime", "rnews:datepublished", "displaydate",
)  # fmt: skip
CHANGE_METAS: Final = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
)
PUBLICATION_SELECTOR: Final = (
    '[itemprop="datePublished"], [itemprop="datepublished"], [property="datePublished"], time[pubdate]'
)
DATED_SELECTOR: Final = (
    '[class*="publish"], [class*="posted"], [class*="date" i], [id*="date"], [class*="time"], [class*="fecha"], [class*="datum"], '
    '[class*="tarih"], [class*="stamp"]'
)
MAX_DATED_ELEMENTS: Final = 24
MAX_TIME_ELEMENTS: Final = 3
MAX_DATE_LINE_CHARS: Final = 100
MAX_DATE_SENTENCE_CHARS: Final = 60  # of a line that ends as a sentence does
MAX_DATE_TEXT_CHARS: Final = 100
MAX_SCRIPT_CHARS: Final = 2_000_000
YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
DATE_IN_SCRIPT: Final = re.compile(
    r'"(?:date_?published|published?_?(?:at|date|time)|first_?published(?:_?at)?|publication_?date|pub_?date)\\?"\s*:\s*\\?"'
    r'([^"\\]{8,40})\\?"',
    re.IGNORECASE,
)


class DateSource(StrEnum):
    """The place on a page where a date was found; `Article.published_from` has its value."""

    SELECTOR = "selector"
    JSON_LD = "json-ld"
    META = "meta"
    ITEMPROP = "itemprop"
    TIME = "time"
    URL = "url"
    TEXT = "text"
    SCRIPT = "script"


STRUCTURED_SOURCES: Final = (DateSource.JSON_LD, DateSource.META, DateSource.ITEMPROP)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFound:
    """A date of publication: the instant (UTC), its text on the page, and the place of the text."""

    at: datetime
    text: str
    source: DateSource


def find_published(
    document: HtmlDocument, *, zone: str, language: str, now: datetime, lines: NearbyLines, selected: str
) -> DateFound | None:
    """Returns the date of publication from the most trustworthy place that can be read, or None.

    `selected` is the text that a selector of the source chose: it comes first, and only it may be relative ("2 hours
    ago"). Then come dates for machines, dates for people, the state of a script, and the day in the address. A date that the
    page calls one of change counts only if it is the only one; one of the Islamic calendar comes last.
    """
    if selected:
        time = dates.parse(selected, zone=zone, languages=(language,) if language else (), now=now)
        if date := plausible_date(time, selected, DateSource.SELECTOR, now):
            return date
    if date := find_structured(document, zone=zone, now=now):
        return date
    # In a longer line a day may be the subject of the line, so short ones come first.
    shown = sorted(shown_dates(document, lines), key=lambda text: len(text) > MAX_DATE_SENTENCE_CHARS)
    attempts: tuple[tuple[DateSource, Iterable[str], Callable[..., datetime | None]], ...] = (
        (DateSource.TEXT, [split_at_change(text)[0] for text in shown], dates.parse),
        (DateSource.SCRIPT, script_dates(document, zone=zone), dates.parse),
        (DateSource.URL, filter(None, [dates.find_in_path(document.url)]), dates.parse),
        (DateSource.TEXT, shown, dates.parse),
        (DateSource.TEXT, shown, dates.parse_hijri),
    )
    candidates = (
        plausible_date(parse(text, zone=zone), text, source, now) for source, texts, parse in attempts for text in texts
    )
    return next(filter(None, candidates), None)


def find_structured(document: HtmlDocument, *, zone: str, now: datetime) -> DateFound | None:
    """Returns the first date for machines that can be read; if it is a day only, another place may add the time."""
    candidates = filter(
        None,
        (
            plausible_date(dates.parse(text, zone=zone), text, source, now)
            for source, text in structured_dates(document)
        ),
    )
    first = next(candidates, None)
    if not first or ":" in first.text:
        return first
    # A <time> may be that of a teaser, so only metas and structured data may add the time.
    trusted = takewhile(lambda date: date.source in STRUCTURED_SOURCES, candidates)
    next_day = first.at + timedelta(days=1)
    with_time = (date for date in trusted if ":" in date.text and first.at <= date.at < next_day)
    return next(with_time, first)


def find_modified(document: HtmlDocument, *, zone: str, now: datetime, lines: NearbyLines) -> datetime | None:
    """Returns the time of the last change (UTC), if the page gives one."""
    declared = jsonld.date_text(document.json_ld.get("dateModified")) or document.meta(*CHANGE_METAS)
    texts = (declared, *(split_at_change(text)[1] for text in lines.near_headline if names_day(text)))
    times = (dates.plausible_or_none(dates.parse(text, zone=zone), now=now) for text in texts if text)
    return next(filter(None, times), None)


def plausible_date(time: datetime | None, text: str, source: DateSource, now: datetime) -> DateFound | None:
    """Returns the date found, or None if its time is not plausible."""
    at = dates.plausible_or_none(time, now=now)
    return DateFound(at=at, text=clean(text, limit=MAX_DATE_TEXT_CHARS), source=source) if at else None


def structured_dates(document: HtmlDocument) -> Iterator[tuple[DateSource, str]]:
    """Yields the texts of dates that are meant for machines, with their places."""
    for key in ("datePublished", "dateCreated"):
        if text := jsonld.date_text(document.json_ld.get(key)):
            yield DateSource.JSON_LD, text
    yield from ((DateSource.META, document.metas[name]) for name in PUBLICATION_METAS if name in document.metas)
    for node in document.tree.css(PUBLICATION_SELECTOR)[:MAX_TIME_ELEMENTS]:
        yield from ((DateSource.ITEMPROP, text) for text in dates_of_element(node))
    for node in islice(filterfalse(is_other_time, document.tree.css("time")), MAX_TIME_ELEMENTS):
        yield from ((DateSource.TIME, text) for text in dates_of_element(node))


def shown_dates(document: HtmlDocument, lines: NearbyLines) -> Iterator[str]:
    """Yields the texts with a date that are meant for people."""
    yield from filter(names_day, lines.near_headline)
    yield from filter(filed_pattern().search, lines.last)
    for node in document.tree.css(DATED_SELECTOR)[:MAX_DATED_ELEMENTS]:
        if names_day(text := one_line(node)) and not is_outside_article(node):
            yield text


def script_dates(document: HtmlDocument, *, zone: str) -> Iterator[str]:
    """Yields the date in the data from which scripts draw the page, if all its dates are of one day."""
    # Several days are those of teasers. Structured data was read before, and its other items are of other pages.
    nodes = document.tree.css('script:not([type*="ld+json"])')
    scripts = (text for node in nodes if len(text := node.text()) < MAX_SCRIPT_CHARS)
    texts = {
        time.date(): text
        for script in scripts
        for text in DATE_IN_SCRIPT.findall(script)
        if (time := dates.parse_local(text, zone=zone))
    }
    if len(texts) == 1:
        yield from texts.values()


def is_other_time(node: LexborNode) -> bool:
    """Whether a <time> is one of change, or is outside the article."""
    attributes = node.attributes
    names = (attributes.get("class") or "").split()
    # WordPress gives both names to the time of a post that never changed.
    is_change = "updated" in names and "published" not in names
    return (
        is_change
        or attributes.get("itemprop") == "dateModified"
        or changed_pattern().search(one_line(node)) is not None
        or is_outside_article(node)
    )


def dates_of_element(node: LexborNode) -> list[str]:
    """Returns the texts of an element that may be a date: its attributes, and its text if that names a day."""
    attributes = node.attributes
    text = one_line(node)
    values = (attributes.get("content"), attributes.get("datetime"), attributes.get("title"))
    return [*filter(None, values), *([text] if names_day(text) else [])]


def split_at_change(text: str) -> tuple[str, str]:
    """Returns the part of a line on the publication, and the part on the last change."""
    match = changed_pattern().search(text)
    if not match:
        return text, ""
    before, after = text[: match.start()], text[match.end() :]
    again = published_pattern().search(after)
    return (f"{before} {after[again.start() :]}", after[: again.start()]) if again else (before, after)


def names_day(text: str) -> bool:
    """Whether a short text names a day of some year."""
    # Not "2 hours ago": that of a teaser beside the headline would make an old story new.
    limit = MAX_DATE_SENTENCE_CHARS if ends_sentence(text) else MAX_DATE_LINE_CHARS
    return len(text) <= limit and YEAR.search(text) is not None


# The patterns are compiled on first use: most commands read no page.
@cache
def changed_pattern() -> re.Pattern[str]:
    """Returns the pattern of the words before a date of change: "28.01.2024 - Update : 29.01.2024"."""
    return re.compile("|".join(page_words().dates["changed"]), re.IGNORECASE)


@cache
def published_pattern() -> re.Pattern[str]:
    """Returns the pattern of the words before a date of publication."""
    return re.compile("|".join(page_words().dates["published"]), re.IGNORECASE)


@cache
def filed_pattern() -> re.Pattern[str]:
    """Returns the pattern of a date of publication behind the text."""
    # Dawn and its kin end each article with "Published in Dawn, January 19th, 2024".
    return re.compile("|".join(page_words().dates["filed"]), re.IGNORECASE)
