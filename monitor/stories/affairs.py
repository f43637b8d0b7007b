"""Same affair: which stories of the last weeks belong together, by who, where and what their texts tell and retell."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from monitor.model import Mark
from monitor.stories.events import DAY, Match, shared, terms
from monitor.stories.marks import LEAD_WORDS, NAME

THREAD_WINDOW = timedelta(days=35)
# From its first story that the window has. Mediation goes on for years with the same people and the same acts: without
# an end its thread would take in every story of the two countries.
LONGEST = timedelta(days=28)
SAME_AFFAIR = 0.3  # of what a text tells, the share that belongs to the affair, times its warmth
HALF_LIFE = 28.0  # days in which an affair loses half of its warmth: as long as it can last
COMMON = 1 / 3  # of the stories of an affair: what so many tell belongs to it wholly
ELSEWHERE = 4  # affairs assumed beside those of the window: what the only one there tells says little
# Weight that names and acts in common must have: a place in the headline and an act in the text. A page about everything
# between two countries touches each affair once.
ENOUGH = 3.0
ENOUGH_UNNAMED = 4.5  # where no name is in common: visits, returns and trade are in every affair


class _Affair:
    """The stories of one thread."""

    def __init__(self, first: datetime) -> None:
        self.first = first
        self.marks: list[Mark] = []
        self._stories: dict[int, set[str]] = defaultdict(set)
        self._telling: Counter[str] = Counter()  # how many stories tell a term

    def add(self, mark: Mark) -> None:
        self.marks.append(mark)
        self.first = min(self.first, mark.at)
        new = terms(mark).keys() - self._stories[mark.story]
        self._stories[mark.story] |= new
        self._telling.update(new)

    def share(self, term: str) -> float:
        """How far a term belongs to the affair: 1 from a third of its stories on. Background, told again, is common."""
        return min(1.0, self._telling[term] / (COMMON * len(self._stories)))


class Affairs:
    """The threads of the last weeks."""

    def __init__(self) -> None:
        self._threads: dict[int, _Affair] = {}
        self._with: dict[str, set[int]] = defaultdict(set)  # threads by term

    def add(self, mark: Mark) -> None:
        """Take in a text that has been placed."""
        self._threads.setdefault(mark.thread, _Affair(mark.at)).add(mark)
        for term in terms(mark):
            self._with[term].add(mark.thread)

    def is_alone(self, mark: Mark) -> bool:
        """Whether the story of an item has its thread to itself."""
        affair = self._threads.get(mark.thread)
        return affair is None or all(other.story == mark.story for other in affair.marks)

    def same(self, mark: Mark) -> Match | None:
        """The affair to which a text most surely belongs, by the item of it that shares most; or None.

        An affair moves from strikes to calls to visits: the next story need not resemble any one of them, but tells
        again what they have told.
        """
        others = [match for match in self._matches(mark) if match.nearest.thread != mark.thread]
        return max(others, key=lambda match: match.score, default=None)

    def same_as(self, thread: int, mark: Mark) -> Match | None:
        """The affair that is one with a thread, as a text of one of its stories shows by belonging to both; or None.

        Strikes and the calls that end them begin apart; later reports of the calls retell the strikes. A headline
        alone does not say so: "Pakistan answers Iranian strike" fits whatever has touched on the strike.
        """
        matches = self._matches(mark) if mark.length > LEAD_WORDS else []
        if all(match.nearest.thread != thread for match in matches):
            return None
        others = [match for match in matches if match.nearest.thread != thread]
        return max(others, key=lambda match: match.score, default=None)

    def _matches(self, mark: Mark) -> list[Match]:
        """The affairs to which a text belongs."""
        told = terms(mark)
        weights = {term: weight * self._rarity(term) for term, weight in told.items()}
        known = {thread for term in told for thread in self._with.get(term, ())}
        return [
            Match(score, _nearest(mark, self._threads[thread].marks))
            for thread in sorted(known)
            if (score := self._score(mark, self._threads[thread], told, weights)) >= SAME_AFFAIR
        ]

    def _score(self, mark: Mark, affair: _Affair, told: Mapping[str, float], weights: Mapping[str, float]) -> float:
        shares = {term: affair.share(term) for term in told}
        evidence = math.fsum(weight * shares[term] for term, weight in told.items())
        apart = min(abs(mark.at - other.at) for other in affair.marks)
        named = any(term[0] == NAME and shares[term] for term in told)
        if (
            evidence < (ENOUGH if named else ENOUGH_UNNAMED)
            or apart > THREAD_WINDOW
            or mark.at - affair.first > LONGEST
        ):
            return 0.0
        known = math.fsum(weight * shares[term] for term, weight in weights.items())
        return known / math.fsum(weights.values()) * float(0.5 ** (apart / DAY / HALF_LIFE))

    def _rarity(self, term: str) -> float:
        return math.log((len(self._threads) + ELSEWHERE) / (len(self._with.get(term, ())) or 1))


def _nearest(mark: Mark, others: Iterable[Mark]) -> Mark:
    """The item that shares most names and numbers, of equals the last."""
    return max(others, key=lambda other: (len(shared(mark, other)), other.at, -other.item))
