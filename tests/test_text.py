"""Folding, cleaning and cutting of text."""

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.text import clean, first_words, fold, is_rtl, paragraphs, sentence_cuts, sentences

words = st.text(st.characters(), max_size=60) | st.text(
    "ایرانپاکستانيىكهةۀہھئءأآ\u200c\u064f 'ı’İß#_-.IranPak", max_size=40
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("پاكستان", "پاکستان"),
        ("إيران", "ایران"),
        ("تھران", "تهران"),
        ("اسلام‌آباد", "اسلام اباد"),
        ("رئيسي", "رییسی"),
        ("کوئٹہ", "کویٹہ"),
        ("خامنه‌ای", "خامنہ ای"),
        ("عاصم مُنیر", "عاصم منیر"),
        ("مجتبیٰ", "مجتبی"),
        ("ﺍﯾﺮﺍﻥ", "ایران"),
        ("پاک۔ایران", "پاک ایران"),
        ("۲۰۲۴", "2024"),
        ("İran", "IRAN"),
        ("Erakçi", "Erakci"),
        ("Amir-Abdollahian", "Amir Abdollahian"),
        ("Shi’ite Qur'an", "Shiite Quran"),
        ("ʿAlī", "Ali"),
        ("#IranPakistan", "Iran Pakistan"),
        ("#پاک_ایران", "پاک ایران"),
    ],
)
def test_one_word_for_a_reader_is_one_word(one, other):
    """Spellings that a reader takes for the same word fold to the same text."""
    assert fold(one).text == fold(other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [("ٹیپو", "تیپو"), ("کاکڑ", "کاکر"), ("باكستان", "پاکستان"), ("طهران", "تهران"), ("اسلامآباد", "اسلام آباد")],
)
def test_other_letters_stay_other_words(one, other):
    """Letters that part words are not folded into each other; the rules list both spellings."""
    assert fold(one).text != fold(other).text


def test_a_folded_country_inside_a_word_is_no_word():
    """Pilgrims end in the letters of Iran once folded, but as a part of a word."""
    assert "ایران" not in fold("زائران").text.split()


@pytest.mark.parametrize("text", ["Iran's", "Iran’s", "İran'ın", "'Iran'", "Pak-Iran", "Iran/Pakistan", "وزیر، Iran۔"])
def test_a_name_is_parted_from_its_ending(text):
    """Possessives, Turkish cases, quotes and dashes leave the name a word of its own."""
    assert "iran" in fold(text).text.split()


def test_span_leads_back_to_the_original():
    """Offsets count characters of the untouched text, whatever folding made longer or shorter."""
    text = "ﷺ  آیت‌اللّٰه  خامنه‌ای — Pakistan’s Straße, #PakIran"
    folded = fold(text)

    def original(word):
        start = folded.text.index(word)
        return text[slice(*folded.span(start, start + len(word)))]

    assert original("خامنه ای") == "خامنه‌ای"
    assert original("pakistan") == "Pakistan"
    assert original("strasse") == "Straße"
    assert original("iran") == "#PakIran"


@given(words)
def test_letter_by_letter_is_word_by_word(text):
    """The quick way of common letters gives the words and the places of the slow one, which a rare letter asks for."""
    # A tag that does not open evenly, or a word of two apostrophes, keeps the place of the whole.
    assume("_" not in text and not re.search(r"['’‘`´]\S*['’‘`´]", text))
    rare, quick = fold(f"{text} Ж"), fold(f"{text} z")
    assert quick.text[:-1] == rare.text[:-1]
    stretches = [(found.start(), found.end()) for found in re.finditer(r"\S+", quick.text)]
    assert [text[: quick.span(*at)[1]] for at in stretches] == [text[: rare.span(*at)[1]] for at in stretches]


@given(words)
def test_folding_twice_changes_nothing(text):
    """Folded text is its own folding, so rules may be written folded or not."""
    once = fold(text).text
    assert fold(once).text == once


@given(words)
def test_folding_does_not_see_unicode_forms(text):
    """Composed and decomposed text fold alike."""
    assert fold(unicodedata.normalize("NFC", text)).text == fold(unicodedata.normalize("NFD", text)).text


@given(words)
def test_folded_words_are_parted_by_single_blanks_and_lead_back(text):
    """Every word has a place in the original, and the places are in order."""
    folded = fold(text)
    assert folded.text == " ".join(folded.text.split())
    last = 0
    for position, character in enumerate(folded.text):
        if character != " ":
            start, end = folded.span(position, position + 1)
            assert last <= start < end <= len(text)
            last = start


@given(words, st.integers(min_value=0, max_value=12))
def test_clean_text_is_one_short_line(text, limit):
    """No control, bidi or half character survives, the limit holds, and cleaning twice changes nothing."""
    shown = clean(text, limit=limit)
    assert all(unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"} and c not in "\u202e\u2066\u200f" for c in shown)
    assert not limit or len(shown) <= limit
    assert clean(shown, limit=limit) == shown
    shown.encode("utf-8")


def test_clean_keeps_what_a_reader_needs():
    """ZWNJ of Persian words and joiners of emoji stay; the cut falls between words."""
    assert clean("خامنه‌ای\u202e  👨‍👩‍👧\x00") == "خامنه‌ای 👨‍👩‍👧"
    assert clean("Iran and Pakistan return their envoys", limit=30) == "Iran and Pakistan return…"


def test_first_words():
    """The cut is shown, and only where there was one."""
    assert first_words("one two, three", 2) == "one two…"
    assert first_words("one  two", 2) == "one two"


@pytest.mark.parametrize(
    ("text", "language", "rtl"),
    [("پاک ایران تعلقات", "", True), ("Pak-Iran ties", "ur", False), ("2024", "fa-IR", True), ("", "en", False)],
)
def test_direction(text, language, rtl):
    """The letters decide; the language decides only where there are none."""
    assert is_rtl(text, language) is rtl


def test_paragraphs_are_parted_by_blank_lines():
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
    """A full stop after a rank, month or initial ends no sentence; a line end always does."""
    found = [text[start:end] for start, end in sentences(text)]
    assert found == (parts or ["The U.S. envoy and Dr. A. Q. Khan met on Jan. 29.", "All went."])


@given(words)
def test_sentences_hold_every_letter_once(text):
    """Sentences are in order, do not overlap, and leave out nothing but blanks."""
    spans = sentences(text)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ايران", "ایران"),
        ("إيران", "ایران"),
        ("پاكستان", "پاکستان"),
        ("تہران", "تهران"),
        ("تھران", "تهران"),
        ("اسلام‌آباد", "اسلام آباد"),
        ("اسلام اباد", "اسلام آباد"),
        ("رئيسي", "رئیسی"),
        ("رییسی", "رئیسی"),
        ("قاليباف", "قالیباف"),
        ("پزشكيان", "پزشکیان"),
        ("کوئٹہ", "کویٹہ"),
        ("خامنه‌ای", "خامنہ ای"),
        ("İran", "Iran"),
        ("Erakçi", "Erakci"),
        ("Amir-Abdollahian", "Amir Abdollahian"),
        ("Ceyşu’l Adl", "Ceyşul Adl"),
        ("پاک۔ایران", "پاک ایران"),
        ("۲۰۲۴", "2024"),
        ("٢٠٢٤", "2024"),
        ("ایرانِ", "ایران"),
        ("ایـــران", "ایران"),
        ("ﺍﯾﺮﺍﻥ", "ایران"),
        ("خواجة آصف", "خواجه آصف"),
        ("مجتبیٰ", "مجتبی"),
        ("عاصم مُنیر", "عاصم منیر"),
        ("IRAN\u200f–\u200fPAKISTAN", "Iran Pakistan"),
    ],
)
def test_one_word_to_a_reader(one, other):
    """Letters of other keyboards, marks, joiners, digits, presentation forms and dashes do not part what is one."""
    assert fold(one).text == fold(other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("زائران", "ایران"),
        ("ٹیپو", "تیپو"),
        ("کاکڑ", "کاکر"),
        ("راولپنڈی", "راولپندی"),
        ("باكستان", "پاکستان"),
        ("طهران", "تهران"),
        ("اسلامآباد", "اسلام آباد"),
        ("اسحاق", "اسحٰق"),
        ("سوخت‌بر", "سوختبر"),
        ("بلوشستان", "بلوچستان"),
        ("شہبازشریف", "شہباز شریف"),
    ],
)
def test_two_words_to_a_reader(one, other):
    """Sounds of other languages and lost blanks stay apart: the lexicon lists both."""
    assert fold(one).text != fold(other).text


@given(st.text(st.sampled_from("Ab. \n!؟”’Dr"), max_size=40))
def test_cuts_part_a_text_into_its_sentences(text):
    """Between the cuts stand the sentences, each of them, and none is empty where the text is not."""
    pieces = [text[start:end].strip() for start, end in pairwise(sentence_cuts(text))]
    assert pieces == [text[start:end] for start, end in sentences(text)] or not text.strip()
