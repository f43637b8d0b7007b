"""Search: the full-text index narrows, from the newest item on, and the query language decides, on both databases."""

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

_BATCH = 2_000  # items; a database takes 32,766 ids in one statement
_OUTLETS = 20  # that the index is asked for one by one
_UNINDEXED = 6  # items for each one wanted
_WINDOWS, _SPARSE = (400, 1_600, 4_000), 100  # items gone through; one in so many is enough to go on
_ID_BITS = 31  # of a place; the seconds stand above them
_END = (1 << 63) - 1

# Where the search columns and SQLite's index are, which metadata cannot say: see schema.py.
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
    """The newest items that match. `back_to`: older ones were not looked at; None: all were, or enough was found."""

    hits: tuple[SearchHit, ...]
    searched_back_to: datetime | None


def find(conn: Connection, asked: Query, *, since: datetime, limit: int, most: int) -> SearchPage:
    """The items from then on that match a query, the newest first; rejected ones are found as well.

    Of one second, what was stored last comes first. Where hardly any of those that the index gives match, the search
    ends after the newest `most` of them: the database is kept from its writers meanwhile.
    """
    places: list[int] = []
    for looked, (place, document) in enumerate(_candidates(conn, asked, since, limit)):
        if looked == most:
            return SearchPage(
                hits=tuple(_read(conn, places)), searched_back_to=datetime.fromtimestamp((place >> _ID_BITS) + 1, UTC)
            )
        if queries.matches(asked, document):
            places.append(place)
        if len(places) == limit:
            break
    return SearchPage(hits=tuple(_read(conn, places)), searched_back_to=None)


def ids_page(
    conn: Connection, asked: Query | None, *, since: datetime, before: int | None, size: int
) -> tuple[list[int], int | None]:
    """The next `size` items before a place and back to a time: the ids of those that match, and the place to go on from.

    For whoever goes through everything, a short call at a time: no index is asked. None: there is no more.
    """
    place, first = _ITEM.c.place, int(since.timestamp()) << _ID_BITS
    newest = select(place).where(place >= first, place < (before or _END)).order_by(place.desc()).limit(size)
    places = conn.scalars(newest).all()
    ids = list(map(_id, places))
    if asked is not None:
        rows = {row.id: row for row in conn.execute(_OF_DOCUMENTS, {"ids": ids})}
        ids = [one for one in ids if queries.matches(asked, _document(rows[one]))]
    return ids, places[-1] if len(places) == size else None


def _candidates(conn: Connection, asked: Query, since: datetime, limit: int) -> Iterator[tuple[int, QueryDocument]]:
    """Places and documents, the newest first."""
    needed, first = queries.index_query(asked), int(since.timestamp()) << _ID_BITS
    needed = needed and queries.index_query(_kept(conn, needed))
    by_index = (
        _by_fts5(conn, needed, first, limit) if conn.dialect.name == "sqlite" else _by_tsvector(conn, needed, first)
    )
    # More each time, as mostly the first are enough.
    for size in (min(limit * 4**step, _BATCH) for step in count()):
        if not (places := list(islice(by_index, size))):
            return
        rows = {row.id: row for row in conn.execute(_OF_DOCUMENTS, {"ids": list(map(_id, places))}) if row.at >= since}
        yield from ((place, _document(rows[_id(place)])) for place in places if _id(place) in rows)
        if len(places) < size:
            return


def _id(place: int) -> int:
    return place & ((1 << _ID_BITS) - 1)


def _kept(conn: Connection, needed: Query) -> Query:
    """The same, by tags that items have. What an outlet says for its items is asked of the outlets of today."""
    match needed:
        case And(parts=parts) | Or(parts=parts):
            return replace(needed, parts=tuple(_kept(conn, part) for part in parts))
        case Tag(name="country"):
            return _of_outlets(conn, needed)
        case Tag(name="lang"):
            unsaid = Tag(name="lang", value="")
            return Or(parts=(needed, And(parts=(unsaid, _of_outlets(conn, needed)))))
    return needed


def _of_outlets(conn: Connection, wanted: Tag) -> Query:
    """What the items of the outlets have that are so; of many outlets, anything: the index is no help with half of all."""
    outlets = conn.scalars(select(source.c.definition))
    documents = {one.id: QueryDocument(title="", lang=one.language, country=one.country) for one in outlets}
    so = [Tag(name="source", value=fold(name).text) for name, one in documents.items() if queries.matches(wanted, one)]
    return Or(parts=(wanted, *so)) if len(so) < _OUTLETS else And(parts=())


def _by_fts5(conn: Connection, needed: Query | None, first: int, limit: int) -> Iterator[int]:
    """The places from `first` on that have what is needed, the newest first, found as they are asked for."""
    newest = _stream(conn, _ITEM.c.place, _ITEM.c.place >= first)
    if needed is None:
        yield from newest
        return
    before = _END
    if _begins(needed):
        # The index gathers all words that begin so, with all their items, before it gives the newest: a tenth of a
        # second for half a million. What is so frequent is found among the newest items without it.
        for before in islice(newest, _UNINDEXED * limit):
            yield before
    place, held = _INDEX.c.rowid, _INDEX.c.item_search.match(_fts5(needed))
    yield from _stream(conn, place, held, place >= first, place < before)


def _stream(conn: Connection, place: ColumnElement[int], *where: ColumnElement[bool]) -> Iterator[int]:
    with conn.execute(select(place).where(*where).order_by(place.desc())) as rows:
        yield from rows.scalars()


def _by_tsvector(conn: Connection, needed: Query | None, first: int) -> Iterator[int]:
    """The same. The newest items are gone through while enough of them have it, and not too long; then the index is
    asked for all at once, as it knows no order.

    Not left to the planner, which takes a word that it has no count of for frequent: 2 s for one that is nowhere.
    """
    place, before = _ITEM.c.place, _END
    held = true() if needed is None else _ITEM.c.words.op("@@")(func.to_tsquery("simple", _tsquery(needed)))
    for window in repeat(_BATCH) if needed is None else _WINDOWS:
        newest = select(place, held.label("held")).where(place >= first, place < before)
        rows = conn.execute(newest.order_by(place.desc()).limit(window)).all()
        found = [row.place for row in rows if row.held]
        yield from found
        if len(rows) < window:
            return
        before = rows[-1].place
        if len(found) * _SPARSE < window and needed:
            break
    # Bounds in the statement would have the index of places read as well.
    everywhere = conn.scalars(select(place).where(held))
    yield from sorted((place for place in everywhere if first <= place < before), reverse=True)


def _fts5(needed: Query) -> str:
    """Every phrase is quoted: FTS5 reads bare words such as OR and NEAR as its own."""
    match needed:
        case Phrase(slack=0):
            return _quoted(needed)
        case Phrase(words=words, slack=slack, is_prefix=begins):
            last = len(words) - 1
            near = (Phrase(words=(word,), is_prefix=begins and at == last) for at, word in enumerate(words))
            return f"NEAR({' '.join(map(_quoted, near))}, {last + slack})"
        case Near(left=Phrase(slack=0) as one, right=Phrase(slack=0) as other, max_distance=apart):
            return f"NEAR({_quoted(one)} {_quoted(other)}, {apart})"
        case Near(left=one, right=other):
            return f"({_fts5(one)} AND {_fts5(other)})"
        case And(parts=parts) | Or(parts=parts):
            joint = " AND " if isinstance(needed, And) else " OR "
            return f"({joint.join(map(_fts5, parts))})"
        case Tag(name=name, value=value, is_prefix=begins):
            return _quoted(Phrase(words=(queries.tag_token(name, value),), is_prefix=begins))
    raise AssertionError(needed)


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + " *" * phrase.is_prefix


def _tsquery(needed: Query) -> str:
    """The words of a phrase stand anywhere: a tsvector forgets places beyond the 16,383rd word and the 256th of one."""
    match needed:
        case Phrase(words=words, is_prefix=begins):
            return "({}{})".format(" & ".join(map("'{}'".format, words)), ":*" * begins)
        case Near(left=one, right=other):
            return f"({_tsquery(one)} & {_tsquery(other)})"
        case And(parts=parts) | Or(parts=parts):
            joint = " & " if isinstance(needed, And) else " | "
            return f"({joint.join(map(_tsquery, parts))})"
        case Tag(name=name, value=value, is_prefix=begins):
            return _tsquery(Phrase(words=(queries.tag_token(name, value),), is_prefix=begins))
    raise AssertionError(needed)


def _begins(needed: Query) -> bool:
    match needed:
        case Near(left=one, right=other):
            return _begins(one) or _begins(other)
        case And(parts=parts) | Or(parts=parts):
            return any(map(_begins, parts))
    return isinstance(needed, Phrase | Tag) and needed.is_prefix


def _document(row: Row[Any]) -> QueryDocument:
    """What is stored folded is not folded again; it begins with the title."""
    title, outlet = fold(row.title).text, _outlet(row.outlet)
    said: dict[str, set[str]] = defaultdict(set)
    for name, _, value in (tag.partition(":") for tag in row.tags.split()):
        said[name].add(value)
    return QueryDocument(
        title=title,
        text=row.folded[len(title) :],
        folded=True,
        source=outlet.id,
        lang=next(iter(said["lang"]), "") or outlet.language,
        country=outlet.country,
        terms=frozenset(said["term"]),
        topics=frozenset(said["topic"]),
        flags=frozenset(said["flag"]),
    )


# A search looks at thousands of items, of some hundred outlets.
@lru_cache(maxsize=4096)
def _outlet(written: str) -> Source:
    return json_codec.decode(Source, written)


def _read(conn: Connection, places: Sequence[int]) -> Iterator[SearchHit]:
    """The items at these places, whole, in their order."""
    for start in range(0, len(places), _BATCH):
        ids = list(map(_id, places[start : start + _BATCH]))
        rows = {row.id: row for row in conn.execute(_WHOLE, {"ids": ids})}
        yield from (_found(rows[item_id]) for item_id in ids)


def _found(row: Row[Any]) -> SearchHit:
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


def _of_items(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(item)
        .join(version, and_(version.c.item == item.c.id, version.c.number == item.c.version))
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
        .where(item.c.id.in_(bindparam("ids", expanding=True)))
    )


_OUTLET = type_coerce(source.c.definition, Text).label("outlet")
_OF_DOCUMENTS = _of_items(item.c.id, item.c.at, item.c.folded, item.c.tags, version.c.title, _OUTLET)
_SHOWN = [entry.c[name].label(f"entry_{name}") for name in entries.ENTRY_FIELDS]
_WHOLE = _of_items(item, version.c.text, source.c.definition, entry.c.status, *_SHOWN)
