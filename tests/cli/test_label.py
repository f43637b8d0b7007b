"""`monitor label`: set, list, remove, export and import labels."""

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
    """The URL of a stored text about the armies of both countries."""
    store = open_store(f"sqlite:///{played}")
    page = store.call(
        search.find, parse("title:munir"), since=datetime(2025, 1, 1, tzinfo=UTC), limit=1, max_candidates=100
    )
    store.close()
    return page.hits[0].entry.url


@pytest.fixture
def label_file(tmp_path):
    """Writes a label file with the given lines; returns its path."""

    def write(*lines: object) -> str:
        file = tmp_path / "labels.jsonl"
        file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
        return str(file)

    return write


def test_a_label_shows_the_headline(monitor, text):
    """The output names the text; a later label replaces an earlier one."""
    assert "Munir" in monitor("label", text, "yes", "--note", "armies").out
    result = monitor("label", text + "#top", "no", "--json")
    assert (result.code, result.err) == (0, "")
    assert (result.json["relevant"], "Munir" in result.json["title"], result.json["item"] > 0) == (False, True, True)
    (stored_label,) = monitor("label", "list", "--json").json
    assert (stored_label["url"], stored_label["relevant"], stored_label["note"]) == (text, False, "")


def test_options_may_come_first(monitor, text):
    """Options can precede the arguments, as for other commands."""
    assert monitor("label", "--note", "armies", text, "yes").code == 0
    assert monitor("label", "list", "--json").json[0]["note"] == "armies"


def test_a_label_on_an_unknown_text_is_stored(monitor, played):
    """The label is stored, and stderr says that the text is not."""
    result = monitor("label", UNKNOWN, "yes")
    assert (result.code, result.out) == (0, f"yes: {UNKNOWN}\n")
    assert "its text is not stored" in result.err
    assert monitor("label", "list").out.splitlines()[1].split()[:1] == ["yes"]


def test_an_item_number_can_be_labelled(monitor, text):
    """The number that search shows can be used in place of the URL."""
    item = monitor("search", "title:munir", "--json").json[0]["item"]
    monitor("label", item, "yes")
    assert monitor("label", "list", "--json").json[0]["url"] == text
    assert monitor("label", "remove", item).code == 0


@pytest.mark.parametrize(
    "words", [("what", "yes"), ("4711", "yes"), ("9" * 20, "yes"), (UNKNOWN, "perhaps"), (UNKNOWN,), ()]
)
def test_invalid_arguments_are_wrong_usage(monitor, words):
    """An argument that is not a URL, or an answer other than yes or no, gives exit code 2."""
    assert monitor("label", *words).code == 2


def test_a_label_is_removed(monitor, played):
    """Removing it a second time fails with exit code 1."""
    monitor("label", UNKNOWN, "yes")
    assert monitor("label", "remove", UNKNOWN).code == 0
    assert monitor("label", "list", "--json").json == []
    assert monitor("label", "remove", UNKNOWN).code == 1


def test_export_without_texts(monitor, text, tmp_path):
    """Exported labels can be imported; full texts are exported only on request."""
    file = tmp_path / "labels.jsonl"
    monitor("label", text, "yes", "--note", "armies")
    monitor("label", UNKNOWN, "no")
    assert monitor("label", "export", file).code == 0
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [sorted(row) for row in rows] == [["note", "relevant", "title", "url"], ["relevant", "url"]]
    for url in (text, UNKNOWN):
        monitor("label", "remove", url)
    assert monitor("label", "import", file).out == f"{file}: 2 labels imported, 1 of them on texts that are stored\n"
    assert {(label["url"], label["relevant"]) for label in monitor("label", "list", "--json").json} == {
        (text, True),
        (UNKNOWN, False),
    }


def test_contradicting_imports_are_listed(monitor, text, label_file):
    """The last label on a URL wins, and each contradiction is listed."""
    monitor("label", text, "yes")
    monitor("label", UNKNOWN, "no")
    file = label_file({"url": text, "relevant": False}, {"url": UNKNOWN, "relevant": False})
    assert monitor("label", "import", file).err == f"{text}: no replaces yes\n"
    assert monitor("label", "import", file).err == ""
    result = monitor("label", "import", label_file({"url": UNKNOWN, "grade": 0}, {"url": f"{UNKNOWN}#top", "grade": 1}))
    assert "1 labels imported" in result.out
    assert result.err == f"{UNKNOWN}: yes replaces no\n"


def test_export_with_texts(monitor, text, tmp_path):
    """With --text the file has all that judging needs: text, language, outlet and its country."""
    file = tmp_path / "labels.jsonl"
    monitor("label", text, "yes")
    monitor("label", "export", file, "--text")
    (row,) = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {"url", "title", "text", "lang", "outlet", "country", "relevant"} <= set(row)
    assert len(row["text"].split()) > 20


def test_incomplete_texts_are_not_exported(monitor, text, tmp_path, played):
    """After retention a text cannot be judged as before, so its label is exported without it."""
    monitor("label", text, "yes")
    store = open_store(f"sqlite:///{played}")
    store.call(retention.prune, RetentionPolicy(), now=datetime(2027, 1, 1, tzinfo=UTC), limit=1000)
    store.close()
    file = tmp_path / "labels.jsonl"
    monitor("label", "export", file, "--text")
    assert sorted(json.loads(file.read_text("utf-8"))) == ["relevant", "title", "url"]


def test_grades_are_labels(monitor, played, label_file):
    """Grades 0, 1 and 2 are accepted as labels; unknown keys are ignored."""
    file = label_file(
        {"url": "https://a.example/0", "grade": 0}, {"url": "https://a.example/1", "grade": 1, "id": 7}, ""
    )
    assert monitor("label", "import", file).code == 0
    assert [label["relevant"] for label in monitor("label", "list", "--json").json] == [False, True]


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
def test_an_invalid_line_stops_the_import(monitor, played, label_file, line, fault):
    """Every invalid line is listed with its number, and nothing is imported."""
    file = label_file({"url": UNKNOWN, "relevant": True}, line, line)
    result = monitor("label", "import", file)
    first, second = result.err.splitlines()
    assert "line 1" not in result.err
    assert result.code == 2
    assert first.startswith(f"{file}:2:1: ")
    assert fault in first
    assert second.startswith(f"{file}:3:1: ")
    assert monitor("label", "list", "--json").json == []


@given(st.lists(st.one_of(st.text(), st.just("[" * 100_000), st.just('{"url": "https://a.example/", "grade": 1}'))))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused(tmp_path, lines):
    """Whatever a file contains, it gives rows or one error that names the file."""
    file = tmp_path / "any.jsonl"
    file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        rows = read(file, url_required=True)
    except ConfigError as refused:
        assert str(refused).startswith(f"{file}:")  # noqa: PT017 - it need not raise
    else:
        assert {row.url for row in rows} <= {"https://a.example/"}
