"""JSON Feed (jsonfeed.org, versions 1.0 and 1.1), which feedparser cannot parse.

It is no source kind of its own: `feed.parse` calls it for a body that is JSON.
"""

import json
import re
from typing import Any

from monitor.errors import ParseError
from monitor.model import ParseResult
from monitor.parse.entries import RawEntry, SourceContext, build_entries
from monitor.parse.links import id_link, page_link

MAX_REASON_CHARS = 300
# A comma before a closing bracket, outside of strings: written by templates that loop over items.
TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+")|,(?=\s*[\]}])', re.DOTALL)


# Where an item begins; its nested objects begin with other keys, or have neither id nor title.
ITEM_START = re.compile(r'\{\s*"(?:id|url|external_url|title|summary|content_html|content_text|date_published)"\s*:')
ITEMS = re.compile(r'"items"\s*:\s*\[')
MAX_BROKEN_ITEMS = 100
# Control characters inside strings are a common mistake, and harmless. What follows the feed is ignored.
DECODER = json.JSONDecoder(strict=False)


def parse(body: str, source: SourceContext) -> ParseResult:
    """Returns the entries of a JSON Feed. Raises ParseError if the body is not one."""
    document = TRAILING_COMMA.sub(lambda part: part[1] or "", body)
    notes: tuple[str, ...] = ()
    try:
        feed, _ = DECODER.raw_decode(document)
    except (ValueError, RecursionError) as error:
        feed = salvage(document)
        if not feed["items"]:
            raise ParseError(source.url, f"JSON that cannot be parsed: {error}"[:MAX_REASON_CHARS]) from error
        notes = (f"the feed is cut short or broken: {error}"[:MAX_REASON_CHARS],)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ParseError(source.url, "JSON, but not a JSON Feed: it has no items")
    # An item that is not an object has neither link nor title, so it is counted as bad.
    base = page_link(string_field(feed, "home_page_url"), base=source.url) or source.url
    entries = [raw_entry(item, base=base) if isinstance(item, dict) else RawEntry(link="") for item in items]
    title, language = string_field(feed, "title"), string_field(feed, "language")
    return build_entries(
        entries, source, complete=not notes, title=title, language=language, notes=notes, needs_link=False
    )


def salvage(document: str) -> dict[str, Any]:
    """Returns a broken JSON Feed with the items that can be read, and with the fields before them."""
    start = ITEMS.search(document)
    if not start:
        return {"items": []}
    items, failures, position = [], 0, start.end()
    while failures < MAX_BROKEN_ITEMS and (item_start := ITEM_START.search(document, position)):
        try:
            item, position = DECODER.raw_decode(document, item_start.start())
        except (ValueError, RecursionError):
            failures, position = failures + 1, item_start.end()
            continue
        if "id" in item or "title" in item:
            items.append(item)
    try:
        feed = DECODER.raw_decode(document[: start.end()] + "]}")[0]
    except (ValueError, RecursionError):
        feed = {}
    return {**feed, "items": items}


def raw_entry(item: dict[str, Any], *, base: str) -> RawEntry:
    """Returns the fields of one item; its id replaces a missing link, as many feeds use the URL as the id."""
    guid = string_field(item, "id")
    content_html, content_text = string_field(item, "content_html"), string_field(item, "content_text")
    # Version 1.0 has one author, version 1.1 a list.
    authors = item.get("authors")
    authors = authors if isinstance(authors, list) else [item.get("author")]
    # Seen: bare names in place of objects, against both versions.
    names = (
        author if isinstance(author, str) else string_field(author, "name")
        for author in authors
        if isinstance(author, str | dict)
    )
    return RawEntry(
        link=page_link(string_field(item, "url"), base=base)
        or page_link(string_field(item, "external_url"), base=base)
        or id_link(guid, base=base),
        title=string_field(item, "title"),
        summary=string_field(item, "summary") or content_text or content_html,
        contents=tuple(filter(None, (content_html, content_text))),
        author=", ".join(filter(None, names)),
        dates=tuple(filter(None, (string_field(item, "date_published"), string_field(item, "date_modified")))),
        language=string_field(item, "language"),
        guid=guid,
    )


def string_field(fields: dict[str, Any], key: str) -> str:
    """Returns a field as text if it is a string or a number (feeds use numbers as ids), else ""."""
    value = fields.get(key)
    return str(value) if isinstance(value, str | int) else ""
