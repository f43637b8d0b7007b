"""All forms of the rules in one automaton: the cost of matching is flat, however many names there are."""

import re
from bisect import bisect
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from monitor.relevance.rules import BOTH, Caution, Cue, Forms, Mask, Other, RuleSet, Term
from monitor.text import Folded, fold

_HEAD = 800  # characters of a text in which every cue counts
_FAR = 240  # characters between a cue and each side, further down

_JOINT = re.compile("[-\u200c]")
_CLITICS = ("و", "ف", "ب", "ک", "ل", "وب", "ول")  # and, so, in, like, for: written as one with the next word
ANY_ENDING = "*"  # closes a form that is the beginning of a word
JOINED = {"person", "place", "seat", "group"}  # names that lose their blank in hurried Urdu and Persian

# Signs that part two words of a form: "Pakistan, Iran" is a list and no "Pakistan-Iran". The point of an initial is none.
_BREAK = re.compile(r"[,;:!?؟،؛&()\[\]\n]|(?<!\b\w)[.۔]\s")

Noun = Term | Mask | Other | Cue | Caution
_NOTHING = Mask(id="", forms={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a form stands for. `languages` is empty where it may stand in any text."""

    noun: Noun
    needs_company: bool = False
    languages: frozenset[str] = frozenset()
    is_name: bool = False  # of a side, a third country or a mask: the longest of them wins


class Match(NamedTuple):
    """What was found at a place of the untouched text; a tuple, because an article makes a hundred of them."""

    noun: Noun
    needs_company: bool
    start: int
    end: int

    @property
    def term(self) -> Term:
        """The term that was found; for those matches that are terms."""
        assert isinstance(self.noun, Term)
        return self.noun

    @property
    def names_side(self) -> bool:
        """Whether it names a side, in whatever way."""
        return isinstance(self.noun, Term) and self.noun.side != ""

    @property
    def is_country(self) -> bool:
        """Whether it names a side or a third country."""
        return self.names_side or isinstance(self.noun, Other)

    def names(self, *sides: str) -> bool:
        """Whether it is a term of one of these sides."""
        return isinstance(self.noun, Term) and self.noun.side in sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Forms and what they stand for, ready to be looked up."""

    automaton: AhoCorasick
    entries: tuple[tuple[Entry, ...], ...]
    sided: frozenset[int]  # the patterns that name a side
    sides: tuple[frozenset[int], ...]  # those that name the one, and those that name the other
    leaning: frozenset[int]  # those of cues, which say something only near both

    def find(self, text: str, language: str) -> list[Match]:
        """Every form in a text, in order, without what a longer name or a mask covers."""
        folded = fold(text)
        return self._placed(folded, self._look_up(folded), language)

    def find_if_sided(self, text: str, language: str) -> list[Match]:
        """The same, but nothing where no side is named: most texts end here, before the costly part."""
        folded = fold(text)
        found = self._look_up(folded)
        sided = (index in self.sided and self._speaks(index, language) for index, _, _ in found)
        return self._placed(folded, found, language) if any(sided) else []

    def _speaks(self, index: int, language: str) -> bool:
        return not language or any(not e.languages or language in e.languages for e in self.entries[index])

    def _look_up(self, folded: Folded) -> list[tuple[int, int, int]]:
        # The text is one blank longer in front, and so is each pattern: the offsets cancel out.
        return self.automaton.find_matches_as_indexes(f" {folded.text} ", overlapping=True)

    def _placed(self, folded: Folded, found: list[tuple[int, int, int]], language: str) -> list[Match]:
        said = self._worth_placing(found)
        spoken = [
            Found(start, _word_end(folded.text, end - 2), entry)
            for index, start, end in said
            for entry in self.entries[index]
            if not entry.languages or not language or language in entry.languages
        ]
        places = {(one.start, one.end): folded.span(one.start, one.end) for one in spoken}
        whole = [one for one in spoken if not _broken(one, folded, places)]
        return [_match(one.entry, *places[one.start, one.end]) for one in _longest(whole)]

    def _worth_placing(self, found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Without the cues further down that stand far from either side: they say nothing of the two."""
        places = [sorted(start for index, start, _ in found if index in named) for named in self.sides]
        return [
            one
            for one in found
            if one[1] < _HEAD
            or one[0] not in self.leaning
            or all(bisect(side, one[1] - _FAR) < bisect(side, one[2] + _FAR) for side in places)
        ]


class Found(NamedTuple):
    """A form at its place in the folded text."""

    start: int
    end: int
    entry: Entry


def _word_end(text: str, at: int) -> int:
    """Where the word ends: a pattern that does not end in a blank is the beginning of one."""
    end = text.find(" ", at)
    return len(text) if end < 0 else end


def _broken(found: Found, folded: Folded, places: Mapping[tuple[int, int], tuple[int, int]]) -> bool:
    """Whether a form of several words has a sign between them that parts it."""
    if " " not in folded.text[found.start : found.end]:
        return False
    return _BREAK.search(folded.original, *places[found.start, found.end]) is not None


def _match(entry: Entry, start: int, end: int) -> Match:
    return Match(entry.noun, entry.needs_company, start, end)


def lexicon(rules: RuleSet, *, named: Container[str] | None = None, words: Iterable[Cue] = ()) -> Lexicon:
    """The automaton of the forms of the rules, and of some words besides; `named`: of cues with these ids alone."""
    table: dict[str, list[Entry]] = {}
    for term in rules.terms:
        company = term.strength in {"context", "home"}
        _add(table, term, term.forms, needs_company=company, joined=term.kind in JOINED)
        _add(table, term, term.never_alone, needs_company=True, joined=False)
    cues = (cue for cue in rules.cues if named is None or cue.id in named)
    nouns: tuple[Noun, ...] = (*rules.masks, *rules.others, *cues, *rules.cautions, *words)
    for noun in nouns:
        _add(table, noun, noun.forms, needs_company=False, joined=False)
    hints = {caution.hints for caution in rules.cautions}
    return Lexicon(
        automaton=AhoCorasick([f" {form}" for form in table], matchkind=MatchKind.Standard),
        entries=tuple(map(tuple, table.values())),
        sided=_patterns(table, lambda noun: isinstance(noun, Term) and noun.side != ""),
        sides=tuple(_patterns(table, partial(_is_of, side=side.code)) for side in rules.sides),
        leaning=_patterns(table, lambda noun: isinstance(noun, Cue) and noun.id not in hints),
    )


def _is_of(noun: Noun, side: str) -> bool:
    return isinstance(noun, Term) and noun.side in {side, BOTH}


def _patterns(table: Mapping[str, Iterable[Entry]], wanted: Callable[[Noun], bool]) -> frozenset[int]:
    """The patterns that stand for such a noun."""
    return frozenset(
        index for index, entries in enumerate(table.values()) if any(wanted(entry.noun) for entry in entries)
    )


def _add(table: dict[str, list[Entry]], noun: Noun, forms: Forms, *, needs_company: bool, joined: bool) -> None:
    languages: dict[str, set[str]] = {}
    for language, spellings in forms.items():
        for spelling in spellings:
            end = "" if spelling.endswith(ANY_ENDING) else " "
            for form in _variants(spelling, arabic=language == "ar", joined=joined):
                languages.setdefault(form + end, set()).add(language)
    for form, spoken in languages.items():
        only = frozenset(spoken) if needs_company else frozenset[str]()
        entries = table.setdefault(form, [])
        if not any(entry.noun is noun for entry in entries):
            entries.append(Entry(noun=noun, needs_company=needs_company, languages=only, is_name=_is_name(noun)))


def _variants(spelling: str, *, arabic: bool, joined: bool) -> Iterator[str]:
    """How a form is met in print, folded."""
    form = fold(spelling).text
    yield form
    if _JOINT.search(spelling):  # Amir-Abdollahian, سوخت‌بر
        yield fold(_JOINT.sub("", spelling)).text
    if joined and form.count(" ") == 1 and not form.isascii():  # شہبازشریف: one name in six of Urdu copy
        yield form.replace(" ", "")
    if arabic:
        yield from (clitic + form for clitic in _CLITICS)
        if form.startswith("ال"):
            yield "لل" + form[2:]


def _longest(found: list[Found]) -> list[Found]:
    """Without masks, and without the names inside a longer name or under a mask. Topics, cues and cautions all stay."""
    found.sort(key=lambda one: (one.start, -one.end, not isinstance(one.entry.noun, Mask)))
    kept: list[Found] = []
    cover = Found(-1, -1, Entry(noun=_NOTHING))
    for one in found:
        if one.entry.is_name:
            if one.end <= cover.end and not _shares(one, cover):
                continue
            if one.end > cover.end and not one.entry.needs_company:
                cover = one
        kept.append(one)
    return [one for one in kept if not isinstance(one.entry.noun, Mask)]


def _shares(found: Found, cover: Found) -> bool:
    """Whether two names are spelled alike; a mask shares with none."""
    return found[:2] == cover[:2] and not isinstance(cover.entry.noun, Mask)


def _is_name(noun: Noun) -> bool:
    return isinstance(noun, Mask | Other) or (isinstance(noun, Term) and noun.side != "")
