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


def parse(body: str, source: SourceContext) -> ParseResult:
    """Returns the entries of a JSON Feed. Raises ParseError if the body is not one."""
    try:
        # Not strict: control characters inside strings are a common mistake, and harmless.
        feed = json.loads(TRAILING_COMMA.sub(lambda part: part[1] or "", body), strict=False)
    except (ValueError, RecursionError) as error:
        raise ParseError(source.url, f"JSON that cannot be parsed: {error}"[:MAX_REASON_CHARS]) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ParseError(source.url, "JSON, but not a JSON Feed: it has no items")
    # An item that is not an object has no link, so it is counted as bad.
    base = page_link(string_field(feed, "home_page_url"), base=source.url) or source.url
    entries = [raw_entry(item, base=base) if isinstance(item, dict) else RawEntry(link="") for item in items]
    return build_entries(entries, source, title=string_field(feed, "title"), language=string_field(feed, "language"))


def raw_entry(item: dict[str, Any], *, base: str) -> RawEntry:
    """Returns the fields of one item; its id replaces a missing link, as many feeds use the URL as the id."""
    guid = string_field(item, "id")
    content_html, content_text = string_field(item, "content_html"), string_field(item, "content_text")
    # Version 1.0 has one author, version 1.1 a list.
    authors = item.get("authors")
    authors = authors if isinstance(authors, list) else [item.get("author")]
    names = (string_field(author, "name") for author in authors if isinstance(author, dict))
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
