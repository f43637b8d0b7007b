"""CSV for spreadsheets."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.csv_table import FORMULA_STARTS, to_csv


def read(text: str) -> list[list[str]]:
    """Returns the rows of a CSV text."""
    return list(csv.reader(io.StringIO(text, newline="")))


def test_rows_below_a_header():
    """One line for the columns and one for each row, with CRLF line ends."""
    text = to_csv(("a", "b"), [{"a": 1, "b": "x"}, {"b": "y", "a": None}])
    assert text == "a,b\r\n1,x\r\n,y\r\n"


def test_values():
    """Times are ISO 8601, lists are joined by blanks, a negative number stays a number."""
    at = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert read(to_csv(("at", "topics", "score"), [{"at": at, "topics": ["trade", "visa"], "score": -1.5}]))[1] == [
        "2026-11-21T09:00:00+00:00",
        "trade visa",
        "-1.5",
    ]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_formulas_are_defused(start):
    """A cell that a spreadsheet would run as a formula gets an apostrophe."""
    assert read(to_csv(("a",), [{"a": f"{start}SUM(A1)"}]))[1] == [f"'{start}SUM(A1)"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_any_text_survives(texts):
    """Quotes, commas, line ends and all scripts can be read back."""
    rows = read(to_csv(("n", "text"), [{"n": number, "text": text} for number, text in enumerate(texts)]))
    cells = [row[1] for row in rows[1:]]
    assert [cell.removeprefix("'") for cell in cells] == [text.removeprefix("'") for text in texts]
