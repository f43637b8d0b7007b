"""Splits a text into the headline and its sentences, each with the terms matched in it."""

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from monitor.languages import registry
from monitor.languages.relations import all_relation_words, relation_words
from monitor.model import Field
from monitor.relevance.lexicon import Lexicon, TermMatch, build_lexicon
from monitor.relevance.rules import BOTH, FlagRule, RuleSet, Term, ThirdCountry, WordSet
from monitor.text import COMMAS, SENTENCE_ENDS, ZWNJ, sentence_cuts

# Each pair of names in a sentence is examined, so the cost of a sentence grows faster than its length. A page of 60 KB of names
# without a full stop took 86 s. Only pages that are no text have such sentences; in pieces the cost is linear.
MAX_SENTENCE_CHARS = 1000
MAX_HEADING_CHARS = 120
MIN_SECTION_LINE_CHARS = 80  # of the first line below a heading; a shorter one is as often the next link of a list
MIN_REPORTS = 3  # openings that make a page one of several reports: two are a text with a subtitle

# A heading may end in a question mark, but then it is as often a question of the text.
_NO_HEADING_ENDS = SENTENCE_ENDS + COMMAS + ":;"

# The start of a section: a short line of its own above a longer one, or a place in bold or in capitals before a report.
_SECTION_START = re.compile(
    rf"^(?:#+ |\d+[.)] )?(?:[^\n]{{2,{MAX_HEADING_CHARS}}}(?<![{_NO_HEADING_ENDS}])[ \t]*\n\s{{0,9}}"
    rf"(?=[^\n]{{{MIN_SECTION_LINE_CHARS}}})"
    r"|\*\*[^*\n]{2,60}\*\*|[A-Z][A-Z ]{2,30} ?[–—:-] )",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The headline or a sentence. `order` counts the sentences from 0; the headline has -1.

    If a text has no headline, its first sentence may take its place (`promote_first`).
    """

    field: Field
    order: int
    text: str
    start: int  # offset of `text` in its field; matches count from the beginning of the field
    matches: tuple[TermMatch, ...]
    is_heading: bool = False  # a short line of its own, as above a section
    report: int = -1  # on a page of several reports, the order of the sentence that opens this report; else -1

    @property
    def is_headline(self) -> bool:
        """Whether this is the headline, or replaces it."""
        return self.order < 0

    def side(self, code: str) -> list[TermMatch]:
        """Returns the matches that name a side, alone or as one of the pair."""
        return [match for match in self.matches if match.names(code, BOTH)]

    def term_matches(self) -> list[TermMatch]:
        """Returns the matches of terms: names and topics, without third countries and word sets."""
        return [match for match in self.matches if isinstance(match.concept, Term)]

    def third_countries(self) -> set[str]:
        """Returns the ids of the third countries in the sentence."""
        return {match.concept.id for match in self.matches if isinstance(match.concept, ThirdCountry)}

    def between(self, start: int, end: int) -> str:
        """Returns the text between two offsets of the field."""
        return self.text[start - self.start : end - self.start]

    def word_set(self, set_id: str) -> list[TermMatch]:
        """Returns the matches of a word set."""
        return [match for match in self.matches if isinstance(match.concept, WordSet) and match.concept.id == set_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReader:
    """Splits texts into sentences and matches the lexicon against them."""

    lexicon: Lexicon
    dateline: re.Pattern[str]
    promo: re.Pattern[str]
    lead: int  # sentences of the lead
    hint_sets: frozenset[str]  # word sets that count wherever they appear

    def read(self, *, title: str, summary: str, text: str, language: str, home: str) -> list[Sentence]:
        """Returns the headline, if there is one, and every sentence of the lead or with a match.

        A sentence that occurs twice is returned once: many summaries repeat the first sentence. `home` is the country of
        the outlet.
        """
        sentences: list[Sentence] = []
        if title.strip():
            # Names far behind the beginning are not those of a headline.
            matches = tuple(match for match in self.lexicon.find(title, language) if match.end <= MAX_SENTENCE_CHARS)
            sentences.append(Sentence(field="title", order=-1, text=title, start=0, matches=matches))
        title_names_side = any(match.names_side for sentence in sentences for match in sentence.matches)
        # If the headline names a side, the text needs all words; otherwise it matters only if it names a side itself.
        find = self.lexicon.find if title_names_side else self.lexicon.find_if_side_named
        # Many summaries repeat the first sentence, and some pages print their lead twice.
        seen_keys = {comparison_key(sentence.text) for sentence in sentences}
        order = 0
        fields: tuple[tuple[Field, str], ...] = (("summary", summary), ("text", text))
        for field, body in fields:
            for sentence in self._split(field, body, find(body, language), order):
                order = sentence.order
                key = comparison_key(sentence.text)
                if key not in seen_keys:
                    seen_keys.add(key)
                    sentences.append(sentence)
        return drop_unsupported(drop_homonyms(sentences), home, language=language, lead=self.lead)

    def _split(self, field: Field, text: str, matches: Sequence[TermMatch], order: int) -> Iterator[Sentence]:
        """Yields the sentences of the lead, and later ones with a relevant match; none if the text has no match."""
        if not matches:
            return
        match_starts = [match.start for match in matches]
        report, report_starts = -1, find_report_starts(text)
        for number, (start, cut) in enumerate(pairwise(bounded_cuts(text)), order):
            # Matches are in order of their start: two bisections are cheaper than a scan per sentence.
            first, last = bisect_left(match_starts, start), bisect_left(match_starts, cut)
            if bisect_left(report_starts, start) < bisect_left(report_starts, cut):
                report = number
            if number >= self.lead and not any(map(self._is_relevant, matches[first:last])):
                continue
            end = start + len(text[start:cut].rstrip())
            body_start = self._skip_dateline(text, start, end)
            yield Sentence(
                field=field,
                order=number,
                text=text[body_start:end],
                start=body_start,
                matches=tuple(match for match in matches[first:last] if match.start >= body_start),
                is_heading=is_heading(text, start, end),
                report=report,
            )

    def _is_relevant(self, match: TermMatch) -> bool:
        """Returns whether a later sentence is kept because of this match: a side, or a hint for a flag."""
        concept = match.concept
        return (
            match.names_side
            or isinstance(concept, FlagRule)
            or (isinstance(concept, WordSet) and concept.id in self.hint_sets)
        )

    def _skip_dateline(self, text: str, start: int, end: int) -> int:
        """Returns the offset after the dateline of a sentence; for a line that links to another article, its end."""
        if self.promo.match(text, start, end):
            return end
        dateline = self.dateline.match(text, start, end)
        return dateline.end() if dateline else start


def build_reader(rules: RuleSet, *, set_ids: Container[str], extra_words: Iterable[WordSet]) -> SentenceReader:
    """Builds a reader for these rules, with the word sets of `set_ids` and with `extra_words`."""
    # "(?!)" never matches: rules without such patterns need no second code path.
    promos = "|".join(map(re.escape, rules.promos))
    datelines = "|".join(f"(?:{pattern})" for pattern in rules.datelines)
    return SentenceReader(
        lead=rules.weights.lead_sentences,
        hint_sets=frozenset(flag.hint_set for flag in rules.flags),
        lexicon=build_lexicon(rules, set_ids=set_ids, extra_words=extra_words),
        dateline=re.compile(datelines or "(?!)"),
        promo=re.compile(rf"(?:{promos})\b" if promos else "(?!)", re.IGNORECASE),
    )


def bounded_cuts(text: str) -> Iterator[int]:
    """Yields the offsets at which the sentences of a text begin, and its end; a long sentence is cut at a blank."""
    cuts = sentence_cuts(text)
    for begin, cut in pairwise(cuts):
        start = begin
        yield start
        while cut - start > MAX_SENTENCE_CHARS:
            blank = text.rfind(" ", start + 1, start + MAX_SENTENCE_CHARS)
            start = blank + 1 if blank > start else start + MAX_SENTENCE_CHARS
            yield start
    yield from cuts[-1:]


def is_heading(text: str, start: int, end: int) -> bool:
    """Returns whether a sentence is a short line of its own that does not end like a sentence."""
    before = text[max(0, start - 3) : start]
    # A sentence that begins a line of three characters ("1. ") is at its beginning as well.
    is_whole_line = (not before or "\n" in before) and text[end : end + 1] in {"", "\n"}
    return is_whole_line and end - start <= MAX_HEADING_CHARS and text[end - 1] not in _NO_HEADING_ENDS


def find_report_starts(text: str) -> list[int]:
    """Returns the offsets at which the reports of a page begin; an empty list if the page is one report."""
    starts = [start.start() for start in _SECTION_START.finditer(text)]
    return starts if len(starts) >= MIN_REPORTS else []


def comparison_key(text: str) -> str:
    """Returns the text without blanks and case, for comparing sentences."""
    return "".join(text.split()).casefold()


def drop_unsupported(sentences: list[Sentence], home: str, *, language: str, lead: int) -> list[Sentence]:
    """Returns the sentences without ambiguous names that no other name of the same country supports.

    In an outlet of the same country, a surname or an office needs no support: "Dar, Araghchi speak by phone" in a
    Pakistani paper.
    """
    matches = [(sentence, match) for sentence in sentences for match in sentence.term_matches()]
    unsure = [(sentence, match) for sentence, match in matches if match.needs_side]
    if not unsure:
        return sentences
    supported_sides = {match.term.side for _, match in matches if not match.needs_side}
    # A place near the border needs no name of its own country beside the other side: "Attack in Saravan: five guards killed",
    # and then "the fighters came from Pakistan".
    opening_sides = {
        match.term.side
        for sentence, match in matches
        if sentence.order < lead and match.term.kind == "country" and not match.needs_side
    }

    def needs_no_support(sentence: Sentence, match: TermMatch) -> bool:
        if match.term.side == home and names_own_country(sentence, match, language=language, lead=lead):
            return True
        if match.term.kind == "borderland":
            return sentence.order < lead and bool(opening_sides - {match.term.side, ""})
        # "Araghchi and Dar speak by phone": a surname beside a person of the other side, in a headline without third countries.
        return match.term.kind == "person" and sentence.is_headline and names_person_of_other_side(sentence, match)

    certain = [match for sentence, match in unsure if needs_no_support(sentence, match)]
    supported_sides |= {match.term.side for match in certain}
    # By id, because two equal matches of different fields are different matches.
    certain_ids = set(map(id, certain))
    unsupported = {
        id(match)
        for _, match in unsure
        if id(match) not in certain_ids
        and (match.term.strength == "domestic_only" or not supported_sides & {match.term.side, BOTH})
    }
    if not unsupported:
        return sentences
    return [
        replace(sentence, matches=tuple(match for match in sentence.matches if id(match) not in unsupported))
        for sentence in sentences
    ]


def drop_homonyms(sentences: list[Sentence]) -> list[Sentence]:
    """Returns the sentences without short names of places that mean the place of the other side ("Iran's Balochistan").

    A short name means that place if a country of the other side qualifies it, or if the text has its full name and names
    no other term of this side.
    """
    matches = [(sentence, match) for sentence in sentences for match in sentence.term_matches()]
    unsure = [(sentence, match) for sentence, match in matches if match.term.homonym_of]
    if not unsure:
        return sentences
    named_ids = {match.term.id for _, match in matches}
    clear_sides = {match.term.side for _, match in matches if match.term.strength == "strong" and not match.needs_side}
    homonyms = {
        id(match)
        for sentence, match in unsure
        if is_qualified_by_other(sentence, match)
        or (match.term.homonym_of in named_ids and not clear_sides & {match.term.side, BOTH})
    }
    return [
        replace(sentence, matches=tuple(match for match in sentence.matches if id(match) not in homonyms))
        for sentence in sentences
    ]


def is_qualified_by_other(sentence: Sentence, place: TermMatch) -> bool:
    """Returns whether the name of another country qualifies a place: "Iranian Balochistan", "Balochistan (Iran)"."""
    countries = (match for match in sentence.matches if match.names_side and match.term.kind == "country")
    others = (match for match in countries if match.term.side != place.term.side)
    gaps = (sentence.between(min(place.end, other.end), max(place.start, other.start)) for other in others)
    return any(map(_qualifier_gap().fullmatch, gaps))


def names_person_of_other_side(sentence: Sentence, match: TermMatch) -> bool:
    """Returns whether a headline without a third country has a person of the other side, whose name is certain."""
    return not sentence.third_countries() and any(
        other.term.kind == "person" and other.term.side != match.term.side and not other.needs_side
        for other in sentence.term_matches()
    )


def names_own_country(sentence: Sentence, match: TermMatch, *, language: str, lead: int) -> bool:
    """Returns whether an outlet of this side means its own country by a name that is ambiguous elsewhere."""
    if match.term.strength != "domestic_only":
        return match.term.kind in {"country", "person"}
    # Further down, a report on the neighbour names the neighbour's offices: "the foreign minister" is theirs.
    if sentence.order >= lead:
        return False
    # "the Indian prime minister", "prime minister of India": the office belongs to the country beside it. In a language in
    # which the country comes first, the one after it is another part of the sentence: "Dışişleri Bakanı İran'a gitti".
    owner_gap = _owner_gap(language if language in registry.codes() else "")
    countries = [other for other in sentence.matches if other.is_country and not other.needs_side]
    return not any(
        _genitive_gap().fullmatch(sentence.between(other.end, match.start))
        if other.end <= match.start
        else match.end <= other.start and owner_gap.fullmatch(sentence.between(match.end, other.start))
        for other in countries
    )


@cache
def _qualifier_gap() -> re.Pattern[str]:
    """Compiles the words between a country and its province: "Iran's restive Balochistan", "Balochistan province of Iran"."""
    words = [word for language in all_relation_words() for word in (*language.genitives, *language.containments)]
    return re.compile(rf"[\s'’{ZWNJ}(-]*(?:(?:\w+\s+)?(?:{'|'.join(words)})\s+(?:\w+\s+)?)?")


@cache
def _genitive_gap() -> re.Pattern[str]:
    """Compiles the words between a country and its office after it ("the Indian prime minister")."""
    genitives = "|".join(word for language in all_relation_words() for word in language.genitives)
    return re.compile(rf"[\s'’{ZWNJ}-]*(?:(?:{genitives})\s+)?")


@cache
def _owner_gap(language: str) -> re.Pattern[str]:
    """Compiles the words between an office and its country after it ("prime minister of India"); of any language if it is unknown."""
    languages = (relation_words(language),) if language else all_relation_words()
    gaps = [rf"\s+{word}\s+" if word else rf"[\s{ZWNJ}]*" for words in languages for word in words.owner_prepositions]
    return re.compile("|".join(gaps) or "(?!)")
