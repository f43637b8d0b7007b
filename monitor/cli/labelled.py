"""Labelled files: JSON Lines of texts and what people said of them, read and written."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHOWN = 20  # faults of one file
GRADES = (0, 1, 2)  # neither; a substantial part; the main subject, which alerts
_WORDS = ("url", "title", "lead", "text", "lang", "outlet", "country", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the file. `urgent`: whether it should alert, or None."""

    url: str = ""
    title: str = ""
    lead: str = ""
    text: str = ""
    lang: str = ""
    outlet: str = ""  # name of it
    country: str = ""  # of the outlet
    note: str = ""
    relevant: bool
    urgent: bool | None = None


def read(path: Path, *, addressed: bool) -> list[Row]:
    """The rows of a file; `addressed`: each must have a URL. Raises ConfigError, which names every bad line.

    A row says `relevant` (true or false) or `grade` (0, 1, 2). Keys that are not known are passed over: labelled sets of
    others hold more than we need.
    """
    from monitor.errors import ConfigError

    rows: list[Row] = []
    faults: list[str] = []
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            try:
                rows += _rows(line, addressed=addressed)
            except ValueError as error:
                faults.append(str(ConfigError(str(error), file=path, line=number, column=1)))
    if faults:
        more = [f"… and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise ConfigError("\n".join([*faults[:SHOWN], *more]))
    return rows


def write(path: Path, rows: Iterable[Row]) -> None:
    """A file that `read` takes; what a row does not say is left out."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in map(_line, rows))


def _rows(line: str, *, addressed: bool) -> Iterator[Row]:
    from monitor import urls

    if not line.strip():
        return
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        # The error's own "line 1" counts within this line of the file.
        raise ValueError(f"is not JSON: {getattr(error, 'msg', error)}") from None
    if not isinstance(data, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004 - a fault of the file, not of a caller
    for key in _WORDS:
        if not isinstance(data.get(key) or "", str):
            raise ValueError(f'"{key}" must be a string')  # noqa: TRY004 - the same
    words = {key: data.get(key) or "" for key in _WORDS}
    if addressed and not urls.canonical(words["url"]):
        raise ValueError(f'"url" must be an http or https URL, not {words["url"]!r}')
    yield Row(**words, relevant=_relevant(data), urgent=_urgent(data))


def _relevant(data: dict[str, Any]) -> bool:
    relevant, grade = data.get("relevant"), data.get("grade")
    if not isinstance(relevant, bool | None) or grade not in (*GRADES, None) or relevant is grade is None:
        raise ValueError('must say "relevant": true or false, or "grade": 0, 1 or 2')
    if relevant is not None and grade is not None and relevant is not (grade > 0):
        raise ValueError(f'"relevant" and "grade" {grade} say different things')
    return bool(relevant or grade)


def _urgent(data: dict[str, Any]) -> bool | None:
    grade = data.get("grade")
    return None if grade is None else grade == max(GRADES)


def _line(row: Row) -> str:
    said = {key: getattr(row, key) for key in _WORDS if getattr(row, key)}
    return json.dumps(said | {"relevant": row.relevant}, ensure_ascii=False)
