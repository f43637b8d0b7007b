"""Sentences as queries see them: each with its relation and with the matches of every name that a query may use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.relevance.lexicon import Concept, TermMatch
from monitor.relevance.relations import Relation
from monitor.relevance.rules import FlagRule
from monitor.relevance.sentences import Sentence

# The names by which queries refer to a relation; folded, so that @pair-acting is "pair acting".
RELATION_TAGS = ("pair", "pair acting", "pair listed", "pair venue", "pair channel", "pair theme", "pair weak")
MAX_EVIDENCE_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedSentence:
    """A sentence, the relation of the two sides in it, and its matches by the names that queries use."""

    sentence: Sentence
    relation: Relation | None
    matches: Mapping[str, Sequence[TermMatch]]


class OutletFacts(NamedTuple):
    """The facts that queries may ask of an outlet, folded. The fields have the names of the query tags."""

    source: str
    lang: str
    country: str


def annotate(sentence: Sentence, relation: Relation | None, aliases: Mapping[str, Sequence[str]]) -> AnnotatedSentence:
    """Returns a sentence with its matches by name. `aliases` maps the id of a concept to the names queries use for it."""
    matches: dict[str, list[TermMatch]] = {}
    for match in sentence.matches:
        for name in aliases.get(concept_id(match.concept), ()):
            matches.setdefault(name, []).append(match)
    # The two names of a relation are the evidence for its tags: a rule on @pair-venue shows them to the reader.
    if relation:
        for tag in relation_tags(relation):
            matches[tag] = [relation.first, relation.second]
    return AnnotatedSentence(sentence=sentence, relation=relation, matches=matches)


def concept_id(concept: Concept) -> str:
    """Returns the id of a concept; a flag has a code instead."""
    return concept.code if isinstance(concept, FlagRule) else concept.id


def relation_tags(relation: Relation) -> Iterator[str]:
    """Yields the names by which queries refer to a relation."""
    yield "pair"
    if relation.role:
        yield f"pair {relation.role}"
    if relation.listed:
        yield "pair listed"
    if relation.ambiguous:
        yield "pair weak"  # part of the query syntax, older than the strength "ambiguous"
    if not (relation.role or relation.listed):
        yield "pair acting"


def scopes(sentences: Sequence[AnnotatedSentence], lead: int) -> Mapping[str, Sequence[Sequence[AnnotatedSentence]]]:
    """Returns the parts of a text that rules of each `where` are matched against: single sentences or several as one."""
    # The headline has order -1, so it is part of the opening.
    opening = [line for line in sentences if line.sentence.order < lead]
    return {
        "title": [[line] for line in sentences[:1] if line.sentence.is_headline],
        "lead": [[line] for line in opening],
        "opening": [opening],
        "sentence": [[line] for line in sentences],
        "text": [sentences],
    }


def find_evidence(names: Iterable[str], sentences: Iterable[AnnotatedSentence]) -> Iterator[tuple[Sentence, TermMatch]]:
    """Yields the first match of each name in each sentence."""
    # One match per name and sentence: readers see six words in all, and a repeated name is no further evidence.
    names = tuple(names)
    for line in sentences:
        for name in names:
            for match in line.matches.get(name, ())[:1]:
                yield line.sentence, match


def quote_evidence(evidence: Iterable[tuple[Sentence, TermMatch]]) -> str:
    """Returns the words of the evidence as the text has them, each once."""
    words = (sentence.between(match.start, match.end).lower() for sentence, match in evidence)
    return ", ".join(list(dict.fromkeys(words))[:MAX_EVIDENCE_WORDS])
