"""One automaton for all forms of the rules: the cost of matching does not grow with the number of names."""

import re
from bisect import bisect
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from monitor.languages.relations import relation_words
from monitor.relevance.rules import BOTH, FalseFriend, FlagRule, Forms, RuleSet, Term, ThirdCountry, WordSet
from monitor.text import CLAUSE_MARKS, FULL_STOPS, QUESTION_MARKS, ZWNJ, Folded, fold

# Every word set counts in this part of a text. Further down, a word counts only if both sides are named near it: an
# article makes a hundred matches, and mapping each back to the original text is a large part of the cost.
OPENING_CHARS = 800
# A pair may span 160 characters, and its word of interaction may be 80 further away.
MAX_WORD_DISTANCE_CHARS = 240  # between a word of a set and each side, after the opening

ANY_ENDING = "*"  # closes a form that is the beginning of a word
# Kinds of names that hurried Urdu and Persian copy writes without the blank: شہبازشریف is one in six of its mentions.
JOINED_KINDS = {"person", "place", "seat", "group"}
_HYPHEN = re.compile("[-‐‑–—]")
_HYPHEN_OR_JOINER = re.compile(f"[-{ZWNJ}]")

# Marks that separate two words of a form: "Pakistan, Iran" is a list, not the name "Pakistan-Iran". The full stop after
# an initial does not separate.
_SEPARATOR = re.compile(rf"[{CLAUSE_MARKS}!{QUESTION_MARKS}&()\[\]\n]|(?<!\b\w)[{FULL_STOPS}]\s")

Concept = Term | FalseFriend | ThirdCountry | WordSet | FlagRule
_NO_CONCEPT = FalseFriend(id="", forms={})


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconEntry:
    """The meaning of a form. `languages` limits it to texts in these languages; if empty, it is matched in any text."""

    concept: Concept
    needs_side: bool = False
    languages: frozenset[str] = frozenset()
    is_name: bool = False  # of a side, a third country or a false friend: the longest name wins
    # A pair that is written with a hyphen is two names without it: "Pakistan İran'a çağrı yaptı" has a subject and an object.
    needs_hyphen: bool = False


class TermMatch(NamedTuple):
    """A form found in a text; `start` and `end` count characters of the original text.

    A tuple and not a dataclass, because an article makes a hundred of them.
    """

    concept: Concept
    needs_side: bool
    start: int
    end: int

    @property
    def term(self) -> Term:
        """The matched term. Only for matches of terms."""
        assert isinstance(self.concept, Term)
        return self.concept

    @property
    def names_side(self) -> bool:
        """Whether the match names a side."""
        return isinstance(self.concept, Term) and self.concept.side != ""

    @property
    def is_country(self) -> bool:
        """Whether the match names a side or a third country."""
        return self.names_side or isinstance(self.concept, ThirdCountry)

    def names(self, *sides: str) -> bool:
        """Returns whether the match is a term of one of these sides."""
        return isinstance(self.concept, Term) and self.concept.side in sides


class FormMatch(NamedTuple):
    """A form found in the folded text; `start` and `end` count its characters."""

    start: int
    end: int
    entry: LexiconEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Forms and their meanings, compiled. Patterns are numbered; `entries` gives the meanings of each."""

    automaton: AhoCorasick
    entries: tuple[tuple[LexiconEntry, ...], ...]
    side_patterns: frozenset[int]  # patterns that name a side
    patterns_by_side: tuple[frozenset[int], ...]  # patterns that name the one side, and those that name the other
    set_patterns: frozenset[int]  # patterns of word sets, which matter only near both sides

    def find(self, text: str, language: str) -> list[TermMatch]:
        """Returns every form in a text, in order, except those inside a longer name or a false friend."""
        folded = fold(text)
        return self._to_matches(folded, self._find_patterns(folded), language)

    def find_if_side_named(self, text: str, language: str) -> list[TermMatch]:
        """Returns the same as `find`, but an empty list if the text names no side.

        Most texts name no side; for them the costly part is skipped.
        """
        folded = fold(text)
        pattern_matches = self._find_patterns(folded)
        if any(
            index in self.side_patterns and self._is_in_language(index, language) for index, _, _ in pattern_matches
        ):
            return self._to_matches(folded, pattern_matches, language)
        return []

    def _is_in_language(self, index: int, language: str) -> bool:
        if not language:
            return True
        return any(not entry.languages or language in entry.languages for entry in self.entries[index])

    def _find_patterns(self, folded: Folded) -> list[tuple[int, int, int]]:
        # The text has one blank more in front, and so has each pattern: the offsets cancel out.
        return self.automaton.find_matches_as_indexes(f" {folded.text} ", overlapping=True)

    def _to_matches(
        self, folded: Folded, pattern_matches: list[tuple[int, int, int]], language: str
    ) -> list[TermMatch]:
        matches = [
            FormMatch(start, end_of_word(folded.text, end - 2), entry)
            for index, start, end in self._drop_distant_words(pattern_matches)
            for entry in self.entries[index]
            if not entry.languages or not language or language in entry.languages
        ]
        # Several meanings share a place (Quetta is a term and part of a word set): each place is looked up once.
        spans = {(match.start, match.end): folded.span(match.start, match.end) for match in matches}
        intact = [match for match in matches if not is_separated(match, folded, spans)]
        return [
            TermMatch(match.entry.concept, match.entry.needs_side, *spans[match.start, match.end])
            for match in keep_longest(intact)
        ]

    def _drop_distant_words(self, pattern_matches: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Returns the found patterns without words of sets that are far from either side, after the opening."""
        side_starts = [
            sorted(start for index, start, _ in pattern_matches if index in side) for side in self.patterns_by_side
        ]
        return [
            (index, start, end)
            for index, start, end in pattern_matches
            if start < OPENING_CHARS
            or index not in self.set_patterns
            or all(
                bisect(starts, start - MAX_WORD_DISTANCE_CHARS) < bisect(starts, end + MAX_WORD_DISTANCE_CHARS)
                for starts in side_starts
            )
        ]


def build_lexicon(
    rules: RuleSet, *, set_ids: Container[str] | None = None, extra_words: Iterable[WordSet] = ()
) -> Lexicon:
    """Builds the automaton of the forms of the rules and of `extra_words`.

    `set_ids` limits the word sets to those that are used; None takes all.
    """
    table: dict[str, list[LexiconEntry]] = {}
    for term in rules.terms:
        needs_side = term.strength in {"needs_side", "domestic_only"}
        add_forms(table, term, term.forms, needs_side=needs_side, allow_joined=term.kind in JOINED_KINDS)
        add_forms(table, term, term.ambiguous_forms, needs_side=True, allow_joined=False)
    word_sets = (words for words in rules.word_sets if set_ids is None or words.id in set_ids)
    concepts: tuple[Concept, ...] = (
        *rules.false_friends,
        *rules.third_countries,
        *word_sets,
        *rules.flags,
        *extra_words,
    )
    for concept in concepts:
        add_forms(table, concept, concept.forms, needs_side=False, allow_joined=False)
    # Hints count wherever they appear, because flags look at the whole page.
    hint_sets = {flag.hint_set for flag in rules.flags}

    def select(is_wanted: Callable[[Concept], bool]) -> frozenset[int]:
        return frozenset(
            index for index, entries in enumerate(table.values()) if any(is_wanted(entry.concept) for entry in entries)
        )

    def is_of_side(concept: Concept, side: str) -> bool:
        return isinstance(concept, Term) and concept.side in {side, BOTH}

    side_patterns = select(lambda concept: isinstance(concept, Term) and concept.side != "")
    return Lexicon(
        # Standard and overlapping, because leftmost-longest would hide a topic inside a name: keep_longest decides.
        automaton=AhoCorasick([f" {form}" for form in table], matchkind=MatchKind.Standard),
        entries=tuple(map(tuple, table.values())),
        side_patterns=side_patterns,
        patterns_by_side=tuple(select(partial(is_of_side, side=side.code)) for side in rules.sides),
        # A word of a set may also be a name ("Dar"), and names count wherever they appear.
        set_patterns=select(lambda concept: isinstance(concept, WordSet) and concept.id not in hint_sets)
        - side_patterns,
    )


def add_forms(
    table: dict[str, list[LexiconEntry]], concept: Concept, forms: Forms, *, needs_side: bool, allow_joined: bool
) -> None:
    """Adds every variant of the forms of a concept to the table of patterns."""
    is_pair = isinstance(concept, Term) and concept.kind == "pair"
    languages_by_pattern: dict[tuple[str, bool], set[str]] = {}
    careless: set[str] = set()  # patterns that are words or names in other languages: "Irani" is a surname in India
    for language, spellings in forms.items():
        for spelling in spellings:
            end = "" if spelling.endswith(ANY_ENDING) else " "
            for variant in spelling_variants(spelling, language=language, allow_joined=allow_joined):
                languages_by_pattern.setdefault((variant + end, is_pair and "-" in spelling), set()).add(language)
            for variant in careless_variants(spelling, language=language) if is_country(concept) else ():
                if languages_by_pattern.setdefault((variant + end, False), {language}) == {language}:
                    careless.add(variant + end)
    is_name = isinstance(concept, FalseFriend | ThirdCountry) or (isinstance(concept, Term) and concept.side != "")
    # A pattern may have several meanings: سپاه is the Guards in an Iranian outlet and any corps elsewhere.
    for (pattern, needs_hyphen), languages in languages_by_pattern.items():
        entries = table.setdefault(pattern, [])
        if any(entry.concept is concept and entry.needs_hyphen is needs_hyphen for entry in entries):
            continue
        # An unambiguous name is matched in every language: texts quote names of their neighbours. A form that needs its
        # side is often a common word elsewhere: سرباز is a town only in Persian.
        # So are two countries side by side: a name of the pair in Urdu, subject and object in Persian.
        is_limited = needs_side or is_pair or pattern in careless
        only_in = frozenset(languages) if is_limited else frozenset[str]()
        entries.append(
            LexiconEntry(
                concept=concept, needs_side=needs_side, languages=only_in, is_name=is_name, needs_hyphen=needs_hyphen
            )
        )


def spelling_variants(spelling: str, *, language: str, allow_joined: bool) -> Iterator[str]:
    """Yields the folded variants of a spelling that papers print."""
    form = fold(spelling).text
    yield form
    if _HYPHEN_OR_JOINER.search(spelling):  # Amir-Abdollahian, سوخت‌بر
        yield fold(_HYPHEN_OR_JOINER.sub("", spelling)).text
    if allow_joined and form.count(" ") == 1 and not form.isascii():
        yield form.replace(" ", "")
    words = relation_words(language)
    yield from (fold(prefix).text + form for prefix in words.prefixes)
    for article, contraction in words.prefixed_articles:
        if form.startswith(article):
            yield contraction + form[len(article) :]


def careless_variants(spelling: str, *, language: str) -> Iterator[str]:
    """Yields the folded variants of a country's name that hurried typists write in texts of a language."""
    form, words = fold(spelling).text, relation_words(language)
    yield from (fold(word).text + form for word in words.glued_words)
    if not spelling.endswith(ANY_ENDING):
        yield from (form + fold(ending).text for ending in words.case_endings)


def is_country(concept: Concept) -> bool:
    """Whether a concept is a country of either side."""
    return isinstance(concept, Term) and concept.kind == "country"


def end_of_word(text: str, offset: int) -> int:
    """Returns the end of the word at an offset: a pattern that does not end in a blank matches the beginning of a word."""
    end = text.find(" ", offset)
    return len(text) if end < 0 else end


def is_separated(match: FormMatch, folded: Folded, spans: Mapping[tuple[int, int], tuple[int, int]]) -> bool:
    """Returns whether the original text has a mark between the words of a form, which makes them two names."""
    if " " not in folded.text[match.start : match.end]:
        return False
    start, end = spans[match.start, match.end]
    words = folded.original[start:end]
    # "#PakIran" is one word.
    if match.entry.needs_hyphen and not _HYPHEN.search(words) and len(words.split()) > 1:
        return True
    return _SEPARATOR.search(folded.original, start, end) is not None


def keep_longest(matches: list[FormMatch]) -> list[FormMatch]:
    """Returns the matches without false friends, and without names inside a longer name or a false friend.

    Topics, word sets and flags are never dropped. Two names that are spelled alike are both kept.
    """
    # A false friend comes before a name with the same words, so that it hides it.
    matches.sort(key=lambda match: (match.start, -match.end, not isinstance(match.entry.concept, FalseFriend)))
    remaining: list[FormMatch] = []
    longest = FormMatch(-1, -1, LexiconEntry(concept=_NO_CONCEPT))
    for match in matches:
        if match.entry.is_name:
            is_homonym = match[:2] == longest[:2] and not isinstance(longest.entry.concept, FalseFriend)
            if match.end <= longest.end and not is_homonym:
                continue
            # A form that needs its side may turn out to be no name at all, so it hides nothing.
            if match.end > longest.end and not match.entry.needs_side:
                longest = match
        remaining.append(match)
    return [match for match in remaining if not isinstance(match.entry.concept, FalseFriend)]
