"""Paragraphs that stand in an article's box and are none of its text."""

import re
from typing import Final

from monitor.extract import words

_LABEL_LENGTH: Final = 160  # what begins like boilerplate and is longer may be a sentence of the article


def is_residue(paragraph: str) -> bool:
    """Whether a paragraph is a share label, a comment notice, a pointer to other articles, an advertisement or the like."""
    # Shops of one platform write the settings of a button into the text.
    if paragraph.startswith('{"'):
        return True
    text = _lower(paragraph)
    return (len(text) <= _LABEL_LENGTH and _SHORT.match(text) is not None) or _LONG.match(text) is not None


def is_closing(paragraph: str) -> bool:
    """Whether a paragraph at the end of an article speaks of its author, its sources or its rights."""
    return len(paragraph) <= _LABEL_LENGTH * 3 and _CLOSING.match(_lower(paragraph)) is not None


def is_heading_of_others(heading: str) -> bool:
    """Whether a heading announces other articles, comments or a form."""
    return len(heading) <= _LABEL_LENGTH / 2 and _OTHERS.match(_lower(heading)) is not None


def _lower(text: str) -> str:
    # Python lowers the Turkish İ to an i with a dot of its own.
    return text.lower().replace("i\u0307", "i")


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(patterns)})")


_SHORT: Final = _any(words.LABELS)
_LONG: Final = _any(words.NOTICES)
_CLOSING: Final = _any(words.CLOSINGS)
_OTHERS: Final = _any(words.OTHERS)
