"""What grouping knows of an item."""

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.languages import registry
from monitor.languages.frequencies import word_shares
from monitor.stories.features import stem
from monitor.text import fold
from tests.stories.builders import a_mark

WORDS = st.lists(
    st.sampled_from(
        ["İran", "پاکستان", "ایران", "کی", "گفتگو", "café", "naïve", "strike", "border", "12", "Ağrı", "کہ"]
    ),
    max_size=60,
)


@given(WORDS, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_unicode_form_changes_nothing(words, form):
    """A text in another Unicode form has the same words and shingles."""
    text = " ".join(words)
    plain, other = (a_mark(version, version) for version in (text, unicodedata.normalize(form, text)))
    assert (plain.words, plain.shingles) == (other.words, other.shingles)


def test_keyboard_changes_nothing():
    """Kaf and yeh of an Arabic keyboard and ZWNJ are those of a Persian one."""
    plain = a_mark("", "وزیر خارجه ایران می گوید که با پاکستان سخن گفت", language="fa")
    typed = a_mark("", "وزير خارجه ايران می‌گويد كه با پاكستان سخن گفت", language="fa")
    assert (plain.words, plain.shingles) == (typed.words, typed.shingles)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_a_mark(title, text):
    """No text breaks it, and its words are a vector of length one or none."""
    words = a_mark(title, text, language="").words
    assert not words or math.isclose(math.hypot(*(weight for _, weight in words)), 1, abs_tol=0.01)


def test_a_title_weighs_more_than_the_text():
    """The headline says what the event is."""
    weights = dict(a_mark("ceasefire", "talks " + "filler " * 50).words)
    assert weights["ceasefire"] > weights["talk"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Nine died, 11 were hurt", ("11", "9")),
        ("two children killed and three girls hurt within two weeks", ("2", "3")),
        ("the two ministers of the two sides met for three hours", ()),
        ("a 28-point statement on $10bn of trade", ("10", "28")),
        ("1,500 lorries and 2.5 million litres", ("1500", "2.5")),
        ("On 29 January 2024 at 10:30, the 12th round", ()),
        ("۱۱ نفر کشته شدند", ("11",)),
        ("in den Jahren 1980-88, an F-16", ()),
    ],
)
def test_numbers_are_counts(text, numbers):
    """Counts and amounts are numbers of an event; dates, years, times and ranks are not."""
    assert a_mark("", text).numbers == numbers


def test_capitals_and_topics_are_no_names():
    """Tehran and Islamabad are named in every text, and a topic fits too many events."""
    assert a_mark("Jilani in Islamabad on the gas pipeline from Tehran").names == ("jilani",)


@pytest.mark.parametrize(
    ("text", "language"),
    [("دونوں ممالک میں بات", "ur"), ("گفتگو با پاکستان", "fa"), ("وزير الخارجية", "ar"), ("Border", "en")],
)
def test_an_unsaid_language_is_guessed_by_its_letters(text, language):
    """Words are compared within a language, so every mark has one."""
    assert a_mark(text, text, language="").language == language


@pytest.mark.parametrize("language", registry.codes())
def test_frequent_words_are_folded_and_stemmed(language):
    """A frequent word that folding or stemming changes would never be looked up."""
    shares = word_shares(language)
    changed = {word for word in shares if stem(fold(word).text) != word}
    assert len(changed) < len(shares) / 50, sorted(changed)[:20]
