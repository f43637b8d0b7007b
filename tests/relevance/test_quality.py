"""Precision and recall on texts labelled by reading. A floor is lowered only on purpose."""

import json
import os
import time
from functools import cache
from pathlib import Path

import pytest

from monitor import relevance
from tests.relevance.rulefiles import shipped

CORPORA = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).parents[2] / "../shared") / "corpora"
LABELLED, EXAMPLES = CORPORA / "relevance" / "dev.jsonl", CORPORA / "examples"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not LABELLED.is_file(), reason=f"no labelled texts in {CORPORA}"),
]


@cache
def _judged():
    """Each labelled item with its verdict. Outlets are not known by country here: the prior is left out."""
    judge = relevance.compile(shipped())
    items = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
    return [(item, judge(title=item["title"], text=item["text"], language=item["lang"])) for item in items]


def _scores(chosen, truth, answer):
    pairs = [(truth(item), answer(verdict)) for item, verdict in chosen]
    hits = sum(true and said for true, said in pairs)
    return hits / max(1, sum(said for _, said in pairs)), hits / max(1, sum(true for true, _ in pairs))


@pytest.mark.parametrize(
    ("key", "value", "precision", "recall"),
    [
        ("eval", True, 0.95, 0.92),
        ("lang", "en", 0.95, 0.91),
        ("lang", "ur", 0.85, 0.84),
        ("lang", "fa", 0.82, 0.90),
        ("kind", "headline", 0.97, 0.96),
        ("kind", "snippet", 0.87, 0.84),
        ("kind", "full", 0.80, 0.70),
    ],
)
def test_digest_line(key, value, precision, recall):
    """The digest line against grade 1 and 2, in all and by language and kind of text."""
    chosen = [(item, verdict) for item, verdict in _judged() if item[key] == value or key == "eval"]
    found = _scores(chosen, lambda item: item["grade"] >= 1, lambda verdict: verdict.digest)
    assert found >= (precision, 0)
    assert found[1] >= recall


def test_alert_line():
    """The alert line against grade 2: it interrupts, so precision comes first."""
    precision, recall = _scores(_judged(), lambda item: item["grade"] == 2, lambda verdict: verdict.alert)
    assert precision >= 0.93
    assert recall >= 0.94


def test_no_alert_where_neither_country_stands():
    """Texts that name neither country are below the line, all of them."""
    assert not [item["id"] for item, verdict in _judged() if item["mention"] == "neither" and verdict.digest]


@pytest.mark.parametrize(
    ("name", "alert"), [("000", True), ("001", True), ("002", True), ("003", False), ("004", True)]
)
def test_examples(name, alert):
    """All five are told; the spun one is flagged and never alerts."""
    lines = (EXAMPLES / f"{name}.txt").read_text("utf-8").splitlines()
    title = next(line for line in lines if len(line) > 20)  # a section label stands above the headline of 004
    verdict = relevance.compile(shipped())(title=title, text="\n".join(lines[1:]), language="en")
    assert verdict.digest
    assert verdict.alert is alert
    assert ("template-text" in {flag.code for flag in verdict.flags}) is (name == "003")


def test_cost():
    """A text costs about a millisecond; this guards against a blow-up, not against a busy machine."""
    judge = relevance.compile(shipped())
    items = [item for item, _ in _judged()]
    start = time.process_time()
    for item in items:
        judge(title=item["title"], text=item["text"], language=item["lang"])
    assert (time.process_time() - start) / len(items) < 0.01
