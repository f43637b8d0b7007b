"""Same affair, and same event across languages: by the people, places and groups that texts name."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from monitor.model import Mark
from monitor.stories.words import DAY, Match

THREAD_WINDOW = timedelta(days=35)
SAME_AFFAIR = 0.35  # share of the names, on average over a story's items, times its warmth
HALF_LIFE = 21.0  # days in which a story loses half of its warmth
ELSEWHERE = 8  # stories assumed beside those of the window: a name in the only story there is says little
ENOUGH = 4.0  # the weight of about two rare names: who shares less has not shown an affair

ACROSS_WINDOW = timedelta(hours=36)
ACROSS = 0.6  # share of the names
ACROSS_SHARED = 3  # names and numbers in common: with two, a minister's visit fits his next one


class Names:
    """The texts of the last weeks by whom and what they name."""

    def __init__(self) -> None:
        self._naming: dict[str, list[Mark]] = defaultdict(list)
        self._stories: dict[str, set[int]] = defaultdict(set)  # by name
        self._all: set[int] = set()

    def add(self, mark: Mark) -> None:
        """Take in a text that has been placed."""
        self._all.add(mark.story)
        for name in mark.names:
            self._naming[name].append(mark)
            self._stories[name].add(mark.story)

    def same_event(self, mark: Mark) -> Match | None:
        """The text in another language that most surely tells the same event, or None.

        A guess: two meetings of the same people on one day look the same.
        """
        found = [
            Match(self._overlap(mark.names, other.names), other)
            for other in self._sharing(mark)
            if other.language != mark.language
            and abs(other.at - mark.at) <= ACROSS_WINDOW
            and len(shared(mark, other)) >= ACROSS_SHARED
        ]
        sure = [match for match in found if match.score >= ACROSS]
        return (
            max(sure, key=lambda match: (len(shared(mark, match.nearest)), match.score, -match.nearest.item))
            if sure
            else None
        )

    def same_affair(self, mark: Mark) -> Match | None:
        """The story of the last weeks that most surely belongs to the same affair, or None.

        An affair moves from strikes to calls to visits: the next story resembles one of them, not all.
        """
        stories: dict[int, list[Mark]] = defaultdict(list)
        for other in self._sharing(mark):
            if abs(other.at - mark.at) <= THREAD_WINDOW:
                stories[other.story].append(other)
        matches = [self._match(mark, stories[story]) for story in sorted(stories)]
        best = max(matches, key=lambda match: match.score, default=None)
        return best if best and best.score >= SAME_AFFAIR else None

    def _match(self, mark: Mark, story: Sequence[Mark]) -> Match:
        """How much of the names a mark shares with a story on average, less as the story grows cold."""
        overlaps = [self._overlap(mark.names, other.names) for other in story]
        nearest = max(range(len(story)), key=lambda here: (overlaps[here], -story[here].item))
        return Match(math.fsum(overlaps) / len(story) * _warmth(mark, story[nearest]), story[nearest])

    def _sharing(self, mark: Mark) -> Sequence[Mark]:
        found = {other.item: other for name in mark.names for other in self._naming.get(name, ())}
        return [found[item] for item in sorted(found)]

    def _overlap(self, names: Sequence[str], others: Sequence[str]) -> float:
        """The share of the shorter list's weight that both have, where names that many stories have weigh little."""
        both = self._weight(set(names) & set(others))
        return both / max(min(self._weight(names), self._weight(others)), ENOUGH)

    def _weight(self, names: Iterable[str]) -> float:
        stories = len(self._all) + ELSEWHERE
        return math.fsum(math.log(stories / max(len(self._stories.get(name, ())), 1)) for name in sorted(names))


def shared(one: Mark, other: Mark) -> list[str]:
    """The names and numbers that two texts have in common."""
    return sorted({*one.names} & {*other.names}) + sorted({*one.numbers} & {*other.numbers})


def _warmth(one: Mark, other: Mark) -> float:
    return float(0.5 ** (abs(one.at - other.at) / DAY / HALF_LIFE))
