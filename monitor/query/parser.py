"""Parsing of queries with a lark grammar."""

from functools import cache

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from monitor.query.syntax import (
    TAG_FIELDS,
    TEXT_FIELDS,
    And,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    QueryError,
    Tag,
    Within,
    has_positions,
)
from monitor.text import fold

# A query may come from anybody, and matching recurses once for each level.
MAX_PARENTHESES_DEPTH = 40

# Operators have a higher priority than words, and end at a blank or parenthesis: ANDY and NOTE are words. Names that
# begin with an underscore are left out of the tree. A minus must touch its word: "Iran - Pakistan"
# is an error, because its writer hardly means NOT.
_GRAMMAR = r"""
start: disjunction
?disjunction: conjunction (_OR conjunction)*
?conjunction: factor (_AND? factor)*
?factor: (_NOT | _MINUS) factor -> negation
    | near
?near: atom
    | atom NEAR atom -> nearness
?atom: WORD -> word
    | STRING -> phrase
    | STRING SLACK -> phrase
    | ALIAS -> alias
    | FIELD field_value -> scoped
    | _OPEN disjunction _CLOSE
?field_value: WORD -> word
    | STRING -> phrase
    | STRING SLACK -> phrase
    | ALIAS -> alias
    | _OPEN disjunction _CLOSE

_AND.3: /AND(?=[\s(]|$)/
_OR.3: /OR(?=[\s(]|$)/
_NOT.3: /NOT(?=[\s(]|$)/
NEAR.3: /NEAR\/\d{1,3}(?=[\s(]|$)/
FIELD.2: /[A-Za-z_]+:/
_MINUS.2: /-(?=[^\s-])/
_OPEN: "("
_CLOSE: ")"
ALIAS: /@[\w-]+/
STRING: /"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»/
SLACK: /~\d{1,3}/
WORD: /[^\s()"“”„«»@:~*-][^\s()"“”„«»@:~*]*(\*(?=[\s()]|$))?/
%import common.WS
%ignore WS
"""

_TOKEN_NAMES = {
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


class _InvalidToken(Exception):
    """Raised for a token that the grammar accepts and the language does not; `parse` makes it a QueryError."""

    def __init__(self, token: Token, message: str) -> None:
        super().__init__(message)
        self.token, self.message = token, message


def parse(text: str) -> Query:
    """Parses a query. Raises QueryError with the place of the error."""
    check_depth(text)
    try:
        return _parser().parse(text)  # type: ignore[return-value]  # the transformer makes queries of trees
    except UnexpectedInput as error:
        raise explain_syntax_error(text, error) from None
    except _InvalidToken as error:
        raise QueryError(text, error.message, line=error.token.line or 1, column=error.token.column or 1) from None


@cache
def _parser() -> Lark:
    # Built for the first query: it takes 80 ms, and most commands parse none.
    return Lark(_GRAMMAR, parser="lalr", transformer=_QueryBuilder())


@v_args(inline=True)
class _QueryBuilder(Transformer[Token, Query]):
    """Makes a query of each rule of the grammar; lark calls the method named for the rule."""

    def start(self, query: Query) -> Query:
        return query

    def disjunction(self, *parts: Query) -> Query:
        return Or(parts=parts)

    def conjunction(self, *parts: Query) -> Query:
        return And(parts=parts)

    def negation(self, part: Query) -> Query:
        # A double negation is the part itself, which an index can narrow by.
        return part.part if isinstance(part, Not) else Not(part=part)

    def nearness(self, left: Query, operator: Token, right: Query) -> Query:
        if not (has_positions(left) and has_positions(right)):
            raise _InvalidToken(operator, "NEAR joins words, phrases, @names and (a OR b) of them")
        return Near(left=left, right=right, max_distance=int(operator.removeprefix("NEAR/")))

    def word(self, token: Token) -> Query:
        return to_phrase(token, token.removesuffix("*"), is_prefix=token.endswith("*"))

    def phrase(self, token: Token, slack: Token | None = None) -> Query:
        return to_phrase(token, token[1:-1], slack=int(slack[1:]) if slack else 0)

    def alias(self, token: Token) -> Query:
        return Tag(name="term", value=fold(token[1:]).text)

    def scoped(self, token: Token, part: Query) -> Query:
        field = token[:-1].lower()
        if field in TEXT_FIELDS:
            return Within(field=field, part=part)
        if field not in TAG_FIELDS:
            raise _InvalidToken(
                token, f"unknown field {field!r}; fields are {', '.join(sorted(TEXT_FIELDS | TAG_FIELDS))}"
            )
        return to_tag(token, field, part)


def to_phrase(token: Token, text: str, *, slack: int = 0, is_prefix: bool = False) -> Phrase:
    """Returns the folded words of a token as a phrase."""
    words = tuple(fold(text).text.split())
    if not words:
        raise _InvalidToken(token, "nothing to search for: no letter or digit")
    return Phrase(words=words, slack=slack, is_prefix=is_prefix)


def to_tag(token: Token, name: str, part: Query) -> Query:
    """Returns the value of a tag field as a query of tags: `lang:(ur OR fa)` is `lang:ur OR lang:fa`."""
    match part:
        case Phrase():
            return Tag(name=name, value=" ".join(part.words), is_prefix=part.is_prefix)
        case Or() | And():
            return type(part)(parts=tuple(to_tag(token, name, inner) for inner in part.parts))
        case Not():
            return Not(part=to_tag(token, name, part.part))
        case _:
            raise _InvalidToken(token, f"{name}: takes words only")


def check_depth(text: str) -> None:
    """Raises QueryError if parentheses are nested too deep."""
    depth = 0
    for offset, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth > MAX_PARENTHESES_DEPTH:
            line = text.count("\n", 0, offset) + 1
            raise QueryError(
                text, "too many nested parentheses", line=line, column=offset - text.rfind("\n", 0, offset)
            )


def explain_syntax_error(text: str, error: UnexpectedInput) -> QueryError:
    """Returns a QueryError for an error of lark, with the names of the tokens that are allowed in its place."""
    if isinstance(error, UnexpectedToken):
        is_at_end = error.token.type == "$END"
        message = "the query ends too early" if is_at_end else f'unexpected "{error.token}"'
        expected = sorted({_TOKEN_NAMES.get(name, name) for name in error.accepts or error.expected})
        # lark gives no place for the end of the text.
        if is_at_end:
            lines = text.splitlines() or [""]
            return QueryError(text, message, line=len(lines), column=len(lines[-1]) + 1, expected=expected)
        return QueryError(text, message, line=error.line, column=error.column, expected=expected)
    # Characters that begin no token are quotation marks without a partner, and lone signs such as "*".
    assert isinstance(error, UnexpectedCharacters)
    match error.char:
        case '"' | "“" | "”" | "„" | "«" | "»":
            message = "this quotation mark is never closed"
        case "*":
            message = "a * stands at the end of a word only, as in beginn*"
        case _:
            message = f'unexpected "{error.char}"'
    return QueryError(text, message, line=error.line, column=error.column)
