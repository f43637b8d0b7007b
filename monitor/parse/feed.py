"""RSS, RDF, Atom (by feedparser) and JSON Feed.

feedparser accepts nearly anything but does not clean it, and it reads the zone PKT as UTC, so texts and dates are
processed by `entries`.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from monitor import urls
from monitor.errors import ParseError
from monitor.languages.tags import primary_subtag
from monitor.model import ParseResult
from monitor.parse import jsonfeed, markup
from monitor.parse.entries import RawEntry, SourceContext, build_entries
from monitor.parse.known_items import FeedItems, leave_out_known
from monitor.parse.links import id_link, page_link
from monitor.parse.source_kind import OptionsForm, SourceKind

# feedparser takes 3 to 9 s of CPU to find no entry in an HTML page of 1 to 5 MB, so pages are rejected before it.
FEED_ROOTS = {"rss", "feed", "rdf"}
PAGE_ROOTS = {"html", "head", "body", "script", "style", "meta", "link", "title", "div", "p", "span", "iframe"}
FEED_START = re.compile(r"<\?xml\s|<(?:[\w-]+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
JSON_FEED_START = re.compile(r'\{\s*"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')
ENTRY_START = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
ENTRY_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
# feedparser raises on stray or broken elements that we never use: media:player, georss, cc:license …
UNUSED_ELEMENTS = re.compile(
    r"</?(?!(?:atom\d*|a10|content|dc|dcterms|rdf|rss\d*|sy|xhtml):)[\w.-]+:[^<>]*>", re.IGNORECASE
)
# RSS 1.0's module for syndication.
UPDATE_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
WORDPRESS_DEFAULT = UPDATE_PERIODS["hourly"]
MAX_REASON_CHARS = 300
MAX_NOTE_CHARS = 200


def parse(body: str, source: SourceContext, _options: OptionsForm | None = None) -> ParseResult:
    """Returns the entries of a feed in any of the four formats. Raises ParseError if the body is not a feed."""
    if body.startswith("{"):
        return jsonfeed.parse(body, source)
    # As before XML, some servers print PHP warnings before JSON.
    json_start = None if FEED_START.search(body) else JSON_FEED_START.search(body)
    return jsonfeed.parse(body[json_start.start() :], source) if json_start else parse_xml(body, source)


KIND = SourceKind(id="feed", parse=parse, is_feed=True)


def parse_xml(body: str, source: SourceContext) -> ParseResult:
    """Returns the entries of an XML feed; the half entry at the end of a truncated one is left out."""
    tidied = markup.tidy(body)
    feed = strip_prolog(tidied, source)
    xml, truncated = close_truncated(feed)
    # Of a feed that broke off all items are parsed: the last body may have broken off inside one.
    items = FeedItems(xml=xml) if truncated else leave_out_known(xml, source.known_items, salt=source.salt)
    document = parse_leniently(items.xml, source)
    if not document.entries and not document.version:
        raise ParseError(source.url, f"not a feed: it begins with <{markup.root(xml)}>")
    notes = ["the feed is cut short"] if truncated else []
    if len(feed) < len(tidied):
        notes.append("the text before the feed was ignored")
    if document.bozo and not truncated:
        notes.append(f"not well-formed: {str(document.bozo_exception)[:MAX_NOTE_CHARS]}")
    return build_entries(
        raw_entries(document, source),
        source,
        complete=not truncated,
        title=string_field(document.feed, "title"),
        language=string_field(document.feed, "language"),
        ttl=requested_interval(document.feed),
        notes=tuple(notes),
        item_hashes=items.hashes,
        known_count=items.known_count,
        needs_link=False,
    )


def requested_interval(channel: Any) -> timedelta | None:
    """Returns the time between two polls that a feed asks for: the longer of its ttl and its sy:updatePeriod."""
    ttl = re.fullmatch(r"\s*(\d{1,6})\s*", string_field(channel, "ttl"), re.ASCII)
    period = UPDATE_PERIODS.get(string_field(channel, "sy_updateperiod").strip().lower(), timedelta())
    frequency = re.fullmatch(r"\s*([1-9]\d{0,3})\s*", string_field(channel, "sy_updatefrequency"), re.ASCII)
    pause = period / int(frequency[1]) if frequency else period
    # WordPress writes this into every feed, whoever runs it, and most of our sources would be an hour late.
    if pause == WORDPRESS_DEFAULT:
        pause = timedelta()
    return max(timedelta(minutes=int(ttl[1])) if ttl else timedelta(), pause) or None


def strip_prolog(xml: str, source: SourceContext) -> str:
    """Returns the feed without the text before it. Raises ParseError if there is a page or a sitemap instead."""
    name = markup.local(markup.root(xml))
    if name == "html" or (name in PAGE_ROOTS and not FEED_START.search(xml)):
        raise ParseError(source.url, "an HTML page in place of the feed")
    if name in {"urlset", "sitemapindex"}:
        raise ParseError(source.url, "a sitemap in place of the feed: set its kind to news-sitemap")
    if name in FEED_ROOTS:
        return xml
    # Some servers print PHP warnings before the feed, as text or in any element (<br />, <table>).
    if start := FEED_START.search(xml):
        return xml[start.start() :]
    if name and name not in PAGE_ROOTS:
        return xml
    raise ParseError(source.url, "not a feed: it contains no XML")


def close_truncated(xml: str) -> tuple[str, bool]:
    """Cuts a feed whose transfer broke off after its last whole entry and closes it. Returns whether that was needed."""
    name = markup.root(xml)
    if not name or re.search(rf"</{re.escape(name)}\s*>|<{re.escape(name)}[^<>]*/>\s*$", xml, re.IGNORECASE):
        return xml, False
    start, end = last_match(ENTRY_START, xml), last_match(ENTRY_END, xml)
    if start and (not end or start.start() > end.start()):
        xml = xml[: start.start()]
    elif end:
        xml = xml[: end.end()]
    open_channel = "<channel" in xml and "</channel" not in xml
    return f"{xml}{'</channel>' if open_channel else ''}</{name}>", True


def last_match(pattern: re.Pattern[str], xml: str) -> re.Match[str] | None:
    """Returns the last match of a pattern, or None."""
    match = None
    for match in pattern.finditer(xml):  # noqa: B007 - only the last one is used
        pass
    return match


def parse_leniently(xml: str, source: SourceContext) -> Any:
    """Returns feedparser's result; if it fails, it gets the feed once more without the elements that we do not use."""
    try:
        return run_feedparser(xml)
    except Exception:  # noqa: BLE001 - 13 types of error were seen, mostly raised by elements that we do not use
        try:
            return run_feedparser(UNUSED_ELEMENTS.sub(" ", xml))
        except Exception as error:
            reason = f"feedparser fails: {type(error).__name__}: {error}"
            raise ParseError(source.url, reason[:MAX_REASON_CHARS]) from error


def run_feedparser(xml: str) -> Any:
    """Returns feedparser's result for a feed, with its texts unchanged."""
    import feedparser  # noqa: PLC0415 - 50 ms, and the registry of kinds is imported by every command

    # Always a BytesIO: feedparser opens bytes and strings as the name of a local file.
    return feedparser.parse(
        io.BytesIO(xml.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def raw_entries(document: Any, source: SourceContext) -> Iterator[RawEntry]:
    """Yields the entries of feedparser's result; their links are relative to the outlet's site."""
    base = site_url(string_field(document.feed, "link"), source)
    language = primary_subtag(source.language) or primary_subtag(string_field(document.feed, "language"))
    for entry in document.entries:
        contents = (
            string_field(content, "value")
            for content in dict.get(entry, "content") or ()
            if string_field(content, "type").startswith(("text/", "application/xhtml"))
        )
        yield RawEntry(
            link=entry_link(entry, base=base, language=language),
            title=string_field(entry, "title"),
            summary=string_field(entry, "summary"),
            contents=tuple(contents),
            author=author_names(entry),
            dates=tuple(filter(None, (string_field(entry, key) for key in ("published", "updated", "created")))),
            language=string_field(entry, "language"),
            guid=string_field(entry, "id"),
        )


def author_names(entry: Any) -> str:
    """Returns the authors of an entry: all of several <dc:creator> or <author>, of which feedparser's `author` is the last."""
    names = [string_field(author, "name") for author in dict.get(entry, "authors") or () if author]
    return ", ".join(dict.fromkeys(names)) if len(names) > 1 and all(names) else string_field(entry, "author")


def site_url(home_page: str, source: SourceContext) -> str:
    """Returns the URL that relative links of a feed belong to: its outlet's site, or the feed itself.

    A feed may be on the host of a feed service, where its links lead to nothing.
    """
    url = page_link(home_page, base=source.url)
    return url if "." in urls.host(url) else source.url


def entry_link(entry: Any, *, base: str, language: str) -> str:
    """Returns the URL of an entry's page, or "": the alternate in this language, else the first one.

    If there is none, the URL of the entry itself is taken (rel=self), or its id, if that is a URL.
    """
    links = [link for link in dict.get(entry, "links") or () if string_field(link, "href")]
    # In RFC 4287 a relation may be a URL that ends with its name.
    by_relation = [(string_field(link, "rel").lower().rpartition("/")[2] or "alternate", link) for link in links]
    alternates = [link for relation, link in by_relation if relation == "alternate"]
    alternates.sort(key=lambda link: not (language and primary_subtag(string_field(link, "hreflang")) == language))
    alternates.sort(key=lambda link: "html" not in (string_field(link, "type") or "html"))
    candidates = (
        # FeedBurner's own redirects are dead, so the original link comes first.
        string_field(entry, "feedburner_origlink"),
        *(string_field(link, "href") for link in alternates),
        string_field(entry, "link"),
        *(string_field(link, "href") for relation, link in by_relation if relation == "self"),
    )
    pages = (page_link(candidate, base=base) for candidate in candidates if candidate.strip())
    return next(filter(None, pages), "") or id_link(string_field(entry, "id"), base=base)


def string_field(fields: Any, key: str) -> str:
    """Returns a field of feedparser's result if it is a string, else ""."""
    # `dict.get`: feedparser's own method falls back from one date to another, with a warning.
    value = dict.get(fields, key)
    return value if isinstance(value, str) else ""
