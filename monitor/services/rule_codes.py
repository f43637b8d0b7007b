"""The topics, flags and @names of the rules: what searches, rules and channels can refer to."""

from dataclasses import dataclass

from monitor.relevance.rules import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCode:
    """One code: `topic:code` and `flag:code` in a query (`include:` and `exclude:` of a channel), or a name such as @code."""

    kind: str  # topic, flag or name
    code: str
    name: str


def list_codes(rules: RuleSet) -> list[RuleCode]:
    """Returns all codes, by kind and code. A flag of a relevance rule has no name of its own."""
    flags = {rule.flag: "" for rule in rules.rules if rule.flag} | {flag.code: flag.name for flag in rules.flags}
    names = {term.id: term.name for term in rules.terms} | {words.id: "" for words in rules.word_sets if words.forms}
    topics = {topic.id: topic.name for topic in rules.topics}
    kinds = {"topic": topics, "flag": flags, "name": {f"@{code}": name for code, name in names.items()}}
    return [
        RuleCode(kind=kind, code=code, name=name)
        for kind, listed in kinds.items()
        for code, name in sorted(listed.items())
    ]
