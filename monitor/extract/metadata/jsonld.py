"""Structured data of a page (JSON-LD, schema.org): the item that is the article."""

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, Final

from selectolax.lexbor import LexborNode

from monitor.extract.vocabulary import word_set

MAX_NODES: Final = 5_000
MAX_SCRIPT_CHARS: Final = 2_000_000
MAX_VALUES: Final = 50
ARTICLE_TYPE: Final = re.compile(r"(?:Article|Posting|Report|Reportage|Review)$")
PAGE_TYPE: Final = re.compile(r"^(?:Web|Item|About)Page$")
# The items under these keys are not the page's article.
OTHER_ITEM_KEYS: Final = word_set("comment image isPartOf itemListElement logo mentions publisher relatedLink video")
WRAPPING: Final = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$"
)
TRAILING_COMMA: Final = re.compile(r",\s*(?=[}\]])")
PAIR: Final = re.compile(
    r'"(@type|headline|datePublished|dateModified|articleBody)"\s*:\s*"((?:[^"\\]|\\.){1,100000})"'
)

Item = dict[str, Any]


def article_item(scripts: Iterable[LexborNode]) -> Item:
    """Returns the first item of an article's type with a headline or a date, else the item of the page, or an empty one.

    Authors that it names by reference are replaced by their items.
    """
    items = list(items_in(scripts))
    articles = [item for item in items if has_type(item, ARTICLE_TYPE)]
    complete = (
        item for item in articles if item.get("headline") or item.get("datePublished") or item.get("articleBody")
    )
    pages = (item for item in items if has_type(item, PAGE_TYPE) and item.get("datePublished"))
    item = next(complete, None) or next(iter(articles), None) or next(pages, {})
    return {**item, **{key: resolve(item[key], items) for key in ("author", "creator") if key in item}}


def texts(value: Any) -> list[str]:
    """Returns the strings in a value that may be a string, an object with a name, or a list of either."""
    values = value if isinstance(value, list) else [value]
    names = [name_of(item) if isinstance(item, dict) else item for item in values[:MAX_VALUES]]
    flat = [inner for name in names for inner in (name if isinstance(name, list) else [name])]
    return [unescape(text).strip() for text in flat if isinstance(text, str) and text.strip()]


def first(value: Any) -> str:
    """Returns the first string in a value, or ""."""
    return next(iter(texts(value)), "")


def resolve(value: Any, items: list[Item]) -> list[Any]:
    """Returns the values in a value, references replaced by the items with their names."""
    # Yoast, the plugin of many WordPress sites, has authors as items beside the article.
    values = value if isinstance(value, list) else [value]
    flat = [inner for outer in values[:MAX_VALUES] for inner in (outer if isinstance(outer, list) else [outer])]
    items_by_id = {key: item for item in items if (key := id_of(item)) and item.get("name")}
    return [items_by_id.get(id_of(inner), inner) for inner in flat]


def id_of(value: Any) -> str:
    """Returns the identifier of an item or of a reference to it, or ""."""
    identifier = value.get("@id") if isinstance(value, dict) else ""
    return identifier if isinstance(identifier, str) else ""


def name_of(item: Item) -> Any:
    """Returns the name of an item, which in broken data is not always a string."""
    parts = (item.get("givenName"), item.get("familyName"))
    return item.get("name") or " ".join(part for part in parts if isinstance(part, str))


def items_in(scripts: Iterable[LexborNode]) -> Iterator[Item]:
    """Yields every object of every script, an outer one before those in it."""
    pending = [load_json(node.text()) for node in scripts][::-1]
    for _ in range(MAX_NODES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(reversed(value))
        elif isinstance(value, dict):
            yield value
            inner = [
                item for key, item in value.items() if key not in OTHER_ITEM_KEYS and isinstance(item, dict | list)
            ]
            pending.extend(reversed(inner))


def load_json(text: str) -> Any:
    """Returns the value of a script, repaired if it was broken by hand; None if it is too long to be read."""
    if len(text) > MAX_SCRIPT_CHARS:
        return None
    for repair in (str, unwrap, lambda text: TRAILING_COMMA.sub("", unwrap(text))):
        try:
            return json.loads(repair(text), strict=False)
        except (ValueError, RecursionError):
            continue
    # The plain pairs of JSON that does not load, e.g. for a quotation mark in its description.
    pairs: Item = {}
    for key, value in PAIR.findall(text):
        pairs.setdefault(key, value)
    return pairs


def unwrap(text: str) -> str:
    """Returns a script without the comments round it."""
    return WRAPPING.sub("", WRAPPING.sub("", text))


def has_type(item: Item, pattern: re.Pattern[str]) -> bool:
    """Whether a type of an item fits a pattern."""
    return any(pattern.search(name) for name in texts(item.get("@type")))
