"""Finds the thread of a text: the recent stories of one affair, by the names and event types that they share."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from monitor.model import StoryFeatures
from monitor.stories.features import LEAD_WORDS, NAME
from monitor.stories.same_event import DAY, StoryMatch, event_terms, shared_facts

THREAD_WINDOW = timedelta(days=35)
# From the first story of the thread in the window. Mediation goes on for years with the same people and the same event
# types: without a limit its thread would absorb every story of the two countries.
MAX_THREAD_AGE = timedelta(days=28)
# The share of a text's weighted terms that belongs to the thread, times its recency.
MIN_THREAD_SHARE = 0.3
# A thread's weight halves every 28 days: as long as it can last.
HALF_LIFE_DAYS = 28.0
# Of the stories of a thread: a term that so many of them have belongs to the thread completely.
TYPICAL_STORY_SHARE = 1 / 3
# Threads assumed beside those of the window: in a small window the terms of the only thread prove little.
ASSUMED_THREADS = 4
# The weight that shared names and event types need: a place in the headline and an event type in the text. A page about
# everything between two countries touches each affair once.
MIN_SHARED_WEIGHT = 3.0
# The same if no name is shared: visits, returns and trade are in every affair.
MIN_UNNAMED_WEIGHT = 4.5


class Thread:
    """The stories of one thread."""

    def __init__(self, first_at: datetime) -> None:
        self.first_at = first_at
        self.members: list[StoryFeatures] = []
        self._terms_by_story: dict[int, set[str]] = defaultdict(set)
        self._story_counts: Counter[str] = Counter()  # stories that have a term

    def add(self, features: StoryFeatures) -> None:
        """Adds a text to its story."""
        self.members.append(features)
        self.first_at = min(self.first_at, features.at)
        new_terms = event_terms(features).keys() - self._terms_by_story[features.story]
        self._terms_by_story[features.story] |= new_terms
        self._story_counts.update(new_terms)

    def term_share(self, term: str) -> float:
        """Returns how far a term belongs to the thread: 1 if a third of its stories have it."""
        return min(1.0, self._story_counts[term] / (TYPICAL_STORY_SHARE * len(self._terms_by_story)))

    def gap(self, features: StoryFeatures) -> timedelta:
        """Returns the time between a text and the nearest text of the thread."""
        return min(abs(features.at - member.at) for member in self.members)

    def nearest(self, features: StoryFeatures) -> StoryFeatures:
        """Returns the text that shares most names and numbers, among equals the latest."""
        return max(self.members, key=lambda member: (len(shared_facts(features, member)), member.at, -member.item))


class ThreadIndex:
    """The threads of the window."""

    def __init__(self) -> None:
        self._threads: dict[int, Thread] = {}
        self._threads_by_term: dict[str, set[int]] = defaultdict(set)

    def add(self, features: StoryFeatures) -> None:
        """Adds a text that has been placed."""
        self._threads.setdefault(features.thread, Thread(features.at)).add(features)
        for term in event_terms(features):
            self._threads_by_term[term].add(features.thread)

    def is_only_story(self, features: StoryFeatures) -> bool:
        """Whether the story of an item is the only one of its thread."""
        thread = self._threads.get(features.thread)
        return thread is None or all(member.story == features.story for member in thread.members)

    def find_thread(self, features: StoryFeatures) -> StoryMatch | None:
        """Returns the best match among the other threads, with the item that shares most; None if none is good enough.

        An affair moves from strikes to calls to visits. The next story need not resemble any earlier one, but it
        repeats what they reported.
        """
        return best_match(match for match in self._matches(features) if match.nearest.thread != features.thread)

    def find_merge(self, thread: int, features: StoryFeatures) -> StoryMatch | None:
        """Returns the thread to merge with `thread`, because a text of one of its stories belongs to both; or None.

        Strikes and the calls that end them begin as two threads, and later reports of the calls repeat the strikes.
        """
        # A headline alone is not enough: "Pakistan answers Iranian strike" matches every thread that mentions the strike.
        matches = self._matches(features) if features.length > LEAD_WORDS else []
        if all(match.nearest.thread != thread for match in matches):
            return None
        return best_match(match for match in matches if match.nearest.thread != thread)

    def _matches(self, features: StoryFeatures) -> list[StoryMatch]:
        """Returns the threads to which a text belongs."""
        terms = event_terms(features)
        idf_weights = {term: weight * self._idf(term) for term, weight in terms.items()}
        candidates = {thread for term in terms for thread in self._threads_by_term.get(term, ())}
        return [
            StoryMatch(score, self._threads[thread].nearest(features))
            for thread in sorted(candidates)
            if (score := self._score(features, self._threads[thread], terms, idf_weights)) >= MIN_THREAD_SHARE
        ]

    def _score(
        self,
        features: StoryFeatures,
        thread: Thread,
        terms: Mapping[str, float],
        idf_weights: Mapping[str, float],
    ) -> float:
        """Returns the share of a text's weight that belongs to a thread, times its recency; 0 if too little is shared."""
        shares = {term: thread.term_share(term) for term in terms}
        shared_weight = math.fsum(weight * shares[term] for term, weight in terms.items())
        has_shared_name = any(term[0] == NAME and shares[term] for term in terms)
        gap = thread.gap(features)
        if shared_weight < (MIN_SHARED_WEIGHT if has_shared_name else MIN_UNNAMED_WEIGHT):
            return 0.0
        if gap > THREAD_WINDOW or features.at - thread.first_at > MAX_THREAD_AGE:
            return 0.0
        shared_idf = math.fsum(weight * shares[term] for term, weight in idf_weights.items())
        return shared_idf / math.fsum(idf_weights.values()) * recency(gap)

    def _idf(self, term: str) -> float:
        return math.log((len(self._threads) + ASSUMED_THREADS) / (len(self._threads_by_term.get(term, ())) or 1))


def recency(gap: timedelta) -> float:
    """Returns the weight of a thread after a gap: 1 without one, halved every half-life."""
    return float(0.5 ** (gap / DAY / HALF_LIFE_DAYS))


def best_match(matches: Iterable[StoryMatch]) -> StoryMatch | None:
    """Returns the match with the highest score, the first among equals, or None."""
    return max(matches, key=lambda match: match.score, default=None)
