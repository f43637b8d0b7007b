"""`monitor search`: what is stored is found in any spelling, newest first."""

import csv
import io
import shutil

import pytest

from monitor.cli.views.output import print_csv
from monitor.cli.views.search_text import COLUMNS
from monitor.config import bundled


@pytest.fixture(autouse=True)
def _stored(played):
    """Every search runs over the act of June 2025."""


def test_newest_come_first(monitor):
    """All words are needed; the newest item leads, with its link and its end."""
    rows = monitor("search", "pakistan", "--json").json
    assert len(rows) > 2
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert set(rows[0]) == set(COLUMNS)


def test_spelling_variants_find_each_other(monitor):
    """Persian letters typed on an Arabic keyboard find the Urdu and Persian texts."""
    arabic, persian = (monitor("search", word, "--json").json for word in ("پاكستان", "پاکستان"))
    assert arabic == persian
    assert {row["language"] for row in persian} & {"ur", "fa"}


def test_query_language_decides(monitor):
    """Fields narrow as the query language says."""
    everything = monitor("search", "iran", "--json").json
    turkish = monitor("search", "iran lang:tr", "--json").json
    assert turkish
    assert turkish == [row for row in everything if row["language"] == "tr"]


def test_topics_and_flags_are_shown_and_asked_for(monitor):
    """What the rules say of a text stands beside it, and narrows a search."""
    rows = monitor("search", "--json", "--", "-zeppelin").json
    topic = next(topic for row in rows for topic in row["topics"])
    found = monitor("search", f"topic:{topic}", "--json").json
    assert found == [row for row in rows if topic in row["topics"]]
    assert topic in monitor("search", f"topic:{topic}").out
    assert topic in monitor("search", f"topic:{topic}", "--csv").out


def test_sets_of_the_rules_stand_for_their_words(monitor, desk):
    """A set that an analyst has added to the rules is asked for by its name, in searches and in backtests."""
    shutil.copytree(bundled("config") / "rules", desk / "rules")
    (desk / "rules" / "own.yaml").write_text(
        "word_sets: [{id: net-games, forms: {en: [volleyball, badminton]}}]\n", "utf-8"
    )
    found = monitor("search", "volleyball", "--json").json
    assert found
    assert monitor("search", "@net-games", "--json").json == found
    assert monitor("search", "title:(@net-games OR zeppelin)", "--json").json == found
    assert monitor("backtest", "--where", "@net-games", "--json").json["stored"]["judged"] == len(found)


def test_search_goes_on_until_it_has_enough(monitor):
    """What the index narrows to may not match: the newest match is found although newer items are none."""
    everything = monitor("search", "iran", "--json").json
    newest = everything[0]["source"]
    others = [row for row in everything if row["source"] != newest]
    assert monitor("search", "--limit", "1", "--json", "--", f"iran -source:{newest}").json == others[:1] != []


def test_query_without_a_word_to_narrow_by(monitor):
    """An exclusion alone is met by all others."""
    assert all(
        row["source"] != "zagros-agency" for row in monitor("search", "--json", "--", "-source:zagros-agency").json
    )


def test_a_name_that_the_rules_do_not_have(monitor):
    """It is told where it stands; code 2."""
    ran = monitor("search", "@nobody-at-all")
    assert (ran.code, ran.out) == (2, "")
    assert 'no name "@nobody-at-all"' in ran.err


def test_since_and_limit_bound(monitor):
    """Nothing older than --since, no more than --limit."""
    assert monitor("search", "pakistan", "--since", "2025-07-30", "--json").json == []
    assert monitor("search", "pakistan", "--since", "12h", "--json").json == []
    newest = monitor("search", "pakistan", "--json").json
    assert monitor("search", "pakistan", "--limit", "1", "--json").json == newest[:1]


def test_nothing_found_is_no_failure(monitor):
    """Silence is explained, and the exit code is 0."""
    ran = monitor("search", "zeppelin")
    assert (ran.code, ran.out) == (0, "nothing found\n")


def test_faulty_query_points_at_its_fault(monitor):
    """Wrong usage: code 2, with a caret under the place."""
    ran = monitor("search", 'iran "border')
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1].strip() == "^"


def test_csv_has_a_head_and_a_row_each(monitor):
    """The same rows as --json, for a spreadsheet."""
    rows = list(csv.reader(io.StringIO(monitor("search", "pakistan", "--csv").out)))
    assert rows[0] == list(COLUMNS)
    assert [row[-1] for row in rows[1:]] == [row["url"] for row in monitor("search", "pakistan", "--json").json]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(title, capsys):
    """A headline is never run by the program that opens the file; a negative score stays a number."""
    print_csv(COLUMNS, [dict.fromkeys(COLUMNS, "") | {"title": title, "score": -1.5}])
    (row,) = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert (row["title"], row["score"]) == (f"'{title}", "-1.5")
