"""The @names of a query: where they are, and the words that they mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.query.syntax import And, Near, Not, Or, Phrase, Query, Tag, Within
from monitor.text import fold

# Quoted text first, so that an @ inside it is skipped.
_ALIAS = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»|(?P<alias>@[\w-]+)')


def find_aliases(text: str) -> list[tuple[str, int, int]]:
    """Returns each @name of a query, folded as in its Tag, with its line and column (from 1), to check that it exists."""
    # The parser does not know the rules; the caller checks the names and points into the query.
    return [
        (
            fold(alias["alias"]).text,
            text.count("\n", 0, alias.start()) + 1,
            alias.start() - text.rfind("\n", 0, alias.start()),
        )
        for alias in _ALIAS.finditer(text)
        if alias["alias"]
    ]


def resolve_aliases(query: Query, meanings: Mapping[str, Sequence[Phrase]], *, as_words: bool = False) -> Query:
    """Returns a query with words in place of the @names that have `meanings`, for texts that were not judged.

    `meanings` has the words of sets under "name" and those of terms under "@name". A set is always replaced. A term stays
    a tag, which an index knows, unless `as_words`: in NEAR, title: and text: only words have positions.
    """
    match query:
        case Tag(name="term", value=value):
            words = meanings.get(value) or (meanings.get(f"@{value}") if as_words else None)
            return query if not words else words[0] if len(words) == 1 else Or(parts=tuple(words))
        # A term is a tag of the whole text, so NEAR could not measure a distance to it.
        case Near():
            left = resolve_aliases(query.left, meanings, as_words=True)
            right = resolve_aliases(query.right, meanings, as_words=True)
            return Near(left=left, right=right, max_distance=query.max_distance)
        case Within():
            return replace(query, part=resolve_aliases(query.part, meanings, as_words=True))
        case Not():
            return replace(query, part=resolve_aliases(query.part, meanings, as_words=as_words))
        case And() | Or():
            parts = tuple(resolve_aliases(part, meanings, as_words=as_words) for part in query.parts)
            return replace(query, parts=parts)
    return query
