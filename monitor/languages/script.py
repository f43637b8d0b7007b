"""Aspect `script`: the letters, common words and direction by which the language of a text is guessed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from monitor.languages import registry
from monitor.text import ARABIC_SCRIPT

ARABIC: Final = "arabic"
LATIN: Final = "latin"
MIN_ARABIC_SHARE: Final = 0.4  # of all letters; lower than a half, for headlines with Latin names and numbers
MIN_COMMON_WORD_SHARE: Final = 0.06  # of all words; running text has 0.2 to 0.4, lists of names have none
LAST_IN_ORDER: Final = 1000

_ARABIC_LETTER: Final = re.compile(f"[{ARABIC_SCRIPT}]")
# Greek to Greek Extended and kana to hangul: every script whose letters prove a language.
_NOT_LATIN: Final = re.compile(r"[\u0370-\u1fff\u3040-\ud7af]")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLanguage:
    """How texts of one language are recognised."""

    code: str  # ISO 639
    script: str  # "arabic", "latin" or the name of another script
    own_letters: re.Pattern[str] | None = None  # letters that other languages of its script lack
    min_share: float = 0.0  # of own_letters in all letters
    guess_order: int = LAST_IN_ORDER
    common_words: frozenset[str] = frozenset()
    fallback: bool = False  # assumed for texts of its script that have no own letters of another language
    also_guessed_as: frozenset[str] = frozenset()  # codes that guess_language() may return for texts of this language
    declared_as: frozenset[str] = frozenset()  # further codes that pages declare for this language


@cache
def recognised() -> Mapping[str, WrittenLanguage]:
    """Returns the languages that guess_language() knows, by code, in the order in which it tries them."""
    # A folder of the service wins over an entry in `other`: adding a language needs no change there.
    contents = dict(registry.read("other", "script").get("languages", {}))
    for code in registry.codes():
        contents[code] = {**registry.read(code, "language"), **registry.read(code, "script")}
    languages = [_language(code, content) for code, content in sorted(contents.items())]
    return {language.code: language for language in sorted(languages, key=lambda language: language.guess_order)}


def _language(code: str, content: Mapping[str, Any]) -> WrittenLanguage:
    letters = content.get("own_letters", "")
    return WrittenLanguage(
        code=code,
        script=content["script"],
        own_letters=re.compile(f"[{letters}]") if letters else None,
        min_share=content.get("min_share", 0.0),
        guess_order=content.get("guess_order", LAST_IN_ORDER),
        common_words=frozenset(content.get("common_words", ())),
        fallback=content.get("fallback", False),
        also_guessed_as=frozenset(content.get("also_guessed_as", ())),
        declared_as=frozenset(content.get("declared_as", ())),
    )


@cache
def codes_in(script: str) -> frozenset[str]:
    """Returns the codes of all languages, recognised or not, that are written in the Arabic or in the Latin script."""
    recognised_codes = {language.code for language in recognised().values() if language.script == script}
    return frozenset(recognised_codes | set(registry.read("other", "script").get(f"{script}_script", ())))


def guess_language(text: str) -> str:
    """Returns the code of the most likely language of a text, by its letters and common words; "" if nothing shows it.

    A text in Latin letters is recognised only if it has common words of a language that lists some.
    """
    if not _NOT_LATIN.search(text):
        return guess_by_words(text)
    letters = sum(map(str.isalpha, text)) or 1
    in_arabic = len(_ARABIC_LETTER.findall(text)) > letters * MIN_ARABIC_SHARE
    # The fallback counts only if no language of the script has its letters, wherever it is in the order.
    fallback = ""
    for language in recognised().values():
        if (language.script == ARABIC) != in_arabic:
            continue
        if language.own_letters and len(language.own_letters.findall(text)) > letters * language.min_share:
            return language.code
        if language.fallback:
            fallback = language.code
    return fallback or guess_by_words(text)


def guess_by_words(text: str) -> str:
    """Returns the code of the language with the most common words in a text; "" if none has enough."""
    # Python lowers the Turkish İ to an i with a separate dot.
    words = text.lower().replace("i\u0307", "i").split()
    shares = {
        language.code: sum(word in language.common_words for word in words) / (len(words) or 1)
        for language in recognised().values()
        if language.common_words
    }
    # The best language may still be wrong: names in Latin letters have a "de" or "on" now and then.
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= MIN_COMMON_WORD_SHARE else ""


def guess_by_any_letter(text: str) -> str:
    """Returns the code of the first language of the service with a letter of its own in a text.

    Returns the fallback of the Arabic script if the text has an Arabic letter, else "". For short texts in a language
    of the service, such as a headline, where shares of letters prove nothing.
    """
    if not _ARABIC_LETTER.search(text):
        return ""
    candidates = [recognised()[code] for code in recognised() if code in registry.codes()]
    for language in candidates:
        if language.own_letters and language.own_letters.search(text):
            return language.code
    return next((language.code for language in candidates if language.fallback), "")


def may_be(code: str, guess: str) -> bool:
    """Whether a text whose language was guessed as `guess` may be in the declared language `code`.

    Themes of Urdu outlets declare en-US, so a declared language counts only if the text is in a script of it.
    """
    languages = recognised()
    with_common_words = {language.code for language in languages.values() if language.common_words}
    # Common words prove a language, so a declaration of another one with common words is wrong. Languages without a
    # list may be declared for a text that quotes English.
    if guess in with_common_words:
        return code == guess or (code in codes_in(LATIN) and code not in with_common_words)
    # Without a guess the letters are Latin, or of a script that we do not recognise.
    if not guess:
        other_scripts = {language.code for language in languages.values() if language.script not in {ARABIC, LATIN}}
        return code in codes_in(LATIN) or code not in codes_in(ARABIC) | other_scripts
    if languages[guess].declared_as:
        return code in {guess, *languages[guess].declared_as}
    if code in languages and languages[code].script == ARABIC:
        return code == guess or guess in languages[code].also_guessed_as
    return code in codes_in(ARABIC) if languages[guess].script == ARABIC else code not in codes_in(LATIN)


@cache
def rtl_codes() -> frozenset[str]:
    """Returns the codes of the languages that are written from right to left."""
    service_codes = {code for code in registry.codes() if registry.read(code, "language")["direction"] == "rtl"}
    return frozenset(service_codes | set(registry.read("other", "script").get("right_to_left", ())))


def is_rtl(text: str, language: str = "") -> bool:
    """Whether most letters of a text run from right to left; its language (BCP 47) decides if it has no letters."""
    # Letters come first: an English headline of an Urdu outlet runs from left to right.
    directions = [unicodedata.bidirectional(char) for char in text if char.isalpha()]
    if not directions:
        return language.lower().split("-")[0] in rtl_codes()
    return sum(direction in {"R", "AL"} for direction in directions) * 2 > len(directions)
