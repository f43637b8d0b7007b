"""Finds copies: texts that repeat another text, cut, edited or with page furniture around it."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta

from monitor.languages.dates import weekday_words
from monitor.languages.duplicates import min_containment
from monitor.languages.frequencies import BACKGROUND_TEXTS, word_shares
from monitor.model import StoryFeatures
from monitor.stories.features import MAX_UNSAMPLED_WORDS, language_terms, sample_shingles
from monitor.stories.quantities import extract_quantities
from monitor.stories.same_event import prominent_names
from monitor.text import fold

# The share of the shorter text's shingles. The share of the longer text proves nothing, since copies are abridged. Of 274
# labelled pairs, copies start at .57 and texts that only share phrases end at .44, with one exception; copies that were
# cut, shuffled and wrapped in page furniture on purpose start at .40. Languages whose papers rewrite agency texts
# have a threshold of their own; Persian was never measured and uses this one.
MIN_CONTAINMENT = 0.46
# Texts of one site share its page furniture, up to .73 of the shorter text, and nothing else. So their rare words must be
# similar too, and the more so the less of the text is shared: the product of both is at most .09 for furniture and
# licence lines, and at least .12 for copies, however they were cut.
MIN_SIMILARITY_PRODUCT = 0.1
# Shared shingles: fewer are a phrase. If every shingle is stored, an agency's licence line alone gives thirteen.
MIN_SAMPLED_SHINGLES = 8
MIN_SHINGLES = 16
# Texts too short for shingles are copies if all words are equal. "Iran, Pakistan vow to boost ties" returns every month.
MAX_SAME_HEADLINE_GAP = timedelta(days=2)
SHARE_DIGITS = 2
# A newspaper prints an agency's text on the day or the next morning: of 40 labelled copies, none came later.
MAX_COPY_GAP = timedelta(hours=36)
# Two weekdays named by two texts are two days only if the texts are half a day apart: "on Thursday night" becomes "on Friday".
MIN_OTHER_DAY_GAP = timedelta(hours=12)
MIN_SHARED_TITLE = 0.5  # share of the words of the shorter of two headlines of one form


def is_copy(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether one text repeats the other, about the same matter."""
    return has_same_text(first, second) and not is_other_matter(first, second)


def has_same_text(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether one text has the words of the other, whatever they are about."""
    if first.language != second.language:
        return False
    share = containment(first, second)
    if share < min_containment(first.language, MIN_CONTAINMENT):
        return False
    return share * word_similarity(first, second) >= MIN_SIMILARITY_PRODUCT


def is_other_matter(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether two texts with the same words report different matters.

    Offices and agencies use the same sentences for every call, visit and deportation. They differ in names, in the numbers of
    the headline, in the day; and if the texts are days apart, in any word: then each has some that the other does not have.
    """
    if has_own_names(first, second) or has_own_counts(first, second):
        return True
    gap = abs(first.at - second.at)
    if gap >= MIN_OTHER_DAY_GAP and has_other_weekday(first, second):
        return True
    first_words, second_words = ({word for word, _ in language_terms(features)} for features in (first, second))
    return gap > MAX_COPY_GAP and bool(first_words - second_words) and bool(second_words - first_words)


def has_own_names(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether the headline or lead of each text has a name that the other text has nowhere."""
    return bool(prominent_names(first) - {*second.names}) and bool(prominent_names(second) - {*first.names})


def has_own_counts(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether two headlines are of one form, and each has a number that the other text has nowhere."""
    # A copy may get another headline, with other numbers of the same text.
    first_title, second_title = (
        {word for word in fold(text.title).text.split() if not word.isdigit()} for text in (first, second)
    )
    if len(first_title & second_title) < MIN_SHARED_TITLE * min(len(first_title), len(second_title)):
        return False
    first_counts, second_counts = ({*extract_quantities(text.title, "", text.language)} for text in (first, second))
    return bool(first_counts - {*second.numbers}) and bool(second_counts - {*first.numbers})


def has_other_weekday(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether both texts name weekdays, and none of them is the same."""
    first_days, second_days = weekdays_of(first), weekdays_of(second)
    return bool(first_days) and bool(second_days) and first_days.isdisjoint(second_days)


def is_other_day(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether two texts name other weekdays, and own names or numbers in headlines of one form: two events of one kind."""
    gap = abs(first.at - second.at)
    return (
        gap >= MIN_OTHER_DAY_GAP
        and has_other_weekday(first, second)
        and (has_own_names(first, second) or has_own_counts(first, second))
    )


def weekdays_of(features: StoryFeatures) -> frozenset[int]:
    """Returns the weekdays that a headline and the beginning of its text name, Monday 0."""
    names = weekday_words(features.language)
    return frozenset(names[word] for word, _ in features.words if word in names)


def containment(first: StoryFeatures, second: StoryFeatures) -> float:
    """Returns the share of the shorter text that the other contains, 0 to 1; 0 if they share no more than a phrase.

    If the texts are too short for that, the share is 1 if they are equal word for word within two days. The measure is
    Broder's containment (1997).
    """
    unsampled = first.length <= MAX_UNSAMPLED_WORDS and second.length <= MAX_UNSAMPLED_WORDS
    # A text with all its shingles is compared with a sampled one by a sample of its own.
    first_shingles, second_shingles = (
        set(features.shingles) if unsampled else sample_shingles(features.shingles) for features in (first, second)
    )
    shared = len(first_shingles & second_shingles)
    if shared >= (MIN_SHINGLES if unsampled else MIN_SAMPLED_SHINGLES):
        return shared / min(len(first_shingles), len(second_shingles))
    return 1.0 if has_equal_words(first, second) and abs(first.at - second.at) <= MAX_SAME_HEADLINE_GAP else 0.0


def word_similarity(first: StoryFeatures, second: StoryFeatures) -> float:
    """Returns the cosine similarity of two texts by their words, weighted by background rarity; 0 to 1."""
    shares = word_shares(first.language)

    def rarity(word: str) -> float:
        return math.log((BACKGROUND_TEXTS + 1) / (BACKGROUND_TEXTS * shares.get(word, 0.0) + 0.5))

    first_vector, second_vector = (
        {word: weight * rarity(word) for word, weight in language_terms(features)} for features in (first, second)
    )
    common = first_vector.keys() & second_vector.keys()
    shared = math.fsum(first_vector[word] * second_vector[word] for word in common)
    return shared / (math.hypot(*first_vector.values()) * math.hypot(*second_vector.values())) if shared else 0.0


def has_equal_words(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether two texts have the same weighted terms and the same length."""
    return bool(first.words) and first.words == second.words and first.length == second.length


class DuplicateIndex:
    """The texts of the window by their shingles."""

    def __init__(self) -> None:
        self._by_shingle: dict[int, list[StoryFeatures]] = defaultdict(list)
        self._by_words: dict[tuple[tuple[str, float], ...], list[StoryFeatures]] = defaultdict(list)

    def add(self, features: StoryFeatures) -> None:
        """Adds a text that has been placed."""
        self._by_words[features.words].append(features)
        for shingle in features.shingles:
            self._by_shingle[shingle].append(features)

    def find_original(self, features: StoryFeatures) -> StoryFeatures | None:
        """Returns the earlier item whose text this one repeats most, the earliest among equals, or None.

        A new item has the number 0 and may repeat any stored one.
        """
        copies = [
            (containment(features, candidate), candidate)
            for candidate in self._candidates(features)
            # Only an earlier item can be an original. Two outlets showed one text in one round: when their pages were read,
            # each became the copy of the other, and nobody was notified of either.
            if (not features.item or candidate.item < features.item) and is_copy(features, candidate)
        ]
        # Shares that differ by less than a hundredth are equal. Numbers of items decide last: they depend on the order of reading.
        best = min(
            copies,
            key=lambda copy: (-round(copy[0], SHARE_DIGITS), copy[1].at, copy[1].source, copy[1].title, copy[1].item),
            default=None,
        )
        return best[1] if best else None

    def other_matters(self, features: StoryFeatures) -> frozenset[int]:
        """Returns the stories that have a text with the words of this one about another matter."""
        return frozenset(
            candidate.story
            for candidate in self._candidates(features)
            if has_same_text(features, candidate) and is_other_matter(features, candidate)
        )

    def _candidates(self, features: StoryFeatures) -> Iterable[StoryFeatures]:
        """Returns the other texts with enough shared shingles or, for texts without shingles, with equal words."""
        candidates = {text.item: text for text in self._by_words.get(features.words, ())}
        counts = Counter(text.item for shingle in features.shingles for text in self._by_shingle.get(shingle, ()))
        frequent = {item for item, count in counts.items() if count >= MIN_SAMPLED_SHINGLES}
        for shingle in features.shingles if frequent else ():
            candidates.update((text.item, text) for text in self._by_shingle.get(shingle, ()) if text.item in frequent)
        return [text for item, text in candidates.items() if item != features.item]
