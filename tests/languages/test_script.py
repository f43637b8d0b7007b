"""The language of a text by its letters and words, and its direction."""

import pytest

from monitor.languages import registry, script
from monitor.languages.script import guess_by_any_letter, guess_language, is_rtl, may_be


@pytest.mark.parametrize(
    ("text", "language", "rtl"),
    [("پاک ایران تعلقات", "", True), ("Pak-Iran ties", "ur", False), ("2024", "fa-IR", True), ("", "en", False)],
)
def test_direction(text, language, rtl):
    """The letters decide; the language decides only where there are none."""
    assert is_rtl(text, language) is rtl


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("وزیر اعظم نے کہا کہ ایران کے ساتھ تعلقات بڑھیں گے", "ur"),
        ("رئیس جمهور گفت که روابط با پاکستان گسترش می‌یابد", "fa"),
        ("قال الوزير إن العلاقات مع إيران متينة", "ar"),
        ("د پاکستان لومړی وزیر په کابل کې وویل چې اړیکې به ښې شي", "ps"),
        ("سەرۆک وەزیران گوتی پەیوەندییەکان باشتر دەبن", "ckb"),
        ("The prime minister said that ties with Iran are strong and will be of use to the region", "en"),
        ("Bakan, İran ile ilişkilerin çok daha iyi olduğunu ve bir heyetin geleceğini söyledi", "tr"),
        ("प्रधानमंत्री ने कहा", "hi"),
        ("首相会见伊朗外长", "zh"),
        ("Die Ministerin traf Vertreter aus Teheran", ""),
        ("2024", ""),
    ],
)
def test_the_language_is_guessed(text, code):
    """Own letters show languages of other scripts, common words those of the Latin script."""
    assert guess_language(text) == code


@pytest.mark.parametrize(
    ("declared", "guess", "accepted"),
    [
        ("ur", "ur", True),
        ("en", "ur", False),  # themes of Urdu outlets declare en-US
        ("fa", "ar", True),  # typed on an old keyboard
        ("ar", "fa", False),
        ("ku", "ckb", True),
        ("de", "", True),
        ("de", "en", True),
        ("tr", "en", False),
        ("sd", "ar", True),
        ("hi", "", False),
    ],
)
def test_a_declared_language_must_fit_the_letters(declared, guess, accepted):
    """A page's declared language counts only if the text may be written in it."""
    assert may_be(declared, guess) is accepted


@pytest.mark.parametrize(("text", "code"), [("ایران ڈیم", "ur"), ("گزارش", "fa"), ("بيروت", "ar"), ("Iran", "")])
def test_one_letter_shows_a_language_of_the_service(text, code):
    """A headline is too short for shares of letters: the first own letter decides."""
    assert guess_by_any_letter(text) == code


def test_every_language_of_the_service_is_recognised():
    """Each folder has a name, a script and a direction, and its texts can be guessed."""
    for code in registry.codes():
        language = registry.read(code, "language")
        assert language["name"]
        assert language["direction"] in {"ltr", "rtl"}
        recognised = script.recognised()[code]
        assert recognised.own_letters or recognised.common_words or recognised.fallback
