"""Search: the full-text index narrows down the candidates, newest first, and the query language decides.

This works the same on SQLite (FTS5) and PostgreSQL (tsvector), which differ in NEAR, wildcards and fields.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count, islice, repeat
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    column,
    func,
    select,
    table,
    true,
    type_coerce,
)

from monitor import query as queries
from monitor.model import Article, Entry, Source, Verdict
from monitor.query import And, Near, Or, Phrase, Query, QueryDocument, Tag
from monitor.store import entries, json_codec
from monitor.store.schema import entry, item, source, version
from monitor.store.statuses import EntryStatus
from monitor.text import fold

BATCH_ITEMS = 2_000  # SQLite takes 32,766 parameters in one statement
MAX_OUTLETS_IN_QUERY = 20  # above it, the index is not asked for single outlets
UNINDEXED_ITEMS_PER_HIT = 6  # newest items to check before the index is used, for each hit wanted
WINDOW_ITEMS, MIN_HIT_RATE_DIVISOR = (
    (400, 1_600, 4_000),
    100,
)  # items checked without the index; it goes on while one in 100 matches
ID_BITS = 31  # lower bits of a place; the seconds of its time are the upper bits
MAX_PLACE = (1 << 63) - 1

# The search columns and SQLite's index, which SQLAlchemy's metadata cannot describe: see schema.py.
_ITEM = table("item", column("place", BigInteger), column("words")).alias("placed")
_INDEX = table("item_search", column("rowid", BigInteger), column("item_search"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A stored item that matches."""

    item: int
    story: int | None
    at: datetime  # published, else first seen
    entry: Entry
    article: Article  # with its text, where it is still kept
    verdict: Verdict
    source: Source
    status: EntryStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """The newest items that match. `searched_back_to`: older ones were not checked; None: all were, or enough matched."""

    hits: tuple[SearchHit, ...]
    searched_back_to: datetime | None


def find(conn: Connection, query: Query, *, since: datetime, limit: int, max_candidates: int) -> SearchPage:
    """Returns the items since a time that match a query, newest first, rejected ones included.

    Within one second, the item stored last comes first.
    """
    places: list[int] = []
    # The number of candidates is limited because a long search keeps the writers of a SQLite store waiting.
    for looked, (place, document) in enumerate(candidates(conn, query, since, limit)):
        if looked == max_candidates:
            return SearchPage(
                hits=tuple(load_hits(conn, places)),
                searched_back_to=datetime.fromtimestamp((place >> ID_BITS) + 1, UTC),
            )
        if queries.matches(query, document):
            places.append(place)
        if len(places) == limit:
            break
    return SearchPage(hits=tuple(load_hits(conn, places)), searched_back_to=None)


def ids_page(
    conn: Connection, query: Query | None, *, since: datetime, before: int | None, size: int
) -> tuple[list[int], int | None]:
    """Returns the ids of the matching ones among the next `size` items, and the place to continue from (None: no more).

    For reading the whole store in short calls; it does not use the full-text index.
    """
    place, first = _ITEM.c.place, int(since.timestamp()) << ID_BITS
    newest = select(place).where(place >= first, place < (before or MAX_PLACE)).order_by(place.desc()).limit(size)
    places = conn.scalars(newest).all()
    ids = list(map(item_id_of, places))
    if query is not None:
        rows = {row.id: row for row in conn.execute(_OF_DOCUMENTS, {"ids": ids})}
        ids = [item_id for item_id in ids if queries.matches(query, query_document(rows[item_id]))]
    return ids, places[-1] if len(places) == size else None


def candidates(conn: Connection, query: Query, since: datetime, limit: int) -> Iterator[tuple[int, QueryDocument]]:
    """Yields places and documents, newest first."""
    needed, first = queries.index_query(query), int(since.timestamp()) << ID_BITS
    needed = needed and queries.index_query(rewrite_outlet_tags(conn, needed))
    by_index = (
        search_fts5(conn, needed, first, limit)
        if conn.dialect.name == "sqlite"
        else search_tsvector(conn, needed, first)
    )
    # Growing batches: the first one is usually enough.
    for size in (min(limit * 4**step, BATCH_ITEMS) for step in count()):
        if not (places := list(islice(by_index, size))):
            return
        rows = {
            row.id: row
            for row in conn.execute(_OF_DOCUMENTS, {"ids": list(map(item_id_of, places))})
            if row.at >= since
        }
        yield from ((place, query_document(rows[item_id_of(place)])) for place in places if item_id_of(place) in rows)
        if len(places) < size:
            return


def item_id_of(place: int) -> int:
    return place & ((1 << ID_BITS) - 1)


def rewrite_outlet_tags(conn: Connection, needed: Query) -> Query:
    """Returns the query with tags that items have: country and language of an outlet become its source tags."""
    match needed:
        case And(parts=parts) | Or(parts=parts):
            return replace(needed, parts=tuple(rewrite_outlet_tags(conn, part) for part in parts))
        case Tag(name="country"):
            return outlet_query(conn, needed)
        case Tag(name="lang"):
            undeclared = Tag(name="lang", value="")
            return Or(parts=(needed, And(parts=(undeclared, outlet_query(conn, needed)))))
    return needed


def outlet_query(conn: Connection, wanted: Tag) -> Query:
    """Returns a query for the items of the outlets that match a tag; an empty one for many outlets.

    An index does not help to find half of all items.
    """
    outlets = conn.scalars(select(source.c.definition))
    documents = {one.id: QueryDocument(title="", lang=one.language, country=one.country) for one in outlets}
    matching_sources = [
        Tag(name="source", value=fold(name).text) for name, one in documents.items() if queries.matches(wanted, one)
    ]
    return Or(parts=(wanted, *matching_sources)) if len(matching_sources) < MAX_OUTLETS_IN_QUERY else And(parts=())


def search_fts5(conn: Connection, needed: Query | None, first: int, limit: int) -> Iterator[int]:
    """Yields the places from `first` on that match, newest first, read lazily."""
    newest = stream_places(conn, _ITEM.c.place, _ITEM.c.place >= first)
    if needed is None:
        yield from newest
        return
    before = MAX_PLACE
    if has_prefix(needed):
        # For a prefix, FTS5 collects all words with it and all their items before it returns the newest: a tenth of a second
        # for half a million items. A prefix that frequent is found among the newest items without the index.
        for before in islice(newest, UNINDEXED_ITEMS_PER_HIT * limit):
            yield before
    place, matched = _INDEX.c.rowid, _INDEX.c.item_search.match(fts5_query(needed))
    yield from stream_places(conn, place, matched, place >= first, place < before)


def stream_places(conn: Connection, place: ColumnElement[int], *conditions: ColumnElement[bool]) -> Iterator[int]:
    with conn.execute(select(place).where(*conditions).order_by(place.desc())) as rows:
        yield from rows.scalars()


def search_tsvector(conn: Connection, needed: Query | None, first: int) -> Iterator[int]:
    """Yields the same places from PostgreSQL. It checks the newest items while enough of them match, then uses the index.

    The index has no order, so it returns all matches at once. The planner cannot decide this: it assumes that a word
    without statistics is frequent, and took 2 s for a word that occurs nowhere.
    """
    place, before = _ITEM.c.place, MAX_PLACE
    matched = true() if needed is None else _ITEM.c.words.op("@@")(func.to_tsquery("simple", tsquery(needed)))
    for window in repeat(BATCH_ITEMS) if needed is None else WINDOW_ITEMS:
        newest = select(place, matched.label("held")).where(place >= first, place < before)
        rows = conn.execute(newest.order_by(place.desc()).limit(window)).all()
        matching_places = [row.place for row in rows if row.held]
        yield from matching_places
        if len(rows) < window:
            return
        before = rows[-1].place
        if len(matching_places) * MIN_HIT_RATE_DIVISOR < window and needed:
            break
    # With bounds in the statement, PostgreSQL would read the index of places as well.
    everywhere = conn.scalars(select(place).where(matched))
    yield from sorted((place for place in everywhere if first <= place < before), reverse=True)


def fts5_query(needed: Query) -> str:
    """Returns the FTS5 expression. Phrases are quoted, because FTS5 reads bare words such as OR and NEAR as operators."""
    match needed:
        case Phrase(slack=0):
            return quoted_phrase(needed)
        case Phrase(words=words, slack=slack, is_prefix=begins):
            last = len(words) - 1
            single_words = (Phrase(words=(word,), is_prefix=begins and at == last) for at, word in enumerate(words))
            return f"NEAR({' '.join(map(quoted_phrase, single_words))}, {last + slack})"
        case Near(left=Phrase(slack=0) as one, right=Phrase(slack=0) as other, max_distance=apart):
            return f"NEAR({quoted_phrase(one)} {quoted_phrase(other)}, {apart})"
        case Near(left=one, right=other):
            return f"({fts5_query(one)} AND {fts5_query(other)})"
        case And(parts=parts) | Or(parts=parts):
            joint = " AND " if isinstance(needed, And) else " OR "
            return f"({joint.join(map(fts5_query, parts))})"
        case Tag(name=name, value=value, is_prefix=begins):
            return quoted_phrase(Phrase(words=(queries.tag_token(name, value),), is_prefix=begins))
    raise AssertionError(needed)


def quoted_phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + " *" * phrase.is_prefix


def tsquery(needed: Query) -> str:
    """Returns the tsquery. It ignores word order: a tsvector stores no position beyond word 16,383, and 256 for each word."""
    match needed:
        case Phrase(words=words, is_prefix=begins):
            return "({}{})".format(" & ".join(map("'{}'".format, words)), ":*" * begins)
        case Near(left=one, right=other):
            return f"({tsquery(one)} & {tsquery(other)})"
        case And(parts=parts) | Or(parts=parts):
            joint = " & " if isinstance(needed, And) else " | "
            return f"({joint.join(map(tsquery, parts))})"
        case Tag(name=name, value=value, is_prefix=begins):
            return tsquery(Phrase(words=(queries.tag_token(name, value),), is_prefix=begins))
    raise AssertionError(needed)


def has_prefix(needed: Query) -> bool:
    match needed:
        case Near(left=one, right=other):
            return has_prefix(one) or has_prefix(other)
        case And(parts=parts) | Or(parts=parts):
            return any(map(has_prefix, parts))
    return isinstance(needed, Phrase | Tag) and needed.is_prefix


def query_document(row: Row[Any]) -> QueryDocument:
    """Returns the document of a row. The stored folded text begins with the title and is not folded again."""
    title, outlet = fold(row.title).text, decode_source(row.outlet)
    tags_by_name: dict[str, set[str]] = defaultdict(set)
    for name, _, value in (tag.partition(":") for tag in row.tags.split()):
        tags_by_name[name].add(value)
    return QueryDocument(
        title=title,
        text=row.folded[len(title) :],
        folded=True,
        source=outlet.id,
        lang=next(iter(tags_by_name["lang"]), "") or outlet.language,
        country=outlet.country,
        terms=frozenset(tags_by_name["term"]),
        topics=frozenset(tags_by_name["topic"]),
        flags=frozenset(tags_by_name["flag"]),
    )


# A search reads thousands of items of about a hundred outlets.
@lru_cache(maxsize=4096)
def decode_source(encoded: str) -> Source:
    return json_codec.decode(Source, encoded)


def load_hits(conn: Connection, places: Sequence[int]) -> Iterator[SearchHit]:
    """Yields the complete items at these places, in order."""
    for start in range(0, len(places), BATCH_ITEMS):
        ids = list(map(item_id_of, places[start : start + BATCH_ITEMS]))
        rows = {row.id: row for row in conn.execute(_WHOLE, {"ids": ids})}
        yield from (search_hit(rows[item_id]) for item_id in ids)


def search_hit(row: Row[Any]) -> SearchHit:
    return SearchHit(
        item=row.id,
        story=row.story,
        at=row.at,
        entry=Entry(**{name: row._mapping[f"entry_{name}"] for name in entries.ENTRY_FIELDS}),  # noqa: SLF001 - SQLAlchemy's name
        article=replace(row.article, text=row.text or ""),
        verdict=row.verdict,
        source=row.definition,
        status=row.status and EntryStatus(row.status),
    )


def select_items(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(item)
        .join(version, and_(version.c.item == item.c.id, version.c.number == item.c.version))
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
        .where(item.c.id.in_(bindparam("ids", expanding=True)))
    )


_OUTLET = type_coerce(source.c.definition, Text).label("outlet")
_OF_DOCUMENTS = select_items(item.c.id, item.c.at, item.c.folded, item.c.tags, version.c.title, _OUTLET)
_SHOWN = [entry.c[name].label(f"entry_{name}") for name in entries.ENTRY_FIELDS]
_WHOLE = select_items(item, version.c.text, source.c.definition, entry.c.status, *_SHOWN)
