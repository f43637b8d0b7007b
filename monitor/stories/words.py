"""Same event, told in one language: the story whose items of the last days use the same rare words."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Sized
from datetime import timedelta
from itertools import repeat
from operator import mul

from monitor.model import Mark
from monitor.stories.background import SHARES, TEXTS
from monitor.stories.events import DAY, Events, Match
from monitor.stories.marks import spoken

STORY_WINDOW = timedelta(days=5)
# Average likeness, of 1. Flat: from .14 to .16 the mean of five test sets stays within half a point.
SAME_EVENT = 0.15
# Read by hand: of stories that miss the line by this little, four in five are the next day of the same affair.
SAME_AFFAIR = 0.12
# Times the square of the days: the next morning's reports belong to the event, what comes after three days is mostly the
# next step of the affair in the same words. Dates are the strongest sign: without them AllSides falls from 91 to 50 in
# precision. A straight .06 a day gives .2 less in the mean.
PER_DAY_SQUARED = 0.03
HEAVIEST = 16  # words by which candidates are found
CANDIDATES = 12  # of them, the texts whose stories are compared in full; 20 find no more
MEMBERS = 10  # of a story, the nearest in time; 40 judge no better
UNLIKE = 0.3  # what other names and acts take from the likeness of words


class Words:
    """The texts of one language in the last weeks, by their words."""

    def __init__(self, language: str, events: Events) -> None:
        self._events = events
        self._marks: list[Mark] = []
        self._columns: list[tuple[Sequence[str], Sequence[float]]] = []
        self._stories: dict[int, list[int]] = defaultdict(list)
        self._with: dict[str, dict[int, float]] = defaultdict(dict)  # weight by word and text
        self._log_often = _LogOften(self._with, SHARES.get(language, {}))

    def add(self, mark: Mark) -> None:
        """Take in a text that has been placed."""
        here = len(self._marks)
        self._marks.append(mark)
        self._columns.append(_columns(mark))
        self._stories[mark.story].append(here)
        for word, weight in spoken(mark):
            self._with[word][here] = weight
            self._log_often.pop(word, None)

    def nearest(self, mark: Mark) -> Match | None:
        """The story of the last days that is most like a mark, however little that is."""
        query = _Query(mark, self._rarities([word for word, _ in spoken(mark)]), self._events.told_by(mark))
        stories = sorted({self._marks[here].story for here in self._candidates(query)})
        matches = [self._match(query, story) for story in stories if not self._events.contrary(mark, story)]
        return max(matches, key=lambda match: match.score, default=None)

    def _candidates(self, query: "_Query") -> Sequence[int]:
        """The texts that share most of the heaviest words, best first."""
        shared: dict[int, float] = defaultdict(float)
        for word in query.heaviest:
            for here, weight in self._with.get(word, {}).items():
                shared[here] += query.pull[word] * weight
        near = (here for here in shared if abs(self._marks[here].at - query.mark.at) <= STORY_WINDOW)
        return sorted(near, key=lambda here: (-shared[here], here))[:CANDIDATES]

    def _match(self, query: "_Query", story: int) -> Match:
        """Average link: single links chain one day's development to the next until all is one story."""
        scores = [(self._score(query, here), -here) for here in self._near(query.mark, story)]
        return Match(math.fsum(score for score, _ in scores) / len(scores), self._marks[-max(scores)[1]])

    def _score(self, query: "_Query", here: int) -> float:
        words, weights = self._columns[here]
        likeness = query.likeness(words, weights, self._rarities(words))
        days = abs(self._marks[here].at - query.mark.at) / DAY
        unlike = self._events.unlikeness(query.told, self._marks[here])
        return likeness - UNLIKE * unlike - PER_DAY_SQUARED * days * days

    def _near(self, mark: Mark, story: int) -> Sequence[int]:
        """The texts of a story that are nearest in time."""
        near = [here for here in self._stories[story] if abs(self._marks[here].at - mark.at) <= STORY_WINDOW]
        return sorted(near, key=lambda here: (abs(self._marks[here].at - mark.at), here))[:MEMBERS]

    def _rarities(self, words: Iterable[str]) -> Sequence[float]:
        """How telling words are: their inverse frequency in window and background together."""
        log_texts = math.log(len(self._marks) + TEXTS + 1)
        log_often = self._log_often
        return [log_texts - log_often[word] for word in words]


class _LogOften(dict[str, float]):
    """The logarithm of how often each word stands in window and background, worked out when it is asked for."""

    def __init__(self, holders: Mapping[str, Sized], shares: Mapping[str, float]) -> None:
        super().__init__()
        self._holders, self._shares = holders, shares

    def __missing__(self, word: str) -> float:
        self[word] = found = math.log(len(self._holders.get(word, ())) + TEXTS * self._shares.get(word, 0.0) + 0.5)
        return found


class _Query:
    """A mark made ready to be compared with many: its side of the cosine worked out once."""

    def __init__(self, mark: Mark, rarities: Sequence[float], told: Mapping[str, float]) -> None:
        self.mark, self.told = mark, told
        rare = {word: weight * rarity for (word, weight), rarity in zip(spoken(mark), rarities, strict=True)}
        self.heaviest = sorted(rare, key=lambda word: (-rare[word], word))[:HEAVIEST]
        size = math.hypot(*rare.values())
        self.pull = {word: weight / size for word, weight in rare.items()}

    def likeness(self, words: Iterable[str], weights: Iterable[float], rarities: Iterable[float]) -> float:
        """The cosine of two texts, each word weighing as it is rare."""
        rare = tuple(map(mul, weights, rarities))
        shared: float = sum(map(mul, rare, map(self.pull.get, words, repeat(0.0))))
        return shared / math.hypot(*rare)


def _columns(mark: Mark) -> tuple[Sequence[str], Sequence[float]]:
    words = spoken(mark)
    return tuple(word for word, _ in words), tuple(weight for _, weight in words)
