"""`monitor label`: what people say of texts, kept, listed, taken back and shared."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.formats.label_files import read
from monitor.query import parse
from monitor.store import open_store, retention, search
from monitor.store.retention import RetentionPolicy

UNKNOWN = "https://nowhere.example/1"


@pytest.fixture
def text(played) -> str:
    """The URL of a stored text on both armies."""
    store = open_store(f"sqlite:///{played}")
    page = store.call(
        search.find, parse("title:munir"), since=datetime(2025, 1, 1, tzinfo=UTC), limit=1, max_candidates=100
    )
    store.close()
    return page.hits[0].entry.url


@pytest.fixture
def labelled(tmp_path):
    """A file of labels; lines are written as they are given."""

    def write(*lines: object) -> str:
        file = tmp_path / "labels.jsonl"
        file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
        return str(file)

    return write


def test_a_label_shows_the_headline(monitor, text):
    """Whoever labels sees which text it was; the last word counts."""
    assert "Munir" in monitor("label", text, "yes", "--note", "armies").out
    said = monitor("label", text + "#top", "no", "--json")
    assert (said.code, said.err) == (0, "")
    assert (said.json["relevant"], "Munir" in said.json["title"], said.json["item"] > 0) == (False, True, True)
    (kept,) = monitor("label", "list", "--json").json
    assert (kept["url"], kept["relevant"], kept["note"]) == (text, False, "")


def test_options_may_come_first(monitor, text):
    """`label` takes its options in any order, as other commands do."""
    assert monitor("label", "--note", "armies", text, "yes").code == 0
    assert monitor("label", "list", "--json").json[0]["note"] == "armies"


def test_a_text_that_is_not_stored_is_said(monitor, played):
    """Its label is kept all the same, and says so."""
    ran = monitor("label", UNKNOWN, "yes")
    assert (ran.code, ran.out) == (0, f"yes: {UNKNOWN}\n")
    assert "its text is not stored" in ran.err
    assert monitor("label", "list").out.splitlines()[1].split()[:1] == ["yes"]


def test_an_item_may_be_named_by_its_number(monitor, text):
    """Search shows it beside the URL."""
    item = monitor("search", "title:munir", "--json").json[0]["item"]
    monitor("label", item, "yes")
    assert monitor("label", "list", "--json").json[0]["url"] == text
    assert monitor("label", "remove", item).code == 0


@pytest.mark.parametrize(
    "words", [("what", "yes"), ("4711", "yes"), ("9" * 20, "yes"), (UNKNOWN, "perhaps"), (UNKNOWN,), ()]
)
def test_what_cannot_be_meant_is_wrong_usage(monitor, words):
    """No URL, or neither yes nor no."""
    assert monitor("label", *words).code == 2


def test_a_label_is_taken_back(monitor, played):
    """A second time there is none: code 1."""
    monitor("label", UNKNOWN, "yes")
    assert monitor("label", "remove", UNKNOWN).code == 0
    assert monitor("label", "list", "--json").json == []
    assert monitor("label", "remove", UNKNOWN).code == 1


def test_labels_travel_without_texts(monitor, text, tmp_path):
    """What is written is read again; full texts leave the store only when they are asked for."""
    file = tmp_path / "labels.jsonl"
    monitor("label", text, "yes", "--note", "armies")
    monitor("label", UNKNOWN, "no")
    assert monitor("label", "export", file).code == 0
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [sorted(row) for row in rows] == [["note", "relevant", "title", "url"], ["relevant", "url"]]
    for url in (text, UNKNOWN):
        monitor("label", "remove", url)
    assert monitor("label", "import", file).out == f"{file}: 2 labels imported, 1 of them on texts that are stored\n"
    assert {(one["url"], one["relevant"]) for one in monitor("label", "list", "--json").json} == {
        (text, True),
        (UNKNOWN, False),
    }


def test_a_label_of_a_file_that_says_otherwise_is_told(monitor, text, labelled):
    """The last word counts, and nobody's own word goes in silence."""
    monitor("label", text, "yes")
    monitor("label", UNKNOWN, "no")
    file = labelled({"url": text, "relevant": False}, {"url": UNKNOWN, "relevant": False})
    assert monitor("label", "import", file).err == f"{text}: no replaces yes\n"
    assert monitor("label", "import", file).err == ""
    ran = monitor("label", "import", labelled({"url": UNKNOWN, "grade": 0}, {"url": f"{UNKNOWN}#top", "grade": 1}))
    assert "1 labels imported" in ran.out
    assert ran.err == f"{UNKNOWN}: yes replaces no\n"


def test_labels_travel_with_texts_where_asked(monitor, text, tmp_path):
    """All that judging needs: text, language, and the outlet with its country."""
    file = tmp_path / "labels.jsonl"
    monitor("label", text, "yes")
    monitor("label", "export", file, "--text")
    (row,) = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {"url", "title", "text", "lang", "outlet", "country", "relevant"} <= set(row)
    assert len(row["text"].split()) > 20


def test_half_a_text_does_not_travel(monitor, text, tmp_path, played):
    """Past its time a text cannot be judged as it was: the label goes without it."""
    monitor("label", text, "yes")
    store = open_store(f"sqlite:///{played}")
    store.call(retention.prune, RetentionPolicy(), now=datetime(2027, 1, 1, tzinfo=UTC), limit=1000)
    store.close()
    file = tmp_path / "labels.jsonl"
    monitor("label", "export", file, "--text")
    assert sorted(json.loads(file.read_text("utf-8"))) == ["relevant", "title", "url"]


def test_grades_are_labels(monitor, played, labelled):
    """Other sets have grades: neither, a substantial part, the main subject. What else they hold is passed over."""
    file = labelled({"url": "https://a.example/0", "grade": 0}, {"url": "https://a.example/1", "grade": 1, "id": 7}, "")
    assert monitor("label", "import", file).code == 0
    assert [one["relevant"] for one in monitor("label", "list", "--json").json] == [False, True]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a JSON object"),
        ({"relevant": True}, '"url" must be an http or https URL'),
        ({"url": "ftp://a.example/", "relevant": True}, '"url" must be an http or https URL'),
        ({"url": UNKNOWN}, 'must have "relevant"'),
        ({"url": UNKNOWN, "relevant": "yes"}, 'must have "relevant"'),
        ({"url": UNKNOWN, "relevant": 1}, 'must have "relevant"'),
        ({"url": UNKNOWN, "grade": 3}, 'must have "relevant"'),
        ({"url": UNKNOWN, "grade": 0, "relevant": True}, "contradict each other"),
        ({"url": UNKNOWN, "grade": 0, "title": 7}, '"title" must be a string'),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_kept(monitor, played, labelled, line, fault):
    """Every line that cannot be used is told with its number; the file is taken whole or not at all."""
    file = labelled({"url": UNKNOWN, "relevant": True}, line, line)
    ran = monitor("label", "import", file)
    first, second = ran.err.splitlines()
    assert "line 1" not in ran.err
    assert ran.code == 2
    assert first.startswith(f"{file}:2:1: ")
    assert fault in first
    assert second.startswith(f"{file}:3:1: ")
    assert monitor("label", "list", "--json").json == []


@given(st.lists(st.one_of(st.text(), st.just("[" * 100_000), st.just('{"url": "https://a.example/", "grade": 1}'))))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused(tmp_path, lines):
    """Whatever stands in a file, it is rows or one error that names it."""
    file = tmp_path / "any.jsonl"
    file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        rows = read(file, url_required=True)
    except ConfigError as refused:
        assert str(refused).startswith(f"{file}:")  # noqa: PT017 - it need not raise
    else:
        assert {row.url for row in rows} <= {"https://a.example/"}
