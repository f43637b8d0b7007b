"""The shipped rules, built the plain way: the YAML is the shape of the nouns."""

from functools import cache
from pathlib import Path

import yaml

from monitor.relevance.rules import Caution, Cue, Mask, Matter, Other, Rule, RuleSet, Side, Term, Weights

FOLDER = Path(__file__).parents[2] / "config" / "rules"
NOUNS = {
    "terms": Term,
    "masks": Mask,
    "others": Other,
    "cues": Cue,
    "rules": Rule,
    "topics": Matter,
    "cautions": Caution,
    "sides": Side,
}


@cache
def shipped() -> RuleSet:
    """The rule set of config/rules."""
    return ruleset(*(yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))))


def ruleset(*files) -> RuleSet:
    """Files joined: lists of one name are added up, the rest stands in one file."""
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
        return tuple(NOUNS[key](**_frozen(item)) if key in NOUNS else item for item in value)
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
