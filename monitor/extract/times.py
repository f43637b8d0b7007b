"""When an article was published and changed."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import filterfalse, islice, takewhile
from typing import Final

from selectolax.lexbor import LexborNode

from monitor import dates
from monitor.extract import jsonld
from monitor.extract.lines import Lines
from monitor.extract.outline import ends_sentence
from monitor.extract.page import Page, is_beside, line
from monitor.text import clean

_DATE_METAS: Final = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date", "publication_date", "pubdate",
    "publishtime", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "article.published", "article_date_original", "cxenseparse:recs:publishtime", "citation_publication_date",
    "citation_date", "shareaholic:article_published_time", "article.created", "created", "date", "date_published",
    "og:regdate", "ptime", "rnews:datepublished", "displaydate",
)  # fmt: skip
_UPDATE_METAS: Final = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
)
_MARKED: Final = '[itemprop="datePublished"], [itemprop="datepublished"], [property="datePublished"], time[pubdate]'
_DATED: Final = (
    '[class*="publish"], [class*="posted"], [class*="date" i], [id*="date"], [class*="time"], [class*="fecha"], [class*="datum"], '
    '[class*="tarih"], [class*="stamp"]'
)
_HEADS: Final = ("json-ld", "meta", "itemprop")
_MOST_DATED: Final = 24  # elements
_DAY: Final = timedelta(days=1)
_LONGEST_DATE: Final = 100  # characters of a line that holds a date
_LONGEST_SENTENCE: Final = 60  # characters of one that ends as a sentence does
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
_IN_ADDRESS: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
# Before a date it says that the text was changed then: "28.01.2024 - Update : 29.01.2024", "입력 2024.01.29 수정 2024.01.30".
_CHANGED: Final = re.compile(
    r"(?<![^\W\d])(?:(?:last\s+)?(?:updated?|modified|revised|edited)\b|mise?\s+à\s+jour|modifié|aktualisiert|geändert|actualizado"
    r"|modificado|aggiornato|atualizado|bijgewerkt|gewijzigd|oppdatert|opdateret|uppdaterad|güncelle\w*)"
    r"|обновлено|به\W?روز\s?رسانی|بروزرسانی|ویرایش|اپ\s?ڈیٹ|تازہ\s?کاری|تحديث|تازه\s?شوی|更新|수정|업데이트",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(r"\b(?:published|posted|publié|erstellt)\b|شائع|انتشار|نشر|입력", re.IGNORECASE)
_LONGEST_SCRIPT: Final = 2_000_000  # characters
_IN_SCRIPT: Final = re.compile(
    r'"(?:date_?published|published?_?(?:at|date|time)|first_?published(?:_?at)?|publication_?date|pub_?date)\\?"\s*:\s*\\?"'
    r'([^"\\]{8,40})\\?"',
    re.IGNORECASE,
)
# The last line of Dawn and its kin.
_FILED: Final = re.compile(r"^\W*(?:first\s+)?published\s+(?:in|on)\b|میں\s+شائع", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When something was published: the instant, as it was written, and where."""

    at: datetime | None = None
    text: str = ""
    source: str = ""


def published(page: Page, *, zone: str, language: str, now: datetime, lines: Lines, told: str) -> Stamp:
    """When the article was published, by the most trustworthy place that can be read; unknown stays unknown.

    `told` is what a selector of the source found: it comes first, and alone may tell it by distance ("2 hours ago").
    A date in the state of a script follows what people see; one that the page calls one of change is taken only where
    it is the only one, one of the Islamic calendar last.
    """
    if told:
        moment = dates.parse(told, zone=zone, languages=(language,) if language else (), now=now)
        if stamp := _stamp(moment, told, "selector", now):
            return stamp
    if stamp := _told(page, zone=zone, now=now):
        return stamp
    # In a longer line a day may be what the line is about.
    shown = sorted(_shown(page, lines), key=lambda text: len(text) > _LONGEST_SENTENCE)
    ways: tuple[tuple[str, Iterable[str], Callable[..., datetime | None]], ...] = (
        ("text", [_parted(text)[0] for text in shown], dates.parse),
        ("script", _scripted(page, zone=zone), dates.parse),
        ("text", shown, dates.parse),
        ("text", shown, dates.from_hijri),
    )
    stamps = (_stamp(read(text, zone=zone), text, source, now) for source, texts, read in ways for text in texts)
    return next(filter(None, stamps), Stamp())


def _told(page: Page, *, zone: str, now: datetime) -> Stamp | None:
    """When the page says it to machines: the first that can be read, with the time of that day if another has it."""
    stamps = filter(None, (_stamp(dates.parse(text, zone=zone), text, source, now) for source, text in _declared(page)))
    first = next(stamps, None)
    if not first or not first.at or ":" in first.text:
        return first
    # A <time> may be that of a teaser.
    sure = takewhile(lambda stamp: stamp.source in _HEADS, stamps)
    timed = (stamp for stamp in sure if ":" in stamp.text and stamp.at and first.at <= stamp.at < first.at + _DAY)
    return next(timed, first)


def modified(page: Page, *, zone: str, now: datetime, lines: Lines) -> datetime | None:
    """When the article was last changed, where the page says so."""
    told = jsonld.first(page.item.get("dateModified")) or page.meta(*_UPDATE_METAS)
    changes = (told, *(_parted(text)[1] for text in lines.near if _names_a_day(text)))
    moments = (dates.plausible(dates.parse(text, zone=zone), now=now) for text in changes if text)
    return next(filter(None, moments), None)


def _stamp(moment: datetime | None, text: str, source: str, now: datetime) -> Stamp | None:
    at = dates.plausible(moment, now=now)
    return Stamp(at=at, text=clean(text, limit=100), source=source) if at else None


def _declared(page: Page) -> Iterator[tuple[str, str]]:
    """What is meant for machines: where a date may stand, and what stands there."""
    yield from (
        ("json-ld", text) for key in ("datePublished", "dateCreated") if (text := jsonld.first(page.item.get(key)))
    )
    yield from (("meta", page.metas[name]) for name in _DATE_METAS if name in page.metas)
    for node in page.tree.css(_MARKED)[:3]:
        yield from (("itemprop", text) for text in _times_of(node))
    for node in islice(filterfalse(_is_foreign, page.tree.css("time")), 3):
        yield from (("time", text) for text in _times_of(node))
    if found := _IN_ADDRESS.search(page.url.split("://", 1)[-1].partition("/")[2]):
        year, _, *parts = found.groups()
        yield "url", "-".join((year, *(part.zfill(2) for part in parts if part)))


def _shown(page: Page, lines: Lines) -> Iterator[str]:
    """What is meant for people and holds a date."""
    yield from filter(_names_a_day, lines.near)
    yield from filter(_FILED.search, lines.last)
    for node in page.tree.css(_DATED)[:_MOST_DATED]:
        if _names_a_day(text := line(node)) and not is_beside(node):
            yield text


def _scripted(page: Page, *, zone: str) -> Iterator[str]:
    """The date in the data that scripts draw the page from; none where they have several days: those of teasers."""
    scripts = (text for node in page.tree.css("script") if len(text := node.text()) < _LONGEST_SCRIPT)
    told = {
        day.date(): text
        for script in scripts
        for text in _IN_SCRIPT.findall(script)
        if (day := dates.stated(text, zone=zone))
    }
    if len(told) == 1:
        yield from told.values()


def _is_foreign(node: LexborNode) -> bool:
    """Whether a <time> is one of change, or stands beside the article."""
    attributes = node.attributes
    names = (attributes.get("class") or "").split()
    changed = "updated" in names and "published" not in names  # WordPress says both of a post that never changed
    return (
        changed
        or attributes.get("itemprop") == "dateModified"
        or _CHANGED.search(line(node)) is not None
        or is_beside(node)
    )


def _times_of(node: LexborNode) -> list[str]:
    attributes = node.attributes
    shown = line(node)
    values = (attributes.get("content"), attributes.get("datetime"), attributes.get("title"))
    return [*filter(None, values), *([shown] if _names_a_day(shown) else [])]


def _parted(text: str) -> tuple[str, str]:
    """What a line says of the publication, and what of the last change."""
    found = _CHANGED.search(text)
    if not found:
        return text, ""
    before, after = text[: found.start()], text[found.end() :]
    again = _PUBLISHED.search(after)
    return (f"{before} {after[again.start() :]}", after[: again.start()]) if again else (before, after)


def _names_a_day(text: str) -> bool:
    """A day of some year, not "2 hours ago": that of a teaser beside the headline would make an old story new."""
    longest = _LONGEST_SENTENCE if ends_sentence(text) else _LONGEST_DATE
    return len(text) <= longest and _YEAR.search(text) is not None
