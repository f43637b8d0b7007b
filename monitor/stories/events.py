"""What an event is in no language: who, where and what happened, as the rules and the words for acts find it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import Mark
from monitor.stories.marks import ACT, LEAD, NAME, SIGN, TITLE, unit_of

DAY = timedelta(days=1)
ELSEWHERE = 8  # texts assumed beside those of the window: what the only text there names says little
ACROSS_WINDOW = timedelta(hours=36)
# Likeness, on average over a story. Of two acts played by hand every event finds its other languages from .3 to .4 and
# none is wrong; at .45 the protest of the families leaves the killing.
ACROSS = 0.4
COMMON = 0.35  # likeness of two texts of one event: of 40 pairs of those acts seven in eight have more


@dataclass(frozen=True, slots=True)
class Match:
    """An item's likeness to a story, and the item of it that is most alike."""

    score: float
    nearest: Mark


class Events:
    """The texts of the last weeks by what they tell, whatever their language."""

    def __init__(self) -> None:
        self._marks: dict[int, Mark] = {}
        self._terms: dict[int, Mapping[str, float]] = {}
        self._signs: dict[int, frozenset[str]] = {}
        self._stories: dict[int, list[int]] = defaultdict(list)
        self._with: dict[str, set[int]] = defaultdict(set)

    def add(self, mark: Mark) -> None:
        """Take in a text that has been placed."""
        self._marks[mark.item] = mark
        self._terms[mark.item] = terms(mark)
        self._signs[mark.item] = _signs(mark)
        self._stories[mark.story].append(mark.item)
        for term in self._terms[mark.item]:
            self._with[term].add(mark.item)

    def told_by(self, mark: Mark) -> Mapping[str, float]:
        """What a text tells, each name and act weighing as it is rare in the window."""
        return self._rare(terms(mark))

    def likeness(self, told: Mapping[str, float], other: Mark) -> float:
        """The cosine of what a text tells with what one of the window does; 0 to 1."""
        theirs = self._rare(self._terms[other.item])
        shared = math.fsum(told[term] * theirs[term] for term in told.keys() & theirs.keys())
        return shared / (math.hypot(*told.values()) * math.hypot(*theirs.values())) if shared else 0.0

    def unlikeness(self, told: Mapping[str, float], other: Mark) -> float:
        """How far two texts that name someone fall short of what texts of one event commonly share; 0 where they do not.

        Sharing more adds nothing: the words have counted the names already, and at one crossing many things happen.
        """
        if not other.names or not any(term[0] == NAME for term in told):
            return 0.0
        return max(0.0, COMMON - self.likeness(told, other))

    def contrary(self, mark: Mark, story: int) -> bool:
        """Whether the headline of a text and one of the story speak against their being one event."""
        mine = _signs(mark)
        return bool(mine) and any(_contrary(mine, self._signs[item]) for item in self._stories[story])

    def same(self, mark: Mark) -> Match | None:
        """The story of the last hours, told in other languages, that most surely tells the same event, or None."""
        told = self.told_by(mark)
        near = [story for story in self._near(mark) if not self.contrary(mark, story)]
        matches = [self._match(mark, told, self._stories[story]) for story in near]
        sure = [match for match in matches if match and match.score >= ACROSS]
        return max(sure, key=lambda match: (match.score, -match.nearest.item), default=None)

    def _near(self, mark: Mark) -> Sequence[int]:
        """The stories of the last hours that share a name of who or where."""
        named = {item for name in mark.names for item in self._with.get(NAME + name, ())}
        return sorted(
            {self._marks[item].story for item in named if abs(self._marks[item].at - mark.at) <= ACROSS_WINDOW}
        )

    def _match(self, mark: Mark, told: Mapping[str, float], story: Iterable[int]) -> Match | None:
        others = [self._marks[item] for item in story]
        others = [other for other in others if abs(other.at - mark.at) <= ACROSS_WINDOW]
        if all(other.language == mark.language for other in others):
            return None
        scores = [(self.likeness(told, other), -other.item) for other in others]
        return Match(math.fsum(score for score, _ in scores) / len(scores), self._marks[-max(scores)[1]])

    def _rare(self, told: Mapping[str, float]) -> Mapping[str, float]:
        texts = len(self._marks) + ELSEWHERE
        return {term: weight * math.log(texts / (len(self._with.get(term, ())) or 1)) for term, weight in told.items()}


def terms(mark: Mark) -> Mapping[str, float]:
    """What a text names and tells, with weights; 1 for what is told once, in the body. Seats of government are none."""
    unit = unit_of(mark)
    return {word: weight / unit for word, weight in mark.words if word[0] in (NAME, ACT)}


def told(mark: Mark) -> frozenset[str]:
    """The acts that a text tells anywhere in its first words."""
    return frozenset(term[1:] for term in terms(mark) if term.startswith(ACT))


def leading(mark: Mark) -> Sequence[str]:
    """The names of a headline or lead and the acts of a headline, or of what comes up as often, sorted."""
    lines = {NAME: 1 + math.log(LEAD), ACT: 1 + math.log(TITLE)}
    # A hundredth: weights are stored with four digits.
    return sorted(term[1:] for term, weight in terms(mark).items() if weight >= lines[term[0]] - 0.01)


def shared(one: Mark, other: Mark) -> list[str]:
    """The names and numbers that two texts have in common."""
    return sorted({*one.names} & {*other.names}) + sorted({*one.numbers} & {*other.numbers})


def _signs(mark: Mark) -> frozenset[str]:
    """What the headline says of blows, dealings and strikers."""
    return frozenset(word for word, _ in mark.words if word[0] == SIGN)


def _contrary(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether headlines speak against one event: blows here and dealings there, or different strikers."""
    return _differ(mine & _MATTERS, theirs & _MATTERS) or _differ(mine - _MATTERS, theirs - _MATTERS)


def _differ(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(mine and theirs) and mine.isdisjoint(theirs)


_MATTERS = frozenset({f"{SIGN}blow", f"{SIGN}dealing"})
