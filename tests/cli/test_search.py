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


# --- queries that mean something else ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("zeppelin or airship", "the operator is OR"),
        ("iran not pakistan zeppelin", "the operator is NOT"),
        ("iran NEAR zeppelin", "NEAR/10"),
        ("nowhere.example/news/1", "`monitor why nowhere.example/news/1`"),
    ],
)
def test_nothing_found_has_a_hint(monitor, query, hint):
    """A query whose operators were read as words, or that is a URL, says so if it matches nothing."""
    result = monitor("search", query)
    assert (result.code, result.out) == (0, "nothing found\n")
    assert hint in result.err


def test_words_in_quotes_have_no_hint(monitor):
    """A quoted phrase may contain "or"."""
    assert monitor("search", '"zeppelin or airship"').err == ""


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("lang:urdu", "there is no lang 'urdu'; there are: ar, en, fa"),
        ("topic:nosuch", "there is no topic 'nosuch'"),
        ("flag:nosuch", "there is no flag 'nosuch'"),
        ("source:nosuch", "there is no source 'nosuch'; there are: "),
        ("country:XX", "there is no country 'xx'"),
        ("(lang:urdu OR lang:farsi) zeppelin", "there is no lang 'farsi'"),
    ],
)
def test_an_unknown_value_is_an_error(monitor, query, message):
    """Nothing can match a language, topic, flag, source or country that does not exist: exit code 2."""
    result = monitor("search", query)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_an_unknown_value_beside_matches_is_a_warning(monitor):
    """If the rest of the query matches, the items are listed and the unknown value is named."""
    result = monitor("search", "iran OR topic:nosuch")
    assert result.code == 0
    assert "there is no topic 'nosuch'" in result.err
    assert result.out != "nothing found\n"


def test_a_star_inside_a_word_is_an_error(monitor):
    """`pak*an` would be read as two words."""
    result = monitor("search", "pak*an")
    assert result.code == 2
    assert "a * stands at the end of a word only" in result.err


def test_german_quotation_marks_make_a_phrase(monitor):
    """„border market“ is a phrase like "border market"."""
    words = monitor("search", "iran pakistan", "--json").json
    title = " ".join(next(row["title"] for row in words if row["language"] == "en").split()[:2])
    assert monitor("search", f"„{title}“", "--json").json == monitor("search", f'"{title}"', "--json").json != []


def test_an_excluded_word_is_not_an_option(monitor):
    """-word needs no -- before it; a mistyped option is an error."""
    expected = monitor("search", "--json", "--", "iran -hezbollah -pakistan").json
    assert monitor("search", "--json", "iran", "-hezbollah", "-pakistan").json == expected
    assert monitor("search", "iran", "--jsn").code == 2
    assert "Example: monitor" in monitor("search", "-h").out


def test_codes_are_listed(monitor):
    """`config codes` lists what topic:, flag: and @ can be followed by."""
    codes = monitor("config", "codes", "--json").json
    assert {code["kind"] for code in codes} == {"topic", "flag", "name"}
    for code in (next(code for code in codes if code["kind"] == kind) for kind in ("topic", "flag")):
        assert monitor("search", f"{code['kind']}:{code['code']}").code == 0
    assert monitor("search", next(code["code"] for code in codes if code["kind"] == "name")).code == 0
