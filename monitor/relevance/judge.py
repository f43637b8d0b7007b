"""From passages to a verdict: how the two sides stand together, in points that a reader can follow.

Points come from the headline, from sentences that name both sides close together, and from little else: two countries
named far apart in a long text are two reports.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from monitor.model import Flag, Hit, Reason, Verdict
from monitor.relevance.lexicon import Match
from monitor.relevance.passages import Passage, Reader, reader
from monitor.relevance.rules import BOTH, Caution, RuleSet, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Rules, compiled. Calling it judges one text; it holds no state between calls."""

    rules: RuleSet
    reader: Reader

    def __call__(
        self, *, title: str, summary: str = "", text: str = "", language: str = "", country: str = "", outlet: str = ""
    ) -> Verdict:
        """The verdict on a text, with every name found in it and the reason for every point.

        `language` is a BCP 47 tag or "", `country` that of the outlet; all offsets count characters of the fields as
        they were given.
        """
        language = language.lower().split("-")[0]
        passages = self.reader.read(title=title, summary=summary, text=text, language=language)
        hits = tuple(_hits(passages))
        if not hits:
            return Verdict(digest=False, alert=False, score=0.0, rules=self.rules.version)
        reasons = [*self._headline(passages), *self._pairs(passages), *self._prior(passages, country)]
        flags = []
        score = sum(reason.points for reason in reasons)
        w = self.rules.weights
        digest = score >= w.digest
        return Verdict(
            digest=digest,
            alert=score >= w.alert,
            score=round(score, 2),
            hits=hits,
            reasons=tuple(reasons),
            flags=tuple(flags),
            near=not digest and score >= w.digest - w.near,
            rules=self.rules.version,
        )

    def _headline(self, passages: Sequence[Passage]) -> Iterator[Reason]:
        w = self.rules.weights
        title = next((p for p in passages if p.field == "title"), None)
        if title is None:
            return
        one, other = (title.side(side.code) for side in self.rules.sides)
        if one and other:
            worth = max(self._worth(a) * self._worth(b) for a, b in product(one, other))
            yield Reason(code="title-both", points=w.title_both * worth, text=f"both sides in the headline: {_names(one + other)}")
            if title.cues("relation"):
                yield Reason(code="title-relation", points=w.relation, text="r")
            if any(m.noun.side == BOTH for m in one):
                yield Reason(code="title-pair", points=w.title_pair * worth, text=f"the headline names the pair: {_names(one)}")
            if len(title.others()) >= w.title_list_from:
                yield Reason(code="title-list", points=w.title_list, text="the headline enumerates countries")
        elif one or other:
            missing = self.rules.sides[1 if one else 0].code
            lead = [p for p in passages if 0 <= p.order < w.lead]
            if any(self._worth(m) == 1 and not self._by_the_way(p, m) for p in lead for m in p.side(missing)):
                yield Reason(code="title-lead", points=w.title_lead, text="one side in the headline, the other in the lead")

    def _pairs(self, passages: Sequence[Passage]) -> Iterator[Reason]:
        w = self.rules.weights
        left = w.pairs_most
        for passage in passages:
            if passage.field == "title" or len(passage.others()) >= w.list_from:
                continue
            worth, a, b = self._best_pair(passage)
            if not worth:
                continue
            points = (w.pair_lead if passage.order < w.lead else w.pair_later) * worth
            points = min(left, points)
            left -= points
            if points:
                yield Reason(code="pair", points=round(points, 2), text=f"{a.noun.name} and {b.noun.name} in one sentence")

    def _best_pair(self, passage: Passage) -> tuple[float, Match, Match]:
        w = self.rules.weights
        best = (0.0, None, None)
        for a, b in product(*(passage.side(side.code) for side in self.rules.sides)):
            if max(a.start, b.start) - min(a.end, b.end) <= w.apart:
                worth = self._worth(a) * self._worth(b)
                if self._by_the_way(passage, a) or self._by_the_way(passage, b):
                    worth *= w.channel
                best = max(best, (worth, a, b), key=lambda x: x[0])
        return best

    def _worth(self, match: Match) -> float:
        return self.rules.weights.weak if match.noun.strength == "weak" else 1.0

    def _by_the_way(self, passage: Passage, match: Match) -> bool:
        return any(cue.start <= match.start and match.end <= cue.end for cue in passage.cues("channel"))

    def _prior(self, passages, country):
        return ()


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
                    text="",
                )


def _names(matches: Iterable[Match]) -> str:
    return ", ".join(dict.fromkeys(match.noun.name for match in matches))
