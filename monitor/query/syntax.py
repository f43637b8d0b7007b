"""The parts of a query, as frozen types."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.errors import MonitorError

# Users write these names, and saved searches and rules contain them: adding one is fine, renaming one is not.
TEXT_FIELDS = frozenset({"title", "text"})
TAG_FIELDS = frozenset({"source", "lang", "country", "term", "topic", "flag"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One word, or several words side by side.

    With a `slack`, up to so many further words may be between them, and their order is free.
    """

    words: tuple[str, ...]  # folded
    slack: int = 0  # words
    is_prefix: bool = False  # the last word is only the beginning of a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Two queries whose matches are at most `max_distance` words apart, in any order."""

    left: "Query"
    right: "Query"
    max_distance: int  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A property of an article that its source or the rules give it: source, lang, country, term, topic or flag."""

    name: str  # one of TAG_FIELDS
    value: str  # folded
    is_prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A query that must match in the headline or the body alone."""

    field: str  # one of TEXT_FIELDS
    part: "Query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """A query that must not match."""

    part: "Query"


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """Queries that must all match."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """Queries of which at least one must match."""

    parts: "tuple[Query, ...]"


# A union and not a base class, so that `match` over all parts is checked for completeness by mypy.
Query = Phrase | Near | Tag | Within | Not | And | Or


class QueryError(MonitorError):
    """A query that cannot be parsed: the line and column of the error (from 1), and the tokens that are allowed there."""

    def __init__(self, query: str, message: str, *, line: int, column: int, expected: Sequence[str] = ()) -> None:
        # An empty query has no line to show, and its error is at column 1.
        error_line = (query.splitlines() or [""])[line - 1]
        hint = f"; expected {', '.join(expected)}" if expected else ""
        super().__init__(f"{line}:{column}: {message}{hint}\n  {error_line}\n  {' ' * (column - 1)}^")
        self.query, self.message, self.line, self.column, self.expected = query, message, line, column, tuple(expected)


def has_positions(query: Query) -> bool:
    """Whether a query matches words at positions of a text, so that NEAR can measure distances to it."""
    # A term counts because resolve_aliases() replaces it by its words. A negation has no position, and the words of an
    # And may be far apart.
    match query:
        case Phrase() | Tag(name="term"):
            return True
        case Or(parts=parts):
            return all(map(has_positions, parts))
    return False
