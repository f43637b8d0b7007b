"""RSS, RDF and Atom, by feedparser, which takes nearly anything but does not clean, and reads PKT as UTC."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import feedparser

from monitor.errors import ParseError
from monitor.model import Parsed
from monitor.parse import markup
from monitor.parse.entries import Origin, Raw, parsed

# feedparser takes 3 to 9 s of CPU to find no entry in a page of 1 to 5 MB, so pages never get there.
PAGE_ROOTS = {"html", "head", "body", "script", "style", "meta", "link", "title", "div", "p", "span", "iframe"}
FEED_START = re.compile(r"<\?xml\s|<(?:[\w-]+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
ENTRY_START = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
ENTRY_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
# feedparser raises over stray or broken elements that we never read: media:player, georss, cc:license …
UNREAD = re.compile(r"</?(?!(?:atom\d*|a10|content|dc|dcterms|rdf|rss\d*|sy|xhtml):)[\w.-]+:[^<>]*>", re.IGNORECASE)


def parse(body: str, origin: Origin) -> Parsed:
    """The entries of a feed. Raises ParseError where it is none; a half entry at a torn end is left out."""
    xml = _start(markup.tidy(body), origin)
    xml, torn = _mended(xml)
    found = _feedparsed(xml, origin)
    if not found.entries and not found.version:
        raise ParseError(origin.url, f"not a feed: it begins with <{markup.root(xml)}>")
    notes = ["the feed is cut short"] if torn else []
    if found.bozo and not torn:
        notes.append(f"not well-formed: {str(found.bozo_exception)[:200]}")
    return parsed(
        _raws(found),
        origin,
        complete=not torn,
        title=_string(found.feed, "title"),
        language=_string(found.feed, "language"),
        ttl=_ttl(found.feed),
        notes=tuple(notes),
    )


def _start(xml: str, origin: Origin) -> str:
    """The feed without what stands before it; a page in its place is refused."""
    name = markup.local(markup.root(xml))
    if name == "html" or (name in PAGE_ROOTS and not FEED_START.search(xml)):
        raise ParseError(origin.url, "an HTML page in place of the feed")
    if name in {"urlset", "sitemapindex"}:
        raise ParseError(origin.url, "a sitemap in place of the feed: its kind is news-sitemap")
    if name and name not in PAGE_ROOTS:
        return xml
    # A server's warnings may stand before the feed.
    found = FEED_START.search(xml)
    if not found:
        raise ParseError(origin.url, "not a feed: it holds no XML")
    return xml[found.start() :]


def _mended(xml: str) -> tuple[str, bool]:
    """A feed cut off on the way ends after its last whole entry, and is closed; says whether that was needed."""
    name = markup.root(xml)
    if not name or re.search(rf"</{re.escape(name)}\s*>|<{re.escape(name)}[^<>]*/>\s*$", xml, re.IGNORECASE):
        return xml, False
    start, end = _last(ENTRY_START, xml), _last(ENTRY_END, xml)
    if start and (not end or start.start() > end.start()):
        xml = xml[: start.start()]
    elif end:
        xml = xml[: end.end()]
    open_channel = "<channel" in xml and "</channel" not in xml
    return f"{xml}{'</channel>' if open_channel else ''}</{name}>", True


def _last(pattern: re.Pattern[str], xml: str) -> re.Match[str] | None:
    last = None
    for last in pattern.finditer(xml):  # noqa: B007 - only the last is wanted
        pass
    return last


def _feedparsed(xml: str, origin: Origin) -> Any:
    try:
        return _by_feedparser(xml, origin)
    except Exception:  # noqa: BLE001 - 13 kinds of error were seen; what it chokes on is mostly what we never read
        try:
            return _by_feedparser(UNREAD.sub(" ", xml), origin)
        except Exception as error:
            raise ParseError(origin.url, f"feedparser fails: {type(error).__name__}: {error}"[:300]) from error


def _by_feedparser(xml: str, origin: Origin) -> Any:
    # Only ever a BytesIO: feedparser opens bytes and strings as the name of a local file.
    return feedparser.parse(
        io.BytesIO(xml.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": origin.url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _raws(found: Any) -> Iterator[Raw]:
    for entry in found.entries:
        yield Raw(
            link=_link(entry),
            title=_string(entry, "title"),
            summary=_string(entry, "summary"),
            contents=tuple(_contents(entry)),
            author=_string(entry, "author"),
            dates=tuple(filter(None, (_string(entry, key) for key in ("published", "updated", "created")))),
            language=_string(entry, "language"),
            guid=_string(entry, "id"),
        )


def _link(entry: Any) -> str:
    """The link to the entry's page: FeedBurner's own redirects are dead, so the link that it hides goes first."""
    places = (_string(entry, "feedburner_origlink"), _string(entry, "link"), *_alternates(entry), _string(entry, "id"))
    return next((place.strip() for place in places if place.strip()), "")


def _alternates(entry: Any) -> Iterator[str]:
    for link in dict.get(entry, "links") or ():
        if dict.get(link, "rel", "alternate") == "alternate":
            yield _string(link, "href")


def _contents(entry: Any) -> Iterator[str]:
    for content in dict.get(entry, "content") or ():
        if _string(content, "type").startswith(("text/", "application/xhtml")):
            yield _string(content, "value")


def _ttl(feed: Any) -> timedelta | None:
    """How long the feed asks not to be polled again: <ttl>, in minutes.

    sy:updatePeriod is passed over: WordPress writes "hourly" into every feed, whoever runs it, and most of our sources
    would be an hour late by a default that nobody set.
    """
    minutes = _number(_string(feed, "ttl"))
    return timedelta(minutes=minutes) if minutes else None


def _number(digits: str) -> int:
    return int(digits) if re.fullmatch(r"\s*\d{1,6}\s*", digits, re.ASCII) else 0


def _string(fields: Any, key: str) -> str:
    # `dict.get`: feedparser's own falls back from one date to another, with a warning.
    value = dict.get(fields, key)
    return value if isinstance(value, str) else ""
