"""Search: the full-text index narrows, from the newest item on, and the query language decides, on both databases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    column,
    func,
    select,
    table,
    true,
    type_coerce,
)

from monitor import query as queries
from monitor.model import Article, Entry, Source, Verdict
from monitor.query import And, Document, Near, Or, Phrase, Query, Tag
from monitor.store import entries, nouns
from monitor.store.outcomes import Outcome
from monitor.store.schema import entry, item, source, version
from monitor.text import fold

_BATCH = 2_000  # items; a database takes 32,766 ids in one statement
_UNINDEXED = 4  # items for each one wanted
_ID_BITS = 31  # of a place; the seconds stand above them
_END = (1 << 63) - 1

# Where the search columns and SQLite's index are, which metadata cannot say: see schema.py.
_ITEM = table("item", column("place", BigInteger), column("words")).alias("placed")
_INDEX = table("item_search", column("rowid", BigInteger), column("item_search"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stored item that matches."""

    item: int
    story: int | None
    at: datetime  # published, else first seen
    entry: Entry
    article: Article  # with its text, where it is still kept
    verdict: Verdict
    source: Source
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The newest items that match. `back_to`: older ones were not looked at; None: all were, or enough was found."""

    found: tuple[Found, ...]
    back_to: datetime | None


def find(conn: Connection, asked: Query, *, since: datetime, limit: int, most: int) -> Page:
    """The items from then on that match a query, the newest first; rejected ones are found as well.

    Of one second, what was stored last comes first. Where hardly any of those that the index gives match, the search
    ends after the newest `most` of them: the database is kept from its writers meanwhile.
    """
    places: list[int] = []
    for looked, (place, document) in enumerate(_candidates(conn, asked, since, limit)):
        if looked == most:
            return Page(found=tuple(_read(conn, places)), back_to=datetime.fromtimestamp((place >> _ID_BITS) + 1, UTC))
        if queries.matches(asked, document):
            places.append(place)
        if len(places) == limit:
            break
    return Page(found=tuple(_read(conn, places)), back_to=None)


def _candidates(conn: Connection, asked: Query, since: datetime, limit: int) -> Iterator[tuple[int, Document]]:
    """Places and documents, the newest first."""
    needed, before = queries.needed(asked), _END
    for narrower, size in _steps(needed and _kept(conn, needed), limit):
        rows = conn.execute(_batch(conn, narrower, since=since, before=before, size=size)).all()
        for row in rows:
            before = row.place
            yield before, _document(row)
        if len(rows) < size:
            return


def _steps(needed: Query | None, limit: int) -> Iterator[tuple[Query | None, int]]:
    """What to narrow by and how many items to look at: more each time, as mostly the first are enough."""
    if needed and _begins(needed):
        # The index gathers all words that begin so, with all their items, before it gives the newest: a tenth of a
        # second for half a million. What is so frequent is found among the newest items without it.
        yield None, min(_UNINDEXED * limit, _BATCH)
    for size in (limit * 4**step for step in count()):
        yield needed, min(size, _BATCH)


def _kept(conn: Connection, needed: Query) -> Query:
    """The same, by tags that items have. What an outlet says for its items is asked of the outlets of today."""
    match needed:
        case And(parts=parts) | Or(parts=parts):
            return replace(needed, parts=tuple(_kept(conn, part) for part in parts))
        case Tag(name="country"):
            return Or(parts=(needed, *_of_outlets(conn, needed)))
        case Tag(name="lang"):
            unsaid = Tag(name="lang", value="")
            return Or(parts=(needed, *(And(parts=(unsaid, outlet)) for outlet in _of_outlets(conn, needed))))
    return needed


def _of_outlets(conn: Connection, wanted: Tag) -> Iterator[Tag]:
    for outlet in conn.scalars(select(source.c.noun)):
        if queries.matches(wanted, Document(title="", lang=outlet.language, country=outlet.country)):
            yield Tag(name="source", value=fold(outlet.id).text)


def _batch(conn: Connection, needed: Query | None, *, since: datetime, before: int, size: int) -> Select[Any]:
    """The next items before a place, with what a document is made of."""
    holding, place = _narrowing(conn, needed)
    newest = select(place.label("place")).where(place >= int(since.timestamp()) << _ID_BITS, place < before, holding)
    # Chosen by themselves first: no planner joins before it has counted.
    chosen = newest.order_by(place.desc()).limit(size).subquery()
    outlet = type_coerce(source.c.noun, Text).label("outlet")
    return (
        select(chosen.c.place, item.c.folded, item.c.tags, version.c.title, outlet)
        .select_from(chosen)
        .join(item, item.c.id == chosen.c.place.op("&")((1 << _ID_BITS) - 1))
        .join(version, and_(version.c.item == item.c.id, version.c.number == item.c.version))
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
        .where(item.c.at >= since)
        .order_by(chosen.c.place.desc())
    )


def _narrowing(conn: Connection, needed: Query | None) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """What an item must hold by the full-text index, and the column of places that this index is ordered by."""
    if needed is None:
        return true(), _ITEM.c.place
    if conn.dialect.name == "sqlite":
        return _INDEX.c.item_search.match(_fts5(needed)), _INDEX.c.rowid
    return _ITEM.c.words.op("@@")(func.to_tsquery("simple", _tsquery(needed))), _ITEM.c.place


def _fts5(needed: Query) -> str:
    """Every phrase is quoted: FTS5 reads bare words such as OR and NEAR as its own."""
    match needed:
        case Phrase(slack=0):
            return _quoted(needed)
        case Phrase(words=words, slack=slack, begins=begins):
            last = len(words) - 1
            near = (Phrase(words=(word,), begins=begins and at == last) for at, word in enumerate(words))
            return f"NEAR({' '.join(map(_quoted, near))}, {last + slack})"
        case Near(one=Phrase(slack=0) as one, other=Phrase(slack=0) as other, words=apart):
            return f"NEAR({_quoted(one)} {_quoted(other)}, {apart})"
        case Near(one=one, other=other):
            return f"({_fts5(one)} AND {_fts5(other)})"
        case And(parts=parts) | Or(parts=parts):
            joint = " AND " if isinstance(needed, And) else " OR "
            return f"({joint.join(map(_fts5, parts))})"
        case Tag(name=name, value=value, begins=begins):
            return _quoted(Phrase(words=(queries.tag(name, value),), begins=begins))
    raise AssertionError(needed)


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + " *" * phrase.begins


def _tsquery(needed: Query) -> str:
    """The words of a phrase stand anywhere: a tsvector forgets places beyond the 16,383rd word and the 256th of one."""
    match needed:
        case Phrase(words=words, begins=begins):
            return "({}{})".format(" & ".join(map("'{}'".format, words)), ":*" * begins)
        case Near(one=one, other=other):
            return f"({_tsquery(one)} & {_tsquery(other)})"
        case And(parts=parts) | Or(parts=parts):
            joint = " & " if isinstance(needed, And) else " | "
            return f"({joint.join(map(_tsquery, parts))})"
        case Tag(name=name, value=value, begins=begins):
            return _tsquery(Phrase(words=(queries.tag(name, value),), begins=begins))
    raise AssertionError(needed)


def _begins(needed: Query) -> bool:
    match needed:
        case Near(one=one, other=other):
            return _begins(one) or _begins(other)
        case And(parts=parts) | Or(parts=parts):
            return any(map(_begins, parts))
    return isinstance(needed, Phrase | Tag) and needed.begins


def _document(row: Row[Any]) -> Document:
    """What is stored folded is not folded again; it begins with the title."""
    title, outlet = fold(row.title).text, _outlet(row.outlet)
    tags = [tag.partition(":") for tag in row.tags.split()]
    return Document(
        title=title,
        text=row.folded[len(title) :],
        folded=True,
        source=outlet.id,
        lang=next((value for name, _, value in tags if name == "lang"), "") or outlet.language,
        country=outlet.country,
        terms=frozenset(value for name, _, value in tags if name == "term"),
    )


# A search looks at thousands of items, of some hundred outlets.
@lru_cache(maxsize=4096)
def _outlet(written: str) -> Source:
    return nouns.load(Source, written)


_SHOWN = [entry.c[name].label(f"entry_{name}") for name in entries.ENTRY_FIELDS]


def _read(conn: Connection, places: Sequence[int]) -> Iterator[Found]:
    """The items at these places, whole, in their order."""
    whole = (
        select(item, version.c.text, source.c.noun, entry.c.outcome, *_SHOWN)
        .join(version, and_(version.c.item == item.c.id, version.c.number == item.c.version))
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
    )
    for start in range(0, len(places), _BATCH):
        ids = [place & ((1 << _ID_BITS) - 1) for place in places[start : start + _BATCH]]
        rows = {row.id: row for row in conn.execute(whole.where(item.c.id.in_(ids)))}
        yield from (_found(rows[item_id]) for item_id in ids)


def _found(row: Row[Any]) -> Found:
    return Found(
        item=row.id,
        story=row.story,
        at=row.at,
        entry=Entry(**{name: row._mapping[f"entry_{name}"] for name in entries.ENTRY_FIELDS}),  # noqa: SLF001 - SQLAlchemy's name
        article=replace(row.article, text=row.text or ""),
        verdict=row.verdict,
        source=row.noun,
        outcome=row.outcome and Outcome(row.outcome),
    )
