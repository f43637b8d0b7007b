"""What an event is in no language: who, where and what happened, as the rules and the words for acts find it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import Mark
from monitor.stories.marks import ACT, LEAD, NAME, SEATS, SIDES, SIGN, TITLE, unit_of

DAY = timedelta(days=1)
ELSEWHERE = 8  # texts assumed beside those of the window: what the only text there names says little
_SEATS = frozenset(NAME + seat for seat in SEATS)
ACROSS_WINDOW = timedelta(hours=36)
ACROSS = 0.4  # likeness
COMMON = 0.35  # likeness of two texts of one event; four in five have more


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
        self._stories: dict[int, list[int]] = defaultdict(list)
        self._with: dict[str, set[int]] = defaultdict(set)

    def add(self, mark: Mark) -> None:
        """Take in a text that has been placed."""
        self._marks[mark.item] = mark
        self._terms[mark.item] = terms(mark)
        self._stories[mark.story].append(mark.item)
        for term in self._terms[mark.item]:
            self._with[term].add(mark.item)

    def likeness(self, one: Mark, other: Mark) -> float:
        """The cosine of what two texts tell, each name and act weighing as it is rare in the window; 0 to 1."""
        mine, theirs = (self._rare(self._terms.get(mark.item) or terms(mark)) for mark in (one, other))
        shared = math.fsum(mine[term] * theirs[term] for term in mine.keys() & theirs.keys())
        return shared / (math.hypot(*mine.values()) * math.hypot(*theirs.values())) if shared else 0.0

    def unlikeness(self, one: Mark, other: Mark) -> float:
        """How far two texts that name someone fall short of what texts of one event commonly share; 0 where they do not.

        Sharing more adds nothing: the words have counted the names already, and at one crossing many things happen.
        """
        if not (one.names and other.names):
            return 0.0
        return max(0.0, COMMON - self.likeness(one, other))

    def same(self, mark: Mark) -> Match | None:
        """The story of the last hours, told in other languages, that most surely tells the same event, or None."""
        matches = [self._match(mark, self._stories[story]) for story in self._near(mark)]
        sure = [match for match in matches if match and match.score >= ACROSS]
        return max(sure, key=lambda match: (match.score, -match.nearest.item), default=None)

    def _near(self, mark: Mark) -> Sequence[int]:
        """The stories of the last hours that share a name of who or where."""
        named = {item for name in mark.names if name not in SEATS for item in self._with.get(NAME + name, ())}
        return sorted(
            {self._marks[item].story for item in named if abs(self._marks[item].at - mark.at) <= ACROSS_WINDOW}
        )

    def _match(self, mark: Mark, story: Iterable[int]) -> Match | None:
        others = [self._marks[item] for item in story]
        others = [other for other in others if abs(other.at - mark.at) <= ACROSS_WINDOW]
        if all(other.language == mark.language for other in others) or any(contrary(mark, other) for other in others):
            return None
        scores = [(self.likeness(mark, other), -other.item) for other in others]
        return Match(math.fsum(score for score, _ in scores) / len(scores), self._marks[-max(scores)[1]])

    def _rare(self, told: Mapping[str, float]) -> Mapping[str, float]:
        texts = len(self._marks) + ELSEWHERE
        return {term: weight * math.log(texts / (len(self._with.get(term, ())) or 1)) for term, weight in told.items()}


def terms(mark: Mark) -> Mapping[str, float]:
    """What a text names and tells, with weights; 1 for what is told once, in the body. Capitals are none."""
    unit = unit_of(mark)
    return {word: weight / unit for word, weight in mark.words if word[0] in (NAME, ACT) and word not in _SEATS}


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


def contrary(one: Mark, other: Mark) -> bool:
    """Whether the headlines speak against one event: blows here and dealings there, or different strikers."""
    return any(_parted(one, other, signs) for signs in _SIGNS)


_SIGNS = (frozenset({f"{SIGN}blow", f"{SIGN}dealing"}), frozenset(SIGN + side for side in SIDES))


def _parted(one: Mark, other: Mark, signs: frozenset[str]) -> bool:
    mine, theirs = ({word for word, _ in mark.words if word in signs} for mark in (one, other))
    return bool(mine and theirs and mine.isdisjoint(theirs))
