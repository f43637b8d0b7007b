"""The labels are valid, and each belongs to a text of the corpora."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.quality import labelled
from tests.quality.labelled import CORPORA, LABELS, TOPICS

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Border &amp;amp; Coast</title>
<item><title>Market opens at the border</title><link>https://example.org/1</link>
<description>&lt;p&gt;Traders from &lt;b&gt;both&lt;/b&gt; sides came.&lt;/p&gt;</description></item></channel></rss>"""

COUNTS = {
    ("ar", 0): 1,
    ("en", 0): 902,
    ("en", 1): 19,
    ("en", 2): 1,
    ("fa", 2): 1,
    ("ur", 0): 594,
    ("ur", 1): 1,
    ("ur", 2): 3,
}

beside_the_corpora = pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not beside the project")


def rows(name: str) -> list[dict]:
    """Returns the lines of one label file."""
    return [json.loads(line) for line in (LABELS / name).read_text(encoding="utf-8").splitlines()]


def labels_of(folder: Path, **changes: object) -> Path:
    """Returns a folder of labels with one line, for the only entry of FEED."""
    title = labelled.title_hash("Market opens at the border")
    label = {"corpus": "feed.xml", "key": "https://example.org/1", "title_hash": title, "lang": "en"}
    line = json.dumps(label | {"grade": 2, "topics": ["trade and energy"], "note": ""} | changes)
    (folder / "region.jsonl").write_text(line + "\n", encoding="utf-8")
    (folder / "feed.xml").write_text(FEED, encoding="utf-8")
    return folder


def test_every_label_is_valid():
    """Grades are 0 to 2; topics come from the list, and only relevant items have topics."""
    for row in rows("region.jsonl"):
        assert row["grade"] in {0, 1, 2}
        assert set(row["topics"]) <= set(TOPICS)
        assert bool(row["topics"]) is (row["grade"] > 0), row
        assert row["note"] or not row["grade"]


def test_every_topic_is_in_the_list():
    """Each relevant item of the relevance corpus has at least one topic of the list, none twice."""
    for topics in labelled.topics().values():
        assert topics
        assert len(set(topics)) == len(topics)
        assert set(topics) <= set(TOPICS)


def test_no_text_is_labelled_twice():
    """No place and no headline is repeated, because a repeated text would count twice."""
    labels = rows("region.jsonl")
    assert len({(row["corpus"], row["key"]) for row in labels}) == len(labels)
    assert len({row["title_hash"] for row in labels}) == len(labels)


def test_a_label_is_joined_with_its_text(tmp_path: Path):
    """The text comes without markup, the outlet from the feed."""
    folder = labels_of(tmp_path)
    (item,) = labelled.items(folder, folder)
    assert item == labelled.Item(
        id="feed.xml#https://example.org/1",
        title="Market opens at the border",
        text="Traders from both sides came.",
        lang="en",
        outlet="Border & Coast",
        url="https://example.org/1",
        grade=2,
        topics=("trade and energy",),
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"title_hash": "0" * 12}, "another title now"), ({"key": "https://example.org/2"}, "no text")],
)
def test_a_label_that_lost_its_text_names_its_line(tmp_path: Path, changes: dict, reason: str):
    """If the corpus changed, the error names the line of the label."""
    folder = labels_of(tmp_path, **changes)
    with pytest.raises(ValueError, match=rf"region\.jsonl:1: .*{reason}"):
        labelled.items(folder, folder)


def test_without_the_corpora_there_are_no_items(tmp_path: Path):
    """Without the corpora there are no items, and no test fails."""
    assert labelled.items(tmp_path / "absent") == []


@pytest.mark.corpus
@beside_the_corpora
def test_every_label_finds_its_text():
    """All labels have their texts; the counts by language and grade are those of the labelling."""
    counts = Counter((item.lang, item.grade) for item in labelled.items())
    assert counts == COUNTS


@pytest.mark.corpus
@beside_the_corpora
def test_no_item_is_in_the_relevance_corpus():
    """The two label sets are disjoint: no headline is in both."""
    with (CORPORA / "relevance" / "dev.jsonl").open(encoding="utf-8") as lines:
        known = {" ".join(json.loads(line)["title"].split()) for line in lines}
    assert not [item.id for item in labelled.items() if " ".join(item.title.split()) in known]


@pytest.mark.corpus
@beside_the_corpora
def test_topics_cover_the_relevant_items():
    """Items of grade 1 or 2 of the relevance corpus have topics, the others have none."""
    with (CORPORA / "relevance" / "dev.jsonl").open(encoding="utf-8") as lines:
        relevant = {row["id"] for row in map(json.loads, lines) if row["grade"]}
    assert labelled.topics().keys() == relevant
