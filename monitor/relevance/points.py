"""What speaks for a text, in points: each step of the judgement with a sentence that says why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.model import Reason
from monitor.relevance.bonds import Bond, in_passing, strongest
from monitor.relevance.passages import Passage
from monitor.relevance.rules import BOTH, RuleSet, Side

# Topics that reach over a border by themselves: an outlet that writes of them and names the neighbour speaks of its own
# country without naming it ("smuggled Iranian diesel", "pilgrims stranded in Iran").
_CROSS_BORDER = {"border", "energy-trade", "envoys", "pilgrims", "smuggling"}

_AT_THE_BORDER = {"borderland", "crossing"}
_SPOKEN_TWICE = 2  # a border named in two passages is the matter of a text; more adds nothing


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


def headline(passages: Sequence[Passage], rules: RuleSet) -> Bond | None:
    """How the two sides stand together in the headline, or None."""
    title = next((passage for passage in passages if passage.headline), None)
    return strongest(title, rules, foreign=bool(title.others())) if title else None


def from_headline(passages: Sequence[Passage], rules: RuleSet) -> Iterator[Reason]:
    """Both sides in the headline; or one of them there, and the other acting in the lead."""
    weights, bond = rules.weights, headline(passages, rules)
    if bond:
        yield _reason("title-both", weights.title_both * bond.worth, f"The headline names {_together(bond)}")
        if BOTH in {bond.one.term.side, bond.other.term.side}:
            yield _reason("title-pair", weights.title_pair * bond.worth, "The headline names the pair")
        return
    named = [side for side in rules.sides if any(p.headline and p.side(side.code) for p in passages)]
    missing = [side for side in rules.sides if side not in named]
    if named and any(_acts(passage, missing[0]) for passage in lead(passages, rules)):
        yield _reason(
            "title-lead", weights.title_lead, f"{named[0].name} in the headline, {missing[0].name} in the lead"
        )


def from_sentences(passages: Sequence[Passage], rules: RuleSet, *, body: float) -> Iterator[Reason]:
    """Sentences that name both sides close together, the first ones for more, up to a limit.

    `body` is a factor: in a roundup a sentence is a story of its own.
    """
    weights = rules.weights
    about_others = any(passage.headline and passage.others() for passage in passages)
    left = weights.pairs_most
    for passage in passages:
        if passage.headline or len(passage.others()) >= weights.list_from:
            continue
        bond = strongest(passage, rules, foreign=about_others or bool(passage.others()))
        if bond:
            reason = _reason(
                "pair",
                min(left, body * _sentence_points(passage, bond, rules)),
                f"One sentence names {_together(bond)}",
            )
            left -= reason.points
            if reason.points:
                yield reason


def _sentence_points(passage: Passage, bond: Bond, rules: RuleSet) -> float:
    weights = rules.weights
    early = passage.order < weights.lead
    place = weights.pair_lead if early else weights.pair_later
    dealing = (weights.relation_lead if early else weights.relation_later) if bond.relation else 0.0
    return (place + dealing) * bond.worth


def from_border(passages: Sequence[Passage], rules: RuleSet) -> Iterator[Reason]:
    """A place on the common border, and the border, where the neighbour is not named ("a guard killed in Saravan")."""
    opening = lead(passages, rules, title=True)
    if all(any(passage.side(side.code) for passage in opening) for side in rules.sides):
        return
    places = [match.term for passage in opening for match in passage.terms() if match.term.kind in _AT_THE_BORDER]
    spoken = [passage for passage in opening if any(match.term.id == "border" for match in passage.terms())]
    if not places:
        return
    place = min(places, key=lambda term: term.kind != "crossing")
    points = rules.weights.crossing if place.kind == "crossing" else rules.weights.borderland
    for _ in spoken[:_SPOKEN_TWICE]:
        yield _reason("border", points, f"The border at {place.name}")


def from_affair(passages: Sequence[Passage], rules: RuleSet) -> Iterator[Reason]:
    """What an affair does to one side, where it is named only obliquely ("border flare-up rattles Karachi stocks").

    Alone it makes a near miss: a neighbour it is, but which one? Third countries beside it or the name answer that.
    """
    opening = lead(passages, rules, title=True)
    named = [side for side in rules.sides if any(passage.side(side.code) for passage in opening)]
    told = next((cue for p in opening if not p.others() for cue in p.cues("affair")), None)
    if not named or not told or any(all(p.side(side.code) for side in rules.sides) for p in opening):
        return
    yield _reason("affair", rules.weights.affair, f"{named[0].name} and an affair of neighbours")
    other = next(side for side in rules.sides if side != named[0])
    if any(passage.side(other.code) and not passage.others() for passage in passages):
        yield _reason("affair", rules.weights.affair_named, f"{other.name} is named in the same text")


def from_outlet(passages: Sequence[Passage], rules: RuleSet, *, country: str) -> Iterator[Reason]:
    """An outlet of one side on what comes over the border from the other: it need not name its own country."""
    weights = rules.weights
    others = [side for side in rules.sides if side.code != country]
    if len(others) != 1:
        return
    opening = lead(passages, rules, title=True)
    headlined = {match.term.id for passage in opening if passage.headline for match in passage.terms()}
    for passage in opening:
        topic = next((match.term for match in passage.terms() if match.term.id in _CROSS_BORDER), None)
        if topic and passage.side(others[0].code) and not passage.side(country) and not passage.others():
            whole = weights.title_both if topic.id in headlined else weights.pair_lead
            text = f"An outlet of {country} writes of {others[0].name} and {topic.name}"
            yield _reason("outlet", whole * weights.prior, text)


def lead(passages: Sequence[Passage], rules: RuleSet, *, title: bool = False) -> list[Passage]:
    """The first sentences, with the headline before them where it is asked for."""
    return [p for p in passages if p.order < rules.weights.lead and (title or not p.headline)]


def _acts(passage: Passage, side: Side) -> bool:
    return any(match.term.strength != "weak" and not in_passing(passage, match) for match in passage.side(side.code))


def _together(bond: Bond) -> str:
    names = " and ".join(dict.fromkeys((bond.one.term.name, bond.other.term.name)))
    how = [", in a list"] * bond.listed + [", one only as venue, channel or theme"] * bond.channel
    return names + "".join(how)


def _reason(code: str, points: float, text: str) -> Reason:
    return Reason(code=code, points=round(points, 2), text=text)
