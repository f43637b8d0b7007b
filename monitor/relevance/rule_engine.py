"""Compiles the rules and matches them against a text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.relevance.annotation import (
    AnnotatedSentence,
    OutletFacts,
    find_evidence,
    quote_evidence,
    scopes,
)
from monitor.relevance.conditions import Condition, all_names, compile_condition, evidence_names, required_names
from monitor.relevance.lexicon import TermMatch
from monitor.relevance.rule_queries import AliasTable, alias_table, parse_rule_query
from monitor.relevance.rules import Rule, RuleSet, TopicRule, WordSet
from monitor.relevance.sentences import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule or topic with its conditions. The matches of `evidence_names` are its evidence."""

    rule: Rule | TopicRule
    when: Condition
    unless: Condition | None
    evidence_names: tuple[str, ...]
    required_names: frozenset[str] | None  # one of them occurs if the rule matches; None: it may match without a name

    def matches(self, sentences: Sequence[AnnotatedSentence], outlet: OutletFacts) -> bool:
        """Returns whether the rule matches a part of a text."""
        return self.when(sentences, outlet) and not (self.unless and self.unless(sentences, outlet))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMatch:
    """A rule that matched, the number of parts that it matched, and its evidence."""

    rule: Rule
    times: int
    evidence: tuple[tuple[Sentence, TermMatch], ...]

    @property
    def words(self) -> str:
        """The words of the evidence."""
        return quote_evidence(self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEngine:
    """Compiled rules or topics. `aliases` maps the id of a concept to the names under which their queries ask for it."""

    rules: tuple[CompiledRule, ...]
    aliases: Mapping[str, tuple[str, ...]]
    query_words: tuple[WordSet, ...]  # words of the queries, which the lexicon has to find as well

    def find_matches(
        self, sentences: Sequence[AnnotatedSentence], outlet: OutletFacts, *, lead: int
    ) -> Iterator[RuleMatch]:
        """Yields the rules that match, in the order of the files. `lead` is the number of sentences of the lead."""
        parts_by_scope = scopes(sentences, lead)
        # Most rules need a name that the text does not have: one set operation skips them.
        names = {name for line in sentences for name in line.matches}
        for compiled in self.rules:
            rule = compiled.rule
            if compiled.required_names is not None and names.isdisjoint(compiled.required_names):
                continue
            assert isinstance(rule, Rule)
            parts = [part for part in parts_by_scope[rule.where] if compiled.matches(part, outlet)]
            parts = parts[: rule.max_matches]
            if parts:
                evidence = find_evidence(compiled.evidence_names, (line for part in parts for line in part))
                yield RuleMatch(rule=rule, times=len(parts), evidence=tuple(evidence))


def compile_rules(rules: RuleSet, listed: Sequence[Rule | TopicRule]) -> RuleEngine:
    """Compiles rules or topics of a rule set. Raises QueryError if a query of theirs is faulty."""
    table = alias_table(rules)
    compiled, used = [], set[str]()
    for rule in listed:
        compiled_rule, names = compile_rule(rule, table)
        compiled.append(compiled_rule)
        used |= names
    aliases: dict[str, list[str]] = {}
    # Sorted, so that the same rules compile to the same lexicon in every process.
    for name in sorted(used):
        for concept in table.get(name, (name,)):
            aliases.setdefault(concept, []).append(name)
    return RuleEngine(
        rules=tuple(compiled),
        aliases={concept: tuple(names) for concept, names in aliases.items()},
        # The name of a phrase is the phrase behind a quote: as a word set of its own it enters the lexicon.
        query_words=tuple(
            WordSet(id=name, forms={"": (name.removeprefix('"'),)}) for name in sorted(used) if name.startswith('"')
        ),
    )


def compile_rule(rule: Rule | TopicRule, table: AliasTable) -> tuple[CompiledRule, set[str]]:
    """Compiles a rule; returns it with all names of its queries."""
    when = parse_rule_query(rule.when, table)
    unless = parse_rule_query(rule.unless, table) if isinstance(rule, Rule) and rule.unless else None
    evidence = tuple(dict.fromkeys(evidence_names(when)))
    compiled = CompiledRule(
        rule=rule,
        when=compile_condition(when),
        unless=compile_condition(unless) if unless else None,
        evidence_names=evidence,
        required_names=required_names(when),
    )
    return compiled, {*evidence, *all_names(when), *(all_names(unless) if unless else ())}
