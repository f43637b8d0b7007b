"""The language of an article: what its page declares, checked against its letters."""

import re
from typing import Final

from monitor.extract.page import Page
from monitor.extract.words import words_of

_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_URDU: Final = re.compile("[ٹڈڑےھںۓہ]")
_PERSIAN: Final = re.compile("[پچژگیک]")
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
    """The most likely language of the script a text is in, or "" for Latin letters and none."""
    if not _NOT_LATIN.search(text):
        return ""
    letters = sum(map(str.isalpha, text)) or 1
    if len(_ARABIC.findall(text)) > letters * 0.4:
        if len(_URDU.findall(text)) > letters * 0.03:
            return "ur"
        return "fa" if len(_PERSIAN.findall(text)) > letters * 0.02 else "ar"
    return next((code for code, script in _SCRIPTS if len(script.findall(text)) > letters * 0.2), "")


def _fits(code: str, written: str) -> bool:
    if not written:
        return code in _IN_LATIN or code not in _IN_ARABIC | {code for code, _ in _SCRIPTS}
    if written in ("ar", "fa", "ur"):
        # Urdu has letters that neither Persian nor Arabic has.
        return code in _IN_ARABIC - ({"ar", "fa"} if written == "ur" else set())
    return code not in _IN_LATIN
