"""Scores a text: each step of the judgement adds points with a reason, a sentence for people.

The points come from the headline, from sentences that name both sides close together, and from little else: two
countries far apart in a long text are two reports.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, takewhile
from typing import NamedTuple

from monitor.model import Reason
from monitor.relevance.annotation import AnnotatedSentence
from monitor.relevance.lexicon import TermMatch
from monitor.relevance.relations import Relation, is_mere_mention
from monitor.relevance.rules import BOTH, RuleSet
from monitor.relevance.sentences import Sentence

MAX_ADJACENT_DISTANCE = 2  # sentences from one to the next: a quote or a date may be between them


class Evidence(NamedTuple):
    """A reason and the matches that share its points."""

    reason: Reason
    matches: tuple[TermMatch, ...]


def score_headline(lines: Sequence[AnnotatedSentence], rules: RuleSet, *, body_chars: int) -> Iterator[Evidence]:
    """Scores both sides in the headline; or one of them there and the other acting in the lead.

    `body_chars` is the length of the text: a headline and a short text are one passage.
    """
    weights = rules.weights
    title = next((line for line in lines if line.sentence.is_headline), None)
    if title and title.relation:
        relation = title.relation
        points = weights.title_both * relation.factor
        yield sentence_evidence("title-both", points, f"The headline names {describe_pair(relation)}", title)
        if BOTH in {relation.first.term.side, relation.second.term.side}:
            text = "The headline has one name for both countries"
            yield sentence_evidence("title-pair", weights.title_pair * relation.factor, text, title)
        return
    present = [side for side in rules.sides if title and title.sentence.side(side.code)]
    if not present:
        return
    absent = next((side for side in rules.sides if side not in present), None)
    if absent is None:  # both are named, but too far apart for a relation
        return
    if title and is_passage(title, rules, body_chars=body_chars):
        other = next((line for line in lines if names_beside_few(line.sentence, absent.code)), None)
        if other:
            text = f"The headline names {present[0].name}, the short text names {absent.name}"
            yield Evidence(sentence_reason("passage", weights.passage, text, other.sentence), ())
    for line in lines:
        sentence = line.sentence
        # The other side has to act in the lead: "in Islamabad" alone is the venue of another story.
        if not sentence.is_headline and sentence.order < weights.lead_sentences and is_actor(sentence, absent.code):
            text = f"The headline names {present[0].name}, the lead names {absent.name}"
            yield Evidence(sentence_reason("title-lead", weights.title_lead, text, sentence), ())
            return


def is_passage(title: AnnotatedSentence, rules: RuleSet, *, body_chars: int) -> bool:
    """Returns whether a headline and its text are one passage about one subject that is not a third country's."""
    # "Iran war day 69" and "Kuwait lifts bar on visas": the one or two sentences below go on about the war or about Kuwait.
    return (
        0 < body_chars <= rules.weights.passage_max_chars
        and not title.sentence.third_countries()
        and not title.sentence.word_set("theme")
    )


def names_beside_few(sentence: Sentence, side: str) -> bool:
    """Returns whether a sentence names a side, and not among several third countries."""
    return bool(sentence.side(side)) and len(sentence.third_countries()) <= 1


def score_sentences(lines: Sequence[AnnotatedSentence], rules: RuleSet, *, body_factor: float) -> Iterator[Evidence]:
    """Scores sentences that name both sides close together, those of the lead higher, up to a maximum.

    `body_factor` reduces the points of a roundup, in which each sentence is a story of its own.
    """
    weights = rules.weights
    remaining = weights.pairs_max
    for line in lines:
        relation = line.relation
        if line.sentence.is_headline or not relation:
            continue
        in_lead = line.sentence.order < weights.lead_sentences
        pair = weights.pair_lead if in_lead else weights.pair_later
        interaction = weights.relation_lead if in_lead else weights.relation_later
        full = (pair + (interaction if relation.interaction else 0.0)) * relation.factor
        # Rounded here, so that the reasons add up exactly to the score that readers see.
        points = round(min(remaining, body_factor * full), 2)
        remaining -= points
        if points:
            yield sentence_evidence("pair", points, f"One sentence names {describe_pair(relation)}", line)


def score_sections(lines: Sequence[AnnotatedSentence], rules: RuleSet) -> Iterator[Evidence]:
    """Scores a part of a longer page about both sides: a section with both in its heading, or one of several reports."""
    for line, following in pairwise(lines):
        # The next sentence must go on about both: otherwise the heading is a link to another article.
        continues = following.relation and following.sentence.order == line.sentence.order + 1
        if line.sentence.is_heading and line.relation and not line.relation.listed and continues:
            text = f"The heading of a section names {describe_pair(line.relation)}"
            yield sentence_evidence("section", rules.weights.section * line.relation.factor, text, line)
            return
    for order, report in groupby(lines, lambda line: line.sentence.report):
        opening = find_report_pair(list(report), rules.weights.lead_sentences) if order >= 0 else None
        if opening and opening.relation:
            text = f"One of several reports on the page is about {describe_pair(opening.relation)}"
            yield sentence_evidence("section", rules.weights.section, text, opening)
            return


def find_report_pair(report: Sequence[AnnotatedSentence], lead: int) -> AnnotatedSentence | None:
    """Returns the sentence in which a report opens with both sides.

    None if no second sentence relates them and the heading names neither.
    """
    # Only up to the first third country: a report that opens with India is about India.
    opening = list(takewhile(lambda line: not line.sentence.third_countries(), report))
    pairs = [line for line in opening if is_unqualified(line.relation)]
    early = next((line for line in pairs if line.sentence.order <= line.sentence.report + lead), None)
    first = report[0].sentence
    heading_names_side = first.is_heading and any(
        match.names_side and match.term.strength != "ambiguous" for match in first.matches
    )
    # One sentence alone may be background of a report on something else.
    return early if len(pairs) + (heading_names_side and report[0] not in pairs) > 1 else None


def score_adjacent(lines: Sequence[AnnotatedSentence], rules: RuleSet) -> Iterator[Evidence]:
    """Scores two consecutive sentences in which the two sides act without a third country.

    Does nothing if the headline, or the first sentence, names a third country: then the two are its neighbours.
    """
    if lines[0].sentence.third_countries():
        return
    pairs = [
        line
        for line in lines
        if is_unqualified(line.relation) and not line.sentence.is_headline and not line.sentence.third_countries()
    ]
    for line, following in pairwise(pairs):
        if following.sentence.order - line.sentence.order <= MAX_ADJACENT_DISTANCE:
            text = "Two consecutive sentences are about both countries"
            yield sentence_evidence("part", rules.weights.adjacent, text, line)
            return


def score_frequency(
    lines: Sequence[AnnotatedSentence], rules: RuleSet, *, body_factor: float, body_chars: int
) -> Iterator[Evidence]:
    """Scores a long text that names both sides throughout, though far apart in its sentences.

    An essay of 40,000 characters names every neighbour five times, so the points shrink with the density.
    """
    body = [line.sentence for line in lines if not line.sentence.is_headline]
    # The rarer side decides: ten mentions of one country with a single one of the other are about one country.
    counts = [sum(bool(sentence.side(side.code)) for sentence in body) for side in rules.sides]
    if min(counts) >= rules.weights.frequency_min_sentences:
        rarer = rules.sides[counts.index(min(counts))]
        commoner = next(side for side in rules.sides if side is not rarer)
        text = f"{min(counts)} sentences name {rarer.name}, at least as many name {commoner.name}"
        density = 1000 * min(counts) / max(1, body_chars)
        share = min(1.0, density / rules.weights.frequency_full_density)
        points = round(rules.weights.frequency * body_factor * share, 2)
        yield Evidence(Reason(code="mass", points=points, text=text), ())


def is_unqualified(relation: Relation | None) -> bool:
    """Returns whether a sentence has a relation in which both sides act: not in a list, none in a minor role."""
    return relation is not None and not relation.role and not relation.listed


def is_actor(sentence: Sentence, side: str) -> bool:
    """Returns whether a sentence names a side unambiguously, and not only as a venue or channel."""
    return any(
        match.term.strength != "ambiguous" and not is_mere_mention(sentence, match) for match in sentence.side(side)
    )


def describe_pair(relation: Relation) -> str:
    """Returns the two names of a relation, with the reservations about it."""
    # A term of the pair is both names: it is written once.
    text = " and ".join(dict.fromkeys((relation.first.term.name, relation.second.term.name)))
    if relation.listed:
        text += ", in a list of countries"
    if relation.role:
        text += f", one only as a {relation.role}"
    return text


def sentence_evidence(code: str, points: float, text: str, line: AnnotatedSentence) -> Evidence:
    """Returns a reason that the two names of a sentence share."""
    matches = (line.relation.first, line.relation.second) if line.relation else ()
    return Evidence(sentence_reason(code, points, text, line.sentence), matches)


def sentence_reason(code: str, points: float, text: str, sentence: Sentence) -> Reason:
    """Returns a reason whose place is a whole sentence."""
    return Reason(
        code=code,
        points=round(points, 2),
        text=text,
        field=sentence.field,
        start=sentence.start,
        end=sentence.start + len(sentence.text),
    )
