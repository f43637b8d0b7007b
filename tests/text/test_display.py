"""Cleaning and shortening of text for display."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from monitor.text import clean, first_words

words = st.text(st.characters(), max_size=60) | st.text(
    "ایرانپاکستانيىكهةۀہھئءأآ\u200c\u064f 'ı’İß#_-.IranPak", max_size=40
)


@given(words, st.integers(min_value=0, max_value=12))
def test_clean_text_is_one_line_within_its_limit(text, limit):
    """Control, bidi and half characters are removed, the limit is kept, and cleaning is idempotent."""
    cleaned = clean(text, limit=limit)
    assert all(
        unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"} and c not in "\u202e\u2066\u200f" for c in cleaned
    )
    assert not limit or len(cleaned) <= limit
    assert clean(cleaned, limit=limit) == cleaned
    cleaned.encode("utf-8")


def test_clean_keeps_joiners_and_whole_words():
    """ZWNJ of Persian words and joiners of emoji stay; the cut falls between words."""
    assert clean("خامنه‌ای\u202e  👨‍👩‍👧\x00") == "خامنه‌ای 👨‍👩‍👧"
    assert clean("Iran and Pakistan return their envoys", limit=30) == "Iran and Pakistan return…"


def test_first_words_shows_its_cut():
    """An ellipsis is added only if words were left out."""
    assert first_words("one two, three", 2) == "one two…"
    assert first_words("one  two", 2) == "one two"
