"""What to know before trusting a text: flags raised by the shape of the headline and of the page."""

import re
from collections.abc import Iterator, Sequence
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


def flags(watched: Sequence[Watch], passages: Sequence[Passage], *, title: str, body: str, lead: int) -> Iterator[Flag]:
    """The cautions that are raised, each with its evidence. `lead` counts the sentences of a lead."""
    signs = [
        (match.noun, passage.between(match.start, match.end).lower())
        for passage in passages
        for match in passage.matches
        if isinstance(match.noun, Caution | Cue)
    ]
    yield from filter(None, (_raised(watch, signs, title=title, body=body, lead=lead) for watch in watched))


Signs = Sequence[tuple[Caution | Cue, str]]  # what was found, as it stands there


def _raised(watch: Watch, signs: Signs, *, title: str, body: str, lead: int) -> Flag | None:
    caution = watch.caution
    markers = {word for noun, word in signs if noun is caution} | _found(watch.titles, title)
    words = {word for noun, word in signs if isinstance(noun, Cue) and noun.id == caution.hints} - markers
    shapes = list(_headings(watch, body))
    # Words prove little, however many: an editorial is as fond of them as a text machine.
    proof = 2 * len(markers) + min(len(words), _WORDS) + len(shapes)
    if proof + bool(watch.sourced) < 2 * caution.least:
        return None
    unsourced = ["no date, place or source in the lead"] * _is_unsourced(watch, body, lead=lead)
    if proof + len(unsourced) < 2 * caution.least:
        return None
    evidence = [*sorted(markers), *shapes, *unsourced, *sorted(words)][:_EVIDENCE]
    return Flag(code=caution.code, evidence=", ".join(evidence))


def _headings(watch: Watch, body: str) -> Iterator[str]:
    lines = [line for line in body.splitlines() if 0 < len(line) <= _HEADING] if watch.headings else []
    for heading in watch.headings:
        line = next(filter(heading.fullmatch, lines), None)
        if line:
            yield line.strip("#*:. \t").lower()


def _is_unsourced(watch: Watch, body: str, *, lead: int) -> bool:
    spans = sentences(body[:_LEAD])[:lead] if watch.sourced else []
    return bool(watch.sourced and spans and not watch.sourced.search(body, 0, spans[-1][1]))


def _found(pattern: re.Pattern[str] | None, title: str) -> set[str]:
    found = pattern.search(title) if pattern else None
    return {found[0].lower()} if found else set()


def _pattern(lines: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE) if lines else None
