"""Folding: one spelling for all spellings that a reader takes for one word, used for matching only.

Readers always see the untouched original.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import chain

from monitor.text.punctuation import ARABIC_DIGITS, PERSIAN_DIGITS

# Silent characters are written inside words and never read: vowel signs and Koranic marks of Arabic, points of Hebrew,
# accents of Latin, zero-width characters, soft hyphen, tatweel, variation selectors and the half rings of transliteration
# (ʿ ʾ). Folding removes them. ZWNJ (200C) is missing on purpose: in Persian it separates two parts of a word like a blank.
_SILENT = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u00ad\u061c\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u02bb-\u02bf"
)
# Vowel signs of Hindi and Bengali, and the voicing marks of Japanese kana, are marks to Unicode, but part of the letter to
# their readers: they stay. (Without the voicing marks, decomposed "ga" folded to "ka".) The last four complete letters of
# Tamil, Burmese, Balinese and Kaithi.
_LETTER_MARKS = (
    "\u0bd7\u102e\u1b35\U000110ba\u3099\u309a\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc\u09be-\u09cd"
)
_LETTER = rf"[^\W_{_SILENT}]"
_INNER = rf"[\w{_SILENT}{_LETTER_MARKS}]"  # includes "_": a tag or handle is one token, split when it is folded

_APOSTROPHES = "'’‘`´"
# Letters of phonetic notation and of Mayan languages that phones and converters write for an apostrophe (Iranʼs).
_MODIFIER_APOSTROPHES = re.compile("[\u02b9\u02bb\u02bc\ua78c]")
_WORD = re.compile(rf"#?{_LETTER}{_INNER}*(?:[{_APOSTROPHES}]{_LETTER}{_INNER}*)*")
_WORD_PART = re.compile(rf"[^_{_APOSTROPHES}]+")

# An apostrophe separates a name from its ending (Iran's, İran'ın, Pakistan'da) but belongs to a short beginning
# (Qur'an, Shi'ite, Ja'fari): four letters before it and at most four behind make it an ending. The Arabic article is
# an exception (Ceyşu'l Adl).
_ENDING = re.compile(rf"[{_APOSTROPHES}](?:(?=s\b)|(?<=\w{{4}}.)(?!l\b)(?=\w{{1,4}}\b))")
_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")


def code_points(char_class: str) -> list[int]:
    """Returns the code points of a regular expression class, given without its brackets ("a-z_")."""
    ranges = re.findall(r"(.)(?:-(.))?", char_class, re.DOTALL)
    return [point for first, last in ranges for point in range(ord(first), ord(last or first) + 1)]


# One letter for each sound that Urdu, Persian, Arabic and their keyboards write with several. Letters that part words
# stay: the retroflex letters and nun ghunna of Urdu (0679 0688 0691 06BA) are not te, dal, re and nun, and the
# emphatic ta (0637) is not te.
_LETTER_VARIANTS = {
    "\u06a9": "\u0643\u06aa",  # keheh: Arabic kaf, swash kaf
    "\u06cc": "\u064a\u0649\u06d0\u0626\u06d2\u06d3",  # Farsi yeh: Arabic yeh, alef maksura, e, yeh and barree with hamza
    "\u0647": "\u06be\u06c0\u06c1\u06c2\u06d5\u0629\u06c3",  # heh: doachashmee, goal, with hamza, ae, teh marbuta
    "\u0627": "\u0622\u0623\u0625\u0671",  # alef: with madda, with hamza, wasla
    "\u0648": "\u0624",  # waw: with hamza
}
_FOLDS = str.maketrans(
    {
        **{variant: letter for letter, variants in _LETTER_VARIANTS.items() for variant in variants},
        "\u0621": None,  # hamza alone: often left out
        "ı": "i",
        **{digits[value]: str(value) for digits in (ARABIC_DIGITS, PERSIAN_DIGITS) for value in range(10)},
        **{chr(point): None for point in code_points(_SILENT)},
    },
)
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)


@dataclass(frozen=True)
class Folded:
    """Folded text: words in one spelling, separated by single blanks, with offsets back to the original."""

    text: str
    original: str
    # The original with each letter folded in its place (removed ones are `_SILENCE`); "" if that is not possible.
    _aligned: str = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Returns the offsets in `original` of `text[start:end]`, which must begin and end at word boundaries."""
        if self._aligned:
            # Looked up once for both ends: an article has two hundred names to place.
            positions, removed = self._removals
            original_end = end + removed[bisect_right(positions, end - 1)]
            return start + removed[bisect_right(positions, start)], self._with_silent_tail(original_end)
        word = self.text.count(" ", 0, start)
        return self._word_spans[word][0], self._word_spans[word + self.text.count(" ", start, end)][1]

    def _with_silent_tail(self, end: int) -> int:
        # A vowel sign after the last letter belongs to the word.
        while self._aligned.startswith(_SILENCE, end):
            end += 1
        return end

    @cached_property
    def _removals(self) -> tuple[list[int], list[int]]:
        # Offsets of the folded text at which folding removed characters, and how many it had removed before the first
        # of them and up to each. Computed on the first call of span(): most texts have no match.
        positions, removed, total, length = [], [0], 0, len(self._aligned)
        for run in _REMOVED_RUN.finditer(self._aligned):
            start, end = run.span()
            blanks = 1 if start > 0 and end < length and " " in run[0] else 0
            positions.append(start - total + blanks)
            total += end - start - blanks
            removed.append(total)
        return positions, removed

    @cached_property
    def _word_spans(self) -> list[tuple[int, int]]:
        return list(word_spans(self.original))


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the start and end in `text` of each word of its folded form."""
    text = _MODIFIER_APOSTROPHES.sub("'", text)
    for token in _WORD.finditer(text):
        words = fold_word(token[0]).split()
        parts = [part.span() for part in _WORD_PART.finditer(text, *token.span())] if len(words) > 1 else []
        # #IranPakistan, or one ligature for a whole phrase (ﷺ): all words share the place of the token.
        yield from parts if len(parts) == len(words) else [token.span()] * len(words)


def fold(text: str) -> Folded:
    """Folds a text for matching. Punctuation, ZWNJ and hyphens become blanks.

    Folding is idempotent. A word of the folded text is always a whole word of the original, so a match between blanks is
    a match of whole words: the Persian word for pilgrims ends in the letters of Iran once folded, but is another token.
    """
    plain = _MODIFIER_APOSTROPHES.sub("'", text)
    aligned = fold_aligned(plain)
    words = aligned.replace(_SILENCE, "").split() if aligned else filter(None, map(fold_word, _WORD.findall(plain)))
    return Folded(text=" ".join(words), original=text, _aligned=aligned)


def fold_aligned(text: str) -> str:
    """Folds a text letter by letter, each in its place, with `_SILENCE` for removed letters.

    Returns "" if the text has a character that needs its whole word: a rare one, one that becomes two letters (ß), or a
    hashtag of several words.
    """
    # Four times as fast as word by word, and word offsets need no second pass.
    letters, uncommon = letter_table()
    if uncommon.search(text) or ("#" in text and _SPLIT_TAG.search(text)):
        return ""
    aligned = text.translate(letters)
    if "'" not in aligned:
        return aligned
    if _SILENCE in aligned and _SILENT_NEAR_APOSTROPHE.search(aligned):
        return ""
    return _INNER_APOSTROPHE.sub(_SILENCE, _ENDING.sub(" ", aligned)).replace("'", " ")


@lru_cache(maxsize=1 << 16)
def fold_word(word: str) -> str:
    """Folds one token of `_WORD`; returns several words for a hashtag or a name with an ending."""
    if word.isascii() and word.isalnum():
        return word.lower()
    # Decomposed first, so that accents and hamzas become marks that are removed; İ becomes i and a dot only when its
    # case is folded, hence decomposed again.
    word = unicodedata.normalize("NFKD", word).replace("_", " ")
    if word.startswith("#"):  # #IranPakistan
        word = _CAMEL_CASE.sub(" ", word)
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    plain = unicodedata.normalize("NFKC", decomposed.translate(_FOLDS)).translate(_FOLDS)
    separated = _ENDING.sub(" ", plain).translate(_NO_APOSTROPHES)
    return " ".join(token.lstrip("#") for token in _WORD.findall(separated))


# fold_aligned() handles the letters of Latin and Arabic and common punctuation: every character that gives at most one
# letter, the same alone as inside a word.
_SILENCE = "\0"
_REMOVED_RUN = re.compile(rf"[ {_SILENCE}](?:[ {_SILENCE}]+|(?<={_SILENCE})|(?<=\A.))")
# An apostrophe is judged by the number of letters around it, which removed characters would falsify.
_SILENT_NEAR_APOSTROPHE = re.compile(f"{_SILENCE}[^ ]{{0,9}}'|'[^ ]{{0,9}}{_SILENCE}")
_SPLIT_TAG = re.compile("#[^\\s#]+[A-Z\u00c0-\u017f\u2100-\u214f]")
_INNER_APOSTROPHE = re.compile(r"'(?<=\w.)(?=\w)")


def fold_letter(char: str) -> str:
    """Returns the one letter, blank or `_SILENCE` that a character folds to.

    Returns "" for a character that gives several letters (ß), or fewer alone than inside a word (ŀ, ⑴).
    """
    if char in _APOSTROPHES:
        return " " if char == "´" else "'"  # decomposed, the acute accent is a blank with an accent
    if not re.fullmatch(_INNER, char) or char == "_":
        return " "
    fold_uncached = fold_word.__wrapped__  # keeps single characters out of the cache of words
    inside = fold_uncached(f"x{char}x")[1:-1]
    alone = fold_uncached(char) if re.fullmatch(_LETTER, char) else ""
    return (alone or _SILENCE) if inside == alone and len(alone) <= 1 else ""


_COMMON_CHARS = (
    range(0x180),
    range(0x300, 0x370),
    range(0x600, 0x700),
    range(0x2000, 0x2070),
    range(0x20A0, 0x2800),  # symbols
    range(0xFE00, 0xFE10),
    range(0xFEFF, 0xFF00),
    range(0x1F000, 0x1FB00),  # emoji
)


@cache
def letter_table() -> tuple[dict[int, str], re.Pattern[str]]:
    """Returns the folded letter of each common character, and a pattern that finds any other character."""
    # Built on first use: it takes 20 ms.
    letters = {point: letter for point in chain.from_iterable(_COMMON_CHARS) if (letter := fold_letter(chr(point)))}
    return letters, re.compile(f"[^{re.escape(''.join(map(chr, letters)))}]")
