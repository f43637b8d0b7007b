"""Raises flags: warnings about a text that follow from the shape of its headline and page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Flag
from monitor.relevance.rules import FlagRule, RuleSet, WordSet
from monitor.relevance.sentences import Sentence
from monitor.text import sentences as split_sentences

MAX_HEADING_CHARS = 80
MAX_LEAD_CHARS = 800  # in which the lead of a report ends
# Words prove little, however many there are: an editorial uses as many stock phrases as a text machine.
MAX_HINT_WORDS = 2
MAX_EVIDENCE = 8  # markers shown to the reader


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagDetector:
    """A flag rule with its patterns compiled. None: the rule has no such patterns."""

    rule: FlagRule
    titles: re.Pattern[str] | None
    headings: tuple[re.Pattern[str], ...]
    attributions: re.Pattern[str] | None

    def detect(
        self, words_found: Sequence[tuple[FlagRule | WordSet, str]], *, title: str, body: str, lead: int
    ) -> Flag | None:
        """Returns the flag with its evidence, or None if the page has too few markers.

        `words_found` are the markers and words of sets in the text, `lead` is the number of sentences of the lead.
        """
        markers = {words for concept, words in words_found if concept is self.rule}
        if self.titles and (match := self.titles.search(title)):
            markers.add(match[0].lower())
        hints = {
            words for concept, words in words_found if concept is not self.rule and self._is_hint(concept)
        } - markers
        headings = list(self._find_headings(body))
        # A marker is worth two hints, so hints are the unit. A heading is one: an honest text may have a conclusion.
        total = 2 * len(markers) + min(len(hints), MAX_HINT_WORDS) + len(headings)
        needed = 2 * self.rule.min_markers
        # The lead is one hint at most. Splitting it into sentences is the costly part, and rarely decides.
        if total + bool(self.attributions) < needed:
            return None
        unattributed = ["no date, place or source in the lead"] if self._lacks_attribution(body, lead=lead) else []
        if total + len(unattributed) < needed:
            return None
        evidence = [*sorted(markers), *headings, *unattributed, *sorted(hints)][:MAX_EVIDENCE]
        return Flag(code=self.rule.code, evidence=", ".join(evidence))

    def _is_hint(self, concept: FlagRule | WordSet) -> bool:
        return isinstance(concept, WordSet) and concept.id == self.rule.hint_set

    def _find_headings(self, body: str) -> Iterator[str]:
        """Yields the first line that matches each heading pattern, so that ten sections of one kind are one hint."""
        if not self.headings:
            return
        lines = [line for line in body.splitlines() if 0 < len(line) <= MAX_HEADING_CHARS]
        for heading in self.headings:
            line = next(filter(heading.fullmatch, lines), None)
            if line:
                yield line.strip("#*:. \t").lower()

    def _lacks_attribution(self, body: str, *, lead: int) -> bool:
        """Returns whether the lead has no date, place or source."""
        if not self.attributions:
            return False
        spans = split_sentences(body[:MAX_LEAD_CHARS])[:lead]
        return bool(spans) and not self.attributions.search(body, 0, spans[-1][1])


def build_detectors(rules: RuleSet) -> tuple[FlagDetector, ...]:
    """Compiles the flag rules."""
    return tuple(
        FlagDetector(
            rule=rule,
            titles=compile_any(rule.titles),
            # Headings may be numbered, or marked up as in Markdown.
            headings=tuple(re.compile(rf"[#*\d.\s]*(?:{pattern})[*:.\s]*", re.IGNORECASE) for pattern in rule.headings),
            attributions=compile_any(rule.attributions),
        )
        for rule in rules.flags
    )


def detect_flags(
    detectors: Sequence[FlagDetector], sentences: Sequence[Sentence], *, title: str, body: str, lead: int
) -> Iterator[Flag]:
    """Yields the flags of a text, each with its evidence."""
    words_found = [
        (match.concept, sentence.between(match.start, match.end).lower())
        for sentence in sentences
        for match in sentence.matches
        if isinstance(match.concept, FlagRule | WordSet)
    ]
    for detector in detectors:
        if flag := detector.detect(words_found, title=title, body=body, lead=lead):
            yield flag


def compile_any(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """Compiles a pattern that matches if any of these does; None if there are none."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE) if patterns else None
