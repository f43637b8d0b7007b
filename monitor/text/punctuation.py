"""Punctuation and digits that Latin and Arabic texts write differently, each by its code point.

A string of marks is meant for a regular expression class (`rf"[{COMMAS}]"`), for `str.strip` or for `in`. Names that end
in LETTERS or SCRIPT are the body of a regular expression class and nothing else.
"""

from typing import Final

ARABIC_COMMA: Final = "\N{ARABIC COMMA}"
ARABIC_SEMICOLON: Final = "\N{ARABIC SEMICOLON}"
ARABIC_QUESTION_MARK: Final = "\N{ARABIC QUESTION MARK}"
URDU_FULL_STOP: Final = "\N{ARABIC FULL STOP}"  # Unicode calls it Arabic; only Urdu and its neighbours use it
ARABIC_DECIMAL_MARK: Final = "\N{ARABIC DECIMAL SEPARATOR}"
ARABIC_THOUSANDS_MARK: Final = "\N{ARABIC THOUSANDS SEPARATOR}"
ARABIC_DATE_MARK: Final = "\N{ARABIC DATE SEPARATOR}"
ELLIPSIS: Final = "…"
DANDA: Final = "\N{DEVANAGARI DANDA}"

COMMAS: Final = "," + ARABIC_COMMA
SEMICOLONS: Final = ";" + ARABIC_SEMICOLON
QUESTION_MARKS: Final = "?" + ARABIC_QUESTION_MARK
FULL_STOPS: Final = "." + URDU_FULL_STOP
CLAUSE_MARKS: Final = COMMAS + SEMICOLONS + ":"
SENTENCE_ENDS: Final = FULL_STOPS + "!" + QUESTION_MARKS + ELLIPSIS
WIDE_SENTENCE_ENDS: Final = "。！？"  # Chinese and Japanese
DASHES: Final = "-–—"  # hyphen first: it is no range at the beginning of a class

# Joiners have no width. Persian writes ZWNJ inside words (between a stem and its ending); emoji need ZWJ.
ZWNJ: Final = "\N{ZERO WIDTH NON-JOINER}"
ZWJ: Final = "\N{ZERO WIDTH JOINER}"

# Ten digits each, zero first, so that PERSIAN_DIGITS[4] is the Persian 4.
ARABIC_DIGITS: Final = "".join(chr(0x660 + digit) for digit in range(10))  # as Arabic writes them
PERSIAN_DIGITS: Final = "".join(chr(0x6F0 + digit) for digit in range(10))  # as Persian and Urdu write them

# Bodies of regular expression classes.
ARABIC_LETTERS: Final = "\u0621-\u06d3"  # letters and vowel signs, of all languages of the script
ARABIC_SCRIPT: Final = "\u0600-\u06ff"  # the whole basic block, with digits and punctuation
