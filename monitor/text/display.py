"""Text for people: cleaned of characters that cannot be shown, and shortened."""

import re

from monitor.text.punctuation import CLAUSE_MARKS, COMMAS, DASHES, SEMICOLONS, ZWJ, ZWNJ

# Control, bidi, half (surrogate) and tag characters. Blanks among the control characters are not in it: they separate
# words. One class: a look-ahead would cost five times as much.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]",
)


def clean(text: str, *, limit: int = 0) -> str:
    """Returns a text fit to show on one line: no control, bidi or half characters, single blanks between words.

    The result has at most `limit` characters; 0 means no limit. ZWNJ and ZWJ stay: Persian words and emoji need them.
    """
    # Most texts are clean already: no unprintable character is printable to Python, and no blank is but the plain one.
    if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
        text = " ".join(_UNPRINTABLE.sub("", text).split())
    if not limit or len(text) <= limit:
        return text
    text = text[: limit - 1]
    # Cut at a blank if there is one near the end: words of a headline are short, a URL has no blanks.
    blank = text.rfind(" ", len(text) * 2 // 3)
    return (text[:blank] if blank > 0 else text).rstrip(f" {CLAUSE_MARKS}{DASHES}{ZWNJ}{ZWJ}") + "…"


def first_words(text: str, max_words: int) -> str:
    """Returns the first `max_words` words of a text, with "…" if it has more."""
    words = text.split()
    if len(words) <= max_words:
        return " ".join(words)
    return " ".join(words[:max_words]).rstrip(f"{COMMAS}{SEMICOLONS}:") + "…"


# What programs write in place of a missing value.
PLACEHOLDERS = frozenset({"null", "none", "nil", "undefined", "nan", "false", "n/a", "[object object]"})


def is_placeholder(value: str) -> bool:
    """Returns whether a text is what programs write in place of a missing value, such as "null"."""
    return value.strip().casefold() in PLACEHOLDERS
