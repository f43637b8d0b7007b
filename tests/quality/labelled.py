"""Real items that were graded by reading, joined with their texts: the labels are ours, the texts stay beside the project.

`labels/region.jsonl` has one line for each item: the place of its text (corpus file and key), the hash of its title, grade,
topics and the reason (for relevant items and similar ones). The items were chosen without keywords, as whole feeds and
whole runs of documents, so that they contain relevant texts without the expected names. `labels/topics.jsonl` gives topics to
the relevant items of the relevance corpus, by their id.
"""

import hashlib
import io
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
from selectolax.lexbor import LexborHTMLParser

from tests.shared import SHARED

LABELS = Path(__file__).parent / "labels"
CORPORA = SHARED / "corpora"

TOPICS = (
    "military strikes",
    "border security",
    "diplomacy",
    "trade and energy",
    "people movement",
    "nuclear",
    "sectarian",
    "disaster",
    "culture and sport diplomacy",
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A text with the grade of a reader: 2 main subject, 1 substantial part, 0 neither. Topics: main first."""

    id: str
    title: str
    text: str
    lang: str
    outlet: str
    url: str
    grade: int
    topics: tuple[str, ...]


def items(corpora: Path = CORPORA, labels: Path = LABELS) -> list[Item]:
    """Returns every item of `region.jsonl` in order; an empty list without the corpora.

    Raises ValueError with the line if the text of a label is missing or has another title now.
    """
    if not corpora.exists():
        return []
    return [_item(corpora, label, line) for line, label in enumerate(_rows(labels / "region.jsonl"), start=1)]


def topics(labels: Path = LABELS) -> dict[str, tuple[str, ...]]:
    """Returns the topics, main first, of the relevant items of the relevance corpus, by id."""
    return {row["id"]: tuple(row["topics"]) for row in _rows(labels / "topics.jsonl")}


def title_hash(title: str) -> str:
    """Returns twelve hex digits that show whether a text is still the one that was labelled."""
    return hashlib.sha256(unicodedata.normalize("NFC", title.strip()).encode()).hexdigest()[:12]


@cache
def texts(path: Path) -> dict[str, dict[str, str]]:
    """Returns title, text, outlet and url of each text in a file of the corpora, by key; the first of equal keys wins."""
    reader = _feed if path.suffix == ".xml" else _lines
    texts_by_key: dict[str, dict[str, str]] = {}
    for key, text in reader(path):
        texts_by_key.setdefault(key, text)
    return texts_by_key


def _item(corpora: Path, label: dict[str, Any], line: int) -> Item:
    place = f"{label['corpus']}#{label['key']}"
    text = texts(corpora / label["corpus"]).get(label["key"])
    if text is None:
        raise ValueError(f"region.jsonl:{line}: there is no text {place}")
    if title_hash(text["title"]) != label["title_hash"]:
        raise ValueError(f"region.jsonl:{line}: {place} has another title now: {text['title']!r}")
    return Item(id=place, lang=label["lang"], grade=label["grade"], topics=tuple(label["topics"]), **text)


def _feed(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    feed = feedparser.parse(io.BytesIO(path.read_bytes()), sanitize_html=False, resolve_relative_uris=False)
    for entry in feed.entries:
        body = max([entry.get("summary", ""), *(part.value for part in entry.get("content", ()))], key=len)
        link = entry.get("link", "")
        outlet = _plain(feed.feed.get("title", ""))
        yield link, {"title": _plain(entry.get("title", "")), "text": _plain(body), "outlet": outlet, "url": link}


def _lines(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for row in _rows(path):
        if "pair" in row:  # two texts a line: the agency's (a) and the newspaper's (b)
            for side in "ab":
                yield f"{row['pair']}/{side}", _text(row[side])
        else:
            yield row["id"], _text(row)


def _text(row: dict[str, Any]) -> dict[str, str]:
    outlet = row.get("source") or row.get("domain") or ""
    return {"title": row["title"], "text": row["text"], "outlet": outlet, "url": row.get("url") or ""}


def _plain(html: str) -> str:
    """Returns the words of a field that may have HTML, with a blank in place of each tag."""
    return " ".join(LexborHTMLParser(f"<body>{html}").text(separator=" ").split())


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
