"""`monitor backtest`: what other rules would change, and whether labels still hold."""

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from monitor.cli.views.backtest_text import COLUMNS
from monitor.config import bundled
from monitor.store import open_store, retention
from monitor.store.retention import RetentionPolicy

LONG_AFTER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stored(played):
    """Every backtest runs over the act of June 2025."""


@pytest.fixture
def rules(tmp_path) -> Callable[..., Path]:
    """A folder with the bundled rules and other weights."""

    def write(**weights: float) -> Path:
        folder = tmp_path / "drafts"
        shutil.copytree(bundled("config") / "rules", folder)
        file = folder / "weights.yaml"
        known = yaml.safe_load(file.read_text("utf-8"))
        file.write_text(yaml.safe_dump(known | {"weights": known["weights"] | weights}), "utf-8")
        return folder

    return write


@pytest.fixture
def strict(rules) -> Path:
    """Rules by which nothing is told."""
    return rules(digest=100, alert=100)


def told(monitor, *, held: bool = True) -> list[str]:
    rows = monitor("search", "--json", "--", "-zeppelin").json
    return [row["url"] for row in rows if (row["outcome"] == "pending") is held]


def test_the_configured_rules_change_nothing(monitor):
    """What is stored was judged by them: every text is as before."""
    ran = monitor("backtest", "--json").json
    assert (ran["stored"]["changes"], ran["stored"]["unkept"], ran["file"]) == ([], 0, None)
    assert ran["stored"]["judged"] == ran["stored"]["unchanged"] > 10


def test_changes_are_named_with_their_reasons(monitor, strict):
    """Each with its link, both scores, and what made the difference; alerts are told apart."""
    ran = monitor("backtest", "--rules", strict)
    gone = told(monitor)
    assert ran.code == 0
    assert f"-{len(gone)} no longer relevant" in ran.out
    assert all(url in ran.out for url in gone)
    assert "reasons unchanged" in ran.out
    kinds = {
        kind
        for change in monitor("backtest", "--rules", strict, "--json").json["stored"]["changes"]
        for kind in change["kinds"]
    }
    assert kinds == {"-digest", "-alert"}


def test_changes_as_a_table(monitor, strict):
    """The same rows for a spreadsheet; no change begins like a formula."""
    rows = list(csv.DictReader(io.StringIO(monitor("backtest", "--rules", strict, "--csv").out)))
    assert list(rows[0]) == list(COLUMNS)
    assert sorted(row["url"] for row in rows) == sorted(told(monitor))
    assert {row["change"] for row in rows} <= {"no longer relevant", "no longer relevant, alert lost"}


def test_nothing_is_written(monitor, strict, db):
    """Items, stories, notices and labels are as they were, to the row."""
    monitor("label", told(monitor)[0], "yes")

    def rows() -> list[str]:
        with sqlite3.connect(db) as conn:
            return list(conn.iterdump())

    before = rows()
    monitor("backtest", "--rules", strict, "--gate")
    assert rows() == before


def test_since_and_query_narrow(monitor, strict):
    """A span back from now, a date, or what a search would find."""
    assert monitor("backtest", "--since", "1d", "--json").json["stored"]["judged"] == 0
    assert monitor("backtest", "--since", "2025-06-30", "--json").json["stored"]["judged"] > 0
    found = {row["url"] for row in monitor("search", "lang:tr", "--json").json}
    changed = monitor("backtest", "--rules", strict, "--where", "lang:tr", "--json").json["stored"]
    assert changed["judged"] == len(found)
    assert {change["url"] for change in changed["changes"]} <= found


def test_the_gate_falls_for_a_label_that_is_lost(monitor, strict):
    """Right before and wrong now: code 1, and the text is named. The same rules pass."""
    lost = told(monitor)[0]
    monitor("label", lost, "yes")
    monitor("label", told(monitor, held=False)[0], "no")
    assert monitor("backtest", "--gate").code == 0
    ran = monitor("backtest", "--rules", strict, "--gate")
    assert (ran.code, ran.err) == (1, "gate: labels that were followed before and are contradicted now: 1\n")
    assert "missed, and was right before" in ran.out
    assert lost in ran.out


def test_the_gate_lets_old_errors_be(monitor, strict):
    """A label that was never followed is named as an error, and stops nobody."""
    monitor("label", told(monitor, held=False)[0], "yes")
    ran = monitor("backtest", "--rules", strict, "--gate")
    assert ran.code == 0
    assert "missed: " in ran.out


def test_a_gate_needs_something_to_hold(monitor, tmp_path):
    """Without labels, or over a file without rules to compare with, a gate would be open for ever: wrong usage."""
    assert monitor("backtest", "--gate").code == 2
    file = tmp_path / "set.jsonl"
    file.write_text("")
    ran = monitor("backtest", "--gate", "--labelled", file)
    assert (ran.code, ran.out) == (2, "")


def test_a_labelled_file_is_judged_as_well(monitor, rules, tmp_path):
    """Both lines where it has grades; the gate compares with the configured rules."""
    file = tmp_path / "set.jsonl"
    rows = [
        {"title": "Iran and Pakistan sign a trade accord in Tehran", "lang": "en", "grade": 2},
        {"title": "Tea growers hope for rain", "lang": "en", "grade": 0, "url": "https://a.example/"},
        {"url": "https://a.example/bare", "grade": 1},
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    in_file = monitor("backtest", "--labelled", file, "--json").json["file"]
    assert (in_file["judged"], in_file["unkept"], in_file["wrong"]) == (2, 1, [])
    assert [(one["line"], one["labels"], one["before"]) for one in in_file["held"]] == [
        ("digest", 2, None),
        ("alert", 2, None),
    ]
    strict = rules(digest=100, alert=100)
    ran = monitor("backtest", "--rules", strict, "--labelled", file, "--gate")
    assert ran.code == 1
    assert (
        "file, alert threshold: 2 compared, precision -, recall 0.000 (before: precision 1.000, recall 1.000)"
        in ran.out
    )


def test_labels_on_texts_no_longer_kept_are_counted(monitor, strict, played):
    """A label outlives its text, which is kept for a time only: nothing can be held against it then."""
    monitor("label", told(monitor)[0], "yes")
    store = open_store(f"sqlite:///{played}")
    store.call(retention.prune, RetentionPolicy(), now=LONG_AFTER, limit=1000)
    store.close()
    ran = monitor("backtest", "--rules", strict, "--gate")
    assert ran.code == 2
    assert "0 stored texts judged" in ran.out
    assert "more are not stored in full and were not judged again, 1 of them with a label" in ran.out


def test_labels_on_texts_never_read_are_counted(monitor):
    """They cannot be held yet, and are not passed over in silence."""
    monitor("label", "https://nowhere.example/1", "yes")
    assert "labels on texts that were never fetched: 1" in monitor("backtest").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--where", '"border'), "^"),
        (("--since", "yesterday"), "neither a time span"),
        (("--rules", "/nowhere"), "does not exist"),
    ],
)
def test_wrong_usage(monitor, words, said):
    """Code 2, with what is wrong, and nothing on stdout."""
    ran = monitor("backtest", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_broken_rules_are_an_error_with_its_place(monitor, strict, desk):
    """A draft that cannot be read says where; a folder without rules is not taken for the configured ones."""
    (strict / "broken.yaml").write_text("word_sets: [{id: x, froms: {en: [a]}}]\n", "utf-8")
    ran = monitor("backtest", "--rules", strict)
    assert (ran.code, ran.out) == (2, "")
    assert "broken.yaml:1:" in ran.err
    empty = strict / "empty"
    empty.mkdir()
    assert "there are no *.yaml files here" in monitor("backtest", "--rules", empty).err
    assert monitor("backtest", "--rules", desk).err.startswith(
        f"{desk}: is the folder of a whole configuration (name a"
    )
