"""`monitor backtest`: changed decisions under other rules, labels, and the gate."""

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
    """Every backtest uses the store after the act of June 2025."""


@pytest.fixture
def rules(tmp_path) -> Callable[..., Path]:
    """A folder with the bundled rules and other weights."""

    def write(**weights: float) -> Path:
        folder = tmp_path / "drafts"
        shutil.copytree(bundled("config") / "rules", folder)
        file = folder / "weights.yaml"
        values = yaml.safe_load(file.read_text("utf-8"))
        file.write_text(yaml.safe_dump(values | {"weights": values["weights"] | weights}), "utf-8")
        return folder

    return write


@pytest.fixture
def strict(rules) -> Path:
    """Rules by which no text is relevant."""
    return rules(digest=100, alert=100)


def urls_by_status(monitor, *, pending: bool = True) -> list[str]:
    """Returns the URLs of the stored texts that are pending, or of all others."""
    rows = monitor("search", "--json", "--", "-zeppelin").json
    return [row["url"] for row in rows if (row["outcome"] == "pending") is pending]


def test_the_configured_rules_change_nothing(monitor):
    """The stored texts were judged by the configured rules, so no decision changes."""
    result = monitor("backtest", "--json").json
    assert (result["stored"]["changes"], result["stored"]["unkept"], result["file"]) == ([], 0, None)
    assert result["stored"]["judged"] == result["stored"]["unchanged"] > 10


def test_changes_are_listed_with_their_reasons(monitor, strict):
    """Each change has its link, both scores and the reason; lost alerts are listed apart."""
    result = monitor("backtest", "--rules", strict)
    lost_urls = urls_by_status(monitor)
    assert result.code == 0
    assert f"-{len(lost_urls)} no longer relevant" in result.out
    assert all(url in result.out for url in lost_urls)
    assert "reasons unchanged" in result.out
    kinds = {
        kind
        for change in monitor("backtest", "--rules", strict, "--json").json["stored"]["changes"]
        for kind in change["kinds"]
    }
    assert kinds == {"-digest", "-alert"}


def test_changes_as_csv(monitor, strict):
    """The CSV has the same changes; no cell begins like a formula."""
    rows = list(csv.DictReader(io.StringIO(monitor("backtest", "--rules", strict, "--csv").out)))
    assert list(rows[0]) == list(COLUMNS)
    assert sorted(row["url"] for row in rows) == sorted(urls_by_status(monitor))
    assert {row["change"] for row in rows} <= {"no longer relevant", "no longer relevant, alert lost"}


def test_the_store_is_unchanged(monitor, strict, db):
    """Items, stories, notices and labels are the same rows afterwards."""
    monitor("label", urls_by_status(monitor)[0], "yes")

    def rows() -> list[str]:
        with sqlite3.connect(db) as conn:
            return list(conn.iterdump())

    before = rows()
    monitor("backtest", "--rules", strict, "--gate")
    assert rows() == before


def test_since_and_query_select_texts(monitor, strict):
    """A backtest can be limited to a period, and to the texts that a query matches."""
    assert monitor("backtest", "--since", "1d", "--json").json["stored"]["judged"] == 0
    assert monitor("backtest", "--since", "2025-06-30", "--json").json["stored"]["judged"] > 0
    matches = {row["url"] for row in monitor("search", "lang:tr", "--json").json}
    changed = monitor("backtest", "--rules", strict, "--where", "lang:tr", "--json").json["stored"]
    assert changed["judged"] == len(matches)
    assert {change["url"] for change in changed["changes"]} <= matches


def test_the_gate_fails_if_a_followed_label_is_contradicted(monitor, strict):
    """A label that was followed and is contradicted now: exit code 1, and the text is listed. The same rules pass."""
    url = urls_by_status(monitor)[0]
    monitor("label", url, "yes")
    monitor("label", urls_by_status(monitor, pending=False)[0], "no")
    assert monitor("backtest", "--gate").code == 0
    result = monitor("backtest", "--rules", strict, "--gate")
    assert (result.code, result.err) == (1, "gate: labels that were followed before and are contradicted now: 1\n")
    assert "missed, and was right before" in result.out
    assert url in result.out


def test_the_gate_ignores_old_mismatches(monitor, strict):
    """A label that was contradicted before is listed and does not fail the gate."""
    monitor("label", urls_by_status(monitor, pending=False)[0], "yes")
    result = monitor("backtest", "--rules", strict, "--gate")
    assert result.code == 0
    assert "missed: " in result.out


def test_a_gate_needs_labels(monitor, tmp_path):
    """A gate without labels, or for a file without rules to compare with, would always pass: it is wrong usage."""
    assert monitor("backtest", "--gate").code == 2
    file = tmp_path / "set.jsonl"
    file.write_text("")
    result = monitor("backtest", "--gate", "--labelled", file)
    assert (result.code, result.out) == (2, "")


def test_a_label_file_is_judged(monitor, rules, tmp_path):
    """Grades measure both thresholds; the gate compares with the configured rules."""
    file = tmp_path / "set.jsonl"
    rows = [
        {"title": "Iran and Pakistan sign a trade accord in Tehran", "lang": "en", "grade": 2},
        {"title": "Tea growers hope for rain", "lang": "en", "grade": 0, "url": "https://a.example/"},
        {"url": "https://a.example/bare", "grade": 1},
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    in_file = monitor("backtest", "--labelled", file, "--json").json["file"]
    assert (in_file["judged"], in_file["unkept"], in_file["wrong"]) == (2, 1, [])
    assert [(agreement["line"], agreement["labels"], agreement["before"]) for agreement in in_file["held"]] == [
        ("digest", 2, None),
        ("alert", 2, None),
    ]
    strict = rules(digest=100, alert=100)
    result = monitor("backtest", "--rules", strict, "--labelled", file, "--gate")
    assert result.code == 1
    assert (
        "file, alert threshold: 2 compared, precision -, recall 0.000 (before: precision 1.000, recall 1.000)"
        in result.out
    )


def test_labels_on_deleted_texts_are_counted(monitor, strict, played):
    """A label outlives its text; after retention it is counted and not compared."""
    monitor("label", urls_by_status(monitor)[0], "yes")
    store = open_store(f"sqlite:///{played}")
    store.call(retention.prune, RetentionPolicy(), now=LONG_AFTER, limit=1000)
    store.close()
    result = monitor("backtest", "--rules", strict, "--gate")
    assert result.code == 2
    assert "0 stored texts judged" in result.out
    assert "more are not stored in full and were not judged again, 1 of them with a label" in result.out


def test_labels_on_unknown_texts_are_counted(monitor):
    """Labels on texts that were never fetched are counted in the report."""
    monitor("label", "https://nowhere.example/1", "yes")
    assert "labels on texts that were never fetched: 1" in monitor("backtest").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--where", '"border'), "^"),
        (("--since", "yesterday"), "neither a time span"),
        (("--rules", "/nowhere"), "does not exist"),
    ],
)
def test_wrong_usage(monitor, words, message):
    """The exit code is 2, the error is on stderr, and stdout is empty."""
    result = monitor("backtest", *words)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_invalid_rules_are_located(monitor, strict, desk):
    """An invalid draft is reported with file and line; a folder without rules is refused."""
    (strict / "broken.yaml").write_text("word_sets: [{id: x, froms: {en: [a]}}]\n", "utf-8")
    result = monitor("backtest", "--rules", strict)
    assert (result.code, result.out) == (2, "")
    assert "broken.yaml:1:" in result.err
    empty = strict / "empty"
    empty.mkdir()
    assert "there are no *.yaml files here" in monitor("backtest", "--rules", empty).err
    assert monitor("backtest", "--rules", desk).err.startswith(
        f"{desk}: is the folder of a whole configuration (name a"
    )
