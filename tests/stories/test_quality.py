"""Floors on labelled sets beside the project; lowered only on purpose."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.stories import StoryWindow, extract_features
from monitor.stories.duplicates import is_copy
from tests.shared import SHARED

SETS = SHARED / "corpora" / "stories"
UNDATED = datetime(2020, 1, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not SETS.is_dir(), reason=f"no labelled stories in {SETS}: set MONITOR_SHARED"),
]


def rows(path):
    """The documents or pairs of a set that are not held out."""
    lines = (SETS / path).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row.get("split", "dev") == "dev"]


def marked(row, item=0):
    """The mark of a document."""
    at = datetime.fromisoformat(row["date"][:10]).replace(tzinfo=UTC) if row.get("date") else UNDATED
    return extract_features(
        item=item, at=at, language="en", source="", title=row["title"] or "", text=row["text"], hits=()
    )


def b_cubed(gold, found):
    """B-cubed F1 (Bagga and Baldwin 1998), every item weighing the same."""
    both, golds, founds = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(n * n / founds[pair[1]] for pair, n in both.items()) / len(gold)
    recall = sum(n * n / golds[pair[0]] for pair, n in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize(("dataset", "floor"), [("mmds2022_en", 0.94), ("g5news", 0.93)])
def test_stories_as_they_arrive(dataset, floor):
    """Each item's story is given at once and never revised."""
    window, documents, stories = StoryWindow(), rows(f"{dataset}/docs.jsonl"), []
    for item, document in enumerate(documents, 1):
        arrived = marked(document, item)
        story = window.place(arrived).story or item
        window.add(replace(arrived, story=story, thread=story))
        stories.append(story)
    assert b_cubed([document["cluster"] for document in documents], stories) >= floor


def test_copies_of_wire_texts():
    """Real copies that several sites printed, against texts that share quotes or furniture."""
    pairs = [pair for pair in rows("neardup_real/pairs.jsonl") if pair["label"] != "partial"]
    said = [(pair["label"] == "dup", is_copy(marked(pair["a"]), marked(pair["b"]))) for pair in pairs]
    right, wrong, missed = (said.count(kind) for kind in ((True, True), (False, True), (True, False)))
    assert (right / (right + wrong) >= 0.95, right / (right + missed) >= 0.95) == (True, True)
