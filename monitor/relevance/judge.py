"""From a text to a verdict with its evidence: sentences, relations, rules, score, decision."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from math import exp

from monitor.model import Flag, Hit, Reason, Verdict
from monitor.relevance.annotation import AnnotatedSentence, OutletFacts, annotate
from monitor.relevance.flags import FlagDetector, build_detectors, detect_flags
from monitor.relevance.relations import RELATION_SETS, expand_relation_sets, find_relations, promote_first
from monitor.relevance.rule_engine import RuleEngine, RuleMatch, compile_rules
from monitor.relevance.rules import RuleSet, Weights
from monitor.relevance.scoring import (
    Evidence,
    is_unqualified,
    score_adjacent,
    score_frequency,
    score_headline,
    score_sections,
    score_sentences,
)
from monitor.relevance.sentences import Sentence, SentenceReader, build_reader
from monitor.relevance.topics import TopicClassifier, compile_topics
from monitor.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Compiled rules. Calling it judges one text; it keeps nothing between calls."""

    rules: RuleSet
    reader: SentenceReader
    engine: RuleEngine
    topics: TopicClassifier
    detectors: tuple[FlagDetector, ...]

    def __call__(
        self,
        *,
        title: str,
        summary: str = "",
        text: str = "",
        language: str = "",
        country: str = "",
        outlet: str = "",
        source: str = "",
    ) -> Verdict:
        """Returns the verdict on a text, with every matched term and a reason for all points.

        `language` is a BCP 47 tag or "", `country` that of the outlet (ISO 3166-1), `source` its id for rules that ask for
        it. `outlet` is its name, which is not evidence if it ends the headline. Offsets of hits and reasons count
        characters of the fields as they were given.
        """
        # Words are tied to a language by its primary subtag: ur-PK is Urdu.
        rules, lead = self.rules, self.rules.weights.lead_sentences
        subtag = language.lower().split("-")[0]
        sentences = self.reader.read(
            title=strip_outlet(title, outlet), summary=summary, text=text, language=subtag, home=country
        )
        if not title.strip():
            sentences = promote_first(sentences, rules)
        # Most texts end here, before the costly part.
        if not any(match.term.side for sentence in sentences for match in sentence.term_matches()):
            return Verdict(
                digest=False,
                alert=False,
                score=0.0,
                rules=rules.version,
                probability=probability_of(0.0, rules.weights),
            )
        lines = [
            annotate(sentence, relation, self.engine.aliases)
            for sentence, relation in zip(sentences, find_relations(sentences, rules), strict=True)
        ]
        facts = OutletFacts(source=fold(source).text, lang=fold(subtag).text, country=fold(country).text)
        matches = tuple(self.engine.find_matches(lines, facts, lead=lead))
        flags = tuple(detect_flags(self.detectors, sentences, title=title, body=text or summary, lead=lead))
        body_chars = max(len(summary), len(text))
        verdict = build_verdict(lines, rules, matches=matches, page_flags=flags, body_chars=body_chars)
        # Topics are for readers. A text that nobody will see needs none, and most texts are such.
        if not (verdict.digest or verdict.near):
            return verdict
        return replace(verdict, topics=self.topics.classify(lines, facts, lead=lead))


@lru_cache(maxsize=2)
def fingerprint(rules: RuleSet) -> str:
    """Returns 16 hexadecimal digits that change with any rule: of a verdict that is not made anew while they stay."""
    return blake2b(repr(rules).encode(), digest_size=8).hexdigest()


# Compiling takes a fifth of a second; a process rarely has more than the rules in force and those of a trial.
@lru_cache(maxsize=2)
def compile(rules: RuleSet) -> Judge:  # noqa: A001 - called as relevance.compile, like re.compile
    """Compiles rules into a judge, once for each rule set. Raises QueryError if a query of theirs is faulty."""
    # Word sets that no rule uses stay out of this lexicon; those of topics are common words, and have their own.
    rules = expand_relation_sets(rules)
    engine = compile_rules(rules, rules.rules)
    set_ids = {*engine.aliases, *RELATION_SETS, *(flag.hint_set for flag in rules.flags)}
    return Judge(
        rules=rules,
        reader=build_reader(rules, set_ids=set_ids, extra_words=engine.query_words),
        engine=engine,
        topics=compile_topics(rules),
        detectors=build_detectors(rules),
    )


def build_verdict(
    lines: Sequence[AnnotatedSentence],
    rules: RuleSet,
    *,
    matches: Sequence[RuleMatch],
    page_flags: tuple[Flag, ...],
    body_chars: int,
) -> Verdict:
    """Returns the verdict on annotated sentences: score, thresholds, reasons, flags, hits; topics are left empty."""
    weights = rules.weights
    # Several classes may match: a roundup of market reports counts like the weaker of both.
    body_factor = min((match.rule.body_factor for match in matches), default=1.0)
    evidence = collect_evidence(lines, rules, matches, body_factor=body_factor, body_chars=body_chars)
    reasons = tuple(reason for reason, _ in evidence)
    score = round(sum(reason.points for reason in reasons), 2)
    digest = score >= weights.digest
    # A headline without both sides has no points for it, so its texts have a lower threshold.
    alert_threshold = weights.alert if lines[0].relation else weights.alert_lead
    may_alert = not page_flags and all(match.rule.alert for match in matches)
    return Verdict(
        digest=digest,
        alert=digest
        and may_alert
        and score >= alert_threshold
        and (
            is_direct(lines, weights.lead_sentences, body_factor=body_factor)
            or any(match.rule.direct for match in matches)
            or score >= weights.alert_body
        ),
        score=score,
        hits=tuple(list_hits(lines, evidence)),
        reasons=reasons,
        flags=(*class_flags(matches), *page_flags),
        missing="" if digest else describe_missing([line.sentence for line in lines], rules, reasons),
        near=not digest and score >= weights.digest - weights.near_miss,
        rules=rules.version,
        probability=probability_of(score, weights),
    )


def probability_of(score: float, weights: Weights) -> float:
    """Returns the share of texts with this score that readers found relevant, 0 to 1."""
    margin = weights.probability_slope * (score - weights.probability_midpoint)
    # Beyond 30 the share is 0 or 1 for every purpose, and exp() of a user's weights must not overflow.
    return round(1 / (1 + exp(-max(-30.0, min(30.0, margin)))), 2)


def collect_evidence(
    lines: Sequence[AnnotatedSentence],
    rules: RuleSet,
    matches: Sequence[RuleMatch],
    *,
    body_factor: float,
    body_chars: int,
) -> tuple[Evidence, ...]:
    """Returns every reason of the score, in the order in which readers see them."""
    return (
        *score_headline(lines, rules, body_chars=body_chars),
        *score_sentences(lines, rules, body_factor=body_factor),
        *score_sections(lines, rules),
        *score_adjacent(lines, rules),
        *score_frequency(lines, rules, body_factor=body_factor, body_chars=body_chars),
        *(rule_evidence(match) for match in matches if match.rule.points),
    )


def is_direct(lines: Sequence[AnnotatedSentence], lead: int, *, body_factor: float) -> bool:
    """Returns whether the two sides interact at the head of the text. Only such a text alerts, because an alert interrupts.

    They interact in the headline, neither in a list nor in a minor role; or, if the headline names no interaction ("Iran-Pakistan
    pipeline work to begin") and no third country, in a sentence of the lead.
    """
    title = next((line for line in lines if line.sentence.is_headline), None)
    if title is None:
        # The first sentence of a text without a headline is its subject, unless a third country is in it.
        return (
            lines[0].sentence.order == 0
            and not lines[0].sentence.third_countries()
            and has_direct_interaction(lines[0])
        )
    if title.relation and (title.relation.act or not is_unqualified(title.relation)):
        return is_unqualified(title.relation)
    # In a market report or a roundup (body_factor below 1) the lead may be about another story than the headline.
    if title.sentence.third_countries() or title.sentence.word_set("theme") or body_factor < 1:
        return False
    return any(0 <= line.sentence.order < lead and has_direct_interaction(line) for line in lines)


def has_direct_interaction(line: AnnotatedSentence) -> bool:
    """Returns whether a sentence has an interaction of both sides under unambiguous names, on a page of one report."""
    relation, sentence = line.relation, line.sentence
    if not relation or sentence.report >= 0 or len(sentence.third_countries()) > 1:
        return False
    return relation.interaction and is_unqualified(relation) and not relation.ambiguous


def rule_evidence(match: RuleMatch) -> Evidence:
    """Returns the reason of a rule that matched: its name, its words, and the place of the first."""
    rule = match.rule
    reason = Reason(
        code=rule.id,
        points=round(rule.points * match.times, 2),
        text=f"{rule.name[:1].upper()}{rule.name[1:]}: {match.words}",
    )
    if match.evidence:
        sentence, first = match.evidence[0]
        reason = replace(reason, field=sentence.field, start=first.start, end=first.end)
    return Evidence(reason, tuple(term_match for _, term_match in match.evidence))


def class_flags(matches: Sequence[RuleMatch]) -> Iterator[Flag]:
    """Yields the classes of the rules that matched, each once."""
    for code in dict.fromkeys(match.rule.flag for match in matches if match.rule.flag):
        words = dict.fromkeys(match.words for match in matches if match.rule.flag == code)
        yield Flag(code=code, evidence=", ".join(words))


def describe_missing(sentences: Sequence[Sentence], rules: RuleSet, reasons: Sequence[Reason]) -> str:
    """Returns the conditions that a text below the digest threshold did not meet, the most obvious first.

    The text completes the sentence "missing: ...".
    """
    for side in rules.sides:
        if not any(sentence.side(side.code) for sentence in sentences):
            return f"any mention of {side.name}"
    codes = {reason.code for reason in reasons}
    if not codes & {"title-both", "pair"}:
        return "one sentence with both countries close together"
    for reason in reasons:
        if reason.points < 0:
            return f'enough points: "{reason.text}" takes {-reason.points:.2f} away'
    if "title-both" not in codes:
        return "both countries in the headline, or in more sentences of the lead"
    return "both countries as actors: one is only part of a list, or only a venue, channel or theme"


def list_hits(lines: Iterable[AnnotatedSentence], evidence: Iterable[Evidence]) -> Iterator[Hit]:
    """Yields every matched term with the points of the reasons that rest on it."""
    points: dict[int, float] = {}  # by identity: the same term is matched in many places
    for reason, matches in evidence:
        for match in matches:
            points[id(match)] = points.get(id(match), 0.0) + reason.points
    for line in lines:
        sentence = line.sentence
        for match in sentence.term_matches():
            yield Hit(
                term=match.term.id,
                name=match.term.name,
                side=match.term.side,
                kind=match.term.kind,
                field=sentence.field,
                start=match.start,
                end=match.end,
                text=sentence.between(match.start, match.end),
                points=round(points.get(id(match), 0.0), 2),
            )


def strip_outlet(title: str, outlet: str) -> str:
    """Returns a headline without the name of its outlet at the end ("... - Pakistan Observer"). Offsets do not change."""
    trimmed = title.rstrip()
    if outlet and trimmed.casefold().endswith(outlet.casefold()) and len(trimmed) > len(outlet):
        headline = trimmed[: -len(outlet)].rstrip()
        # Without a separator the name is part of the headline: "Editor leaves Pakistan Observer".
        return headline if headline[-1] in "-–—|:·" else title
    return title
