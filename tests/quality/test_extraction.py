"""Quality of texts and metadata on pages with known truth: floors, lowered only on purpose.

Precision and recall are over runs of four words, as means over pages; F1 is their harmonic mean. The floors belong to
one corpus: where it changes, the test says so, and new floors are to be measured.
"""

import gzip
import hashlib
import json
import re
import statistics
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tests.quality import entry
from tests.shared import SHARED

CORPUS = SHARED / "corpora" / "extraction"
HASH = "496dc5a28649b694"
SETS = ("scrapinghub", "fundus", "wcxb", "trafeval", "mediacloud")
FLOORS = {
    "scrapinghub": {"precision": 0.968, "f1": 0.970},
    "fundus": {"precision": 0.955, "f1": 0.966, "title": 0.83, "date": 0.98, "authors": 0.93},
    "wcxb": {"precision": 0.953, "f1": 0.960, "title": 0.92, "date": 0.90, "authors": 0.85},
    "trafeval": {"found": 0.960, "title": 0.90, "date": 0.85, "authors": 0.73},
    "mediacloud": {"near": 0.97},
}
MOST_LEAKED = 0.057  # of the snippets of trafeval that must not be in the text
MOST_EMPTY = 1  # the home page of an outlet, which mediacloud holds for an article
_BETWEEN = re.compile(r"[;,|&]|\b(?:and|und)\b", re.IGNORECASE)
_BY = re.compile(r"^(?:by|di|par|por|von)\s+", re.IGNORECASE)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not beside the project"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page with what is right, and what was read from it."""

    truth: dict[str, Any]
    text: str
    meta: dict[str, Any]


@pytest.fixture(scope="module")
def pages() -> dict[str, list[Page]]:
    """Every page of every set, read once."""
    return {name: [_page(name, row) for row in _rows(name)] for name in SETS}


def _rows(name: str) -> list[dict[str, Any]]:
    lines = (CORPUS / name / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _page(name: str, row: dict[str, Any]) -> Page:
    html = gzip.decompress((CORPUS / name / "pages" / f"{row['id']}.html.gz").read_bytes()).decode("utf-8")
    return Page(truth=row, text=entry.text(html, row["url"]) or "", meta=entry.meta(html, row["url"]))


def test_the_corpus_is_the_one_that_was_measured():
    """Other pages have other floors."""
    digest = hashlib.sha256()
    for name in SETS:
        digest.update((CORPUS / name / "truth.jsonl").read_bytes())
    assert digest.hexdigest()[:16] == HASH, "the corpus has changed: measure it, and set the floors anew"


@pytest.mark.parametrize("name", ["scrapinghub", "fundus", "wcxb"])
def test_texts(pages, name: str):
    """Precision and F1 do not fall."""
    precision, recall = shares([page for page in pages[name] if page.truth.get("text")])
    assert precision >= FLOORS[name]["precision"]
    assert statistics.harmonic_mean([precision, recall]) >= FLOORS[name]["f1"]


def test_snippets(pages):
    """What must be there is, what must not is not."""
    found = [text in squash(page.text) for page in pages["trafeval"] for text in snippets(page, "with")]
    leaked = [text in squash(page.text) for page in pages["trafeval"] for text in snippets(page, "without")]
    assert statistics.fmean(found) >= FLOORS["trafeval"]["found"]
    assert statistics.fmean(leaked) <= MOST_LEAKED


def test_pages_without_a_text(pages):
    """Hardly any, and no page gives an error of another kind."""
    assert sum(not page.text for some in pages.values() for page in some) <= MOST_EMPTY


@pytest.mark.parametrize("name", ["fundus", "wcxb", "trafeval"])
@pytest.mark.parametrize("what", ["title", "date", "authors"])
def test_metadata(pages, name: str, what: str):
    """Headline, day and authors do not fall: letters and digits count, all authors and no other."""
    right = [is_right(what, page) for page in pages[name] if page.truth.get(what)]
    assert statistics.fmean(right) >= FLOORS[name][what]


def test_days_of_many_scripts(pages):
    """Within a day: pages tell local time, the truth sometimes another."""
    near = [
        is_near(page.meta.get("date"), page.truth["date"]) for page in pages["mediacloud"] if page.truth.get("date")
    ]
    assert statistics.fmean(near) >= FLOORS["mediacloud"]["near"]


def shares(pages: list[Page]) -> tuple[float, float]:
    """Precision, a mean over pages with a text, and recall, a mean over all."""
    counted = [(shingles(page.text), shingles(page.truth["text"])) for page in pages]
    precision = statistics.fmean((got & true).total() / got.total() for got, true in counted if got)
    return precision, statistics.fmean((got & true).total() / true.total() for got, true in counted)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """All runs of four words; a Chinese or Japanese letter is a word."""
    words = _CJK.findall(text)
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3)) if words)


def snippets(page: Page, kind: str) -> list[str]:
    """The snippets of a page, as they are compared."""
    return [key for text in page.truth.get(kind) or [] if (key := squash(text))]


def squash(text: str) -> str:
    """A text as snippets are looked for in it."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def is_right(what: str, page: Page) -> bool:
    """Whether the page's title, date or authors were read right."""
    told, right = page.meta.get(what), page.truth[what]
    if what == "date":
        return bool(told == right)
    if what == "title":
        return plain(told or "") == plain(right)
    return people(told or []) == people([right] if isinstance(right, str) else right)


def people(names: list[str]) -> set[str]:
    """The names in bylines, which may hold several."""
    found = (_BY.sub("", name.strip()) for byline in names for name in _BETWEEN.split(byline))
    return {plain(name) for name in found} - {""}


def is_near(told: str | None, right: str) -> bool:
    """Whether a day is this one or a neighbour."""
    return bool(told) and abs((date.fromisoformat(told) - date.fromisoformat(right)).days) <= 1


def plain(text: str) -> str:
    """Letters and digits."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
