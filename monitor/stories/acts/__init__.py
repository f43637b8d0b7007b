"""What happened, in words of five languages: the acts that a text tells, by ids that no language owns.

One file a language, `act: form form …` a line. A form is one word, several joined by "+", or a beginning that ends
in "*"; forms are folded when they are read. Acts tell a strike from the call and the visit that follow it, and let
texts of one event find each other across languages, where words cannot. Close senses share an act (a missile, a drone
and a strike): reporters choose between them freely.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from monitor.text import fold

_SHORTEST = 3  # letters of a beginning
_LONGEST = 4  # words of a phrase


def _forms(language: str) -> Iterator[tuple[str, str]]:
    """The forms of a language as they are written, each with its act."""
    for line in files(__name__).joinpath(f"{language}.txt").read_text(encoding="utf-8").splitlines():
        act, _, forms = line.partition(": ")
        yield from ((form, act) for form in forms.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    """The forms of a language, folded, each with its act."""

    words: Mapping[str, str]
    beginnings: Mapping[str, str]
    phrases: Mapping[str, Sequence[tuple[Sequence[str], str]]]  # by their first word


def _folded(language: str) -> _Forms:
    words, beginnings = {}, {}
    phrases: dict[str, list[tuple[Sequence[str], str]]] = defaultdict(list)
    for form, act in _forms(language):
        first, *others = fold(form.replace("+", " ")).text.split()
        if others:
            phrases[first].append(((first, *others), act))
        elif form.endswith("*"):
            beginnings[first] = act
        else:
            words[first] = act
    return _Forms(words=words, beginnings=beginnings, phrases=phrases)


# Read at import, like code: a part of the program that is a table.
_FORMS = {language: _folded(language) for language in ("ar", "en", "fa", "tr", "ur")}


def acts(words: Sequence[str], language: str) -> Iterator[tuple[int, str]]:
    """The acts that folded words tell, each with the place of its first word; none in a language without a file."""
    if language not in _FORMS:
        return
    phrases = _FORMS[language].phrases
    for place, word in enumerate(words):
        if act := (word in phrases and _begun(words[place : place + _LONGEST], phrases[word])) or _of(word, language):
            yield place, act


def _begun(words: Sequence[str], phrases: Iterable[tuple[Sequence[str], str]]) -> str:
    """The act of a phrase that stands first, or ""."""
    return next((act for form, act in phrases if tuple(words[: len(form)]) == form), "")


@lru_cache(maxsize=1 << 15)
def _of(word: str, language: str) -> str:
    """The act of one word, or ""."""
    forms = _FORMS[language]
    begun = (forms.beginnings.get(word[:end], "") for end in range(len(word), _SHORTEST - 1, -1))
    return forms.words.get(word) or next(filter(None, begun), "")
