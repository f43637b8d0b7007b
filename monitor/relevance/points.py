"""What speaks for a text, in points: each step of the judgement with a sentence that says why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise, takewhile

from monitor.model import Reason
from monitor.relevance.bonds import Bond, in_passing, strongest
from monitor.relevance.lexicon import Match
from monitor.relevance.passages import Passage
from monitor.relevance.rulebook import Line
from monitor.relevance.rules import BOTH, RuleSet, Side

_CLOSE = 2  # sentences from one to the other, at most

Borne = tuple[Reason, tuple[Match, ...]]  # a reason and the names that bear it


def headed(passages: list[Passage], rules: RuleSet) -> list[Passage]:
    """The passages, with the first sentence for the headline of a text that came without one, where it could be one.

    Half the Urdu texts come so. A headline tells one thing: a sentence that names third countries, or both sides
    without a word of their dealings, is as often a run of several reports.
    """
    first = passages[0] if passages else None
    if not first or first.order or first.others():
        return passages
    bond = strongest(first, rules, foreign=False)
    return [replace(first, order=-1), *passages[1:]] if bond and bond.relation else passages


def bonds(passages: Sequence[Passage], rules: RuleSet) -> Iterator[Bond | None]:
    """How the two sides stand together in each passage; a sentence that names several third countries is a list."""
    about_others = any(passage.headline and passage.others() for passage in passages)
    for passage in passages:
        others = len(passage.others())
        several = others >= rules.weights.list_from and not passage.headline
        foreign = bool(others) or (about_others and not passage.headline)
        yield None if several else strongest(passage, rules, foreign=foreign)


def from_headline(lines: Sequence[Line], rules: RuleSet) -> Iterator[Borne]:
    """Both sides in the headline; or one of them there, and the other acting in the lead."""
    weights = rules.weights
    title = next((line for line in lines if line.passage.headline), None)
    if title and title.bond:
        bond = title.bond
        yield _reason(
            "title-both", weights.title_both * bond.worth, f"The headline names {_together(bond)}", title, bond
        )
        if BOTH in {bond.one.term.side, bond.other.term.side}:
            yield _reason("title-pair", weights.title_pair * bond.worth, "The headline names the pair", title, bond)
        return
    named = [side for side in rules.sides if title and title.passage.side(side.code)]
    missing = [side for side in rules.sides if side not in named]
    opening = (line for line in lines if line.passage.order < weights.lead and not line.passage.headline)
    acting = next((line for line in opening if named and _acts(line.passage, missing[0])), None)
    if acting:
        text = f"{named[0].name} in the headline, {missing[0].name} in the lead"
        yield _reason("title-lead", weights.title_lead, text, acting)


def from_sentences(lines: Sequence[Line], rules: RuleSet, *, body: float) -> Iterator[Borne]:
    """Sentences that name both sides close together, the first ones for more, up to a limit.

    `body` is a factor: in a roundup a sentence is a story of its own.
    """
    left = rules.weights.pairs_most
    for line in lines:
        if line.passage.headline or not line.bond:
            continue
        points = round(min(left, body * _sentence_points(line.passage, line.bond, rules)), 2)
        left -= points
        if points:
            yield _reason("pair", points, f"One sentence names {_together(line.bond)}", line, line.bond)


def from_sections(lines: Sequence[Line], rules: RuleSet) -> Iterator[Borne]:
    """A part of a longer text that is on both: headed by them and going on with them, or a report of its own."""
    headed = next(_headed_by_both(lines), None)
    if headed and headed.bond:
        text = f"A section is headed by {_together(headed.bond)}"
        yield _reason("section", rules.weights.section * headed.bond.worth, text, headed, headed.bond)
        return
    reports = (list(part) for opened, part in groupby(lines, lambda line: line.passage.report) if opened >= 0)
    own = next((line for report in reports if (line := _first_pair(report, rules.weights.lead))), None)
    if own and own.bond:
        text = f"One report of several is on {_together(own.bond)}"
        yield _reason("section", rules.weights.section, text, own, own.bond)


def _headed_by_both(lines: Sequence[Line]) -> Iterator[Line]:
    """Headings that name both above text that does as well; links to other texts do not go on."""
    for line, following in pairwise(lines):
        goes_on = following.bond and following.passage.order == line.passage.order + 1
        if line.passage.heading and line.bond and not line.bond.listed and goes_on:
            yield line


def _first_pair(report: Sequence[Line], lead: int) -> Line | None:
    """The sentence in which a report opens with the two, where another is on them or the heading names one of them."""
    opening = list(takewhile(lambda line: not line.passage.others(), report))
    pairs = [line for line in opening if line.bond and not line.bond.aside and not line.bond.listed]
    early = next((line for line in pairs if line.passage.order <= line.passage.report + lead), None)
    first = report[0].passage
    headed = first.heading and any(match.names_side and match.term.strength != "weak" for match in first.matches)
    return early if len(pairs) + (headed and report[0] not in pairs) > 1 else None


def from_part(lines: Sequence[Line], rules: RuleSet) -> Iterator[Borne]:
    """Two sentences, one close behind the other, in which the two act by themselves: a part of the text is on them.

    Not where the headline, or what stands first, tells of a third country: there they are its neighbours.
    """
    if lines[0].passage.others():
        return
    pairs = [line for line in lines if _by_themselves(line)]
    for line, following in pairwise(pairs):
        if following.passage.order - line.passage.order <= _CLOSE:
            text = "Two sentences together are on the two"
            yield _reason("part", rules.weights.part, text, line, line.bond)
            return


def _by_themselves(line: Line) -> bool:
    bond, passage = line.bond, line.passage
    return bool(bond and not passage.headline and not passage.others() and not (bond.aside or bond.listed))


def from_mass(lines: Sequence[Line], rules: RuleSet, *, body: float) -> Iterator[Borne]:
    """Both sides all through a long text: far apart in its sentences, but it is on both."""
    named = [
        sum(bool(line.passage.side(side.code)) for line in lines if not line.passage.headline) for side in rules.sides
    ]
    if min(named) >= rules.weights.mass_from:
        text = f"{min(named)} sentences name {rules.sides[named.index(min(named))].name}, more the other side"
        yield Reason(code="mass", points=round(rules.weights.mass * body, 2), text=text), ()


def _sentence_points(passage: Passage, bond: Bond, rules: RuleSet) -> float:
    weights = rules.weights
    early = passage.order < weights.lead
    place = weights.pair_lead if early else weights.pair_later
    dealing = (weights.relation_lead if early else weights.relation_later) if bond.relation else 0.0
    return (place + dealing) * bond.worth


def _acts(passage: Passage, side: Side) -> bool:
    return any(match.term.strength != "weak" and not in_passing(passage, match) for match in passage.side(side.code))


def _together(bond: Bond) -> str:
    names = " and ".join(dict.fromkeys((bond.one.term.name, bond.other.term.name)))
    how = [", in a list"] * bond.listed + [f", one only as {bond.aside}"] * bool(bond.aside)
    return names + "".join(how)


def _reason(code: str, points: float, text: str, line: Line, bond: Bond | None = None) -> Borne:
    passage = line.passage
    reason = Reason(
        code=code,
        points=round(points, 2),
        text=text,
        field=passage.field,
        start=passage.start,
        end=passage.start + len(passage.text),
    )
    return reason, (bond.one, bond.other) if bond else ()
