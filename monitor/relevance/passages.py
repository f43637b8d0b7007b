"""A text as the judge sees it: the headline and the sentences, each with what was found in it."""

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.model import Field
from monitor.relevance.lexicon import Lexicon, Match, lexicon
from monitor.relevance.rules import BOTH, Caution, Cue, Other, RuleSet, Term
from monitor.text import sentence_cuts

_OF = re.compile(r"[\s'’\u200c-]*(?:(?:s|of|of the|کے|کی|کا)\s+)?")  # between an office and the country it belongs to
_HEADING = 120  # characters of a heading, at most
_LINE = 80  # of what stands below a heading, at least
_LINE_ENDS = ("", "\n")
_ENDS = ".!…۔؟?:،,;"  # a heading may ask, but then it is as often a question of the text

# What opens a section: a short line of its own above a longer one, or a place in bold or in capitals before its report.
_OPENING = re.compile(
    rf"^(?:#+ |\d+[.)] )?(?:[^\n]{{2,{_HEADING}}}(?<![{_ENDS}])[ \t]*\n\s{{0,9}}(?=[^\n]{{{_LINE}}})"
    r"|\*\*[^*\n]{2,60}\*\*|[A-Z][A-Z ]{2,30} ?[–—:-] )",
    re.MULTILINE,
)
_SECTIONS = 3  # that make a page one of several reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The headline or a sentence. `order` counts the sentences; the headline has -1.

    Where a text came without a headline, its first sentence may stand in for it.
    """

    field: Field
    order: int
    text: str
    start: int  # where the text begins in its field; matches count from the beginning of the field
    matches: tuple[Match, ...]
    heading: bool = False  # a short line of its own, as stands above a section
    report: int = -1  # on a page of several reports, the order of the sentence that opens its own

    @property
    def headline(self) -> bool:
        """Whether it is the headline, or stands in for one."""
        return self.order < 0

    def side(self, code: str) -> list[Match]:
        """Where a side is named, alone or as one of the pair."""
        return [match for match in self.matches if match.names(code, BOTH)]

    def terms(self) -> list[Match]:
        """The names and topics of the rules."""
        return [match for match in self.matches if isinstance(match.noun, Term)]

    def others(self) -> set[str]:
        """The third countries it names."""
        return {match.noun.id for match in self.matches if isinstance(match.noun, Other)}

    def between(self, start: int, end: int) -> str:
        """A stretch of the text by places of its field."""
        return self.text[start - self.start : end - self.start]

    def cues(self, cue: str) -> list[Match]:
        """Where a cue stands."""
        return [match for match in self.matches if isinstance(match.noun, Cue) and match.noun.id == cue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads a text into passages."""

    lexicon: Lexicon
    dateline: re.Pattern[str]
    promo: re.Pattern[str]
    lead: int  # sentences of the lead
    hints: frozenset[str]  # cues that count wherever they stand

    def read(self, *, title: str, summary: str, text: str, language: str, home: str) -> list[Passage]:
        """The headline, where there is one, and each sentence that holds something.

        Each once: many a summary is the first sentence again. `home` is the country of the outlet.
        """
        found = [self._headline(title, language)] if title.strip() else []
        look = (
            self.lexicon.find
            if any(match.names_side for one in found for match in one.matches)
            else self.lexicon.find_if_sided
        )
        seen = {_key(passage.text) for passage in found}
        order = 0
        fields: tuple[tuple[Field, str], ...] = (("summary", summary), ("text", text))
        for field, body in fields:
            for passage in self._sentences(field, body, look(body, language), order):
                order = passage.order
                if _key(passage.text) not in seen:
                    seen.add(_key(passage.text))
                    found.append(passage)
        return _in_company(found, home, lead=self.lead)

    def _headline(self, title: str, language: str) -> Passage:
        return Passage(field="title", order=-1, text=title, start=0, matches=tuple(self.lexicon.find(title, language)))

    def _sentences(self, field: Field, text: str, matches: Sequence[Match], order: int) -> Iterator[Passage]:
        """The sentences of the lead, and of the others those that tell something; none where nothing was found."""
        starts = [match.start for match in matches]
        cuts = pairwise(sentence_cuts(text)) if matches else ()
        opened, openings = -1, _openings(text) if matches else []
        for number, (start, end) in enumerate(cuts, order):
            first, last = bisect_left(starts, start), bisect_left(starts, end)
            if bisect_left(openings, start) < bisect_left(openings, end):
                opened = number
            if number < self.lead or (first < last and any(map(self._tells, matches[first:last]))):
                said = text[start:end].rstrip()
                spoken = self._spoken(text, start, start + len(said))
                yield Passage(
                    field=field,
                    order=number,
                    text=said[spoken - start :],
                    start=spoken,
                    matches=tuple(match for match in matches[first:last] if match.start >= spoken),
                    heading=_is_heading(text, start, start + len(said)),
                    report=opened,
                )

    def _tells(self, match: Match) -> bool:
        """Whether a sentence further down is worth keeping for this: a side, or a mark of a whole text."""
        noun = match.noun
        return match.names_side or isinstance(noun, Caution) or (isinstance(noun, Cue) and noun.id in self.hints)

    def _spoken(self, text: str, start: int, end: int) -> int:
        """Where a sentence begins to speak: behind its dateline, and nowhere in a line that leads elsewhere."""
        if self.promo.match(text, start, end):
            return end
        dateline = self.dateline.match(text, start, end)
        return dateline.end() if dateline else start


def reader(rules: RuleSet, *, named: Container[str], words: Iterable[Cue]) -> Reader:
    """A reader of texts by these rules: by the cues that are `named`, and some words besides."""
    return Reader(
        lead=rules.weights.lead,
        hints=frozenset(caution.hints for caution in rules.cautions),
        lexicon=lexicon(rules, named=named, words=words),
        dateline=re.compile("|".join(f"(?:{line})" for line in rules.datelines) or "(?!)"),
        promo=re.compile(
            "(?:" + "|".join(map(re.escape, rules.promos)) + r")\b" if rules.promos else "(?!)", re.IGNORECASE
        ),
    )


def _is_heading(text: str, start: int, end: int) -> bool:
    above = text[max(0, start - 3) : start]
    alone = (not above or "\n" in above) and text[end : end + 1] in _LINE_ENDS
    return alone and end - start <= _HEADING and text[end - 1] not in _ENDS


def _openings(text: str) -> list[int]:
    """Where the reports of a page begin that has several; none where it has not."""
    found = [opening.start() for opening in _OPENING.finditer(text)]
    return found if len(found) >= _SECTIONS else []


def _key(text: str) -> str:
    return "".join(text.split()).casefold()


def _in_company(passages: list[Passage], home: str, *, lead: int) -> list[Passage]:
    """Without the names that need company of their side and have none in the whole text.

    At home a surname or an office is company enough: "Dar, Araghchi speak by phone" in a Pakistani paper.
    """
    terms = [(passage, match) for passage in passages for match in passage.terms()]
    alone = [(passage, match) for passage, match in terms if match.needs_company]
    if not alone:
        return passages
    sure = {match.term.side for _, match in terms if not match.needs_company}
    own = {id(match) for passage, match in alone if match.term.side == home and _is_own(passage, match, lead)}
    sure |= {home} if own else set()
    lonely = {id(match) for _, match in alone if id(match) not in own and not _accompanied(match.term, sure)}
    if not lonely:
        return passages
    return [replace(p, matches=tuple(match for match in p.matches if id(match) not in lonely)) for p in passages]


def _is_own(passage: Passage, match: Match, lead: int) -> bool:
    """Whether an outlet of this side means its own by a name that others may mean otherwise."""
    if match.term.strength != "home":
        return match.term.kind in {"country", "person"}
    if passage.order >= lead:  # further down, a report on the neighbour speaks of the offices there
        return False
    named = (other for other in passage.matches if other.is_country and not other.needs_company)
    gaps = (passage.between(min(match.end, other.end), max(match.start, other.start)) for other in named)
    return not any(map(_OF.fullmatch, gaps))


def _accompanied(term: Term, sure: set[str]) -> bool:
    return term.strength != "home" and bool(sure & {term.side, BOTH})
