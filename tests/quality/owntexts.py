"""Our own texts in the classes where rules fail, each with its intended grade: they need no corpus.

`texts/<language>/<nn>-<class>.md` has one text: YAML front matter (title, outlet and its country, date, grade, topics,
classes, why this grade), then the body. Outlets, spokesmen and most events are invented. The grade follows the labels'
own scale and was set before the text was written, by someone who had not seen the rules. `texts2` is a second set of the
same form: shorter, more like real feeds, and about other events.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A text with its intended grade: 2 main subject, 1 substantial part, 0 neither.

    `title` is empty if an outlet would publish the text without one. `country` is the outlet's: IR, PK or other.
    `topics` name the main one first; `classes` are those a channel may include or exclude.
    """

    id: str
    title: str
    text: str
    lang: str
    outlet: str
    country: str
    date: date
    grade: int
    topics: tuple[str, ...]
    classes: tuple[str, ...]
    why: str


def items(texts: Path = TEXTS) -> list[Item]:
    """Returns every text in the order of its path. Raises if a file has no front matter or other fields."""
    return [_item(path, texts) for path in sorted(texts.glob("*/*.md"))]


def _item(path: Path, texts: Path) -> Item:
    opening, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    if opening:
        raise ValueError(f"{path}: the front matter must open the file")
    fields = yaml.safe_load(front)
    fields |= {key: tuple(fields[key]) for key in ("topics", "classes")}
    fields["date"] = date.fromisoformat(fields["date"])
    return Item(id=path.relative_to(texts).with_suffix("").as_posix(), text=body.strip(), **fields)
