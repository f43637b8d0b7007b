"""Both sets of our own texts load, are valid, and cover the classes that they were written for."""

from collections import Counter
from pathlib import Path

import pytest

from tests.quality import owntexts
from tests.quality.labelled import TOPICS

COUNTS = {  # language and grade
    ("ar", 0): 12,
    ("ar", 1): 5,
    ("ar", 2): 15,
    ("en", 0): 12,
    ("en", 1): 7,
    ("en", 2): 5,
    ("fa", 0): 17,
    ("fa", 1): 8,
    ("fa", 2): 13,
    ("tr", 0): 12,
    ("tr", 1): 6,
    ("tr", 2): 14,
    ("ur", 0): 17,
    ("ur", 1): 8,
    ("ur", 2): 13,
}
SECOND = owntexts.TEXTS.with_name("texts2")
SECOND_COUNTS = {
    ("en", 0): 20,
    ("en", 1): 7,
    ("en", 2): 13,
    ("fa", 0): 30,
    ("fa", 1): 10,
    ("fa", 2): 20,
    ("ur", 0): 25,
    ("ur", 1): 8,
    ("ur", 2): 17,
}
LONG = {"en": 24, "ur": 18, "fa": 18}  # texts of 400 words and more
CLASSES = {"us-iran-mediation", "venue-only", "channel-only", "sport"}


@pytest.mark.parametrize(("texts", "counts"), [(owntexts.TEXTS, COUNTS), (SECOND, SECOND_COUNTS)])
def test_counts(texts: Path, counts: dict[tuple[str, int], int]):
    """Every text of a set loads, and each language and grade has this number of texts."""
    assert Counter((item.lang, item.grade) for item in owntexts.items(texts)) == counts


def test_long_texts():
    """The set has the planned number of long articles, which the labelled items lack."""
    long = Counter(item.lang for item in owntexts.items() if len(item.text.split()) >= 400)
    assert long == LONG


def test_without_headline():
    """A third of the short Urdu and Persian items have no headline, as in real feeds."""
    short = [item for item in owntexts.items() if "-short-" in item.id]
    assert Counter(item.lang for item in short) == {"ur": 20, "fa": 20}
    assert Counter(item.lang for item in short if not item.title) == {"ur": 7, "fa": 7}


def test_make_up_of_the_second_set():
    """As in real feeds, a third are headlines alone and a third whole articles; a third of the Urdu ones have no headline."""
    second = owntexts.items(SECOND)
    assert Counter(item.lang for item in second if not item.text) == {"en": 13, "ur": 17, "fa": 20}
    assert Counter(item.lang for item in second if len(item.text.split()) >= 120) == {"en": 13, "ur": 16, "fa": 22}
    assert Counter(item.lang for item in second if not item.title) == {"ur": 17}


@pytest.mark.parametrize("item", [*owntexts.items(), *owntexts.items(SECOND)], ids=lambda item: item.id)
def test_well_formed(item):
    """A text is in the folder of its language and has known topics, classes and a country, and a reason."""
    assert item.id.startswith(f"{item.lang}/")
    assert item.title or item.text
    assert item.outlet
    assert item.why
    assert item.country in {"IR", "PK", "other"}
    assert item.topics
    assert set(item.topics) <= set(TOPICS)
    assert set(item.classes) <= CLASSES


def test_no_text_twice():
    """No two texts are the same, across both sets."""
    texts = [item.text or item.title for item in [*owntexts.items(), *owntexts.items(SECOND)]]
    assert len(set(texts)) == len(texts)


def test_front_matter_must_open_the_file(tmp_path: Path):
    """A file that does not begin with front matter is an error with its path."""
    path = tmp_path / "en" / "01-broken.md"
    path.parent.mkdir()
    path.write_text("A line too early\n---\ntitle: x\n---\ntext", encoding="utf-8")
    with pytest.raises(ValueError, match=r"01-broken\.md"):
        owntexts.items(tmp_path)
