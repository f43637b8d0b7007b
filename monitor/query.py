"""The query language of search, rules and backtests, evaluated over folded text.

    iran pakistan                words, both needed; AND may be written
    iran OR tehran               one of them; binds less than AND
    -cricket, NOT cricket        not it
    "border market"              words side by side; "market border"~3 in any order with three words between
    munir NEAR/10 @mousavi       at most ten words apart, either first; words, phrases, @names and (a OR b)
    pakist*                      a beginning
    title:raisi text:(a OR b)    in the headline or the body alone
    source:dawn lang:ur country:pk                what the outlet says of the text
    term:taftan topic:diplomacy flag:sport        what the rules say of it
    @taftan                      term:taftan: a name of the rules in all its spellings, or a set of words of the rules

Operators are written in capitals; everything else is folded, so that case, marks and letter variants do not count.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from monitor.errors import MonitorError
from monitor.text import fold

# --- nouns ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One word or several side by side. `slack`: so many other words may stand between, and the order is free."""

    words: tuple[str, ...]  # folded
    slack: int = 0
    begins: bool = False  # the last word is only a beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Both within a number of words of each other."""

    one: "Query"
    other: "Query"
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What the outlet or the rules say of a text: source, lang, country, term, topic or flag."""

    name: str
    value: str  # folded
    begins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A query of the headline or the body alone."""

    place: str  # title or text
    part: "Query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """What must not hold."""

    part: "Query"


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of the parts."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """One of the parts at least."""

    parts: "tuple[Query, ...]"


Query = Phrase | Near | Tag | Within | Not | And | Or


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a query is held against. `terms` are the ids of the rules' terms that were found in it; a text that was not
    judged has no topics and flags.
    """

    title: str
    text: str = ""
    folded: bool = False  # title and text are matching text already
    source: str = ""
    lang: str = ""
    country: str = ""
    terms: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()

    def words(self, place: str) -> dict[str, list[int]]:
        """Where each folded word of the title or the text stands. Built once, however many queries are asked."""
        return self._of_title if place == "title" else self._of_text

    @cached_property
    def _of_title(self) -> dict[str, list[int]]:
        return _positions(self.title if self.folded else fold(self.title).text)

    @cached_property
    def _of_text(self) -> dict[str, list[int]]:
        return _positions(self.text if self.folded else fold(self.text).text)


class QueryError(MonitorError):
    """A query that cannot be read: where, and what would have done there."""

    def __init__(self, query: str, message: str, *, line: int, column: int, expected: Sequence[str] = ()) -> None:
        shown = (query.splitlines() or [""])[line - 1]
        hint = f"; expected {', '.join(expected)}" if expected else ""
        super().__init__(f"{line}:{column}: {message}{hint}\n  {shown}\n  {' ' * (column - 1)}^")
        self.query, self.message, self.line, self.column, self.expected = query, message, line, column, tuple(expected)


# --- reading ----------------------------------------------------------------------------------------------------------

_GRAMMAR = r"""
start: either
?either: all (_OR all)*
?all: one (_AND? one)*
?one: (_NOT | _MINUS) one -> negated
    | near
?near: atom
    | atom NEAR atom -> close
?atom: WORD -> word
    | STRING -> phrase
    | STRING SLACK -> phrase
    | ALIAS -> alias
    | FIELD fielded -> scoped
    | _OPEN either _CLOSE
?fielded: WORD -> word
    | STRING -> phrase
    | STRING SLACK -> phrase
    | ALIAS -> alias
    | _OPEN either _CLOSE

_AND.3: /AND(?=[\s(]|$)/
_OR.3: /OR(?=[\s(]|$)/
_NOT.3: /NOT(?=[\s(]|$)/
NEAR.3: /NEAR\/\d{1,3}(?=[\s(]|$)/
FIELD.2: /[A-Za-z_]+:/
_MINUS.2: /-(?=[^\s-])/
_OPEN: "("
_CLOSE: ")"
ALIAS: /@[\w-]+/
STRING: /"[^"]*"|“[^”]*”|«[^»]*»/
SLACK: /~\d{1,3}/
WORD: /[^\s()"“”«»@:~*-][^\s()"“”«»@:~*]*\*?/
%import common.WS
%ignore WS
"""

_NAMES = {
    "WORD": "a word",
    "STRING": "a phrase",
    "ALIAS": "an @alias",
    "FIELD": "a field",
    "_OPEN": '"("',
    "_CLOSE": '")"',
    "_MINUS": '"-"',
    "_NOT": "NOT",
    "_AND": "AND",
    "_OR": "OR",
    "NEAR": "NEAR/n",
    "SLACK": "~n",
    "$END": "the end",
}
_PLACES = {"title", "text"}
_TAGS = {"source", "lang", "country", "term", "topic", "flag"}
_MANY = {"term": "terms", "topic": "topics", "flag": "flags"}  # of which a text has several
_DEEPEST = 40  # parentheses in parentheses; a query may come from anybody, and evaluation recurses


class _Unusable(Exception):
    """What the grammar takes and the language does not; becomes a QueryError with its place."""

    def __init__(self, token: Token, message: str) -> None:
        super().__init__(message)
        self.token, self.message = token, message


@v_args(inline=True)
class _Builder(Transformer[Token, Query]):
    def start(self, query: Query) -> Query:
        return query

    def either(self, *parts: Query) -> Query:
        return Or(parts=parts)

    def all(self, *parts: Query) -> Query:
        return And(parts=parts)

    def negated(self, part: Query) -> Query:
        return part.part if isinstance(part, Not) else Not(part=part)

    def close(self, one: Query, near: Token, other: Query) -> Query:
        if not (_stands(one) and _stands(other)):
            raise _Unusable(near, "NEAR joins words, phrases, @names and (a OR b) of them")
        return Near(one=one, other=other, words=int(near.removeprefix("NEAR/")))

    def word(self, token: Token) -> Query:
        return _phrase(token, token.removesuffix("*"), begins=token.endswith("*"))

    def phrase(self, token: Token, slack: Token | None = None) -> Query:
        return _phrase(token, token[1:-1], slack=int(slack[1:]) if slack else 0)

    def alias(self, token: Token) -> Query:
        return Tag(name="term", value=fold(token[1:]).text)

    def scoped(self, token: Token, part: Query) -> Query:
        name = token[:-1].lower()
        if name in _PLACES:
            return Within(place=name, part=part)
        if name not in _TAGS:
            raise _Unusable(token, f"no field {name!r}; there are {', '.join(sorted(_PLACES | _TAGS))}")
        return _tagged(token, name, part)


def parse(text: str) -> Query:
    """The query that a text means, or QueryError with its place."""
    _check_depth(text)
    try:
        return _parser().parse(text)  # type: ignore[return-value]  # the builder makes queries of trees
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    except _Unusable as error:
        raise QueryError(text, error.message, line=error.token.line or 1, column=error.token.column or 1) from None


@cache
def _parser() -> Lark:
    # Built when a query is first read: it takes 80 ms, and most commands read none.
    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder())


def _phrase(token: Token, text: str, *, slack: int = 0, begins: bool = False) -> Query:
    words = tuple(fold(text).text.split())
    if not words:
        raise _Unusable(token, "nothing to look for: no letter or digit")
    return Phrase(words=words, slack=slack, begins=begins)


def _tagged(token: Token, name: str, part: Query) -> Query:
    match part:
        case Phrase():
            return Tag(name=name, value=" ".join(part.words), begins=part.begins)
        case Or() | And():
            return type(part)(parts=tuple(_tagged(token, name, inner) for inner in part.parts))
        case Not():
            return Not(part=_tagged(token, name, part.part))
        case _:
            raise _Unusable(token, f"{name}: takes words")


def _stands(query: Query) -> bool:
    """Whether a query has places in a text."""
    match query:
        case Phrase():
            return True
        case Tag(name="term"):
            return True
        case Or(parts=parts):
            return all(map(_stands, parts))
    return False


def _check_depth(text: str) -> None:
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth > _DEEPEST:
            line = text.count("\n", 0, at) + 1
            raise QueryError(text, "too many parentheses", line=line, column=at - text.rfind("\n", 0, at))


def _unexpected(text: str, error: UnexpectedInput) -> QueryError:
    if isinstance(error, UnexpectedToken):
        ended = error.token.type == "$END"
        message = "the query ends too early" if ended else f'unexpected "{error.token}"'
        expected = sorted({_NAMES.get(name, name) for name in error.accepts or error.expected})
        if ended:
            lines = text.splitlines() or [""]
            return QueryError(text, message, line=len(lines), column=len(lines[-1]) + 1, expected=expected)
        return QueryError(text, message, line=error.line, column=error.column, expected=expected)
    assert isinstance(error, UnexpectedCharacters)
    message = "this quotation mark has no partner" if error.char in '"“”«»' else f'unexpected "{error.char}"'
    return QueryError(text, message, line=error.line, column=error.column)


# --- asking -----------------------------------------------------------------------------------------------------------


def matches(query: Query, document: Document) -> bool:
    """Whether a document is what the query asks for."""
    return _holds(query, document, ("title", "text"))


_NAMED = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»|(@[\w-]+)')


def aliases(text: str) -> list[tuple[str, int, int]]:
    """Each @name of a query, folded as in its Tag, with its line and column: for whoever knows which names there are."""
    found = [one for one in _NAMED.finditer(text) if one[1]]
    return [
        (fold(one[1]).text, text.count("\n", 0, one.start()) + 1, one.start() - text.rfind("\n", 0, one.start()))
        for one in found
    ]


def expand(query: Query, meanings: Mapping[str, Sequence[Phrase]], *, placed: bool = False) -> Query:
    """The query with words instead of the @names that `meanings` tells, for texts in which names were not looked up.

    A name of the rules' terms stays a tag, which an index knows, but for NEAR, title: and text:, where only words have
    places. `meanings` gives the words of sets under "name" and those of terms under "@name".
    """
    match query:
        case Tag(name="term", value=value):
            words = meanings.get(value) or (meanings.get(f"@{value}") if placed else None)
            return query if not words else words[0] if len(words) == 1 else Or(parts=tuple(words))
        case Near():
            one, other = (expand(part, meanings, placed=True) for part in (query.one, query.other))
            return Near(one=one, other=other, words=query.words)
        case Within():
            return replace(query, part=expand(query.part, meanings, placed=True))
        case Not():
            return replace(query, part=expand(query.part, meanings, placed=placed))
        case And() | Or():
            return replace(query, parts=tuple(expand(part, meanings, placed=placed) for part in query.parts))
    return query


def needed(query: Query) -> Query | None:
    """What every match has in title and text taken as one, for an index to narrow by: no Within and no Not.

    None where the query can be met without any of its words and tags.
    """
    match query:
        case Phrase() | Near() | Tag():
            return query
        case Within(part=part):
            return needed(part)
        case And(parts=parts):
            kept = tuple(part for part in map(needed, parts) if part is not None)
            return And(parts=kept) if len(kept) > 1 else next(iter(kept), None)
        case Or(parts=parts):
            kept = tuple(part for part in map(needed, parts) if part is not None)
            return Or(parts=kept) if len(kept) == len(parts) else None
    return None


def tag(name: str, value: str) -> str:
    """A tag in one word, such as `term:gabd_rimdan`, as an index may keep it beside the words of a text."""
    return f"{name}:{fold(value).text.replace(' ', '_')}"


def _holds(query: Query, document: Document, places: tuple[str, ...]) -> bool:
    match query:
        case Phrase() | Near():
            return any(next(_spans(query, document.words(place)), None) is not None for place in places)
        case Tag():
            return _tagged_so(query, document)
        case Within():
            return query.place in places and _holds(query.part, document, (query.place,))
        case Not():
            return not _holds(query.part, document, places)
        case And():
            return all(_holds(part, document, places) for part in query.parts)
        case Or():
            return any(_holds(part, document, places) for part in query.parts)


def _tagged_so(tag: Tag, document: Document) -> bool:
    values = getattr(document, _MANY[tag.name]) if tag.name in _MANY else [getattr(document, tag.name)]
    folded = (fold(value).text for value in values)
    return any(value.startswith(tag.value) if tag.begins else value == tag.value for value in folded)


def _spans(query: Query, positions: dict[str, list[int]]) -> Iterator[tuple[int, int]]:
    """First and last word of each place that meets a query with places."""
    match query:
        case Phrase():
            yield from _phrase_spans(query, positions)
        case Or():  # an @name that was not expanded has no places
            for part in query.parts:
                yield from _spans(part, positions)
        case Near():
            ones, others = list(_spans(query.one, positions)), list(_spans(query.other, positions))
            for one in ones:
                for other in others:
                    if max(one[0], other[0]) - min(one[1], other[1]) <= query.words:
                        yield min(one[0], other[0]), max(one[1], other[1])


def _phrase_spans(phrase: Phrase, positions: dict[str, list[int]]) -> Iterator[tuple[int, int]]:
    last = len(phrase.words) - 1
    places = [_at(word, positions, begins=phrase.begins and at == last) for at, word in enumerate(phrase.words)]
    if not phrase.slack:
        sets = [set(place) for place in places[1:]]
        yield from ((p, p + last) for p in places[0] if all(p + n in place for n, place in enumerate(sets, 1)))
        return
    reach = last + phrase.slack
    for start in sorted({position for place in places for position in place}):
        if all(any(start <= position <= start + reach for position in place) for place in places):
            yield start, start + reach


def _at(word: str, positions: dict[str, list[int]], *, begins: bool) -> list[int]:
    if not begins:
        return positions.get(word, [])
    return sorted(position for other, at in positions.items() if other.startswith(word) for position in at)


def _positions(folded: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, word in enumerate(folded.split()):
        found.setdefault(word, []).append(position)
    return found
