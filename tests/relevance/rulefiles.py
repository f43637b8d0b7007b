"""The shipped rules, built without monitor.config: the YAML has the shape of the types."""

from functools import cache
from pathlib import Path

import yaml

from monitor.relevance.rules import (
    FalseFriend,
    FlagRule,
    Rule,
    RuleSet,
    Side,
    Term,
    ThirdCountry,
    TopicRule,
    Weights,
    WordSet,
)

FOLDER = Path(__file__).parents[2] / "config" / "rules"
TYPES = {
    "terms": Term,
    "false_friends": FalseFriend,
    "third_countries": ThirdCountry,
    "word_sets": WordSet,
    "rules": Rule,
    "topics": TopicRule,
    "flags": FlagRule,
    "sides": Side,
}


@cache
def shipped() -> RuleSet:
    """Returns the rule set of config/rules."""
    return ruleset(*(yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))))


def ruleset(*files) -> RuleSet:
    """Joins files: lists of the same name are concatenated, any other key occurs in one file."""
    data = {}
    for file in files:
        for key, value in file.items():
            data[key] = data.get(key, []) + value if isinstance(value, list) else value
    fields = {key: _field(key, value) for key, value in data.items()}
    return RuleSet(**fields)


def _field(key, value):
    if key == "weights":
        return Weights(**value)
    if isinstance(value, list):
        return tuple(TYPES[key](**_frozen(item)) if key in TYPES else item for item in value)
    return value


def _frozen(item):
    return {
        key: {language: tuple(forms) for language, forms in value.items()}
        if isinstance(value, dict)
        else tuple(value)
        if isinstance(value, list)
        else value
        for key, value in item.items()
    }
