"""Finds the story of the same event across languages, by names and event types instead of words."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import StoryFeatures
from monitor.stories.features import (
    DIPLOMACY_SIGNAL,
    EVENT,
    LEAD_WEIGHT,
    NAME,
    SIGNAL,
    TITLE_WEIGHT,
    VIOLENCE_SIGNAL,
    base_weight,
)

DAY = timedelta(days=1)
# Texts assumed beside those of the window. Without them, a name that only one text of a small window has would decide.
ASSUMED_TEXTS = 8
CROSS_LANGUAGE_WINDOW = timedelta(hours=36)
# Average similarity to a story. In two weeks of news that we simulated, every event finds its other languages from .3 to
# .4 and no match is wrong; at .45 the protest of the families is separated from the killing.
MIN_EVENT_SIMILARITY = 0.4
# Similarity of two texts of one event: of 40 pairs in these simulations seven in eight have more.
COMMON_SIMILARITY = 0.35
# Weights are stored with four digits.
ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class StoryMatch:
    """The similarity of an item to a story, and the most similar item of that story."""

    score: float
    nearest: StoryFeatures


class EventIndex:
    """The texts of the window by their names and event types, in all languages."""

    def __init__(self) -> None:
        self._features: dict[int, StoryFeatures] = {}
        self._terms: dict[int, Mapping[str, float]] = {}
        self._signals: dict[int, frozenset[str]] = {}
        self._items_by_story: dict[int, list[int]] = defaultdict(list)
        self._items_by_term: dict[str, set[int]] = defaultdict(set)

    def add(self, features: StoryFeatures) -> None:
        """Adds a text that has been placed."""
        self._features[features.item] = features
        self._terms[features.item] = event_terms(features)
        self._signals[features.item] = signals_of(features)
        self._items_by_story[features.story].append(features.item)
        for term in self._terms[features.item]:
            self._items_by_term[term].add(features.item)

    def idf_weights(self, features: StoryFeatures) -> Mapping[str, float]:
        """Returns the names and event types of a text, weighted by their inverse document frequency in the window."""
        return self._apply_idf(event_terms(features))

    def similarity(self, weights: Mapping[str, float], candidate: StoryFeatures) -> float:
        """Returns the cosine similarity of weighted terms to a text of the window; 0 to 1."""
        candidate_weights = self._apply_idf(self._terms[candidate.item])
        common = weights.keys() & candidate_weights.keys()
        shared = math.fsum(weights[term] * candidate_weights[term] for term in common)
        if not shared:
            return 0.0
        return shared / (math.hypot(*weights.values()) * math.hypot(*candidate_weights.values()))

    def dissimilarity(self, weights: Mapping[str, float], candidate: StoryFeatures) -> float:
        """Returns how far two texts are below the usual similarity of texts of one event; 0 if either has no names."""
        # More similarity than usual adds nothing: the words count the names already, and at one border crossing many
        # things happen.
        if not candidate.names or not any(term[0] == NAME for term in weights):
            return 0.0
        return max(0.0, COMMON_SIMILARITY - self.similarity(weights, candidate))

    def contradicts(self, features: StoryFeatures, story: int) -> bool:
        """Whether the headline of a text and any headline of a story cannot report the same event."""
        signals = signals_of(features)
        return bool(signals) and any(
            signals_contradict(signals, self._signals[item]) for item in self._items_by_story[story]
        )

    def find_event(self, features: StoryFeatures) -> StoryMatch | None:
        """Returns the most similar story in other languages, if it is similar enough to be the same event."""
        weights = self.idf_weights(features)
        stories = [story for story in self._stories_near(features) if not self.contradicts(features, story)]
        candidates = [self._match(features, weights, self._items_by_story[story]) for story in stories]
        matches = [match for match in candidates if match and match.score >= MIN_EVENT_SIMILARITY]
        return max(matches, key=lambda match: (match.score, -match.nearest.item), default=None)

    def _stories_near(self, features: StoryFeatures) -> Sequence[int]:
        """Returns the stories of the last hours that share a name, sorted."""
        items = {item for name in features.names for item in self._items_by_term.get(NAME + name, ())}
        candidates = (self._features[item] for item in items)
        return sorted(
            {candidate.story for candidate in candidates if abs(candidate.at - features.at) <= CROSS_LANGUAGE_WINDOW}
        )

    def _match(self, features: StoryFeatures, weights: Mapping[str, float], items: Iterable[int]) -> StoryMatch | None:
        """Returns the match with a story by its recent items; None if all are in the text's own language."""
        members = [self._features[item] for item in items]
        members = [member for member in members if abs(member.at - features.at) <= CROSS_LANGUAGE_WINDOW]
        if all(member.language == features.language for member in members):
            return None
        scores = [(self.similarity(weights, member), -member.item) for member in members]
        return StoryMatch(math.fsum(score for score, _ in scores) / len(scores), self._features[-max(scores)[1]])

    def _apply_idf(self, terms: Mapping[str, float]) -> Mapping[str, float]:
        texts = len(self._features) + ASSUMED_TEXTS
        return {
            term: weight * math.log(texts / (len(self._items_by_term.get(term, ())) or 1))
            for term, weight in terms.items()
        }


def event_terms(features: StoryFeatures) -> Mapping[str, float]:
    """Returns the names and event types of a text with their weights, 1 for a single mention in the body.

    Seats of government are not among them: a seat identifies the country only.
    """
    unit = base_weight(features)
    return {term: weight / unit for term, weight in features.words if term[0] in (NAME, EVENT)}


def event_types_of(features: StoryFeatures) -> frozenset[str]:
    """Returns the event types of a text's first words."""
    return frozenset(term[1:] for term in event_terms(features) if term.startswith(EVENT))


def prominent_terms(features: StoryFeatures) -> Sequence[str]:
    """Returns the names of a headline or lead and the event types of a headline, or those as frequent, sorted."""
    min_weights = {NAME: 1 + math.log(LEAD_WEIGHT), EVENT: 1 + math.log(TITLE_WEIGHT)}
    terms = event_terms(features).items()
    return sorted(term[1:] for term, weight in terms if weight >= min_weights[term[0]] - ROUNDING)


def prominent_names(features: StoryFeatures) -> frozenset[str]:
    """Returns the names of a headline or lead, or those as frequent."""
    return frozenset(prominent_terms(features)) & {*features.names}


def shared_facts(first: StoryFeatures, second: StoryFeatures) -> list[str]:
    """Returns the names that two texts share, then their shared numbers."""
    return sorted({*first.names} & {*second.names}) + sorted({*first.numbers} & {*second.numbers})


def signals_of(features: StoryFeatures) -> frozenset[str]:
    """Returns the signals of a headline: violence or diplomacy, and the side that strikes."""
    return frozenset(term for term, _ in features.words if term[0] == SIGNAL)


def signals_contradict(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether one headline reports violence and the other diplomacy, or both report strikes of different sides."""
    kinds = frozenset({VIOLENCE_SIGNAL, DIPLOMACY_SIGNAL})
    return _differ(first & kinds, second & kinds) or _differ(first - kinds, second - kinds)


def _differ(first: frozenset[str], second: frozenset[str]) -> bool:
    return bool(first and second) and first.isdisjoint(second)
