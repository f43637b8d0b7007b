"""Matching of a query against one document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from monitor.query.syntax import And, Near, Not, Or, Phrase, Query, Tag, Within
from monitor.text import fold

# An inverted index of one text: a rule set asks many queries of one text.
Positions = Mapping[str, list[int]]  # the positions of each folded word, counted in words from 0

# Tags of which a document has several, and the attribute with them.
_MULTIVALUED = {"term": "terms", "topic": "topics", "flag": "flags"}


# Without slots: cached_property needs a __dict__.
@dataclass(frozen=True, kw_only=True)
class QueryDocument:
    """The text and tags that queries are matched against.

    `terms` are the ids of the terms of the rules that match the text. A text that was not judged has no topics and flags.
    """

    title: str
    text: str = ""
    folded: bool = False  # title and text are folded already
    source: str = ""
    lang: str = ""
    country: str = ""
    terms: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()

    def positions(self, field: str) -> Positions:
        """Returns the positions of each word of the title or the text; computed once for all queries."""
        return self._title_positions if field == "title" else self._text_positions

    @cached_property
    def _title_positions(self) -> Positions:
        return word_positions(self.title if self.folded else fold(self.title).text)

    @cached_property
    def _text_positions(self) -> Positions:
        return word_positions(self.text if self.folded else fold(self.text).text)


def matches(query: Query, document: QueryDocument, *, fields: tuple[str, ...] = ("title", "text")) -> bool:
    """Whether a document matches a query in at least one of the fields. A phrase never spans two fields."""
    match query:
        case Phrase() | Near():
            return any(next(match_spans(query, document.positions(field)), None) is not None for field in fields)
        case Tag():
            return tag_matches(query, document)
        case Within():
            return query.field in fields and matches(query.part, document, fields=(query.field,))
        case Not():
            return not matches(query.part, document, fields=fields)
        case And():
            return all(matches(part, document, fields=fields) for part in query.parts)
        case Or():
            return any(matches(part, document, fields=fields) for part in query.parts)


def tag_matches(tag: Tag, document: QueryDocument) -> bool:
    """Whether a document has a tag: the value itself, or a value that begins with a prefix."""
    # Values are folded here and not in the document: most queries have no tag.
    is_multivalued = tag.name in _MULTIVALUED
    values = getattr(document, _MULTIVALUED[tag.name]) if is_multivalued else [getattr(document, tag.name)]
    folded = (fold(value).text for value in values)
    return any(value.startswith(tag.value) if tag.is_prefix else value == tag.value for value in folded)


def match_spans(query: Query, positions: Positions) -> Iterator[tuple[int, int]]:
    """Yields the first and last word position of each match of a query that has positions."""
    match query:
        case Phrase():
            yield from phrase_spans(query, positions)
        case Or():  # an @name that was not resolved has no positions
            for part in query.parts:
                yield from match_spans(part, positions)
        case Near():
            # All pairs: a text has a handful of matches of either side.
            left_spans, right_spans = (
                list(match_spans(query.left, positions)),
                list(match_spans(query.right, positions)),
            )
            for left_start, left_end in left_spans:
                for right_start, right_end in right_spans:
                    if max(left_start, right_start) - min(left_end, right_end) <= query.max_distance:
                        yield min(left_start, right_start), max(left_end, right_end)


def phrase_spans(phrase: Phrase, positions: Positions) -> Iterator[tuple[int, int]]:
    """Yields the first and last word position of each match of a phrase."""
    last = len(phrase.words) - 1
    per_word = [
        positions_of(word, positions, is_prefix=phrase.is_prefix and index == last)
        for index, word in enumerate(phrase.words)
    ]
    # Without slack the words must follow each other in their order.
    if not phrase.slack:
        following = [set(word_at) for word_at in per_word[1:]]
        for start in per_word[0]:
            if all(start + offset in word_at for offset, word_at in enumerate(following, 1)):
                yield start, start + last
        return
    # With slack the order is free: every window of the text that contains all words.
    window = last + phrase.slack
    for start in sorted({position for word_at in per_word for position in word_at}):
        if all(any(start <= position <= start + window for position in word_at) for word_at in per_word):
            yield start, start + window


def positions_of(word: str, positions: Positions, *, is_prefix: bool) -> list[int]:
    """Returns the sorted positions of a word, or of all words that begin with it."""
    if not is_prefix:
        return positions.get(word, [])
    return sorted(
        position for indexed, word_at in positions.items() if indexed.startswith(word) for position in word_at
    )


def word_positions(folded_text: str) -> Positions:
    """Returns the positions of each word of a folded text."""
    positions: dict[str, list[int]] = {}
    for position, word in enumerate(folded_text.split()):
        positions.setdefault(word, []).append(position)
    return positions
