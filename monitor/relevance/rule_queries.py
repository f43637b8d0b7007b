"""Reads the queries of rules, and the names of rules in search queries."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from monitor import query as queries
from monitor.query import And, Near, Not, Or, Phrase, Query, QueryError, Tag, Within
from monitor.relevance.annotation import RELATION_TAGS
from monitor.relevance.rules import BOTH, RuleSet, Term, ThirdCountry, WordSet
from monitor.text import fold

AliasTable = Mapping[str, frozenset[str]]
MAX_INCLUDE_DEPTH = 3  # sets that include sets that include sets


def alias_table(rules: RuleSet) -> dict[str, frozenset[str]]:
    """Returns each name that a query may use, folded, with the ids of the concepts that it matches."""
    aliases: dict[str, set[str]] = {tag: {tag} for tag in RELATION_TAGS}
    for term in rules.terms:
        sides = [side.code for side in rules.sides if term.side in {side.code, BOTH}]
        for name in (term.id, term.kind, *sides):
            aliases.setdefault(fold(name).text, set()).add(term.id)
    for country in rules.third_countries:
        for name in (country.id, "third"):
            aliases.setdefault(fold(name).text, set()).add(country.id)
    for words in rules.word_sets:
        aliases.setdefault(fold(words.id).text, set()).add(words.id)
    # A set may include a set of a later file, whose own sets are added in a later pass.
    for _ in range(MAX_INCLUDE_DEPTH):
        for words in rules.word_sets:
            for name in words.includes:
                aliases[fold(words.id).text] |= aliases.get(fold(name).text, set())
    return {name: frozenset(ids) for name, ids in aliases.items()}


def parse_rule_query(text: str, aliases: AliasTable) -> Query:
    """Parses the query of a rule.

    Raises QueryError if it cannot be parsed, uses an unknown name, or uses a field that only a search can answer.
    """
    query = queries.parse(text)
    check_names(text, aliases)
    for leaf in leaves(query):
        if isinstance(leaf, Phrase) and leaf.slack:
            raise QueryError(text, "~ is for search alone; rules have NEAR/n", line=1, column=text.index("~") + 1)
        if isinstance(leaf, Tag) and leaf.name in {"topic", "flag"}:
            # Rules assign topics and flags, so they cannot depend on them.
            column = text.lower().index(f"{leaf.name}:") + 1
            raise QueryError(text, f"{leaf.name}: is for search alone; rules assign it", line=1, column=column)
    return query


def check_names(text: str, names: Collection[str]) -> None:
    """Raises QueryError with a suggestion if a query uses a name that does not exist."""
    for name, line, column in queries.find_aliases(text):
        if name not in names:
            # Names are folded, with a blank for each hyphen; people write the hyphen.
            close = [f"@{match.replace(' ', '-')}" for match in get_close_matches(name, names, n=1)]
            raise QueryError(text, f'no name "@{name.replace(" ", "-")}"', line=line, column=column, expected=close)


def query_errors(rules: RuleSet) -> Iterator[tuple[tuple[str | int, ...], QueryError]]:
    """Yields the error of each faulty query with its path in the rules, such as `("rules", 3, "when")`."""
    aliases = alias_table(rules)
    for key, listed in (("rules", rules.rules), ("topics", rules.topics)):
        for index, rule in enumerate(listed):
            for part in ("when", "unless"):
                text = getattr(rule, part, "")
                # Topics have no `unless`.
                if not text:
                    continue
                try:
                    parse_rule_query(text, aliases)
                except QueryError as error:
                    yield (key, index, part), error


def parse_search_query(text: str, rules: RuleSet) -> Query:
    """Parses a query for stored texts, with the words of the rules in place of their names.

    Raises QueryError if it cannot be parsed, or if a name has no words: "@pair-acting" is for rules alone.
    """
    meanings = name_meanings(rules)
    query = queries.parse(text)
    check_names(text, {name.removeprefix("@") for name, phrases in meanings.items() if phrases})
    return queries.resolve_aliases(query, meanings)


def name_meanings(rules: RuleSet) -> dict[str, tuple[Phrase, ...]]:
    """Returns the phrases of each name of the rules for `resolve_aliases`: of sets by "name", of terms by "@name"."""
    listed: tuple[Term | ThirdCountry | WordSet, ...] = (*rules.terms, *rules.third_countries, *rules.word_sets)
    concepts = {concept.id: concept for concept in listed}
    term_ids = {term.id for term in rules.terms}
    meanings: dict[str, tuple[Phrase, ...]] = {}
    for name, ids in alias_table(rules).items():
        phrases = dict.fromkeys(
            Phrase(words=tuple(fold(form).text.split()), is_prefix=form.endswith("*"))
            for concept in sorted(ids)
            if concept in concepts
            for forms in concepts[concept].forms.values()
            for form in forms
        )
        # A stored text has the ids of its terms, so `term:` needs no words; beside NEAR it does, under another key.
        is_term = bool({name.replace(" ", "-"), name} & term_ids)
        meanings[f"@{name}" if is_term else name] = tuple(phrases)
    return meanings


def leaves(query: Query) -> Iterator[Phrase | Tag]:
    """Yields the phrases and tags of a query."""
    match query:
        case Within(part=part) | Not(part=part):
            yield from leaves(part)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from leaves(part)
        case Near(left=left, right=right):
            yield from leaves(left)
            yield from leaves(right)
        case _:
            yield query
