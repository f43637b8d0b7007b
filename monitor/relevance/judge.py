"""From passages to a verdict: points for how the two sides stand together, each with a sentence that says why.

Points come from the headline, from sentences that name both sides close together, and from little else: two countries
named far apart in a long text are two reports.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Flag, Hit, Reason, Verdict
from monitor.relevance.bonds import Bond, in_passing, strongest
from monitor.relevance.lexicon import Match
from monitor.relevance.passages import Passage, Reader, reader
from monitor.relevance.rules import BOTH, Caution, RuleSet, Side, Term

_CROSS_BORDER = {"border", "energy-trade", "pilgrims", "smuggling"}  # topics that reach over the border by themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Rules, compiled. Calling it judges one text; nothing is kept between calls."""

    rules: RuleSet
    reader: Reader

    def __call__(
        self,
        *,
        title: str,
        summary: str = "",
        text: str = "",
        language: str = "",
        country: str = "",
        outlet: str = "",
    ) -> Verdict:
        """The verdict on a text, with every name found in it and the reason for every point.

        `language` is a BCP 47 tag or "", `country` that of the outlet, `outlet` its name. Offsets of hits count
        characters of the fields as they were given.
        """
        spoken = language.lower().split("-")[0]
        passages = self.reader.read(title=title, summary=summary, text=text, language=spoken)
        hits = tuple(_hits(passages))
        if not hits:
            return Verdict(digest=False, alert=False, score=0.0, rules=self.rules.version)
        cautions = list(self._cautions(passages))
        body = min((caution.body for caution, _ in cautions), default=1.0)
        reasons = [*self._headline(passages), *self._pairs(passages, body), *self._borderland(passages), *self._prior(passages, country)]
        reasons += [Reason(code=c.code, points=c.points, text=f"{c.name}: {flag.evidence}") for c, flag in cautions if c.points]
        score = round(sum(reason.points for reason in reasons), 2)
        weights = self.rules.weights
        digest = score >= weights.digest
        title = passages[0] if passages[0].field == "title" else None
        bond = title and strongest(title, self.rules, foreign=bool(title.others()))
        direct = bond is not None and not bond.channel and not bond.listed
        return Verdict(
            digest=digest,
            alert=score >= weights.alert and direct and all(caution.alert for caution, _ in cautions),
            score=score,
            hits=hits,
            reasons=tuple(reasons),
            flags=tuple(flag for _, flag in cautions),
            near=not digest and score >= weights.digest - weights.near,
            rules=self.rules.version,
        )

    def _headline(self, passages: Sequence[Passage]) -> Iterator[Reason]:
        weights = self.rules.weights
        title = passages[0] if passages and passages[0].field == "title" else None
        if title is None:
            return
        bond = strongest(title, self.rules, foreign=bool(title.others()))
        if bond:
            yield Reason(code="title-both", points=round(weights.title_both * bond.worth, 2), text=f"headline: {_together(bond)}")
            if BOTH in {bond.one.noun.side, bond.other.noun.side}:
                yield Reason(code="title-pair", points=round(weights.title_pair * bond.worth, 2), text="pair in headline")
            return
        sides = [side for side in self.rules.sides if title.side(side.code)]
        if len(sides) == 1:
            missing = next(side for side in self.rules.sides if side not in sides)
            if any(self._acts(p, missing) for p in passages if 0 <= p.order < weights.lead):
                yield Reason(code="title-lead", points=weights.title_lead, text=f"{sides[0].name} in the headline, {missing.name} in the lead")

    def _acts(self, passage: Passage, side: Side) -> bool:
        return any(not in_passing(passage, m) and m.noun.strength != "weak" for m in passage.side(side.code))

    def _pairs(self, passages: Sequence[Passage], body: float) -> Iterator[Reason]:
        weights = self.rules.weights
        left = weights.pairs_most
        title_foreign = any(p.field == "title" and p.others() for p in passages)
        for passage in passages:
            if passage.field == "title" or len(passage.others()) >= weights.list_from:
                continue
            bond = strongest(passage, self.rules, foreign=title_foreign or bool(passage.others()))
            if bond is None:
                continue
            points = (weights.pair_lead if passage.order < weights.lead else weights.pair_later)
            if bond.relation:
                points += weights.relation * (1 if passage.order < weights.lead else 0.4)
            points = round(min(left, points * bond.worth * body), 2)
            left -= points
            if points > 0:
                yield Reason(code="pair", points=points, text=f"one sentence: {_together(bond)}")

    def _borderland(self, passages: Sequence[Passage]) -> Iterator[Reason]:
        lead = [p for p in passages if p.order < self.rules.weights.lead]
        places = [m for p in lead for m in p.matches if isinstance(m.noun, Term) and m.noun.kind == "borderland"]
        if not places or all(any(p.side(s.code) for p in lead) for s in self.rules.sides):
            return
        spoken = [p for p in lead if any(isinstance(m.noun, Term) and m.noun.id == "border" for m in p.matches)]
        for p in spoken[:2]:
            yield Reason(code="borderland", points=self.rules.weights.borderland, text=f"the border at {places[0].noun.name}")

    def _prior(self, passages: Sequence[Passage], country: str) -> Iterator[Reason]:
        weights = self.rules.weights
        if country not in {s.code for s in self.rules.sides}:
            return
        other = next(s for s in self.rules.sides if s.code != country)
        for p in passages:
            if p.order < weights.lead and p.side(other.code) and not p.side(country) and len(p.others()) == 0:
                topic = [m for m in p.matches if isinstance(m.noun, Term) and m.noun.id in _CROSS_BORDER]
                if topic:
                    base = weights.title_both if p.field == "title" else weights.pair_lead
                    yield Reason(code="prior", points=round(base * weights.prior, 2), text=f"an outlet of {country} on {other.name}: {topic[0].noun.name}")

    def _cautions(self, passages: Sequence[Passage]) -> Iterator[tuple[Caution, Flag]]:
        limits = {"title": -1, "lead": self.rules.weights.lead - 1, "text": 10**9}
        for caution in self.rules.cautions:
            within = [p for p in passages if p.order <= limits[caution.within]]
            markers = {p.between(m.start, m.end).lower() for p in within for m in p.matches if m.noun is caution}
            needed = not caution.needs or any(getattr(m.noun, "id", "") == caution.needs for p in passages for m in p.matches)
            if len(markers) >= caution.least and needed:
                yield caution, Flag(code=caution.code, evidence=", ".join(sorted(markers)))


def compile(rules: RuleSet) -> Judge:  # noqa: A001 - the rooms agreed on relevance.compile
    """A judge by these rules."""
    return Judge(rules=rules, reader=reader(rules))


def _hits(passages: Iterable[Passage]) -> Iterator[Hit]:
    for passage in passages:
        for match in passage.matches:
            if isinstance(match.noun, Term):
                yield Hit(
                    term=match.noun.id,
                    name=match.noun.name,
                    side=match.noun.side,
                    kind=match.noun.kind,
                    field=passage.field,
                    start=match.start,
                    end=match.end,
                    text=passage.between(match.start, match.end),
                )


def _together(bond: Bond) -> str:
    names = " and ".join(dict.fromkeys((bond.one.noun.name, bond.other.noun.name)))
    return names + (", in a list" if bond.listed else "") + (", as venue or channel" if bond.channel else "")+ (" R" if bond.relation else "")
