"""CSV for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

# A spreadsheet runs a cell that begins with one of these as a formula. A headline of an outlet is untrusted text, and
# =HYPERLINK(...) or =WEBSERVICE(...) in it would send the reader's data away (OWASP: CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Returns a header line and one line for each row, with CRLF line ends (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([to_cell(row[name]) for name in columns])
    return out.getvalue()


def to_cell(value: object) -> object:
    """Returns the value of a cell: times in ISO 8601, lists joined by blanks, texts that are never formulas."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return " ".join(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
