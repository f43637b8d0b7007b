"""Compiles the query of a rule into a function: read once, called for every text.

The lexicon looks up all words of all queries at once, so a condition only asks which names occur in which sentence.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

from monitor.query import And, Near, Not, Or, Phrase, Query, Tag, Within
from monitor.relevance.annotation import AnnotatedSentence, OutletFacts
from monitor.relevance.lexicon import TermMatch
from monitor.relevance.rule_queries import leaves
from monitor.relevance.sentences import Sentence

Condition = Callable[[Sequence[AnnotatedSentence], OutletFacts], bool]


def compile_condition(query: Query) -> Condition:  # noqa: PLR0911 - one return for each kind of query
    """Returns a function that decides whether a part of a text matches a query."""
    match query:
        case Within(field=field, part=part):
            inner, in_headline = compile_condition(part), field == "title"
            return lambda sentences, outlet: inner(
                [line for line in sentences if line.sentence.is_headline is in_headline], outlet
            )
        case Not(part=part):
            denied = compile_condition(part)
            return lambda sentences, outlet: not denied(sentences, outlet)
        case And(parts=parts):
            all_of = tuple(map(compile_condition, parts))
            return lambda sentences, outlet: all(condition(sentences, outlet) for condition in all_of)
        case Or(parts=parts):
            any_of = tuple(map(compile_condition, parts))
            return lambda sentences, outlet: any(condition(sentences, outlet) for condition in any_of)
        case Near(left=left, right=right, max_distance=words):
            left_names, right_names = tuple(all_names(left)), tuple(all_names(right))
            return lambda sentences, _: any(is_near(line, left_names, right_names, words) for line in sentences)
        # `source:`, `lang:` and `country:` are fields of OutletFacts; `term:` is a name like a phrase.
        case Tag(name=tag, value=value) if tag != "term":
            return lambda _, outlet: getattr(outlet, tag) == value
    name = leaf_name(query)
    return lambda sentences, _: any(name in line.matches for line in sentences)


def is_near(line: AnnotatedSentence, left: Sequence[str], right: Sequence[str], max_words: int) -> bool:
    """Returns whether a match of a left name and one of a right name are within so many words of each other."""
    # Distance is counted within a sentence: NEAR never crosses its end.
    left_matches, right_matches = (
        [match for name in names for match in line.matches.get(name, ())] for names in (left, right)
    )
    return any(
        words_between(line.sentence, first, second) <= max_words
        for first, second in product(left_matches, right_matches)
    )


def words_between(sentence: Sentence, first: TermMatch, second: TermMatch) -> int:
    """Returns the distance of two matches in words: 1 for neighbours, 0 if they overlap."""
    if first.start > second.start:
        first, second = second, first
    return len(sentence.between(first.end, second.start).split()) + 1 if first.end <= second.start else 0


def leaf_name(leaf: Query) -> str:
    """Returns the name under which matches of a phrase or a term are collected; a phrase begins with a quote."""
    # Ids have no quote, so a phrase cannot be taken for the id of a term.
    if isinstance(leaf, Phrase):
        return f'"{" ".join(leaf.words)}' + "*" * leaf.is_prefix
    assert isinstance(leaf, Tag)
    return leaf.value


def all_names(query: Query) -> Iterator[str]:
    """Yields the names of all phrases and terms of a query."""
    return (leaf_name(leaf) for leaf in leaves(query) if isinstance(leaf, Phrase) or leaf.name == "term")


def evidence_names(query: Query) -> Iterator[str]:
    """Yields the names whose matches are evidence for a query: those outside of every Not."""
    match query:
        case Not():
            return
        case Within(part=part):
            yield from evidence_names(part)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from evidence_names(part)
        case _:
            yield from all_names(query)


def required_names(query: Query) -> frozenset[str] | None:
    """Returns names of which at least one occurs wherever the query matches; None if there is no such set.

    Most rules are skipped by this test alone, without evaluating their condition.
    """
    match query:
        case Phrase() | Tag(name="term"):
            return frozenset({leaf_name(query)})
        case Near(left=left):
            return frozenset(all_names(left))
        case Within(part=part):
            return required_names(part)
        case And(parts=parts):
            # Any part of an And is required; the first is as good as the rarest, which is unknown here.
            return next((names for names in map(required_names, parts) if names is not None), None)
        case Or(parts=parts):
            sets = [required_names(part) for part in parts]
            return None if None in sets else frozenset[str]().union(*filter(None, sets))
    return None
