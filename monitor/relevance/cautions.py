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


def flags(
    watched: Sequence[Watch], passages: Sequence[Passage], *, title: str, body: str, lead: int
) -> list[tuple[Caution, Flag]]:
    """The cautions that are raised, each with its evidence. `lead` counts the sentences of a lead."""
    signs = [
        (match.noun, passage.order, passage.between(match.start, match.end).lower())
        for passage in passages
        for match in passage.matches
        if isinstance(match.noun, Caution | Cue)
    ]
    raised = (
        (watch.caution, _raised(watch, signs, title=title, body=body, lead=lead))
        for watch in watched
        if not _ruled_out(watch.caution, passages)
    )
    return [(caution, flag) for caution, flag in raised if flag]


Signs = Sequence[tuple[Caution | Cue, int, str]]  # what was found, in which sentence, as it stands there


def _raised(watch: Watch, signs: Signs, *, title: str, body: str, lead: int) -> Flag | None:
    caution = watch.caution
    last = {"title": -1, "lead": lead - 1, "text": sys.maxsize}[caution.within]
    markers = {word for noun, order, word in signs if noun is caution and order <= last}
    markers |= _found(watch.titles, title)
    words = _hints(caution, signs, last=max(last, lead - 1)) - markers if caution.hints else set[str]()
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


def _ruled_out(caution: Caution, passages: Sequence[Passage]) -> bool:
    if caution.needs and not _names(caution.needs, passages):
        return True
    return bool(caution.unless) and _names(caution.unless, [passage for passage in passages if passage.headline])


def _hints(caution: Caution, signs: Signs, *, last: int) -> set[str]:
    return {
        word
        for noun, order, word in signs
        if order <= last and (noun is caution or (isinstance(noun, Cue) and noun.id == caution.hints))
    }


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


def _names(wanted: str, passages: Iterable[Passage]) -> bool:
    return any(
        not isinstance(match.noun, Caution) and match.noun.id == wanted
        for passage in passages
        for match in passage.matches
    )


def _pattern(lines: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE) if lines else None
