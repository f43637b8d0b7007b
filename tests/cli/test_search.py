"""`monitor search`: queries, spelling variants, order, limits and output formats."""

import csv
import io
import shutil

import pytest

from monitor.cli.views.output import print_csv
from monitor.cli.views.search_text import COLUMNS
from monitor.config import bundled


@pytest.fixture(autouse=True)
def _stored(played):
    """Every search uses the store after the act of June 2025."""


def test_newest_items_come_first(monitor):
    """The items are sorted by time, newest first, and have all columns."""
    rows = monitor("search", "pakistan", "--json").json
    assert len(rows) > 2
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert set(rows[0]) == set(COLUMNS)


def test_spelling_variants_match(monitor):
    """Persian letters typed on an Arabic keyboard match the Urdu and Persian texts."""
    arabic, persian = (monitor("search", word, "--json").json for word in ("پاكستان", "پاکستان"))
    assert arabic == persian
    assert {row["language"] for row in persian} & {"ur", "fa"}


def test_fields_narrow_a_search(monitor):
    """A field such as lang: selects by the value of the text."""
    everything = monitor("search", "iran", "--json").json
    turkish = monitor("search", "iran lang:tr", "--json").json
    assert turkish
    assert turkish == [row for row in everything if row["language"] == "tr"]


def test_topics_and_flags_are_shown_and_searchable(monitor):
    """The topics of a text are shown, and topic: selects by them."""
    rows = monitor("search", "--json", "--", "-zeppelin").json
    topic = next(topic for row in rows for topic in row["topics"])
    matches = monitor("search", f"topic:{topic}", "--json").json
    assert matches == [row for row in rows if topic in row["topics"]]
    assert topic in monitor("search", f"topic:{topic}").out
    assert topic in monitor("search", f"topic:{topic}", "--csv").out


def test_names_of_the_rules_can_be_searched(monitor, desk):
    """The name of a word set that an analyst added works in searches and backtests."""
    shutil.copytree(bundled("config") / "rules", desk / "rules")
    (desk / "rules" / "own.yaml").write_text(
        "word_sets: [{id: net-games, forms: {en: [volleyball, badminton]}}]\n", "utf-8"
    )
    matches = monitor("search", "volleyball", "--json").json
    assert matches
    assert monitor("search", "@net-games", "--json").json == matches
    assert monitor("search", "title:(@net-games OR zeppelin)", "--json").json == matches
    assert monitor("backtest", "--where", "@net-games", "--json").json["stored"]["judged"] == len(matches)


def test_search_continues_until_the_limit(monitor):
    """The newest match is listed although newer candidates of the index do not match."""
    everything = monitor("search", "iran", "--json").json
    newest = everything[0]["source"]
    others = [row for row in everything if row["source"] != newest]
    assert monitor("search", "--limit", "1", "--json", "--", f"iran -source:{newest}").json == others[:1] != []


def test_a_query_of_exclusions_only(monitor):
    """An exclusion alone matches all other texts."""
    assert all(
        row["source"] != "zagros-agency" for row in monitor("search", "--json", "--", "-source:zagros-agency").json
    )


def test_an_unknown_name_is_refused(monitor):
    """An unknown @name gives exit code 2 and is named in the error."""
    result = monitor("search", "@nobody-at-all")
    assert (result.code, result.out) == (2, "")
    assert 'no name "@nobody-at-all"' in result.err


def test_since_and_limit(monitor):
    """Nothing older than --since, and no more than --limit items."""
    assert monitor("search", "pakistan", "--since", "2025-07-30", "--json").json == []
    assert monitor("search", "pakistan", "--since", "12h", "--json").json == []
    newest = monitor("search", "pakistan", "--json").json
    assert monitor("search", "pakistan", "--limit", "1", "--json").json == newest[:1]


def test_no_match_exits_0(monitor):
    """A search without a match prints "nothing found" and exits with 0."""
    result = monitor("search", "zeppelin")
    assert (result.code, result.out) == (0, "nothing found\n")


def test_an_invalid_query_is_located(monitor):
    """The exit code is 2, and a caret marks the position of the error."""
    result = monitor("search", 'iran "border')
    assert (result.code, result.out) == (2, "")
    assert result.err.splitlines()[-1].strip() == "^"


def test_csv_has_a_header_and_a_row_for_each_item(monitor):
    """The CSV has the same rows as --json."""
    rows = list(csv.reader(io.StringIO(monitor("search", "pakistan", "--csv").out)))
    assert rows[0] == list(COLUMNS)
    assert [row[-1] for row in rows[1:]] == [row["url"] for row in monitor("search", "pakistan", "--json").json]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(title, capsys):
    """A spreadsheet runs no headline as a formula; a negative score stays a number."""
    print_csv(COLUMNS, [dict.fromkeys(COLUMNS, "") | {"title": title, "score": -1.5}])
    (row,) = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert (row["title"], row["score"]) == (f"'{title}", "-1.5")
