"""The part of a query that a full-text index can answer, and the words under which an index stores tags."""

from monitor.query.syntax import And, Near, Or, Phrase, Query, Tag, Within
from monitor.text import fold


def index_query(query: Query) -> Query | None:
    """Returns a weaker query without Within and Not, for an index that stores title and text as one.

    Every document that matches `query` matches the weaker query as well, so the index narrows and `matches` decides.
    Returns None if a document may match without any word or tag of the query.
    """
    match query:
        case Phrase() | Near() | Tag():
            return query
        # The index does not know in which field a word is.
        case Within(part=part):
            return index_query(part)
        # Any part of a conjunction may be left out: the rest is weaker.
        case And(parts=parts):
            usable = tuple(part for part in map(index_query, parts) if part is not None)
            return And(parts=usable) if len(usable) > 1 else next(iter(usable), None)
        # A disjunction is only as narrow as its widest part, so all parts are needed.
        case Or(parts=parts):
            usable = tuple(part for part in map(index_query, parts) if part is not None)
            return Or(parts=usable) if len(usable) == len(parts) else None
    return None


def tag_token(name: str, value: str) -> str:
    """Returns a tag as one word, such as `term:gabd_rimdan`, that an index stores beside the words of a text."""
    # No text contains such a word: folding removes the colon.
    return f"{name}:{fold(value).text.replace(' ', '_')}"
