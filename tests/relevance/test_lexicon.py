"""Matching names: whole words, every spelling, the longest, with offsets in the original text."""

import itertools
import json
import re
import unicodedata
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import relevance
from monitor.relevance.lexicon import build_lexicon
from monitor.relevance.rules import FalseFriend, RuleSet, Side, Term
from monitor.text import fold
from tests.relevance.rulefiles import shipped
from tests.shared import SHARED

LEXICON = build_lexicon(shipped())
GAZETTEER = SHARED / "data" / "gazetteer.json"


def _terms(text, language=""):
    return [
        match.term.id
        for match in LEXICON.find(text, language)
        if isinstance(match.concept, Term) and match.concept.side
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Amir-Abdollahian",
        "Amir Abdollahian",
        "Amirabdollahian",
        "امیرعبداللهیان",
        "امیر عبداللہیان",
        "أمير عبد اللهيان",
        "@Amirabdolahian",
    ],
)
def test_one_person_in_all_spellings(name):
    """A name that is joined, spaced or hyphenated, in Latin or Arabic letters, is one term."""
    assert _terms(f"… {name} …") == ["amir-abdollahian"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("شہبازشریف نے کہا", ["shehbaz-sharif"]),
        ("پاكستان", ["pakistan"]),
        ("وإيران ولباكستان", ["iran", "pakistan"]),
        ("#PakIran", ["pak-iran"]),
        ("پاک۔ایران سرحد", ["pak-iran"]),
        ("زائران اور طائران", []),
        ("assistance and resistance in Jaishankar's Pay 'N Pak", ["pakistan"]),  # "Pak" needs its side
        ("Sistan and Baluchestan", ["sistan-baluchestan"]),
        ("İran'ın Pakistan'daki", ["iran", "pakistan"]),
    ],
)
def test_whole_words_in_every_writing(text, terms):
    """Prefixes, hashtags and lost blanks do not hide a name; letters inside a word are not a name."""
    assert _terms(text) == terms


@pytest.mark.parametrize(
    "text",
    [
        "Iran-Contra",
        "Iran International",
        "ایران‌خودرو",
        "Smriti Irani",
        "the Iran-Iraq war",
        "Pakistan Observer",
        "اسلام‌آباد غرب",
        "یکصد روپیه پاکستان",
    ],
)
def test_false_friends_hide_names(text):
    """A name inside a brand, a surname, a paper or another town is not matched."""
    assert _terms(text) == []


def test_a_false_friend_hides_only_its_own_words():
    """A name next to a false friend is matched."""
    assert _terms("Iran International says Iran …") == ["iran"]


@pytest.mark.parametrize("text", ["Pakistan, Iran", "Pakistan. Iran", "پاکستان، ایران", "Pakistan\nIran"])
def test_a_name_does_not_cross_punctuation(text):
    """Two countries with a comma between them are not the name of the pair."""
    assert _terms(text) == ["pakistan", "iran"]


def test_the_longest_name_wins():
    """A longer name hides a shorter one inside it."""
    assert _terms("ایران پاکستان سرحد") == ["pak-iran"]
    assert _terms("Mand-Pishin is open") == ["mand-pishin"]


def test_ambiguous_forms_match_in_their_language_only():
    """The Persian word for soldier is the name of a town in Persian texts, and is not matched in Urdu texts."""
    rules = RuleSet(
        id="t",
        version="1",
        sides=(Side(code="A", name="A"), Side(code="B", name="B")),
        terms=(Term(id="x", name="X", side="A", ambiguous_forms={"fa": ("سرباز",)}),),
        false_friends=(FalseFriend(id="m", forms={"en": ("X Club",)}),),
        weights=shipped().weights,
    )
    assert [match.term.id for match in build_lexicon(rules).find("سرباز", "fa")] == ["x"]
    assert build_lexicon(rules).find("سرباز", "ur") == []


def test_a_star_matches_any_ending():
    """A form with a star matches words that begin with it, and the match is the whole word."""
    rules = replace(shipped(), terms=(Term(id="x", name="X", forms={"fa": ("والیبال*",), "en": ("set*", "goal")}),))
    text = "goals, upset: والیبالیست‌های setlik"
    found = [match for match in build_lexicon(rules).find(text, "") if isinstance(match.concept, Term)]
    assert [text[match.start : match.end] for match in found] == ["والیبالیست", "setlik"]


def test_offsets_count_characters_of_the_original():
    """The offsets of a match select its words in the original text."""
    text = "ﷺ «امیر‌عبداللهیان»  and   Pakistan’s cats"
    assert [text[match.start : match.end] for match in LEXICON.find(text, "")] == ["امیر‌عبداللهیان", "Pakistan"]


def test_rule_files_are_consistent():
    """Ids are unique, every form has letters, and no strong form names both sides."""
    rules = shipped()
    ids = [noun.id for noun in (*rules.terms, *rules.third_countries, *rules.word_sets)]
    assert len(ids) == len(set(ids))
    assert not list(relevance.query_errors(rules))
    nouns = (*rules.terms, *rules.false_friends, *rules.third_countries, *rules.word_sets, *rules.flags)
    assert all(fold(form).text for noun in nouns for forms in noun.forms.values() for form in forms)
    sides = {}
    for term in rules.terms:
        for forms in term.forms.values() if term.side in {"IR", "PK"} and term.strength == "strong" else ():
            for form in forms:
                assert sides.setdefault(fold(form).text, term.side) == term.side, form


FORMS = sorted({form for term in shipped().terms if term.side for forms in term.forms.values() for form in forms})


SPELLINGS = {
    "tatweel": lambda form: re.sub(r"(?<=[بتثجحخسشصضطظعغفقكلمنهیيکگپچ])(?=[ا-ی])", "\u0640", form),
    "marks": lambda form: re.sub(r"(?<=[ا-ی])(?=[ا-ی])", "\u064e", form),
    "keyboard": lambda form: form.translate(str.maketrans("یکه", "يكہ")),
    "joiner": lambda form: form if form.isascii() else form.replace(" ", "\u200c"),
    "bidi": "\u202b{}\u202c".format,
    "capitals": lambda form: form.upper() if form.isascii() else form,
    **{form: partial(unicodedata.normalize, form) for form in ("NFC", "NFD", "NFKC", "NFKD")},
}


@given(st.sampled_from(FORMS), st.sampled_from(sorted(SPELLINGS)))
def test_a_name_is_matched_in_every_unicode_form(form, way):
    """A name matches the same terms in every encoding, with vowel signs, stretched or joined."""
    assert _terms(SPELLINGS[way](form)) == _terms(form)


# Forms of the gazetteer that the rules leave out, by reason.
LEFT_OUT = {
    "a common word, surname or abbreviation": "پاک Haş ارتش 900-km 959-km پوله Nag ناگ BP ZB SSP ECO ای سی او اکو إيكو EİT تیر ٹی آئی آر JEC JBC مجلس سروان ماهان "
    "day pass sovereignty معافیت آژانس Ejei Arafi",
    "hidden by a false friend": "ایران صغیر سپاہ صحابہ سپاه صحابه Iran Air Mahan Air",
    "is not about the two countries": "Kashmir Pahalgam کشمیر كشمير Keşmir Helmand water Hirmand ہلمند هیرمند هامون snapback Bürgenstock donkey route dunki Green Mountain "
    "حرب الاثني عشر يوماً",
    "means either country, or a place of another name": "مکران مكران ziarat Genelkurmay Başkanı وزارت خارجہ",
    "a spelling that a mark separates, or that folds into another": "S&B province ال\u200cپی\u200cجی",
}


@pytest.mark.corpus
@pytest.mark.skipif(not GAZETTEER.is_file(), reason=f"no gazetteer at {GAZETTEER}")
def test_the_gazetteer_is_covered():
    """Every form of the gazetteer is matched, or is in LEFT_OUT with a reason."""
    gazetteer = json.loads(GAZETTEER.read_text("utf-8"))
    entries = [*itertools.chain.from_iterable(gazetteer["terms"].values()), *gazetteer["people"]]
    forms = {
        (form["form"], language) for entry in entries for language, forms in entry["forms"].items() for form in forms
    }
    missing = {form for form, language in forms if not LEXICON.find(form, language)}
    reasons = " ".join(LEFT_OUT.values())
    assert not {form for form in missing if form not in reasons}


@pytest.mark.parametrize(
    ("text", "language", "countries"),
    [
        ("سرحد پر پاکستان اورایران کی گشت", "ur", ["pakistan", "iran"]),
        ("تہران میںپاکستانی ناظم الامور", "ur", ["pakistan"]),
        ("Heyet Pakistana ve İrandan da Ankaraya gitti", "tr", ["pakistan", "iran"]),
        ("Pakistandaki fuar", "tr", ["pakistan"]),
        ("Boman Irana opens a café", "en", []),
    ],
)
def test_a_country_as_hurried_typists_write_it(text, language, countries):
    """Urdu without the blank before the name, Turkish without the apostrophe behind it; in that language only."""
    assert [term for term in _terms(text, language) if term in {"iran", "pakistan"}] == countries
