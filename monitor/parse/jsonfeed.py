"""JSON Feed (jsonfeed.org, 1.0 and 1.1), which feedparser does not read."""

import json
from collections.abc import Iterator
from typing import Any

from monitor.errors import ParseError
from monitor.model import Parsed
from monitor.parse.entries import Origin, Raw, parsed


def parse(body: str, origin: Origin) -> Parsed:
    """The entries of a JSON Feed. Raises ParseError where it is none."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError(origin.url, f"JSON that cannot be read: {error}"[:300]) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ParseError(origin.url, "JSON, but no JSON Feed: it has no items")
    return parsed(_raws(items), origin, title=_string(feed, "title"), language=_string(feed, "language"))


def _raws(items: list[Any]) -> Iterator[Raw]:
    for item in items:
        yield _raw(item) if isinstance(item, dict) else Raw(link="")


def _raw(item: dict[str, Any]) -> Raw:
    identity = _string(item, "id")
    return Raw(
        link=_string(item, "url") or _string(item, "external_url") or identity,
        title=_string(item, "title"),
        summary=_string(item, "summary") or _string(item, "content_text") or _string(item, "content_html"),
        contents=tuple(filter(None, (_string(item, "content_html"), _string(item, "content_text")))),
        author=_author(item),
        dates=tuple(filter(None, (_string(item, "date_published"), _string(item, "date_modified")))),
        language=_string(item, "language"),
        guid=identity,
    )


def _author(item: dict[str, Any]) -> str:
    """The names of version 1.1, or the one of 1.0."""
    people = item.get("authors")
    people = people if isinstance(people, list) else [item.get("author")]
    names = (_string(person, "name") for person in people if isinstance(person, dict))
    return ", ".join(filter(None, names))


def _string(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    return str(value) if isinstance(value, str | int) else ""
