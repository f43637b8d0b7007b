"""Finding names: whole words, every spelling, the longest, at their place in the untouched text."""

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
from monitor.relevance.lexicon import lexicon
from monitor.relevance.rules import Mask, RuleSet, Side, Term
from monitor.text import fold
from tests.relevance.rulefiles import shipped
from tests.shared import SHARED

LEXICON = lexicon(shipped())
GAZETTEER = SHARED / "data" / "gazetteer.json"


def _terms(text, language=""):
    return [match.term.id for match in LEXICON.find(text, language) if isinstance(match.noun, Term) and match.noun.side]


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
    """Joined, spaced, hyphenated, in Latin or Arabic letters: one term."""
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
        ("assistance and resistance in Jaishankar's Pay 'N Pak", ["pakistan"]),  # "Pak" stays out without company
        ("Sistan and Baluchestan", ["sistan-baluchestan"]),
        ("İran'ın Pakistan'daki", ["iran", "pakistan"]),
    ],
)
def test_whole_words_in_every_writing(text, terms):
    """Clitics, hashtags and lost blanks do not hide a name; letters inside a word do not make one."""
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
def test_masks_hide_false_friends(text):
    """A name inside a brand, a surname, a paper or another town is no name."""
    assert _terms(text) == []


def test_a_mask_hides_no_more_than_itself():
    """What stands beside a false friend is found."""
    assert _terms("Iran International says Iran …") == ["iran"]


@pytest.mark.parametrize("text", ["Pakistan, Iran", "Pakistan. Iran", "پاکستان، ایران", "Pakistan\nIran"])
def test_a_name_does_not_cross_punctuation(text):
    """Two countries in a list are not the name of the pair."""
    assert _terms(text) == ["pakistan", "iran"]


def test_the_longest_name_wins():
    """The province is not the other country's province inside it."""
    assert _terms("ایران پاکستان سرحد") == ["pak-iran"]
    assert _terms("Mand-Pishin is open") == ["mand-pishin"]


def test_needy_forms_belong_to_their_language():
    """The Persian word for soldier is a town's name in Persian alone; Urdu does not look for it."""
    rules = RuleSet(
        id="t",
        version="1",
        sides=(Side(code="A", name="A"), Side(code="B", name="B")),
        terms=(Term(id="x", name="X", side="A", never_alone={"fa": ("سرباز",)}),),
        masks=(Mask(id="m", forms={"en": ("X Club",)}),),
        weights=shipped().weights,
    )
    assert [match.term.id for match in lexicon(rules).find("سرباز", "fa")] == ["x"]
    assert lexicon(rules).find("سرباز", "ur") == []


def test_a_star_stands_for_any_ending():
    """A form with a star is the beginning of a word, found at its whole place; without one it is the whole word."""
    rules = replace(shipped(), terms=(Term(id="x", name="X", forms={"fa": ("والیبال*",), "en": ("set*", "goal")}),))
    text = "goals, upset: والیبالیست‌های setlik"
    found = [match for match in lexicon(rules).find(text, "") if isinstance(match.noun, Term)]
    assert [text[match.start : match.end] for match in found] == ["والیبالیست", "setlik"]


def test_places_count_characters_of_the_original():
    """A match can be cut out of the text as it was given."""
    text = "ﷺ «امیر‌عبداللهیان»  and   Pakistan’s cats"
    assert [text[match.start : match.end] for match in LEXICON.find(text, "")] == ["امیر‌عبداللهیان", "Pakistan"]


def test_rule_files_hold_together():
    """Ids are unique, every form has letters, and no strong form speaks for both sides."""
    rules = shipped()
    ids = [noun.id for noun in (*rules.terms, *rules.others, *rules.cues)]
    assert len(ids) == len(set(ids))
    assert not list(relevance.faults(rules))
    nouns = (*rules.terms, *rules.masks, *rules.others, *rules.cues, *rules.cautions)
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
def test_a_name_is_found_in_every_unicode_form(form, way):
    """However a real name is encoded, pointed, stretched or joined, the same terms are found."""
    assert _terms(SPELLINGS[way](form)) == _terms(form)


# Why a form of the gazetteer is not looked for.
LEFT_OUT = {
    "a common word, surname or abbreviation": "پاک Haş ارتش 900-km 959-km پوله Nag ناگ BP ZB SSP ECO ای سی او اکو إيكو EİT تیر ٹی آئی آر JEC JBC مجلس سروان ماهان "
    "day pass sovereignty معافیت آژانس Ejei Arafi",
    "hidden by a mask or a longer false friend": "ایران صغیر سپاہ صحابہ سپاه صحابه Iran Air Mahan Air",
    "says nothing of the two": "Kashmir Pahalgam کشمیر كشمير Keşmir Helmand water Hirmand ہلمند هیرمند هامون snapback Bürgenstock donkey route dunki Green Mountain "
    "حرب الاثني عشر يوماً",
    "means either country, or a place of another name": "مکران مكران ziarat Genelkurmay Başkanı وزارت خارجہ",
    "a spelling that a sign parts, or that folds into another": "S&B province ال\u200cپی\u200cجی",
}


@pytest.mark.corpus
@pytest.mark.skipif(not GAZETTEER.is_file(), reason=f"no gazetteer at {GAZETTEER}")
def test_the_gazetteer_is_covered():
    """Every form of the gazetteer is found, or left out for a reason that stands above."""
    gazetteer = json.loads(GAZETTEER.read_text("utf-8"))
    entries = [*itertools.chain.from_iterable(gazetteer["terms"].values()), *gazetteer["people"]]
    forms = {
        (form["form"], language) for entry in entries for language, forms in entry["forms"].items() for form in forms
    }
    missing = {form for form, language in forms if not LEXICON.find(form, language)}
    reasons = " ".join(LEFT_OUT.values())
    assert not {form for form in missing if form not in reasons}
