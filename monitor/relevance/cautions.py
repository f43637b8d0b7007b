"""What to know before trusting a text: flags raised by words, by the shape of the headline and by that of the page."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Flag
from monitor.relevance.passages import Passage
from monitor.relevance.rules import Caution, Cue, RuleSet
from monitor.text import sentences

_HEADING = 80  # characters of a line that may be a heading
_LEAD = 800  # characters in which a lead ends
_WORDS = 2  # that count as hints, at most
_EVIDENCE = 8  # markers shown, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A caution, its patterns compiled."""

    caution: Caution
    titles: re.Pattern[str] | None
    headings: tuple[re.Pattern[str], ...]
    sourced: re.Pattern[str] | None


def watches(rules: RuleSet) -> tuple[Watch, ...]:
    """The cautions of the rules, ready to be looked for."""
    return tuple(
        Watch(
            caution=caution,
            titles=_pattern(caution.titles),
            headings=tuple(re.compile(rf"[#*\d.\s]*(?:{line})[*:.\s]*", re.IGNORECASE) for line in caution.headings),
            sourced=_pattern(caution.sourced),
        )
        for caution in rules.cautions
    )


def raised(watch: Watch, passages: Sequence[Passage], *, title: str, body: str, lead: int) -> Flag | None:
    """The flag with its evidence, or None where too little speaks for it. `lead` counts the sentences of a lead."""
    caution = watch.caution
    if caution.unless and _names(caution.unless, [passage for passage in passages if passage.headline]):
        return None
    if caution.needs and not _names(caution.needs, passages):
        return None
    markers = {*_forms(caution, passages, lead=lead), *_found(watch.titles, title)}
    words = {*_hints(caution, passages, lead=lead)} - markers
    shapes = [*_headings(watch, body), *_unsourced(watch, body, lead=lead)]
    # Words prove little, however many: an editorial is as fond of them as a text machine.
    if 2 * len(markers) + min(len(words), _WORDS) + len(shapes) < 2 * caution.least:
        return None
    evidence = [*sorted(markers), *shapes, *sorted(words)][:_EVIDENCE]
    return Flag(code=caution.code, evidence=", ".join(evidence)) if evidence else None


def _forms(caution: Caution, passages: Iterable[Passage], *, lead: int) -> Iterator[str]:
    last = {"title": -1, "lead": lead - 1, "text": sys.maxsize}[caution.within]
    yield from (
        passage.between(match.start, match.end).lower()
        for passage in passages
        if passage.order <= last
        for match in passage.matches
        if match.noun is caution
    )


def _hints(caution: Caution, passages: Iterable[Passage], *, lead: int) -> Iterator[str]:
    last = sys.maxsize if caution.within == "text" else lead - 1
    yield from (
        passage.between(match.start, match.end).lower()
        for passage in passages
        if caution.hints and passage.order <= last
        for match in passage.matches
        if match.noun is caution or (isinstance(match.noun, Cue) and match.noun.id == caution.hints)
    )


def _headings(watch: Watch, body: str) -> Iterator[str]:
    lines = [line for line in body.splitlines() if 0 < len(line) <= _HEADING] if watch.headings else []
    for heading in watch.headings:
        line = next(filter(heading.fullmatch, lines), None)
        if line:
            yield line.strip("#*:. \t").lower()


def _unsourced(watch: Watch, body: str, *, lead: int) -> Iterator[str]:
    spans = sentences(body[:_LEAD])[:lead] if watch.sourced else []
    if watch.sourced and spans and not watch.sourced.search(body, 0, spans[-1][1]):
        yield "no date, place or source in the lead"


def _found(pattern: re.Pattern[str] | None, title: str) -> list[str]:
    found = pattern.search(title) if pattern else None
    return [found[0].lower()] if found else []


def _names(wanted: str, passages: Iterable[Passage]) -> bool:
    return any(
        not isinstance(match.noun, Caution) and match.noun.id == wanted
        for passage in passages
        for match in passage.matches
    )


def _pattern(lines: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE) if lines else None
