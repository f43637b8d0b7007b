"""When an article was published and changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from selectolax.lexbor import LexborNode

from monitor import dates
from monitor.extract import jsonld
from monitor.extract.page import Page, line
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
_TIMES: Final = "article time, main time, header time, time"
_DATED: Final = (
    '[class*="publish"], [class*="posted"], [class*="post-date"], [class*="entry-date"], [class*="date"], [class*="Date"], '
    '[id*="date"], [class*="time"], [class*="fecha"], [class*="datum"], [class*="tarih"], [class*="stamp"]'
)
_LONGEST_DATE: Final = 60  # characters
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
_IN_ADDRESS: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|[1-9])[/_-]?(0[1-9]|[12]\d|3[01]|[1-9])(?!\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When something was published: the instant, as it was written, and where."""

    at: datetime | None = None
    text: str = ""
    source: str = ""


def published(page: Page, *, zone: str, language: str, now: datetime, near: Sequence[str], told: str) -> Stamp:
    """When the article was published, by the most trustworthy place that can be read; unknown stays unknown.

    `near` are the short lines round the headline; `told` is what a selector of the source found: it comes first.
    """
    languages = (language,) if language else ()
    for source, text in chain([("selector", told)], _date_texts(page, near)):
        moment = dates.plausible(dates.parse(text, zone=zone, languages=languages, now=now), now=now)
        if moment is not None:
            return Stamp(at=moment, text=clean(text, limit=100), source=source)
    return Stamp()


def modified(page: Page, *, zone: str, now: datetime) -> datetime | None:
    """When the article was last changed, where the page says so."""
    text = jsonld.first(page.item.get("dateModified")) or page.meta(*_UPDATE_METAS)
    return dates.plausible(dates.parse(text, zone=zone, now=now), now=now) if text else None


def _date_texts(page: Page, near: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from (
        ("json-ld", text) for key in ("datePublished", "dateCreated") if (text := jsonld.first(page.item.get(key)))
    )
    yield from (("meta", page.metas[name]) for name in _DATE_METAS if name in page.metas)
    for node in page.tree.css(_MARKED)[:3]:
        yield from (("itemprop", text) for text in _times_of(node))
    for node in page.tree.css(_TIMES)[:3]:
        yield from (("time", text) for text in _times_of(node))
    if found := _IN_ADDRESS.search(page.url.split("://", 1)[-1].partition("/")[2]):
        yield "url", "-".join(part.zfill(2) for part in found.groups())
    texts = (*near, *(line(node) for node in page.tree.css(_DATED)[:12]))
    yield from (("text", text) for text in texts if _names_a_day(text))


def _times_of(node: LexborNode) -> list[str]:
    attributes = node.attributes
    shown = line(node)
    values = (attributes.get("content"), attributes.get("datetime"), attributes.get("title"))
    return [*filter(None, values), *([shown] if _names_a_day(shown) else [])]


def _names_a_day(text: str) -> bool:
    """A day of some year, not "2 hours ago": that of a teaser beside the headline would make an old story new."""
    return len(text) <= _LONGEST_DATE and _YEAR.search(text) is not None
