"""The language of an article: what its page declares, checked against its letters and commonest words."""

import re
from typing import Final

from monitor.extract.page import Page
from monitor.extract.words import words_of

_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
# Languages of the Arabic script by letters of their own, and the least share of them. Urdu shares some of Pashto's in
# names only; Persian has none that Urdu lacks, so it comes last.
_OWN_LETTERS: Final = (
    ("ps", re.compile("[ټډړښږڼېۍځڅ]"), 0.01),
    ("ckb", re.compile("[ێۆڕڵە]"), 0.03),
    ("ur", re.compile("[ٹڈڑےھںۓہ]"), 0.03),
    ("fa", re.compile("[پچژگیک]"), 0.02),
)
# Words that hardly a sentence does without; a theme that declares English is found round Turkish texts too.
_COMMON: Final = {
    "en": words_of("the of and to in that is was for on with as by at from has have it"),
    "tr": words_of("ve bir bu için ile olarak da de olan ise çok daha gibi göre sonra kadar ancak"),
}
_COMMON_SHARE: Final = 0.06  # of all words
_SCRIPTS: Final = (
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)
_NOT_LATIN: Final = re.compile(r"[\u0370-\u1fff\u3040-\ud7af]")  # all of the above
# Languages of the Arabic script; and those that a theme declares by default, wherever it is used.
_IN_ARABIC: Final = words_of("ar az bal ckb fa ks ku pa pnb ps sd skr ug ur")
_IN_LATIN: Final = words_of("az cs da de en es fi fr hu id it ku ms nb nl no pl pt ro sv tr uz vi")
_SAMPLE: Final = 3000  # characters


def language(page: Page, text: str, hint: str) -> str:
    """The primary subtag of the article's language.

    What the page declares, then the hint, each only if the text is in a script of that language: themes of Urdu
    outlets declare en-US. Else what the letters tell, else "".
    """
    html = page.tree.css_first("html")
    declared = (html.attributes.get("lang") or "") if html else ""
    written = by_letters(text[:_SAMPLE])
    for candidate in (declared, page.meta("content-language", "og:locale", "language", "inlanguage"), hint):
        code = re.split(r"[-_,;\s]", candidate.strip().lower())[0]
        if re.fullmatch(r"[a-z]{2,3}", code) and _fits(code, written):
            return code
    return written


def by_letters(text: str) -> str:
    """The most likely language of the script a text is in; for Latin letters English, Turkish or ""."""
    if not _NOT_LATIN.search(text):
        return _by_words(text)
    letters = sum(map(str.isalpha, text)) or 1
    if len(_ARABIC.findall(text)) > letters * 0.4:
        found = (code for code, own, share in _OWN_LETTERS if len(own.findall(text)) > letters * share)
        return next(found, "ar")
    found = (code for code, script in _SCRIPTS if len(script.findall(text)) > letters * 0.2)
    return next(found, "") or _by_words(text)


def _by_words(text: str) -> str:
    words = text.lower().replace("i\u0307", "i").split()
    shares = {code: sum(map(common.__contains__, words)) / (len(words) or 1) for code, common in _COMMON.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _COMMON_SHARE else ""


def _fits(code: str, written: str) -> bool:
    """Whether a text may be in a declared language: by its script, and by what tells its languages apart."""
    if written in _COMMON:
        return code == written or (code in _IN_LATIN and code not in _COMMON)
    if not written:
        return code in _IN_LATIN or code not in _IN_ARABIC | {code for code, _ in _SCRIPTS}
    if written == "ckb":
        return code in {"ckb", "ku"}
    if code in {"ar", *(own for own, _, _ in _OWN_LETTERS)}:
        # Persian may be written with the letters of Arabic, by old keyboards.
        return code == written or (code, written) == ("fa", "ar")
    return code in _IN_ARABIC if written in {"ar", *(own for own, _, _ in _OWN_LETTERS)} else code not in _IN_LATIN
