"""What the product makes of a page and of a text, as plain values: the door for scorers that know nothing of Monitor.

`text` and `meta` take a page that is a string already, `judge` an item with title, text, lang, outlet, url and date.
"""

from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from monitor import dates, extract, relevance, urls
from monitor.cli.tryout import choose
from monitor.config import bundled, load_rules, load_sources
from monitor.errors import ExtractError
from monitor.extract.furniture import REMEMBERED
from monitor.model import Article, Source
from monitor.relevance import Judge

_HTML = "text/html; charset=utf-8"
_remembered: dict[str, dict[str, extract.Sketch]] = defaultdict(dict)  # by site and URL, the newest last


def text(html: str, url: str) -> str | None:
    """The main text of a page, paragraphs parted by blank lines; None where there is none.

    As in the service, a page is read with what is remembered of its site, and remembered itself afterwards.
    """
    pages, key = _remembered[urls.site(url)], urls.canonical(url)
    known = [sketch for other, sketch in reversed(pages.items()) if other != key][:REMEMBERED]
    try:
        found = extract.main_text(_body(html), url=url, content_type=_HTML, known=known)
    except ExtractError:
        return None
    if sketch := found.sketch(datetime.now(UTC)):
        pages.pop(key, None)
        pages[key] = sketch
    return str(found)


def meta(html: str, url: str) -> dict[str, Any]:
    """Title, authors, day of publication (as the page states it, YYYY-MM-DD) and language of a page."""
    article = _article(html, url)
    if article is None:
        return {}
    return {
        "title": article.title,
        "authors": list(article.authors),
        "date": _day(article),
        "lang": article.language,
    }


def judge(item: dict[str, Any]) -> dict[str, Any]:
    """The verdict of the shipped rules on an item, with what the catalogue knows of its outlet."""
    source = _source(item.get("url") or "", outlet=item.get("outlet") or "")
    verdict = _judge()(
        title=item.get("title") or "",
        text=item.get("text") or "",
        language=item.get("lang") or "",
        country=source.country,
        outlet=item.get("outlet") or source.name,
    )
    return {"digest": verdict.digest, "alert": verdict.alert, "score": verdict.score}


def _day(article: Article) -> str | None:
    # The truth is the day that a page states; in UTC it may be the one before, for what was published after midnight.
    moment = dates.stated(article.published_text) or article.published
    return moment.date().isoformat() if moment else None


def _article(html: str, url: str) -> Article | None:
    try:
        return extract.article(_body(html), url=url, content_type=_HTML, now=datetime.now(UTC))
    except ExtractError:
        return None


def _body(html: str) -> bytes:
    return html.encode("utf-8", "replace")


def _source(url: str, *, outlet: str) -> Source:
    """The source of the catalogue that an item may have come from: by its address, else by the name or host of its outlet."""
    found = choose(_sources(), url)
    named = (s for s in _sources() if outlet and outlet.casefold() in {s.name.casefold(), urls.site(s.url)})
    return found if found.id else next(named, found)


@cache
def _judge() -> Judge:
    return relevance.compile(load_rules(bundled("config") / "rules"))


@cache
def _sources() -> tuple[Source, ...]:
    return load_sources(sorted((bundled("config") / "sources").glob("*.yaml")))
