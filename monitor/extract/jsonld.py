"""Structured data of a page (JSON-LD, schema.org): the item that is the article."""

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, Final

from selectolax.lexbor import LexborNode

from monitor.extract.words import words_of

_MOST_NODES: Final = 5_000
_MOST_CHARACTERS: Final = 2_000_000
_ARTICLE: Final = re.compile(r"(?:Article|Posting|Report|Reportage|Review)$")
_PAGE: Final = re.compile(r"^(?:Web|Item|About)Page$")
_MOST_NAMED: Final = 50
# Under these keys stand other things than the page's article.
_ELSEWHERE: Final = words_of("comment image isPartOf itemListElement logo mentions publisher relatedLink video")
_WRAPPING: Final = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$"
)
_TRAILING_COMMA: Final = re.compile(r",\s*(?=[}\]])")
_PAIR: Final = re.compile(
    r'"(@type|headline|datePublished|dateModified|articleBody)"\s*:\s*"((?:[^"\\]|\\.){1,100000})"'
)

Item = dict[str, Any]


def article_item(scripts: Iterable[LexborNode]) -> Item:
    """The first item of an article's type with a headline or a date, else the page as an item, or an empty one.

    Authors that it names by reference are put in their places.
    """
    items = list(_items(scripts))
    found = [item for item in items if _is_kind(item, _ARTICLE)]
    told = (item for item in found if item.get("headline") or item.get("datePublished") or item.get("articleBody"))
    pages = (item for item in items if _is_kind(item, _PAGE) and item.get("datePublished"))
    item = next(told, None) or next(iter(found), None) or next(pages, {})
    return {**item, **{key: _resolved(item[key], items) for key in ("author", "creator") if key in item}}


def _resolved(value: Any, items: list[Item]) -> list[Any]:
    """The values in a value, those that are references by the items they name: Yoast keeps authors beside the article."""
    values = value if isinstance(value, list) else [value]
    flat = [one for inner in values[:_MOST_NAMED] for one in (inner if isinstance(inner, list) else [inner])]
    named = {key: item for item in items if (key := _id(item)) and item.get("name")}
    return [named.get(_id(one), one) for one in flat]


def _id(value: Any) -> str:
    told = value.get("@id") if isinstance(value, dict) else ""
    return told if isinstance(told, str) else ""


def texts(value: Any) -> list[str]:
    """The strings in a value that may be a string, an object with a name, or a list of either."""
    values = value if isinstance(value, list) else [value]
    named = [_name(item) if isinstance(item, dict) else item for item in values[:_MOST_NAMED]]
    flat = [inner for item in named for inner in (item if isinstance(item, list) else [item])]
    return [unescape(item).strip() for item in flat if isinstance(item, str) and item.strip()]


def _name(item: Item) -> Any:
    parts = (item.get("givenName"), item.get("familyName"))
    return item.get("name") or " ".join(part for part in parts if isinstance(part, str))


def first(value: Any) -> str:
    """The first string in a value, or ""."""
    return next(iter(texts(value)), "")


def _items(scripts: Iterable[LexborNode]) -> Iterator[Item]:
    """Every object of every script, an outer one before those in it."""
    waiting = [_loaded(node.text()) for node in scripts][::-1]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            yield value
            inner = [item for key, item in value.items() if key not in _ELSEWHERE and isinstance(item, dict | list)]
            waiting.extend(reversed(inner))


def _loaded(text: str) -> Any:
    """The JSON of a script, mended where hands have broken it; None where that fails."""
    if len(text) > _MOST_CHARACTERS:
        return None
    for mended in (str, _unwrapped, lambda text: _TRAILING_COMMA.sub("", _unwrapped(text))):
        try:
            return json.loads(mended(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def _unwrapped(text: str) -> str:
    return _WRAPPING.sub("", _WRAPPING.sub("", text))


def _salvaged(text: str) -> Item:
    """The plain pairs of JSON that does not load, e.g. for a quotation mark in its description."""
    pairs: Item = {}
    for key, value in _PAIR.findall(text):
        pairs.setdefault(key, value)
    return pairs


def _is_kind(item: Item, kind: re.Pattern[str]) -> bool:
    return any(kind.search(told) for told in texts(item.get("@type")))
