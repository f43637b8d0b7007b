"""Search the stored texts with the query language of the rules, and say what a query without a match may have meant."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import assert_never

from monitor import query as queries
from monitor import relevance
from monitor.languages import registry as languages
from monitor.model import Source
from monitor.query import And, Near, Not, Or, Phrase, Query, Tag, Within
from monitor.relevance.rules import RuleSet
from monitor.store import Store
from monitor.store import search as stored_search
from monitor.store.search import SearchPage
from monitor.text import fold

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # "since" for a search without a start

# A query that the index cannot narrow ("-cricket") is matched item by item; 50,000 items take about 5 s.
MAX_ITEMS_SEARCHED = 50_000
MAX_VALUES_LISTED = 40  # more than there are topics or flags; a catalogue has more sources
CLOSED_FIELDS = {
    "source",
    "lang",
    "country",
    "topic",
    "flag",
}  # their values are known; an unknown @name is an error already


def parse_query(text: str, load_rules: Callable[[], RuleSet]) -> Query:
    """Returns the query of a text; the rules resolve its @names. Raises QueryError."""
    # Loading the rules takes longer than most searches, so it is done only for a text that can contain a name.
    if "@" not in text:
        return queries.parse(text)
    return relevance.parse_search_query(text, load_rules())


def find_items(store: Store, query: Query, *, since: datetime, limit: int) -> SearchPage:
    """Returns the newest items that match, and the time back to which items were searched (None: all of them)."""
    return store.call(stored_search.find, query, since=since, limit=limit, max_candidates=MAX_ITEMS_SEARCHED)


# Operators in small letters, and NEAR without a number, are ordinary words of a query; hardly anybody means that.
LOWER_CASE_OPERATOR = re.compile(r"(?<!\S)(or|and|not|near)(?!\S)")
BARE_NEAR = re.compile(r"(?<!\S)NEAR(?!\S)")
WEB_ADDRESS = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+/\S*", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»')


def query_hints(text: str) -> list[str]:
    """Returns what the writer of a query may have meant, one sentence each; for a query that matched nothing."""
    unquoted = QUOTED.sub(" ", text)
    hints = []
    if words := sorted(set(LOWER_CASE_OPERATOR.findall(unquoted))):
        operators = ", ".join("NEAR/10" if word == "near" else word.upper() for word in words)
        hints.append(f"{', '.join(words)} was searched as a word; the operator is {operators}")
    if BARE_NEAR.search(unquoted):
        hints.append("NEAR was searched as a word; the operator needs a number of words: NEAR/10")
    if WEB_ADDRESS.fullmatch(text.strip()):
        hints.append(f"this looks like a URL: `monitor why {text.strip()}` shows what happened to it")
    return hints


def tags_of(query: Query) -> Iterator[Tag]:
    """Yields every tag (lang:, source:, country:, topic:, flag:, @name) of a query."""
    match query:
        case Tag():
            yield query
        case Not(part=part) | Within(part=part):
            yield from tags_of(part)
        case Near(left=left, right=right):
            yield from (*tags_of(left), *tags_of(right))
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from tags_of(part)
        case Phrase():
            return
        case _:
            assert_never(query)


def unknown_values(query: Query, known: Callable[[str], Collection[str]]) -> Iterator[str]:
    """Yields a sentence for each tag of a query whose value does not exist; `known` returns the values of a field."""
    for tag in tags_of(query):
        if tag.name not in CLOSED_FIELDS:
            continue
        values = sorted(known(tag.name))
        folded = {fold(value).text for value in values}
        if tag.value not in folded and not (tag.is_prefix and any(value.startswith(tag.value) for value in folded)):
            listed = ", ".join(values[:MAX_VALUES_LISTED]) + (" …" if len(values) > MAX_VALUES_LISTED else "")
            yield f"there is no {tag.name} {tag.value!r}; there are: {listed or 'none'}"


def known_values(field: str, *, sources: Sequence[Source], rules: RuleSet) -> set[str]:
    """Returns the values that a tag field can have, by the sources and the rules."""
    match field:
        case "source":
            return {source.id for source in sources}
        case "lang":
            return {source.language for source in sources if source.language} | set(languages.codes())
        case "country":
            return {source.country for source in sources if source.country} | {side.code for side in rules.sides}
        case "topic":
            return {topic.id for topic in rules.topics}
        case _:
            return {flag.code for flag in rules.flags} | {rule.flag for rule in rules.rules if rule.flag}
