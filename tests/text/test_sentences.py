"""Paragraphs and sentences."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import paragraphs, sentence_cuts, sentences

words = st.text(st.characters(), max_size=60) | st.text(
    "ایرانپاکستانيىكهةۀہھئءأآ\u200c\u064f 'ı’İß#_-.IranPak", max_size=40
)


def test_blank_lines_separate_paragraphs():
    """A single line end stays inside its paragraph."""
    assert paragraphs("\none\ntwo\n \n\nthree\n") == ["one\ntwo", "three"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Gen. Asim Munir came. He left.", ["Gen. Asim Munir came.", "He left."]),
        ("The U.S. envoy and Dr. A. Q. Khan met on Jan. 29. All went.", None),
        ("ایران نے کہا۔ پاکستان نے کہا۔", ["ایران نے کہا۔", "پاکستان نے کہا۔"]),
        ('He said "no." She left!', ['He said "no."', "She left!"]),
        ("Headline\nText", ["Headline", "Text"]),
        ("It cost 2.5 million. yes", ["It cost 2.5 million. yes"]),
    ],
)
def test_sentences(text, parts):
    """A full stop after a rank, month or initial does not end a sentence; a line end always does."""
    cut = [text[start:end] for start, end in sentences(text)]
    assert cut == (parts or ["The U.S. envoy and Dr. A. Q. Khan met on Jan. 29.", "All went."])


@given(words)
def test_sentences_cover_the_text_once(text):
    """Sentences are in order, do not overlap, and leave out only blanks."""
    spans = sentences(text)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@given(st.text(st.sampled_from("Ab. \n!؟”’Dr"), max_size=40))
def test_sentences_are_between_the_cuts(text):
    """The text between two cuts is one sentence, and is not empty unless the whole text is."""
    pieces = [text[start:end].strip() for start, end in pairwise(sentence_cuts(text))]
    assert pieces == [text[start:end] for start, end in sentences(text)] or not text.strip()
