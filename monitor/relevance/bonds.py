"""How two sides stand together in one passage: acting on each other, side by side in a list, or one as the venue."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from monitor.relevance.lexicon import Match
from monitor.relevance.passages import Passage
from monitor.relevance.rules import BOTH, Cue, Other, RuleSet, Weights

# The cues that tell how two sides stand together.
MANNERS = ("act", "channel", "exchange", "list", "relation", "theme", "venue", "voice", "way")

# What stands between the members of an enumeration.
_GAP = re.compile(r"[\s,،;؛/&–-]*(?:(?:and|or|as well as|ve|ile|و|او|اور|یا|سے)\b)?[\s,،]*(?:the\s)?")

# A cue this many characters before or behind a pair still speaks of it: Urdu copy runs on without full stops.
_REACH = 80
_CLOSE = 2
_BESIDE = 16  # a word and what stands round it

# Between a name and its verb: nothing, or an ending and an office ("Pakistan's prime minister says").
_BLANK = re.compile(r"\s*")
_OFFICE = re.compile(r"[\w\s'’\u200c]{0,24}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """The strongest tie of the two sides in a passage. `worth` is a factor from 0 to 1."""

    one: Match
    other: Match
    worth: float
    aside: str  # "venue", "channel" or "theme" where one side is no more than that; "" where both act
    weak: bool  # a side is named only by a place or group of domestic news
    listed: bool  # both stand in a list of countries
    relation: bool  # a word of dealing stands near
    act: bool  # something is done: more than a name of the pair and what the name belongs to


def spelled_out(rules: RuleSet) -> RuleSet:
    """The rules with the words of other sets in the cues that are looked for here, which stand in sentences as words alone."""
    known = {cue.id: cue for cue in rules.cues}
    return replace(rules, cues=tuple(_whole(cue, known) if cue.id in MANNERS else cue for cue in rules.cues))


def _whole(cue: Cue, known: Mapping[str, Cue]) -> Cue:
    forms: dict[str, tuple[str, ...]] = dict(cue.forms)
    for part in (_whole(known[name], known) for name in cue.of if name in known):
        forms |= {language: (*forms.get(language, ()), *more) for language, more in part.forms.items()}
    return replace(cue, forms=forms)


def strongest(passage: Passage, rules: RuleSet, *, foreign: bool) -> Bond | None:
    """The strongest bond, or None where a side is missing or the two stand too far apart for one statement.

    `foreign`: the text is about third countries, so that a side may be no more than their venue or channel.
    """
    pairs = [
        (one, other)
        for one, other in product(*(_plainest(passage.side(side.code)) for side in rules.sides))
        if passage.field == "title" or _apart(one, other) <= rules.weights.apart
    ]
    lists = [run for run in _runs(passage) if _is_list(passage, run, rules)] if pairs else []
    bonds = (_bond(passage, one, other, rules.weights, lists=lists, foreign=foreign) for one, other in pairs)
    return max(bonds, key=lambda bond: (bond.worth, bond.relation, bond.act), default=None)


def _plainest(matches: list[Match]) -> list[Match]:
    """The names of a side without places of domestic news, where it is named otherwise as well.

    "Kalat in Pakistan, as well as Afghanistan and Iran" is a list, though no list holds Kalat.
    """
    return [match for match in matches if match.term.strength != "weak"] or matches


def in_passing(passage: Passage, match: Match) -> bool:
    """Whether a side is named only as a venue, channel or source ("in Islamabad", "via Pakistan")."""
    return _within(match, passage.cues("venue")) or _within(match, passage.cues("channel"))


def _bond(
    passage: Passage, one: Match, other: Match, weights: Weights, *, lists: list[list[Match]], foreign: bool
) -> Bond:
    listed = any(_listed(passage, run, one, other) for run in lists)
    aside = _aside(passage, one, other, foreign=foreign) or _aside(passage, other, one, foreign=foreign)
    weak = "weak" in {one.term.strength, other.term.strength}
    related = _related(passage, one, other)
    # A headline that has both and a dealing is no domestic news, whatever the places: "Quetta-Mashhad flights resume".
    worth = weights.weak if weak and not (passage.headline and related) else 1.0
    if listed:
        worth *= weights.listed
    if aside:
        worth *= weights.title_channel if passage.headline else weights.channel
    return Bond(
        one=one,
        other=other,
        worth=worth,
        aside=aside,
        weak=weak,
        listed=listed,
        relation=related,
        act=BOTH not in {one.term.side, other.term.side} or any(passage.cues(cue) for cue in ("act", "relation")),
    )


def _aside(passage: Passage, match: Match, other: Match, *, foreign: bool) -> str:
    """As what a side stands aside: "venue", "channel" or "theme"; "" where it acts."""
    # "How will Pakistan deal with the Iran war?": in a headline the war is a theme. In a sentence it is told of.
    if passage.headline and _within(match, passage.cues("theme")):
        return "" if _speaks(passage, other) else "theme"
    if foreign and _within(match, passage.cues("channel")):
        return "channel"
    venue = foreign and _within(match, passage.cues("venue"))
    return "venue" if venue and not (passage.headline and _visited(passage, match, other)) else ""


def _speaks(passage: Passage, match: Match) -> bool:
    """Whether a side speaks or offers: "US-Iran deal is near, says Pakistan"; "Pakistan PM offers to host Iran talks"."""
    return passage.text.startswith(":", match.end - passage.start) or any(
        _joined(passage, match.end, voice.start, _OFFICE) or _joined(passage, voice.end, match.start, _BLANK)
        for voice in passage.cues("voice")
    )


def _visited(passage: Passage, venue: Match, guest: Match) -> bool:
    """Whether the other side comes or goes: "Iran's envoy lands in Islamabad for US talks", not "Vance lands …"."""
    before = [match for match in passage.matches if match.end <= venue.start and match.is_country]
    if not before or not max(before, key=lambda match: match.end).names(guest.term.side):
        return False
    return any(
        _joined(passage, way.end, venue.start, _BLANK) or _joined(passage, venue.end, way.start, _OFFICE)
        for way in passage.cues("way")
    )


def _joined(passage: Passage, start: int, end: int, gap: re.Pattern[str]) -> bool:
    return start <= end and gap.fullmatch(passage.between(start, end)) is not None


def _within(match: Match, cues: list[Match]) -> bool:
    return any(cue.start <= match.start and match.end <= cue.end for cue in cues)


def _apart(one: Match, other: Match) -> int:
    return max(one.start, other.start) - min(one.end, other.end)


def _related(passage: Passage, one: Match, other: Match) -> bool:
    start, end = min(one.start, other.start) - _REACH, max(one.end, other.end) + _REACH
    dealings = [match for match in passage.terms() if match.term.kind == "topic"] + passage.cues("relation")
    # Goods, people and blows go between any two: where a third country stands by, they may be its.
    dealings += [] if passage.others() else passage.cues("exchange")
    return any(start <= dealing.start and dealing.end <= end for dealing in dealings)


def _is_list(passage: Passage, run: list[Match], rules: RuleSet) -> bool:
    return bool(_others(run)) or _marked(passage, run) or _are_places(passage, run, rules)


def _are_places(passage: Passage, run: list[Match], rules: RuleSet) -> bool:
    """Whether both are no more than places of a third party's matter: "Afghans return from Iran and Pakistan"."""
    if len(run) == 1 or not passage.others():
        return False
    before = passage.between(max(passage.start, run[0].start - _BESIDE), run[0].start).split()[-1:]
    behind = passage.between(run[-1].end, run[-1].end + _BESIDE).strip(" '’").split()[:1]
    return any(word.casefold() in rules.before_both for word in before) or any(
        word.casefold() in rules.behind_both for word in behind
    )


def _listed(passage: Passage, run: list[Match], one: Match, other: Match) -> bool:
    """Whether a list says no more of a pair than that both are countries.

    Both stand in it ("Afghanistan, Iran and Pakistan", "countries like Iran and Pakistan"), or one of them stands with
    several others ("Saudi Arabia, Turkey and Pakistan", "Saudi Arabia, Pakistan and others").
    """
    if one in run and other in run:
        return True
    several = len(_others(run)) > 1 or (bool(_others(run)) and _marked(passage, run))
    return several and (one in run or other in run)


def _marked(passage: Passage, run: list[Match]) -> bool:
    first, last = run[0], run[-1]
    return any(
        0 <= first.start - cue.end <= _CLOSE or 0 <= cue.start - last.end <= _CLOSE for cue in passage.cues("list")
    )


def _others(run: list[Match]) -> set[str]:
    return {match.noun.id for match in run if isinstance(match.noun, Other)}


def _runs(passage: Passage) -> Iterator[list[Match]]:
    """Countries with nothing but commas and conjunctions between them. The passage names one at least."""
    run: list[Match] = []
    for match in passage.matches:
        if not match.is_country:
            continue
        if run and not _GAP.fullmatch(passage.between(run[-1].end, match.start)):
            yield run
            run = []
        run.append(match)
    yield run
