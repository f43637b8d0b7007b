"""Assigns topics to a text that is in the digest or near it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from monitor.model import Topic
from monitor.relevance.annotation import AnnotatedSentence, OutletFacts, annotate, find_evidence, quote_evidence
from monitor.relevance.lexicon import Lexicon, build_lexicon
from monitor.relevance.rule_engine import CompiledRule, RuleEngine, compile_rules
from monitor.relevance.rules import RuleSet

# The weight that a matching sentence gives a topic. Sentences outside of the lead count only if they relate the two
# sides: the tail of a report is often background on something else.
HEADLINE_WEIGHT, LEAD_WEIGHT, PAIR_WEIGHT = 3.0, 1.0, 0.5
EXTRA_WORD_SHARE = 0.2  # added to the weight of a sentence for each further word of the topic
MAX_WORDS_PER_SENTENCE = 3
MIN_TOPIC_WEIGHT = 1.0
MIN_SHARE_OF_MAIN_TOPIC = 0.25
OTHER_TOPIC = "other"  # the topic of a text that matches none


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicClassifier:
    """Assigns topics.

    Topics use many common words, so they have a lexicon of their own, which reads only the few sentences that count. It
    is built for the first text that needs it: that takes 0.1 s, and most commands classify no text.
    """

    engine: RuleEngine
    lexicon: Callable[[], Lexicon]

    def classify(self, sentences: Sequence[AnnotatedSentence], outlet: OutletFacts, *, lead: int) -> tuple[Topic, ...]:
        """Returns the topics of a text, the main one first."""
        # Only sentences that count are read again with the words of topics.
        weighted = [
            (self._annotate_again(line, outlet.lang), weight)
            for line in sentences
            if (weight := sentence_weight(line, lead))
        ]
        scored = [(self._score(topic, weighted, outlet), topic) for topic in self.engine.rules]
        main_weight = max((weight for (weight, _), _ in scored), default=0.0)
        # A topic must weigh as much as one sentence of the lead, and must not be a side remark beside the main one.
        min_weight = max(MIN_TOPIC_WEIGHT, MIN_SHARE_OF_MAIN_TOPIC * main_weight)
        ranked = sorted(
            (entry for entry in scored if entry[0][0] >= min_weight), key=lambda entry: entry[0][0], reverse=True
        )
        topics = tuple(Topic(code=topic.rule.id, evidence=words) for (_, words), topic in ranked)
        return topics or (Topic(code=OTHER_TOPIC, evidence=""),)

    def _score(
        self, topic: CompiledRule, weighted: Sequence[tuple[AnnotatedSentence, float]], outlet: OutletFacts
    ) -> tuple[float, str]:
        """Returns the weight of a topic in a text, and its words."""
        matching = [(line, weight) for line, weight in weighted if topic.when([line], outlet)]
        total = sum(weight * (1 + EXTRA_WORD_SHARE * (count_words(topic, line) - 1)) for line, weight in matching)
        return total, quote_evidence(find_evidence(topic.evidence_names, (line for line, _ in matching)))

    def _annotate_again(self, line: AnnotatedSentence, language: str) -> AnnotatedSentence:
        matches = tuple(self.lexicon().find(line.sentence.text, language))
        return annotate(replace(line.sentence, start=0, matches=matches), None, self.engine.aliases)


def compile_topics(rules: RuleSet) -> TopicClassifier:
    """Compiles the topics of a rule set."""
    engine = compile_rules(rules, rules.topics)
    lexicon = partial(build_lexicon, rules, set_ids=engine.aliases, extra_words=engine.query_words)
    return TopicClassifier(engine=engine, lexicon=cache(lexicon))


def sentence_weight(line: AnnotatedSentence, lead: int) -> float:
    """Returns how much a sentence counts for the topic of its text."""
    if line.sentence.is_headline:
        return HEADLINE_WEIGHT
    if line.sentence.order < lead:
        return LEAD_WEIGHT
    return PAIR_WEIGHT if line.relation else 0.0


def count_words(topic: CompiledRule, line: AnnotatedSentence) -> int:
    """Returns the number of words of a topic in a sentence, at least 1: several words are more than a phrase."""
    # Counted by place: two names of one word are one word.
    places = {match.start for name in topic.evidence_names for match in line.matches.get(name, ())}
    return max(1, min(MAX_WORDS_PER_SENTENCE, len(places)))
