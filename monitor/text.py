"""Small pure tools for text: folding for matching, cleaning for display, paragraphs and sentences.

Matching text is for machines only: what a reader sees is always the untouched original.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import chain, pairwise

# --- folding ----------------------------------------------------------------------------------------------------------

# Written inside words, never read: vowel signs and Koranic marks of Arabic, points of Hebrew, accents of Latin,
# zero-width characters, soft hyphen, tatweel, variation selectors and the half rings of transliteration (ʿ ʾ).
_SILENT = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u00ad\u061c\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u02bb-\u02bf"
)
_INDIC = "\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc\u09be-\u09cd"  # vowels of Hindi and Bengali: kept
_LETTER = rf"[^\W_{_SILENT}]"
_INNER = rf"[\w{_SILENT}{_INDIC}]"  # with "_": a tag or handle is found whole and opened when it is folded

_APOSTROPHES = "'’‘`´"
_WORD = re.compile(rf"#?{_LETTER}{_INNER}*(?:[{_APOSTROPHES}]{_LETTER}{_INNER}*)*")
_PIECE = re.compile(rf"[^_{_APOSTROPHES}]+")

# An apostrophe parts a name from its ending (Iran's, İran'ın, Pakistan'da) but belongs to a short beginning
# (Qur'an, Shi'ite, Ja'fari): four letters before it and at most four behind make it an ending. Not the Arabic article
# (Ceyşu'l Adl).
_ENDING = re.compile(rf"[{_APOSTROPHES}](?:(?=s\b)|(?<=\w{{4}}.)(?!l\b)(?=\w{{1,4}}\b))")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _ranges(spec: str) -> list[int]:
    """The code points of a character class written as in a regular expression."""
    found = re.findall(r"(.)(?:-(.))?", spec, re.DOTALL)
    return [point for first, last in found for point in range(ord(first), ord(last or first) + 1)]


# One letter for each sound that Urdu, Persian, Arabic and their keyboards write with several. Letters that part words
# stay: ٹ ڈ ڑ ں are not ت د ر ن, and ط is not ت.
_FOLDS = str.maketrans(
    {
        **dict.fromkeys("كڪ", "ک"),
        **dict.fromkeys("يىېئےۓ", "ی"),
        **dict.fromkeys("ہھۀۂەةۃ", "ه"),
        **dict.fromkeys("أإٱآ", "ا"),
        "ؤ": "و",
        "ء": None,
        "ı": "i",
        **{chr(0x660 + n): str(n) for n in range(10)},
        **{chr(0x6F0 + n): str(n) for n in range(10)},
        **{chr(point): None for point in _ranges(_SILENT)},
    },
)
_NO_APOSTROPHE = str.maketrans("", "", _APOSTROPHES)


@dataclass(frozen=True)
class Folded:
    """Matching text: words in one spelling with single blanks between them, and the way back to the original."""

    text: str
    original: str
    _plain: str = field(repr=False)  # the original with a folded letter for each letter; "" where that cannot be

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of `text[start:end]`, which begins and ends with a word."""
        if self._plain:
            places, dropped = self._dropped  # looked up here for both: an article has two hundred names to place
            closing = end + dropped[bisect_right(places, end - 1)]
            return start + dropped[bisect_right(places, start)], self._closed(closing)
        word = self.text.count(" ", 0, start)
        return self._words[word][0], self._words[word + self.text.count(" ", start, end)][1]

    def _closed(self, end: int) -> int:
        """The end of a word with the silent signs that close it."""
        while self._plain.startswith(_SILENCE, end):
            end += 1
        return end

    @cached_property
    def _dropped(self) -> tuple[list[int], list[int]]:
        # Where folding took signs out, in places of the folded text, and how many before the first of them and up to
        # each. Built only when a place is asked for: most texts have no hit.
        places, dropped, before, last = [], [0], 0, len(self._plain)
        for run in _RUN.finditer(self._plain):
            start, end = run.span()
            kept = 1 if start > 0 and end < last and " " in run[0] else 0
            places.append(start - before + kept)
            before += end - start - kept
            dropped.append(before)
        return places, dropped

    @cached_property
    def _words(self) -> list[tuple[int, int]]:
        return list(_places(self.original))


def _places(text: str) -> Iterator[tuple[int, int]]:
    """The place of each folded word, by folding word by word."""
    for token in _WORD.finditer(text):
        words = _fold_word(token[0]).split()
        pieces = [piece.span() for piece in _PIECE.finditer(text, *token.span())] if len(words) > 1 else []
        # #IranPakistan, or one sign for a whole phrase (ﷺ): two words in one place.
        yield from pieces if len(pieces) == len(words) else [token.span()] * len(words)


def fold(text: str) -> Folded:
    """Matching text: what a reader takes for one word is one word. Punctuation, ZWNJ and hyphens become blanks.

    Folding twice changes nothing. A word of the folded text is never part of a word of the original, so a match
    between blanks is a match of whole words: زائران ends in ایران after folding but is another token.
    """
    plain = _fold_letters(text)
    words = plain.replace(_SILENCE, "").split() if plain else filter(None, map(_fold_word, _WORD.findall(text)))
    return Folded(text=" ".join(words), original=text, _plain=plain)


def _fold_letters(text: str) -> str:
    """The text folded letter by letter, each in its place: four times as fast as word by word, with no places to look for.

    "" where letters do not suffice: rare signs, one letter that becomes two (ß), hashtags of several words.
    """
    letters, uncommon = _table()
    if uncommon.search(text) or ("#" in text and _TAG.search(text)):
        return ""
    plain = text.translate(letters)
    if "'" not in plain:
        return plain
    if _SILENCE in plain and _SILENT_WORD.search(plain):
        return ""
    return _INNER_APOSTROPHE.sub(_SILENCE, _ENDING.sub(" ", plain)).replace("'", " ")


@lru_cache(maxsize=1 << 16)
def _fold_word(word: str) -> str:
    if word.isascii() and word.isalnum():
        return word.lower()
    # Decomposed, so that accents and hamzas fall off as marks; İ gives i and a dot only when its case is folded.
    word = unicodedata.normalize("NFKD", word).replace("_", " ")
    if word.startswith("#"):  # #IranPakistan
        word = _CAMEL.sub(" ", word)
    opened = unicodedata.normalize("NFKD", word.casefold())
    plain = unicodedata.normalize("NFKC", opened.translate(_FOLDS)).translate(_FOLDS)
    parted = _ENDING.sub(" ", plain).translate(_NO_APOSTROPHE)
    return " ".join(found.lstrip("#") for found in _WORD.findall(parted))


# What fold() does letter by letter: the letters of Latin and Arabic and the signs of print that give one letter or none,
# alone as in a word.
_SILENCE = "\0"
_RUN = re.compile(rf"[ {_SILENCE}](?:[ {_SILENCE}]+|(?<={_SILENCE})|(?<=\A.))")
_SILENT_WORD = re.compile(f"{_SILENCE}[^ ]{{0,9}}'|'[^ ]{{0,9}}{_SILENCE}")  # an apostrophe counts the letters round it
_TAG = re.compile("#[^\\s#]+[A-Z\u00c0-\u017f\u2100-\u214f]")
_INNER_APOSTROPHE = re.compile(r"'(?<=\w.)(?=\w)")


def _fold_letter(sign: str) -> str:
    """The one letter, blank or silence that a sign gives; "" where it gives more (ß), or less than in a word (ŀ, ⑴)."""
    if sign in _APOSTROPHES:
        return " " if sign == "´" else "'"  # decomposed it is a blank with an accent
    if not re.fullmatch(_INNER, sign) or sign == "_":
        return " "
    fold_word = _fold_word.__wrapped__  # the cache is for words
    inside = fold_word(f"x{sign}x")[1:-1]
    alone = fold_word(sign) if re.fullmatch(_LETTER, sign) else ""
    return (alone or _SILENCE) if inside == alone and len(alone) <= 1 else ""


_POINTS = (
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
def _table() -> tuple[dict[int, str], re.Pattern[str]]:
    """What each common sign gives, and what finds a sign that is none. Made when first asked for: it takes 20 ms."""
    letters = {point: letter for point in chain.from_iterable(_POINTS) if (letter := _fold_letter(chr(point)))}
    return letters, re.compile(f"[^{re.escape(''.join(map(chr, letters)))}]")


# --- display ----------------------------------------------------------------------------------------------------------

# Without the blanks among the control characters, which part words. One class: a look-ahead would cost five times as much.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]",
)


def clean(text: str, *, limit: int = 0) -> str:
    """Text fit to show on one line: no control, bidi or half characters, single blanks, at most `limit` characters.

    ZWNJ and ZWJ stay: Persian words and emoji need them. A limit of 0 is none.
    """
    # Most texts are clean as they come: nothing that is unshown is printable, nor is any blank but the plain one.
    if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
        text = " ".join(_UNSHOWN.sub("", text).split())
    return text if not limit or len(text) <= limit else _cut(text[: limit - 1])


def _cut(text: str) -> str:
    # At a blank where one is near the end; words of a headline are short, a URL has none.
    at = text.rfind(" ", len(text) * 2 // 3)
    return (text[:at] if at > 0 else text).rstrip(" ,;:،؛-–—\u200c\u200d") + "…"


def first_words(text: str, most: int) -> str:
    """The first `most` words, with "…" where something was left out."""
    words = text.split()
    return " ".join(words) if len(words) <= most else " ".join(words[:most]).rstrip(",;:،؛") + "…"


_RTL_LANGUAGES = {"ar", "bal", "ckb", "dv", "fa", "glk", "he", "ps", "sd", "ug", "ur", "yi"}


def is_rtl(text: str, language: str = "") -> bool:
    """Whether most letters of a text run from right to left; its language decides where it has no letters.

    An English headline of an Urdu outlet runs from left to right, so the letters are asked first.
    """
    sides = [unicodedata.bidirectional(letter) for letter in text if letter.isalpha()]
    right = sum(side in {"R", "AL"} for side in sides)
    return right * 2 > len(sides) if sides else language.lower().split("-")[0] in _RTL_LANGUAGES


# --- paragraphs and sentences -----------------------------------------------------------------------------------------

_PARAGRAPH = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")

# A full stop ends a sentence unless an initial, a rank or a month stands before it ("Gen. Asim Munir", "U.S. envoy",
# "Jan. 29") or a small letter follows. One expression: an article has fifty sentences, and a call for each is dear.
_ABBREVIATIONS = (
    r"(?<![\s(\"“.]\w\.)(?<!\b(?:Dr|Jr|Lt|Mr|Ms|No|Sr|St|vs)\.)(?<!\b(?:Brig|Capt|Sept)\.)"
    r"(?<!\b(?:Adm|Apr|Aug|Col|Dec|Feb|Gen|Gov|Hon|Jan|Jul|Jun|Maj|Mar|Mrs|Nov|Oct|Rep|Sen|Sgt)\.)"
)
_SMALL = r"[a-zß-öø-ÿāčēğīıķļņőřśşšťūůűžʻ-ʿ]"
_CLOSING = r"[\"'”’»)\]]*(?=\s)"
_SENTENCE_END = re.compile(  # begins with its signs, so that the search can skip to them
    rf"[.!?…۔؟\n](?:(?<=\n)\s*|(?:(?<!\.)|{_ABBREVIATIONS}(?={_CLOSING}(?!\s{{1,2}}{_SMALL}))){_CLOSING}(?:[^\S\n]*\n\s*)?)"
)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, parted by blank lines, none of them empty."""
    return [part.strip() for part in _PARAGRAPH.split(text) if part.strip()]


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in order and without blanks at its ends. A line end always ends one."""
    pairs = (_trimmed(text, start, end) for start, end in pairwise(sentence_cuts(text)))
    return [(start, end) for start, end in pairs if start < end]


def sentence_cuts(text: str) -> list[int]:
    """Where sentences begin, none of them empty, and the end of the text: less than half the cost of `sentences`."""
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return [begin, *(found.end() for found in _SENTENCE_END.finditer(text, begin) if found.end() < end), len(text)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))
