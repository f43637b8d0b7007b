"""Same event, told in one language: the story whose items of the last days use the same rare words."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import Mark
from monitor.stories.background import SHARES, TEXTS

STORY_WINDOW = timedelta(days=5)
SAME_EVENT = 0.16  # average likeness, of 1; flat: .15 to .18 are within half a point on five test sets
PER_DAY = 0.06  # dates are the strongest sign: without them AllSides falls from 91 to 50 in precision
HEAVIEST = 16  # words by which candidates are found
CANDIDATES = 30  # of them, the texts whose stories are compared in full
MEMBERS = 40  # of a story, the nearest in time
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Match:
    """An item's likeness to a story, and the item of it that is most alike."""

    score: float
    nearest: Mark


class Words:
    """The texts of the last weeks by their words."""

    def __init__(self) -> None:
        self._marks: list[Mark] = []
        self._weights: list[dict[str, float]] = []
        self._stories: dict[int, list[int]] = defaultdict(list)
        self._with: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))  # by language and word
        self._texts: Counter[str] = Counter()  # by language

    def add(self, mark: Mark) -> None:
        """Take in a text that has been placed."""
        here = len(self._marks)
        self._marks.append(mark)
        self._weights.append(dict(mark.words))
        self._stories[mark.story].append(here)
        self._texts[mark.language] += 1
        holders = self._with[mark.language]
        for word, _ in mark.words:
            holders[word].append(here)

    def same_event(self, mark: Mark) -> Match | None:
        """The story that tells the event of a mark in its language, or None."""
        query = _Query(mark, _Rarity(self._texts[mark.language], self._with[mark.language], mark.language))
        stories = sorted({self._marks[here].story for here in self._candidates(query)})
        matches = [self._match(query, story) for story in stories]
        best = max(matches, key=lambda match: match.score, default=None)
        return best if best and best.score >= SAME_EVENT else None

    def _candidates(self, query: "_Query") -> Sequence[int]:
        """The texts that share most of the heaviest words, best first."""
        shared: dict[int, float] = defaultdict(float)
        for word in query.heaviest:
            for here in self._with[query.mark.language].get(word, ()):
                shared[here] += query.pull[word] * self._weights[here][word]
        near = (here for here in shared if abs(self._marks[here].at - query.mark.at) <= STORY_WINDOW)
        return sorted(near, key=lambda here: (-shared[here], here))[:CANDIDATES]

    def _match(self, query: "_Query", story: int) -> Match:
        """Average link: single links chain one day's development to the next until all is one story."""
        scores = [
            (query.likeness(self._weights[here]) - self._age(query.mark, here), here)
            for here in self._near(query.mark, story)
        ]
        best = max(scores)
        return Match(math.fsum(score for score, _ in scores) / len(scores), self._marks[best[1]])

    def _near(self, mark: Mark, story: int) -> Sequence[int]:
        own = [here for here in self._stories[story] if self._marks[here].language == mark.language]
        near = [here for here in own if abs(self._marks[here].at - mark.at) <= STORY_WINDOW]
        return sorted(near, key=lambda here: (abs(self._marks[here].at - mark.at), here))[:MEMBERS]

    def _age(self, mark: Mark, here: int) -> float:
        return PER_DAY * (abs(self._marks[here].at - mark.at) / DAY)


class _Rarity(dict[str, float]):
    """How telling each word of a language is, worked out at first use: inverse frequency in window and background."""

    def __init__(self, texts: int, holders: Mapping[str, Sequence[int]], language: str) -> None:
        super().__init__()
        self._texts, self._holders, self._shares = texts, holders, SHARES.get(language, {})

    def __missing__(self, word: str) -> float:
        often = len(self._holders.get(word, ())) + TEXTS * self._shares.get(word, 0.0)
        self[word] = rarity = max(math.log((self._texts + TEXTS + 1) / (often + 0.5)), 0.0)
        return rarity


class _Query:
    """A mark made ready to be compared with many: its side of the cosine worked out once."""

    def __init__(self, mark: Mark, rarity: _Rarity) -> None:
        self.mark, self._rarity = mark, rarity
        weights = dict(mark.words)
        self.pull = {word: weight * rarity[word] ** 2 for word, weight in weights.items()}
        self.heaviest = sorted(weights, key=lambda word: (-weights[word] * rarity[word], word))[:HEAVIEST]
        self._size = self._length(weights)

    def likeness(self, weights: Mapping[str, float]) -> float:
        """The cosine of two texts, each word weighing as it is rare; words in one order, so that sums are equal."""
        pull = self.pull
        shared = sum(weight * pull[word] for word, weight in weights.items() if word in pull)
        return shared / (self._size * self._length(weights)) if shared else 0.0

    def _length(self, weights: Mapping[str, float]) -> float:
        rarity = self._rarity
        return math.sqrt(sum((weight * rarity[word]) ** 2 for word, weight in weights.items()))
