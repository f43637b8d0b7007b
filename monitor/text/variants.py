"""Letter and digit variants in one form each, for patterns that need the words, blanks and punctuation of a text."""

import re
import unicodedata
from typing import Final

from monitor.text.punctuation import (
    ARABIC_COMMA,
    ARABIC_DATE_MARK,
    ARABIC_DECIMAL_MARK,
    ARABIC_DIGITS,
    PERSIAN_DIGITS,
)

_UNIFIED: Final = str.maketrans(
    f"{PERSIAN_DIGITS}{ARABIC_DIGITS}\u064a\u0649\u0643\u0623\u0625\u0622\u0671{ARABIC_DECIMAL_MARK}{ARABIC_COMMA}{ARABIC_DATE_MARK}",
    "01234567890123456789\u06cc\u06cc\u06a9\u0627\u0627\u0627\u0627.,/",
    # Joiners, direction marks, byte order mark and fathatan: all invisible or optional.
    "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u064b",
)
_COMBINING_ACCENTS: Final = range(0x300, 0x370)
_KEY_LETTERS: Final = {
    **dict.fromkeys(_COMBINING_ACCENTS),
    **dict.fromkeys((0x6C1, 0x6BE, 0x629, 0x6C3), "\u0647"),  # heh goal, doachashmee and the two teh marbutas: heh
}
_NAME_JOINTS: Final = re.compile(r"[\s_.,'’-]+")


def unify(text: str) -> str:
    """Returns a text with ASCII digits, one form of look-alike Arabic letters, and ASCII decimal, comma and date marks.

    Joiners and direction marks are removed, so the result may be shorter. Unlike `fold`, words, case and punctuation
    stay.
    """
    return text if text.isascii() else text.translate(_UNIFIED)


def name_key(name: str) -> str:
    """Returns a key for a name of one or more words, without case, accents, blanks and hyphens.

    Different spellings of a month's name have one key.
    """
    # `.lower()` turns the Turkish İ into i with a dot above, and leaves ı: one key for all of them.
    plain = unicodedata.normalize("NFKD", unify(name).lower()).translate(_KEY_LETTERS)
    return _NAME_JOINTS.sub("", plain).replace("ı", "i")
