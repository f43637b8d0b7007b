"""Corrections: the edits that readers of a text must hear of. Pure."""

import re

from monitor.languages.feeds import feed_phrases
from monitor.text import fold

# An agency writes CORRECTED and a hyphen before the headline, newspapers the word and a colon, or the word in brackets.
_LABEL = re.compile(rf"\W*(?:{'|'.join(feed_phrases().corrections)})\s*[-:)\]\u2013\u2014|]", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


def correction(title: str, *, known_title: str = "") -> str:
    """Returns the correction that an article makes, for people, or "".

    `known_title` is the headline that readers have received. Most headlines are polished after publication: a correction is one
    that its outlet calls so, or one whose figures are others.
    """
    is_labelled = _LABEL.match(title) is not None and _LABEL.match(known_title) is None
    figures, known_figures = _figures(title), _figures(known_title)
    if known_title and (is_labelled or (known_figures and figures and figures != known_figures)):
        return f"corrected; the headline was: {known_title}"
    return "corrected by its outlet" if is_labelled else ""


def _figures(title: str) -> list[str]:
    return _NUMBER.findall(fold(title).text)
