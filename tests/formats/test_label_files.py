"""Label files: JSON Lines, one labelled text a line."""

import pytest

from monitor.errors import ConfigError
from monitor.formats import label_files
from monitor.formats.label_files import LabelledRow

ROWS = [
    LabelledRow(url="https://a.example/1", title="Taftan reopens", note="border", relevant=True),
    LabelledRow(url="https://a.example/2", text="چائے کی فصل", lang="ur", outlet="A", country="PK", relevant=False),
]


@pytest.fixture
def file(tmp_path):
    """The path of a label file that does not exist yet."""
    return tmp_path / "labels.jsonl"


def test_round_trip(file):
    """What is written can be read, in order; empty values are left out of the file."""
    label_files.write(file, ROWS)
    assert label_files.read(file, url_required=True) == ROWS
    assert '"lead"' not in file.read_text("utf-8")


@pytest.mark.parametrize(("grade", "relevant", "urgent"), [(0, False, False), (1, True, False), (2, True, True)])
def test_grades(file, grade, relevant, urgent):
    """A grade gives the label, and whether the text should alert."""
    file.write_text(f'{{"title": "T", "grade": {grade}}}\n', "utf-8")
    (row,) = label_files.read(file, url_required=False)
    assert (row.relevant, row.urgent) == (relevant, urgent)


def test_blank_lines_bom_and_unknown_keys_are_accepted(file):
    """Labelled sets of other projects have more columns; editors on Windows write a byte order mark."""
    file.write_text('\ufeff{"url": "https://a.example/", "relevant": true, "annotator": 7}\n\n', "utf-8")
    assert [row.url for row in label_files.read(file, url_required=True)] == ["https://a.example/"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is not JSON"),
        ("7", "is not a JSON object"),
        ('{"relevant": true}', '"url" must be an http or https URL'),
        ('{"url": "https://a.example/"}', 'must have "relevant"'),
        ('{"url": "https://a.example/", "relevant": true, "grade": 0}', "contradict each other"),
        ('{"url": "https://a.example/", "relevant": true, "lead": []}', '"lead" must be a string'),
    ],
)
def test_invalid_lines_are_located(file, line, message):
    """Every invalid line is listed with file and line, and no row is returned."""
    file.write_text(f'{{"url": "https://a.example/", "relevant": true}}\n{line}\n\n{line}\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        label_files.read(file, url_required=True)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{file}:2:1: ")
    assert second.startswith(f"{file}:4:1: ")
    assert message in first


def test_long_error_lists_are_cut(file):
    """A file of another format does not print thousands of errors."""
    file.write_text("x\n" * 50, "utf-8")
    with pytest.raises(ConfigError) as caught:
        label_files.read(file, url_required=False)
    assert len(str(caught.value).splitlines()) == label_files.MAX_ERRORS_SHOWN + 1
    assert str(caught.value).endswith("… and 30 more")
