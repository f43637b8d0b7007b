"""Finding names: whole words, every spelling, the longest, at their place in the untouched text."""

from dataclasses import replace

import pytest

from monitor.relevance.lexicon import lexicon
from monitor.relevance.rules import Mask, RuleSet, Side, Term
from monitor.text import fold
from tests.relevance.rulefiles import shipped

LEXICON = lexicon(shipped())


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
    ids = [term.id for term in rules.terms]
    assert len(ids) == len(set(ids))
    nouns = (*rules.terms, *rules.masks, *rules.others, *rules.cues, *rules.cautions)
    assert all(fold(form).text for noun in nouns for forms in noun.forms.values() for form in forms)
    sides = {}
    for term in rules.terms:
        for forms in term.forms.values() if term.side in {"IR", "PK"} and term.strength == "strong" else ():
            for form in forms:
                assert sides.setdefault(fold(form).text, term.side) == term.side, form
