"""Finds the story of the same event in one language: its recent items use the same rare words (TF-IDF cosine)."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Sized
from datetime import datetime, timedelta
from itertools import repeat
from operator import mul

from monitor.languages.frequencies import BACKGROUND_TEXTS, word_shares
from monitor.model import StoryFeatures
from monitor.stories.features import language_terms
from monitor.stories.same_event import DAY, EventIndex, StoryMatch

STORY_WINDOW = timedelta(days=5)
# Average similarity, of 1. The optimum is flat: from .14 to .16 the mean F1 of five test sets stays within half a point.
MIN_EVENT_SIMILARITY = 0.15
# Of stories that miss the threshold above by this little, four in five are the next day of the same affair (checked by
# hand).
MIN_THREAD_SIMILARITY = 0.12
# Times the square of the days: the next morning's reports belong to the event; three days later the same words mostly
# report the next step of the affair. Dates are the strongest evidence: without them the precision on AllSides falls
# from 91 to 50. A linear penalty of .06 a day gives .2 less in the mean.
PENALTY_PER_DAY_SQUARED = 0.03
QUERY_TERMS = 16  # heaviest terms, by which candidates are found
MAX_CANDIDATES = 12  # texts whose stories are compared in full; 20 find no more
MAX_MEMBERS = 10  # of a story, the nearest in time; 40 give no better decisions
DISSIMILARITY_FACTOR = 0.3  # of the similarity of names and event types that is missing
SMOOTHING = 0.5  # texts: a new word is rarer than one that occurred once


class TfidfIndex:
    """The texts of one language in the window, by their terms. A document id is the position of a text."""

    def __init__(self, language: str, events: EventIndex) -> None:
        self._events = events
        self._features: list[StoryFeatures] = []
        self._columns: list[tuple[Sequence[str], Sequence[float]]] = []  # terms and weights by document id
        self._docs_by_story: dict[int, list[int]] = defaultdict(list)
        self._postings: dict[str, dict[int, float]] = defaultdict(dict)  # weight by term and document id
        self._log_frequencies = LogFrequencies(self._postings, word_shares(language))

    def add(self, features: StoryFeatures) -> None:
        """Adds a text that has been placed."""
        doc_id = len(self._features)
        terms = language_terms(features)
        self._features.append(features)
        self._columns.append((tuple(term for term, _ in terms), tuple(weight for _, weight in terms)))
        self._docs_by_story[features.story].append(doc_id)
        for term, weight in terms:
            self._postings[term][doc_id] = weight
            self._log_frequencies.pop(term, None)

    def nearest(self, features: StoryFeatures, *, excluded: Collection[int] = ()) -> StoryMatch | None:
        """Returns the most similar story of the last days, however low its score; None if there is no candidate.

        `excluded` stories are not considered.
        """
        idf = self._idf([term for term, _ in language_terms(features)])
        query = TfidfQuery(features, idf, self._events.idf_weights(features))
        stories = sorted({self._features[doc_id].story for doc_id in self._candidates(query)} - set(excluded))
        matches = [self._match(query, story) for story in stories if not self._events.contradicts(features, story)]
        return max(matches, key=lambda match: match.score, default=None)

    def _candidates(self, query: "TfidfQuery") -> Sequence[int]:
        """Returns the ids of the recent texts that share most of the query's heaviest terms, best first."""
        shared: dict[int, float] = defaultdict(float)
        for term in query.heaviest_terms:
            for doc_id, weight in self._postings.get(term, {}).items():
                shared[doc_id] += query.term_weights[term] * weight
        recent = (doc_id for doc_id in shared if self._gap(query.features, doc_id) <= STORY_WINDOW)
        # Equal texts in the order of their content: their numbers depend on when this index was built.
        return sorted(recent, key=lambda doc_id: (-shared[doc_id], *self._order(doc_id)))[:MAX_CANDIDATES]

    def _match(self, query: "TfidfQuery", story: int) -> StoryMatch:
        """Returns the average similarity to a story's recent texts.

        Average linkage: single linkage chains one day's development to the next until all is one story.
        """
        recent = [doc_id for doc_id in self._docs_by_story[story] if self._gap(query.features, doc_id) <= STORY_WINDOW]
        members = sorted(recent, key=lambda doc_id: (self._gap(query.features, doc_id), *self._order(doc_id)))[
            :MAX_MEMBERS
        ]
        scores = [(self._score(query, doc_id), -doc_id) for doc_id in members]
        return StoryMatch(math.fsum(score for score, _ in scores) / len(scores), self._features[-max(scores)[1]])

    def _score(self, query: "TfidfQuery", doc_id: int) -> float:
        """Returns the similarity to one text, less the penalties for time and for other names and event types."""
        terms, weights = self._columns[doc_id]
        days = self._gap(query.features, doc_id) / DAY
        dissimilarity = self._events.dissimilarity(query.event_weights, self._features[doc_id])
        similarity = query.similarity(terms, weights, self._idf(terms))
        return similarity - DISSIMILARITY_FACTOR * dissimilarity - PENALTY_PER_DAY_SQUARED * days * days

    def _order(self, doc_id: int) -> tuple[datetime, str, str]:
        features = self._features[doc_id]
        return features.at, features.source, features.title

    def _gap(self, features: StoryFeatures, doc_id: int) -> timedelta:
        return abs(self._features[doc_id].at - features.at)

    def _idf(self, terms: Iterable[str]) -> Sequence[float]:
        """Returns the inverse document frequency of each term, in window and background together."""
        log_texts = math.log(len(self._features) + BACKGROUND_TEXTS + 1)
        log_frequencies = self._log_frequencies
        return [log_texts - log_frequencies[term] for term in terms]


class LogFrequencies(dict[str, float]):
    """The logarithm of the document frequency of each term, computed on first access."""

    def __init__(self, postings: Mapping[str, Sized], background_shares: Mapping[str, float]) -> None:
        super().__init__()
        self._postings, self._background_shares = postings, background_shares

    def __missing__(self, term: str) -> float:
        background = BACKGROUND_TEXTS * self._background_shares.get(term, 0.0)
        self[term] = log_frequency = math.log(len(self._postings.get(term, ())) + background + SMOOTHING)
        return log_frequency


class TfidfQuery:
    """A text prepared for comparison with many others: its side of the cosine is computed once."""

    def __init__(self, features: StoryFeatures, idf: Sequence[float], event_weights: Mapping[str, float]) -> None:
        self.features, self.event_weights = features, event_weights
        terms = language_terms(features)
        tfidf = {term: weight * rarity for (term, weight), rarity in zip(terms, idf, strict=True)}
        self.heaviest_terms = sorted(tfidf, key=lambda term: (-tfidf[term], term))[:QUERY_TERMS]
        length = math.hypot(*tfidf.values())
        self.term_weights = {term: weight / length for term, weight in tfidf.items()}

    def similarity(self, terms: Iterable[str], weights: Iterable[float], idf: Iterable[float]) -> float:
        """Returns the cosine similarity to a text, given as its terms, weights and inverse document frequencies."""
        # The innermost loop of grouping: map and mul, because a comprehension takes longer.
        tfidf = tuple(map(mul, weights, idf))
        shared: float = sum(map(mul, tfidf, map(self.term_weights.get, terms, repeat(0.0))))
        return shared / math.hypot(*tfidf)
