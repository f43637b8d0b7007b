"""Full-text search narrows; what matches is for the query language to decide, the same on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select, text, true

from monitor.model import Article, Entry, Source, Verdict
from monitor.store import entries
from monitor.store.outcomes import Outcome
from monitor.store.schema import entry, item, source, version
from monitor.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stored item that may match."""

    item: int
    story: int | None
    at: datetime  # published, else first seen
    entry: Entry
    article: Article  # with its text, where it is still kept
    verdict: Verdict
    source: Source
    outcome: Outcome | None


def narrow(conn: Connection, words: Sequence[str], *, since: datetime, limit: int) -> list[Found]:
    """The items from then on that hold all the words, the newest first; with no words, all of them.

    Words are folded as the stored texts are, and may be typed by anybody: nothing in them is a command to the
    database. One that ends in * stands for all that begin so. Rejected items are found as well.
    """
    rows = conn.execute(
        select(item, version.c.text, source.c.noun, entry.c.outcome, *_SHOWN)
        .select_from(item)
        .join(version, and_(version.c.item == item.c.id, version.c.number == item.c.version))
        .join(entry, entry.c.id == item.c.entry)
        .join(source, source.c.id == entry.c.source)
        .where(item.c.at >= since, _holding(conn, words))
        .order_by(item.c.at.desc(), item.c.id.desc())
        .limit(limit)
    )
    return [
        Found(
            item=row.id,
            story=row.story,
            at=row.at,
            entry=Entry(**{name: row._mapping[f"entry_{name}"] for name in entries.ENTRY_FIELDS}),  # noqa: SLF001 - SQLAlchemy's name
            article=replace(row.article, text=row.text or ""),
            verdict=row.verdict,
            source=row.noun,
            outcome=row.outcome and Outcome(row.outcome),
        )
        for row in rows
    ]


_SHOWN = [entry.c[name].label(f"entry_{name}") for name in entries.ENTRY_FIELDS]


def _holding(conn: Connection, words: Sequence[str]) -> ColumnElement[bool]:
    tokens = [token for word in words for token in _tokens(word)]
    if not tokens:
        return true()
    if conn.dialect.name == "sqlite":
        # Every token is quoted: FTS5 reads bare words such as OR and NEAR as its own.
        asked = " ".join(f'"{token}" *' if begins else f'"{token}"' for token, begins in tokens)
        found = text("SELECT rowid FROM item_search WHERE item_search MATCH :asked").bindparams(asked=asked)
        return item.c.id.in_(found.columns(item.c.id))
    asked = " & ".join(f"'{token}':*" if begins else f"'{token}'" for token, begins in tokens)
    return literal_column("item.words").op("@@")(func.to_tsquery("simple", asked))


def _tokens(word: str) -> list[tuple[str, bool]]:
    """The folded words in a word, each with whether it is only a beginning: folding leaves letters and digits."""
    folded = fold(word.removesuffix("*")).text.split()
    return [(token, word.endswith("*") and place == len(folded)) for place, token in enumerate(folded, 1)]
