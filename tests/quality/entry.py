"""The product's results for a page and for a text, as plain values: the entry points of scorers that do not know Monitor.

`entries` takes the body of a source, `moment` a written time, `exchange` the bytes of an HTTP response. `world` runs the
service over scripted outlets.

`text`, `meta` and `article` take a page that is a string already, `judge` an item with title, text, lang, outlet, url and date.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from monitor import dates, relevance, urls
from monitor.config import bundled, load_rules, load_sources
from monitor.errors import BadStatus, ParseError
from monitor.extract import MAX_FINGERPRINTS_PER_SITE, Fingerprints, PageFingerprint, PageRequest, Refusal, extract
from monitor.extract.extraction import find_main_text
from monitor.fetch import Web
from monitor.model import Article, Entry, Failed, Fetched, HostState, NotModified, Source
from monitor.parse import parse_source
from monitor.pipeline.context import WallClock
from monitor.pipeline.witnesses import feed_alone, reconcile
from monitor.relevance import Judge
from monitor.services.try_page import source_for_page
from tests.net.loopback import serving
from tests.quality.world import run

_HTML = "text/html; charset=utf-8"
_fingerprints: dict[str, dict[str, PageFingerprint]] = defaultdict(dict)  # by site and URL, the newest last


def text(html: str, url: str) -> str | None:
    """Returns the main text of a page, paragraphs separated by blank lines; None if there is none.

    As in the service, a page is read with the fingerprints of other pages of its site, and leaves its own.
    """
    request = _request(html, url, fingerprints=_site_fingerprints(url))
    main_text = find_main_text(request)
    if isinstance(main_text, Refusal):
        return None
    _remember(url, main_text.fingerprint(request.now))
    return main_text.text


def meta(html: str, url: str) -> dict[str, Any]:
    """Returns title, authors, day of publication (as the page writes it, YYYY-MM-DD) and language of a page."""
    article = extract(_request(html, url)).article
    return _metadata(article) if article else {}


def article(html: str, url: str, feed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns the article that the service would store for a page, or an empty dictionary if there is none.

    `feed` is what a feed said of it: title, summary, content, author, published. The keys are those of `meta` and `text`;
    `published` (ISO 8601, UTC, or None); `partial`, whether the text is known not to be the whole; `notes`, the reasons of
    choices; and `believed`, for each field "page" or "feed".
    """
    extraction = extract(_request(html, url, fingerprints=_site_fingerprints(url)))
    _remember(url, extraction.fingerprint)
    source, entry = Source(id="", name="", url=url), _entry(feed or {}, url)
    if extraction.article:
        reconciled = reconcile(extraction.article, entry, source)
    elif feed:
        reconciled = feed_alone(entry, source, extraction.refusal.reason if extraction.refusal else "")
    else:
        return {}
    read = reconciled.article
    names = {"language": ("lang",), "published": ("published", "date")}
    return {
        "text": read.text,
        **_metadata(read),
        "published": read.published.isoformat() if read.published else None,
        "partial": read.partial,
        "notes": [*read.notes, *([f"the article goes on at {read.next_page}"] if read.next_page else [])],
        "believed": {name: str(who) for key, who in reconciled.believed.items() for name in names.get(key, (key,))},
    }


def entries(body: bytes, url: str, content_type: str, kind: str) -> list[dict[str, Any]]:
    """Returns the entries of a body of the kind feed, sitemap or listing; an empty list if it cannot be parsed."""
    kind_id = "news-sitemap" if kind == "sitemap" else kind
    try:
        result = parse_source(
            kind_id,
            body,
            url=url,
            headers=(("content-type", content_type),),
            zone="UTC",
            language="",
            now=datetime.now(UTC),
        )
    except ParseError:
        return []
    return [
        {
            "title": entry.title,
            "link": entry.link,
            "guid": entry.guid,
            "published": entry.published.isoformat() if entry.published else None,
            "summary": entry.summary,
            "language": entry.language,
        }
        for entry in result.entries
    ]


def moment(text: str, zone: str, now: datetime) -> str | None:
    """Returns the time that a text names, in UTC and ISO 8601, or None."""
    time = dates.parse(text, zone=zone, now=now)
    return time.isoformat() if time else None


def world(script: dict[str, Any]) -> dict[str, Any]:
    """Returns the entries, decisions, messages and health of the service after a script of outlets, end to end.

    The script has `sources` (id, url, language, country, fetch_pages; other keys as in a file of sources), `channels` (as in
    channels.yaml) and `steps`: at the time `at`, the URLs of `serve` begin to answer with status, headers, and body or body_b64,
    until they are replaced. Every other URL is 404. The service runs from the first step to 24 hours after the last one;
    its workers import the main module of the caller, so a script needs `if __name__ == "__main__":`.
    """
    return run(script)


def exchange(raw: bytes) -> dict[str, Any]:
    """Returns what the client makes of these bytes as the response to each of its requests.

    `outcome` is "fetched", "not-modified" or "failed"; `status` is the HTTP status, or None if there is none; `bytes` is
    the size of the body, decompressed; `reason` is that of a failure, or "".
    """
    return asyncio.run(_exchange(raw))


async def _exchange(raw: bytes) -> dict[str, Any]:
    async with serving(raw) as server:
        web = Web(server.net(), contact="https://desk.example", clock=WallClock(), host_delay=timedelta(0))
        host = HostState(host="outlet.example")
        result = (await web.fetch("http://outlet.example/feed", host=host, robots=False)).result
    match result:
        case Fetched():
            return {"outcome": "fetched", "status": result.status, "bytes": len(result.body), "reason": ""}
        case NotModified():
            return {"outcome": "not-modified", "status": 304, "bytes": 0, "reason": ""}
        case Failed():
            status = result.error.status if isinstance(result.error, BadStatus) else None
            return {"outcome": "failed", "status": status, "bytes": 0, "reason": str(result.error)}


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


def forget() -> None:
    """Forgets the pages that were read: the next one is read as the first of its site."""
    _fingerprints.clear()


def _entry(feed: Mapping[str, Any], url: str) -> Entry:
    published = feed.get("published") or ""
    return Entry(
        url=urls.canonicalize(url),
        link=url,
        title=feed.get("title") or "",
        summary=feed.get("summary") or "",
        content=feed.get("content") or "",
        author=feed.get("author") or "",
        published=dates.parse(published),
        published_text=published,
    )


def _day(article: Article) -> str | None:
    # The truth is the day that a page states; in UTC it may be the one before, for what was published after midnight.
    moment = dates.parse_local(article.published_text) or article.published
    return moment.date().isoformat() if moment else None


def _metadata(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "authors": list(article.authors),
        "date": _day(article),
        "lang": article.language,
    }


def _request(html: str, url: str, *, fingerprints: Fingerprints = ()) -> PageRequest:
    return PageRequest(
        html=html.encode("utf-8", "replace"),
        url=url,
        content_type=_HTML,
        now=datetime.now(UTC),
        fingerprints=fingerprints,
    )


def _site_fingerprints(url: str) -> Fingerprints:
    key = urls.canonicalize(url)
    pages = _fingerprints[urls.site(url)]
    return [page for page_key, page in reversed(pages.items()) if page_key != key][:MAX_FINGERPRINTS_PER_SITE]


def _remember(url: str, fingerprint: PageFingerprint | None) -> None:
    pages, key = _fingerprints[urls.site(url)], urls.canonicalize(url)
    if fingerprint:
        pages.pop(key, None)  # read again, the page becomes the newest
        pages[key] = fingerprint


def _source(url: str, *, outlet: str) -> Source:
    """The source of the catalogue that an item may have come from: by its address, else by the name or host of its outlet."""
    found = source_for_page(_sources(), url)
    named = (s for s in _sources() if outlet and outlet.casefold() in {s.name.casefold(), urls.site(s.url)})
    return found if found.id else next(named, found)


@cache
def _judge() -> Judge:
    return relevance.compile(load_rules(bundled("config") / "rules"))


@cache
def _sources() -> tuple[Source, ...]:
    return load_sources(sorted((bundled("config") / "sources").glob("*.yaml")))
