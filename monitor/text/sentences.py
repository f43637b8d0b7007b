"""Paragraphs and sentences: where each begins and ends."""

import re
from itertools import pairwise

from monitor.text.punctuation import ARABIC_QUESTION_MARK, URDU_FULL_STOP

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")

# A full stop ends a sentence unless an initial, a rank or a month precedes it ("Gen. Asim Munir", "U.S. envoy",
# "Jan. 29") or a small letter follows. One expression: an article has fifty sentences, and a call for each is slow.
_ABBREVIATIONS = (
    r"(?<![\s(\"“.]\w\.)(?<!\b(?:Dr|Jr|Lt|Mr|Ms|No|Sr|St|vs)\.)(?<!\b(?:Brig|Capt|Sept)\.)"
    r"(?<!\b(?:Adm|Apr|Aug|Col|Dec|Feb|Gen|Gov|Hon|Jan|Jul|Jun|Maj|Mar|Mrs|Nov|Oct|Rep|Sen|Sgt)\.)"
)
_SMALL_LETTER = r"[a-zß-öø-ÿāčēğīıķļņőřśşšťūůűžʻ-ʿ]"
_CLOSING_MARKS = r"[\"'”’»)\]]*(?=\s)"
# Begins with the end marks, so that the search skips to them.
_SENTENCE_END = re.compile(
    rf"[.!?…{URDU_FULL_STOP}{ARABIC_QUESTION_MARK}\n]"
    rf"(?:(?<=\n)\s*"
    rf"|(?:(?<!\.)|{_ABBREVIATIONS}(?={_CLOSING_MARKS}(?!\s{{1,2}}{_SMALL_LETTER}))){_CLOSING_MARKS}(?:[^\S\n]*\n\s*)?)"
)


def paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of a text, which blank lines separate; none of them is empty."""
    stripped = (part.strip() for part in _PARAGRAPH_BREAK.split(text))
    return [paragraph for paragraph in stripped if paragraph]


def sentences(text: str) -> list[tuple[int, int]]:
    """Returns the start and end of each sentence, in order and without the blanks around it.

    A line end always ends a sentence.
    """
    spans = []
    for start, end in pairwise(sentence_cuts(text)):
        part = text[start:end]
        trimmed_start, trimmed_end = end - len(part.lstrip()), start + len(part.rstrip())
        if trimmed_start < trimmed_end:
            spans.append((trimmed_start, trimmed_end))
    return spans


def sentence_cuts(text: str) -> list[int]:
    """Returns the offset at which each sentence begins, and the length of the text.

    No sentence is empty. Costs less than half as much as `sentences`.
    """
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    ends = (mark.end() for mark in _SENTENCE_END.finditer(text, begin))
    return [begin, *(cut for cut in ends if cut < end), len(text)]
