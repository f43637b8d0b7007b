"""From a text to a verdict with its evidence.

Points come from the headline, from sentences that name both sides close together, and from little else: two countries
named far apart in a long text are two reports.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Flag, Hit, Reason, Verdict
from monitor.relevance.cautions import Watch, flags, watches
from monitor.relevance.passages import Passage, Reader, reader
from monitor.relevance.points import (
    from_affair,
    from_border,
    from_headline,
    from_outlet,
    from_sentences,
    headed,
    headline,
)
from monitor.relevance.rules import Caution, RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Rules, compiled. Calling it judges one text; nothing is kept between calls."""

    rules: RuleSet
    reader: Reader
    watches: tuple[Watch, ...]

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

        `language` is a BCP 47 tag or "", `country` that of the outlet (ISO 3166-1), `outlet` its name, which is no
        evidence where it closes the headline. Offsets of hits count characters of the fields as they were given.
        """
        passages = self.reader.read(
            title=_without_outlet(title, outlet),
            summary=summary,
            text=text,
            language=language.lower().split("-")[0],
            home=country,
        )
        passages = passages if title.strip() else headed(passages, self.rules)
        hits = tuple(_hits(passages))
        if not any(hit.side for hit in hits):
            return Verdict(digest=False, alert=False, score=0.0, rules=self.rules.version)
        lead = self.rules.weights.lead
        cautions = flags(self.watches, passages, title=title, body=text or summary, lead=lead)
        reasons = tuple(_reasons(passages, self.rules, country=country, cautions=cautions))
        return _verdict(passages, self.rules, hits=hits, reasons=reasons, cautions=cautions)


def compile(rules: RuleSet) -> Judge:  # noqa: A001 - the rooms agreed on relevance.compile
    """A judge by these rules. Compiling takes some tens of milliseconds: do it once."""
    return Judge(rules=rules, reader=reader(rules), watches=watches(rules))


Cautioned = tuple[Caution, Flag]


def _reasons(
    passages: Sequence[Passage], rules: RuleSet, *, country: str, cautions: Sequence[Cautioned]
) -> Iterator[Reason]:
    yield from from_headline(passages, rules)
    yield from from_sentences(passages, rules, body=min((caution.body for caution, _ in cautions), default=1.0))
    yield from from_border(passages, rules)
    yield from from_affair(passages, rules)
    yield from from_outlet(passages, rules, country=country)
    for caution, flag in cautions:
        if caution.points:
            yield Reason(code=caution.code, points=caution.points, text=f"{caution.name.capitalize()}: {flag.evidence}")


def _verdict(
    passages: Sequence[Passage],
    rules: RuleSet,
    *,
    hits: tuple[Hit, ...],
    reasons: tuple[Reason, ...],
    cautions: Sequence[Cautioned],
) -> Verdict:
    weights = rules.weights
    score = round(sum(reason.points for reason in reasons), 2)
    digest = score >= weights.digest
    # An alert interrupts: both sides must act in the headline itself, neither in a list nor as the venue of others.
    bond = headline(passages, rules)
    direct = bond is not None and bond.act and not bond.channel and not bond.listed
    return Verdict(
        digest=digest,
        alert=digest and direct and score >= weights.alert and all(caution.alert for caution, _ in cautions),
        score=score,
        hits=hits,
        reasons=reasons,
        flags=tuple(flag for _, flag in cautions),
        missing="" if digest else _missing(passages, rules, reasons),
        near=not digest and score >= weights.digest - weights.near,
        rules=rules.version,
    )


def _missing(passages: Sequence[Passage], rules: RuleSet, reasons: Sequence[Reason]) -> str:
    """What a text below the line lacked, the plainest first."""
    absent = [side.name for side in rules.sides if not any(passage.side(side.code) for passage in passages)]
    if absent:
        return f"nothing of {absent[0]}"
    if not any(reason.code in {"title-both", "pair"} for reason in reasons):
        return "both sides, but never close together in one sentence"
    against = [reason.text for reason in reasons if reason.points < 0]
    if against:
        return against[0]
    if all(reason.code != "title-both" for reason in reasons):
        return "both sides in the headline, or in more sentences of the lead"
    return "both sides as actors: one stands in a list or is only venue, channel or theme"


def _hits(passages: Iterable[Passage]) -> Iterator[Hit]:
    for passage in passages:
        for match in passage.terms():
            yield Hit(
                term=match.term.id,
                name=match.term.name,
                side=match.term.side,
                kind=match.term.kind,
                field=passage.field,
                start=match.start,
                end=match.end,
                text=passage.between(match.start, match.end),
            )


def _without_outlet(title: str, outlet: str) -> str:
    """A headline without the name of its outlet at the end ("… - Pakistan Observer"); places in it stay the same."""
    cut = title.rstrip()
    if outlet and cut.casefold().endswith(outlet.casefold()) and len(cut) > len(outlet):
        bare = cut[: -len(outlet)].rstrip()
        return bare if bare[-1] in "-–—|:·" else title
    return title
