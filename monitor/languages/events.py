"""Aspect `events`: the words by which a text reports an event, and the event type of each.

Event types are ids without a language (`strike`, `call`, `visit`). They separate a strike from the call and the visit
that follow it, and they match texts of one event across languages, where words cannot. Close senses share a type (a
missile, a drone and a strike), because reporters use them interchangeably.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.languages import registry
from monitor.text import fold

MIN_PREFIX_LETTERS = 3
MAX_PHRASE_WORDS = 4
WORD_CACHE_SIZE = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForms:
    """The folded forms of one language, each with its event type."""

    words: Mapping[str, str]
    prefixes: Mapping[str, str]
    phrases: Mapping[str, Sequence[tuple[Sequence[str], str]]]  # by their first word


@cache
def event_forms(code: str) -> EventForms:
    """Returns the forms of a language; none if it has no event words."""
    words, prefixes = {}, {}
    phrases: dict[str, list[tuple[Sequence[str], str]]] = defaultdict(list)
    content = registry.read(code, "events") if code in registry.codes() else {}
    for event_type, forms in content.items():
        for form in forms:
            first, *following = fold(form).text.split()
            if following:
                phrases[first].append(((first, *following), event_type))
            elif form.endswith("*"):
                prefixes[first] = event_type
            else:
                words[first] = event_type
    return EventForms(words=words, prefixes=prefixes, phrases=phrases)


def find_event_types(words: Sequence[str], code: str) -> Iterator[tuple[int, str]]:
    """Yields the event types that folded words report, each with the index of its first word."""
    phrases = event_forms(code).phrases
    for index, word in enumerate(words):
        event_type = ""
        if word in phrases:
            following = tuple(words[index : index + MAX_PHRASE_WORDS])
            event_type = next((candidate for form, candidate in phrases[word] if following[: len(form)] == form), "")
        if event_type := event_type or event_type_of(word, code):
            yield index, event_type


# A text asks for each of its words; news uses few different ones.
@lru_cache(maxsize=WORD_CACHE_SIZE)
def event_type_of(word: str, code: str) -> str:
    """Returns the event type of one folded word, by the whole word or else by its longest known prefix, or ""."""
    forms = event_forms(code)
    prefixes = (forms.prefixes.get(word[:end], "") for end in range(len(word), MIN_PREFIX_LETTERS - 1, -1))
    return forms.words.get(word) or next(filter(None, prefixes), "")
