"""Structured data of a page (JSON-LD, schema.org): the item that is the article."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from monitor import urls
from monitor.extract.vocabulary import word_set

MAX_NODES: Final = 5_000
MAX_SCRIPT_CHARS: Final = 2_000_000
MAX_VALUES: Final = 50
MAX_EPOCH_MS: Final = 10**13
MAX_VALUES_IN_SCRIPT: Final = 50  # that follow each other without a comma
ARTICLE_TYPE: Final = re.compile(r"(?:Article|Posting|Report|Reportage|Review)$", re.IGNORECASE)
PAGE_TYPE: Final = re.compile(r"^(?:Web|Item|About)Page$", re.IGNORECASE)
# The items under these keys are not the page's article.
OTHER_ITEM_KEYS: Final = word_set("""
    about citation comment hasPart image isBasedOn isPartOf isRelatedTo itemListElement liveBlogUpdate logo mentions publisher
    relatedLink significantLink subjectOf video
    """)
HEADLINE_WORD: Final = re.compile(r"\w{3,}")
WRAPPING: Final = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$"
)
TRAILING_COMMA: Final = re.compile(r",\s*(?=[}\]])")
BETWEEN_VALUES: Final = re.compile(r"[\s,;]*")
PAIR: Final = re.compile(
    r'"(@type|headline|url|datePublished|dateModified|articleBody)"\s*:\s*(?:"((?:[^"\\]|\\.){1,100000})"|(\d{10}(?:\d{3})?)\b)'
)

DECODER: Final = json.JSONDecoder(strict=False)

Item = dict[str, Any]


def article_item(scripts: Iterable[LexborNode], *, addresses: Sequence[str] = (), titles: Sequence[str] = ()) -> Item:
    """Returns the item of the page's article: of the items of an article's type the one that names the page, else the first.

    `addresses` are those of the page, `titles` the headlines that it shows or declares. An item that belongs to another
    page is never returned. Without an item of an article, the item of the page itself, or an empty one. Authors that the
    item names by reference are replaced by their items.
    """
    items = list(items_in(scripts))
    keys = frozenset(map(address_key, filter(None, addresses))) - {""}
    base = next(iter(addresses), "")
    ranked = [(belonging(item, base, keys, titles), item) for item in items if has_type(item, ARTICLE_TYPE)]
    articles = [item for rank, item in sorted(ranked, key=lambda pair: -pair[0]) if rank >= 0]
    complete = (
        item for item in articles if item.get("headline") or item.get("datePublished") or item.get("articleBody")
    )
    pages = (item for item in items if has_type(item, PAGE_TYPE) and item.get("datePublished"))
    item = next(complete, None) or next(iter(articles), None) or next(pages, {})
    return {**item, **{key: resolve(item[key], items) for key in ("author", "creator") if key in item}}


def belonging(item: Item, base: str, page_keys: frozenset[str], titles: Sequence[str]) -> int:
    """Returns how surely an item is about the page: 2 by address and headline, 1 by one of them, 0 unknown, -1 of another page.

    Related articles, and the article of a template, have items of the same type as the article of the page.
    """
    named = page_addresses(item, base)
    has_address = bool(named & page_keys)
    match shared_words(first(item.get("headline") or item.get("name")), titles):
        case None:
            return 1 if has_address else -1 if named else 0
        case True:
            return 2 if has_address else 1
        case False:
            # A plugin writes the address of the page into the items of all related articles, and some outlets declare a
            # headline for search engines. Both have an address and no word in common with the page's titles.
            return 0 if named and named <= page_keys else -1


def page_addresses(item: Item, base: str) -> frozenset[str]:
    """Returns the keys of the addresses of its page in an item: by its url and main entity, else by its identifier."""
    # An identifier is often the address of the page with the name of a part: "/news/1#related-3".
    declared = [text for key in ("url", "mainEntityOfPage") for text in texts_or_ids(item.get(key))]
    addresses = declared or texts_or_ids(item.get("@id"))
    return frozenset(address_key(urls.resolve(base, text)) for text in addresses if not text.startswith("#")) - {""}


def texts_or_ids(value: Any) -> list[str]:
    """Returns the addresses in a value that is a string, or an object with an @id or a url."""
    if isinstance(value, dict):
        return [text for key in ("@id", "url") if isinstance(text := value.get(key), str) and text]
    return [value] if isinstance(value, str) and value else []


def address_key(address: str) -> str:
    """Returns an address by which pages are compared, without scheme, fragment and closing slash; "" for a home page."""
    parts = urlsplit(urls.canonicalize(address))
    path = parts.path.rstrip("/").removesuffix("/amp")
    if not path and not parts.query:
        return ""
    return f"{parts.netloc.removeprefix('www.')}{path}?{parts.query}"


def shared_words(headline: str, titles: Sequence[str]) -> bool | None:
    """Whether a headline has a word of a title; None if there is nothing to compare."""
    words = set(HEADLINE_WORD.findall(headline.casefold()))
    title_words = {word for title in titles for word in HEADLINE_WORD.findall(title.casefold())}
    return not words.isdisjoint(title_words) if words and title_words else None


def texts(value: Any) -> list[str]:
    """Returns the strings in a value that may be a string, an object with a name, or a list of either."""
    values = value if isinstance(value, list) else [value]
    names = [name_of(item) if isinstance(item, dict) else item for item in values[:MAX_VALUES]]
    flat = [inner for name in names for inner in (name if isinstance(name, list) else [name])]
    return [unescape(text).strip() for text in flat if isinstance(text, str) and text.strip()]


def first(value: Any) -> str:
    """Returns the first string in a value, or ""."""
    return next(iter(texts(value)), "")


def date_text(value: Any) -> str:
    """Returns the text of a date in a value: a string, seconds or milliseconds since 1970 as digits, or ""."""
    values = value if isinstance(value, list) else [value]
    for inner in values[:MAX_VALUES]:
        # {"@type": "Date", "@value": "…"} is how JSON-LD types a value.
        date = inner.get("@value") if isinstance(inner, dict) else inner
        if isinstance(date, int | float) and not isinstance(date, bool) and 0 < date < MAX_EPOCH_MS:
            return str(int(date))
        if text := first(date):
            return text
    return ""


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
    for repair in (str, unwrap, without_trailing_commas, unescape_quotes):
        try:
            return json.loads(repair(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return values_in_row(unwrap(text)) or plain_pairs(text)


def without_trailing_commas(text: str) -> str:
    """Returns a script without the commas before a closing bracket."""
    return TRAILING_COMMA.sub("", unwrap(text))


def unescape_quotes(text: str) -> str:
    """Returns a script whose every quotation mark was written as an entity by its template, as JSON."""
    return without_trailing_commas(unescape(text)) if '"' not in text else text


def values_in_row(text: str) -> list[Any]:
    """Returns the JSON values that a script has one after the other, each written by another plugin; none if one is broken."""
    values: list[Any] = []
    at = 0
    while at < len(text) and len(values) < MAX_VALUES_IN_SCRIPT:
        try:
            value, end = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        values.append(value)
        at = match.end() if (match := BETWEEN_VALUES.match(text, end)) else end
    return values


def plain_pairs(text: str) -> Item:
    """Returns the plain pairs of JSON that does not load, e.g. for a quotation mark in its description."""
    pairs: Item = {}
    for key, value, number in PAIR.findall(text):
        pairs.setdefault(key, value or number)
    return pairs


def unwrap(text: str) -> str:
    """Returns a script without the comments round it."""
    return WRAPPING.sub("", WRAPPING.sub("", text))


def has_type(item: Item, pattern: re.Pattern[str]) -> bool:
    """Whether a type of an item fits a pattern."""
    return any(pattern.search(name) for name in texts(item.get("@type")))
