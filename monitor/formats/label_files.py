"""Label files: JSON Lines, one labelled text a line."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from monitor import urls
from monitor.errors import ConfigError

MAX_ERRORS_SHOWN = 20
GRADES: Final = (0, 1, 2)  # about neither side; both in a substantial part; both as the main subject, which alerts
TEXT_KEYS: Final = ("url", "title", "lead", "text", "lang", "outlet", "country", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRow:
    """One line of a label file. `urgent`: whether the text should alert; None if the label has no grade."""

    url: str = ""
    title: str = ""
    lead: str = ""
    text: str = ""
    lang: str = ""
    outlet: str = ""  # its name
    country: str = ""  # of the outlet
    note: str = ""
    relevant: bool
    urgent: bool | None = None


def read(path: Path, *, url_required: bool) -> list[LabelledRow]:
    """Returns the rows of a file. Raises ConfigError, which lists every invalid line, if there is one.

    A line has `relevant` (true or false) or `grade` (0, 1, 2). Unknown keys are ignored, because labelled sets of other
    projects have more columns than we need.
    """
    rows: list[LabelledRow] = []
    errors: list[str] = []
    # utf-8-sig: editors on Windows write a byte order mark.
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                rows.append(parse_line(line, url_required=url_required))
            except ValueError as error:
                errors.append(str(ConfigError(str(error), file=path, line=number, column=1)))
    if errors:
        hidden = len(errors) - MAX_ERRORS_SHOWN
        raise ConfigError("\n".join([*errors[:MAX_ERRORS_SHOWN], *([f"… and {hidden} more"] if hidden > 0 else [])]))
    return rows


def write(path: Path, rows: Iterable[LabelledRow]) -> None:
    """Write a file that `read` accepts. Empty values are left out."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            values: dict[str, object] = {key: getattr(row, key) for key in TEXT_KEYS if getattr(row, key)}
            file.write(json.dumps(values | {"relevant": row.relevant}, ensure_ascii=False) + "\n")


def parse_line(line: str, *, url_required: bool) -> LabelledRow:
    """Returns the row of one line. Raises ValueError with the reason."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        # `msg` leaves out the parser's own "line 1 column 5", which counts within this line of the file.
        raise ValueError(f"is not JSON: {getattr(error, 'msg', error)}") from None
    if not isinstance(data, dict):
        raise ValueError("is not a JSON object")  # noqa: TRY004 - a fault of the file, not of a caller
    for key in TEXT_KEYS:
        if not isinstance(data.get(key), str | None):
            raise ValueError(f'"{key}" must be a string')  # noqa: TRY004 - a fault of the file, not of a caller
    texts = {key: data.get(key) or "" for key in TEXT_KEYS}
    if url_required and not urls.canonicalize(texts["url"]):
        raise ValueError(f'"url" must be an http or https URL, not {texts["url"]!r}')
    grade = data.get("grade")
    urgent = None if grade is None else grade == max(GRADES)
    return LabelledRow(**texts, relevant=parse_relevance(data), urgent=urgent)


def parse_relevance(data: dict[str, Any]) -> bool:
    """Returns whether a line labels its text as relevant. Raises ValueError if it has no label or a contradictory one."""
    relevant, grade = data.get("relevant"), data.get("grade")
    if not isinstance(relevant, bool | None) or grade not in (*GRADES, None) or relevant is grade is None:
        raise ValueError('must have "relevant": true or false, or "grade": 0, 1 or 2')
    if relevant is not None and grade is not None and relevant is not (grade > 0):
        raise ValueError(f'"relevant" and "grade" {grade} contradict each other')
    return bool(relevant or grade)
