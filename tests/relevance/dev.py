"""The labelled items of the relevance corpus, in a folder beside the project (MONITOR_SHARED names another one)."""

import json
from dataclasses import dataclass

from tests.shared import SHARED

CORPORA = SHARED / "corpora"
LABELLED = CORPORA / "relevance" / "dev.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A text with the grade of a reader, its kind (headline, snippet, full) and the countries that it names."""

    id: str
    title: str
    text: str
    lang: str
    outlet: str
    url: str
    grade: int
    kind: str
    mention: str
    event: str
    eval: bool


def items() -> list[Item]:
    """Returns every item, in the order of the file."""
    rows = map(json.loads, LABELLED.read_text("utf-8").splitlines())
    return [Item(**{name: row[name] for name in Item.__dataclass_fields__}) for row in rows]
