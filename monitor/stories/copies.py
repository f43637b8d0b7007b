"""Same text: how much of the shorter text stands in the longer one."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta

from monitor.model import Mark
from monitor.stories.background import SHARES, TEXTS
from monitor.stories.marks import SHORT, sampled, spoken

# The share of the shorter text's shingles; a low share of the longer text says nothing, since copies are abridged. Of
# 274 labelled pairs copies start at .57 and texts that only share phrases end at .44, but for one; copies that were
# cut, shuffled and wrapped in furniture on purpose start at .40.
SAME_TEXT = 0.46
# Urdu papers rewrite what agencies send: at .46 half of the derived texts of COUNTER are missed, at .2 a third, while
# nine in ten of those found are right either way. Persian was never measured and keeps the common line.
SAME_TEXT_IN = {"ur": 0.2}
# Texts of one site share its furniture, seen up to .73 of the shorter one, and nothing else. So their rare words must be
# alike too, the more so the less of the text is shared: the product is .09 at most for furniture and licences, .12 at
# least for copies, however they were cut.
SAME_WORDS = 0.1
FEWEST = 8  # shared shingles of a sample: fewer are a phrase
FEWEST_OF_ALL = 16  # where every shingle is kept: an agency's licence line gives thirteen
SAME_HEADLINE = timedelta(days=2)  # "Iran, Pakistan vow to boost ties" comes back every month


def is_copy(one: Mark, other: Mark) -> bool:
    """Whether one text repeats the other, cut, edited or with page furniture round it."""
    if one.language != other.language:
        return False
    share = contained(one, other)
    return share >= SAME_TEXT_IN.get(one.language, SAME_TEXT) and share * likeness(one, other) >= SAME_WORDS


def contained(one: Mark, other: Mark) -> float:
    """The share of the shorter text that stands in the other, 0 to 1; 0 where the evidence is a phrase only.

    A text too short for that is the other's copy (1.0) only word for word and within two days.
    """
    whole = one.length <= SHORT and other.length <= SHORT
    mine, theirs = (set(mark.shingles) if whole else sampled(mark.shingles) for mark in (one, other))
    shared = len(mine & theirs)
    if shared >= (FEWEST_OF_ALL if whole else FEWEST):
        return shared / min(len(mine), len(theirs))
    return 1.0 if _same_words(one, other) and abs(one.at - other.at) <= SAME_HEADLINE else 0.0


def likeness(one: Mark, other: Mark) -> float:
    """The cosine of two texts by their words, each weighing as it is rare in the background; 0 to 1."""
    shares = SHARES.get(one.language, {})
    mine, theirs = (
        {word: weight * _rarity(shares.get(word, 0.0)) for word, weight in spoken(mark)} for mark in (one, other)
    )
    shared = math.fsum(mine[word] * theirs[word] for word in mine.keys() & theirs.keys())
    return shared / (math.hypot(*mine.values()) * math.hypot(*theirs.values())) if shared else 0.0


def _rarity(share: float) -> float:
    return math.log((TEXTS + 1) / (TEXTS * share + 0.5))


def _same_words(one: Mark, other: Mark) -> bool:
    return bool(one.words) and one.words == other.words and one.length == other.length


class Texts:
    """The texts of the last weeks by their shingles."""

    def __init__(self) -> None:
        self._with: dict[int, list[Mark]] = defaultdict(list)
        self._opening: dict[tuple[tuple[str, float], ...], list[Mark]] = defaultdict(list)  # by all the words

    def add(self, mark: Mark) -> None:
        """Take in a text that has been placed."""
        self._opening[mark.words].append(mark)
        for shingle in mark.shingles:
            self._with[shingle].append(mark)

    def original(self, mark: Mark) -> Mark | None:
        """The text that this one repeats most, the earliest of equals, or None."""
        copies = [(contained(mark, other), other) for other in self._sharing(mark) if is_copy(mark, other)]
        best = max(copies, key=lambda pair: (round(pair[0], 2), -pair[1].at.timestamp(), -pair[1].item), default=None)
        return best[1] if best else None

    def _sharing(self, mark: Mark) -> Iterable[Mark]:
        """The other texts that share enough shingles or, being too short for that, all words."""
        found = {other.item: other for other in self._opening.get(mark.words, ())}
        shared = Counter(other.item for shingle in mark.shingles for other in self._with.get(shingle, ()))
        often = {item for item, times in shared.items() if times >= FEWEST}
        for shingle in mark.shingles if often else ():
            found.update((other.item, other) for other in self._with.get(shingle, ()) if other.item in often)
        return [other for item, other in found.items() if item != mark.item]
