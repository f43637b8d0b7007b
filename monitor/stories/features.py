"""Extracts the features by which an item is grouped: weighted terms, shingles, names and numbers."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zlib import crc32

from monitor.languages.events import find_event_types
from monitor.languages.script import guess_by_any_letter
from monitor.model import Hit, StoryFeatures
from monitor.stories.quantities import extract_quantities
from monitor.text import fold

# A title word weighs as much as four of the text. Without it the mean F1 of five test sets falls by 1.5 points.
TITLE_WEIGHT = 4.0
LEAD_WEIGHT = 1.5
LEAD_WORDS = 40
# News reports the event first: 60 words cost half a point, 400 gain nothing.
MAX_TEXT_WORDS = 180
SHINGLE_WORDS = 4
# Of a long text one shingle in four is stored: those whose hash is divisible by four. Of a text up to the length of a
# summary every shingle is stored, because a sample would be too small.
SAMPLE_DIVISOR = 4
MAX_UNSAMPLED_WORDS = 300
# A longer text (a live page, a report) is represented by its beginning.
MAX_SHINGLED_WORDS = 4000
LANGUAGE_SAMPLE_CHARS = 500
MIN_PLURAL_LETTERS = 5  # "his" and "Abbas" stay as they are
WEIGHT_DIGITS = 4

# Prefixes of terms that do not depend on the language.
NAME, SEAT, EVENT, SIGNAL = "@", "^", "!", ">"
# Kinds of hits that identify an event by who and where. Topics, offices, projects and processes fit too many events.
NAME_KINDS = frozenset({"person", "group", "place", "borderland", "crossing", "event"})
# In headlines a seat of government means the government: it identifies the country, not the event.
PREFIXES = {**dict.fromkeys(NAME_KINDS, NAME), "seat": SEAT}
NO_SIDE = frozenset({"", "BOTH"})
STRIKE_TYPES = frozenset({"strike", "retaliate"})
VIOLENCE_TYPES = STRIKE_TYPES | {"kill", "wound"}
DIPLOMACY_TYPES = frozenset(
    {"agree", "call", "credentials", "envoy", "meet", "recall", "return", "thank", "visit"},
)
# The signals are stored with the features of an item: a new spelling would not match stored ones.
VIOLENCE_SIGNAL, DIPLOMACY_SIGNAL = f"{SIGNAL}blow", f"{SIGNAL}dealing"
# Assumed if no language is declared and the text has no Arabic letters.
DEFAULT_LANGUAGE = "en"

# Quotes belong to the speaker, not to the reporter. Of nine pairs of reports that were taken for copies by mistake, five
# shared nothing but the same quotes.
QUOTE = re.compile(r"“[^“”]{1,600}”|«[^«»]{1,600}»|(?<!\w)\"[^\"\n]{1,600}\"(?!\w)")


def extract_features(
    *,
    item: int,
    at: datetime,
    language: str,
    source: str,
    title: str,
    text: str,
    hits: Sequence[Hit],
    story: int = 0,
    thread: int = 0,
) -> StoryFeatures:
    """Returns the features of an item. They depend on words and hits only, not on Unicode form or punctuation."""
    # Words are compared within a language only, so each text needs one.
    language = (
        language.partition("-")[0].lower()
        or guess_by_any_letter(f"{title} {text[:LANGUAGE_SAMPLE_CHARS]}")
        or DEFAULT_LANGUAGE
    )
    title_words, words = fold(title).text.split(), fold(text).text.split()
    title_terms = [*replace_names(title_words, hits), *headline_signals(title, hits, language)]
    text_terms = replace_names(words[:MAX_TEXT_WORDS], hits)
    own_words = fold(QUOTE.sub(" ", text)).text.split()[:MAX_SHINGLED_WORDS]
    return StoryFeatures(
        item=item,
        story=story,
        thread=thread,
        at=at,
        language=language,
        source=source,
        title=title,
        words=weigh_terms(title_terms, text_terms, language),
        shingles=hash_shingles(own_words, sample=len(words) > MAX_UNSAMPLED_WORDS),
        names=tuple(sorted({hit.term for hit in hits if hit.kind in NAME_KINDS})),
        numbers=extract_quantities(title, text, language),
        length=len(words),
    )


def replace_names(words: Sequence[str], hits: Iterable[Hit]) -> Sequence[str]:
    """Returns words with each name as one term, whatever its spelling (Amir-Abdollahian, Amirabdollahian)."""
    terms = [(hit.text, f"{PREFIXES[hit.kind]}{hit.term}") for hit in hits if hit.kind in PREFIXES]
    return replace_forms(" ".join(words), terms)


def replace_forms(text: str, terms: Iterable[tuple[str, str]]) -> Sequence[str]:
    """Returns the words of a folded text with each form replaced by its term, the longest forms first."""
    folded = {f" {fold(form).text} ": f" {term} " for form, term in terms}
    text = f" {text} "
    for form in sorted(folded, key=len, reverse=True):
        text = text.replace(form, folded[form])
    return text.split()


def weigh_terms(title: Sequence[str], text: Sequence[str], language: str) -> tuple[tuple[str, float], ...]:
    """Returns terms with the logarithm of their weighted count as a vector of unit length, the heaviest first."""
    # The names of the two countries are not removed, though every item has them: without them, headlines about one event
    # fall apart (B-cubed F1 of 57.7 on 132 labelled headlines of ours, 46.2 without).
    counts: Counter[str] = Counter()
    for word in map(stem, title):
        counts[word] += TITLE_WEIGHT  # type: ignore[assignment]  # a Counter of floats works as well
    for index, word in enumerate(map(stem, text)):
        counts[word] += LEAD_WEIGHT if index < LEAD_WORDS else 1  # type: ignore[assignment]
    for _, event_type in find_event_types(title, language):
        counts[EVENT + event_type] += TITLE_WEIGHT  # type: ignore[assignment]
    for index, event_type in find_event_types(text, language):
        counts[EVENT + event_type] += LEAD_WEIGHT if index < LEAD_WORDS else 1  # type: ignore[assignment]
    weights = {term: 1 + math.log(count) for term, count in counts.items() if len(term) > 1}
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values())) or 1.0
    vector = [(term, round(weight / length, WEIGHT_DIGITS)) for term, weight in weights.items()]
    return tuple(sorted(vector, key=lambda pair: (-pair[1], pair[0])))


def headline_signals(title: str, hits: Iterable[Hit], language: str) -> Iterator[str]:
    """Yields the signals that separate events of one affair: violence or diplomacy, and the side that strikes.

    The striker is the last side named before the strike: "Iran hits …", "condemns Iranian strike".
    """
    # Reports of a strike and of the answer a day later share places, weapons and casualties.
    sides = [(hit.text, f"{SIGNAL}{hit.side}") for hit in hits if hit.side not in NO_SIDE]
    words = replace_forms(fold(title).text, sides)
    events = list(find_event_types(words, language))
    kinds = {event_type in VIOLENCE_TYPES for _, event_type in events if event_type in VIOLENCE_TYPES | DIPLOMACY_TYPES}
    if len(kinds) == 1:
        yield VIOLENCE_SIGNAL if True in kinds else DIPLOMACY_SIGNAL
    for index, event_type in events:
        sides_before = [word for word in words[:index] if word.startswith(SIGNAL)]
        # In "lands in Islamabad after airstrikes" the strikes are background.
        if event_type in DIPLOMACY_TYPES:
            return
        if event_type in STRIKE_TYPES and sides_before:
            yield sides_before[-1]
            return


def base_weight(features: StoryFeatures) -> float:
    """Returns the weight of a term that occurs once in the body, as the unit of all other weights.

    It is that of the lightest term. A text no longer than a lead has no body, so its lightest term is scaled down.
    """
    if not features.words:
        return 1.0
    lightest = 1.0 if features.length > LEAD_WORDS else 1 + math.log(LEAD_WEIGHT if features.length else TITLE_WEIGHT)
    return features.words[-1][1] / lightest


def language_terms(features: StoryFeatures) -> Sequence[tuple[str, float]]:
    """Returns the weighted words of the text's own language and its names, without event types and signals."""
    return [pair for pair in features.words if pair[0][0] not in (EVENT, SIGNAL)]


def stem(word: str) -> str:
    """Returns a word without its English plural ending. More stemming gained nothing on the test sets."""
    if len(word) < MIN_PLURAL_LETTERS or not word.endswith("s") or word.endswith("ss"):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def hash_shingles(words: Sequence[str], *, sample: bool) -> tuple[int, ...]:
    """Returns the sorted hashes of all sequences of four words (w-shingling, Broder 1997)."""
    starts = range(len(words) - SHINGLE_WORDS + 1)
    hashes = {crc32(" ".join(words[start : start + SHINGLE_WORDS]).encode()) for start in starts}
    return tuple(sorted(sample_shingles(hashes) if sample else hashes))


def sample_shingles(shingles: Iterable[int]) -> set[int]:
    """Returns the shingles that are stored of a long text: the same ones in every text, so samples are comparable."""
    return {shingle for shingle in shingles if shingle % SAMPLE_DIVISOR == 0}
