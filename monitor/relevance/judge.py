"""From a text to a verdict with its evidence.

Points come from the headline, from sentences that name both sides close together, and from little else: two countries
named far apart in a long text are two reports.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.model import Flag, Hit, Reason, Verdict
from monitor.relevance.bonds import MANNERS, spelled_out
from monitor.relevance.cautions import Watch, flags, watches
from monitor.relevance.passages import Passage, Reader, reader
from monitor.relevance.points import (
    Borne,
    bonds,
    from_headline,
    from_mass,
    from_part,
    from_sections,
    from_sentences,
    headed,
)
from monitor.relevance.rulebook import Fired, Line, Outlet, Rulebook, Topics, rulebook, topics
from monitor.relevance.rules import RuleSet
from monitor.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Rules, compiled. Calling it judges one text; nothing is kept between calls."""

    rules: RuleSet
    reader: Reader
    book: Rulebook
    topics: Topics
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
        source: str = "",
    ) -> Verdict:
        """The verdict on a text, with every name found in it and the reason for every point.

        `language` is a BCP 47 tag or "", `country` that of the outlet (ISO 3166-1), `outlet` its name, which is no
        evidence where it closes the headline, `source` its id for rules that ask for it. Offsets of hits and reasons
        count characters of the fields as they were given.
        """
        spoken = language.lower().split("-")[0]
        title_said = _without_outlet(title, outlet)
        passages = self.reader.read(title=title_said, summary=summary, text=text, language=spoken, home=country)
        passages = passages if title.strip() else headed(passages, self.rules)
        if not any(match.term.side for passage in passages for match in passage.terms()):
            return Verdict(digest=False, alert=False, score=0.0, rules=self.rules.version)
        lead = self.rules.weights.lead
        lines = [self.book.line(*both) for both in zip(passages, bonds(passages, self.rules), strict=True)]
        about = Outlet(source=fold(source).text, lang=fold(spoken).text, country=fold(country).text)
        fired = tuple(self.book.fired(lines, about, lead=lead))
        shapes = tuple(flags(self.watches, passages, title=title, body=text or summary, lead=lead))
        verdict = _verdict(lines, self.rules, fired=fired, shapes=shapes)
        if not (verdict.digest or verdict.near):
            return verdict
        return replace(verdict, topics=self.topics.of(lines, about, lead=lead))


def compile(rules: RuleSet) -> Judge:  # noqa: A001 - the rooms agreed on relevance.compile
    """A judge by these rules; QueryError where a query of theirs cannot be read.

    Compiling takes some tens of milliseconds: do it once.
    """
    rules = spelled_out(rules)
    book = rulebook(rules)
    named = {*book.served, *MANNERS, *(caution.hints for caution in rules.cautions)}
    read = reader(rules, named=named, words=book.words)
    return Judge(rules=rules, reader=read, book=book, topics=topics(rules), watches=watches(rules))


def _verdict(lines: Sequence[Line], rules: RuleSet, *, fired: Sequence[Fired], shapes: tuple[Flag, ...]) -> Verdict:
    weights = rules.weights
    borne = tuple(_borne(lines, rules, fired))
    reasons = tuple(reason for reason, _ in borne)
    score = round(sum(reason.points for reason in reasons), 2)
    digest = score >= weights.digest
    direct = _is_direct(lines, weights.lead, body=min((one.rule.body for one in fired), default=1.0))
    quiet = bool(shapes) or not all(one.rule.alert for one in fired)
    return Verdict(
        digest=digest,
        alert=digest and direct and score >= (weights.alert if lines[0].bond else weights.alert_lead) and not quiet,
        score=score,
        hits=tuple(_hits(lines, borne)),
        reasons=reasons,
        flags=(*_flags(fired), *shapes),
        missing="" if digest else _missing([line.passage for line in lines], rules, reasons),
        near=not digest and score >= weights.digest - weights.near,
        rules=rules.version,
    )


def _is_direct(lines: Sequence[Line], lead: int, *, body: float) -> bool:
    """Whether the two act on each other at the head of the text: an alert interrupts.

    In the headline, neither in a list nor as the venue of others; or, where it names neither both nor a third country, by
    a dealing in a sentence of the lead, which in a market report or a page of several is of another story.
    """
    title = next((line for line in lines if line.passage.headline), None)
    if title is None:
        return False
    if title.bond:
        return title.bond.act and not title.bond.aside and not title.bond.listed
    if title.passage.others() or title.passage.cues("theme") or body < 1:
        return False
    return any(0 <= line.passage.order < lead and _deals(line) for line in lines)


def _deals(line: Line) -> bool:
    bond, passage = line.bond, line.passage
    if not bond or passage.report >= 0 or len(passage.others()) > 1:
        return False
    return bond.relation and not bond.aside and not bond.listed and not bond.weak


def _borne(lines: Sequence[Line], rules: RuleSet, fired: Sequence[Fired]) -> Iterator[Borne]:
    """Every reason, with the names that bear it."""
    yield from from_headline(lines, rules)
    body = min((one.rule.body for one in fired), default=1.0)
    yield from from_sentences(lines, rules, body=body)
    yield from from_sections(lines, rules)
    yield from from_part(lines, rules)
    yield from from_mass(lines, rules, body=body)
    for one in fired:
        if one.rule.points:
            yield _reason(one), tuple(match for _, match in one.evidence)


def _reason(fired: Fired) -> Reason:
    rule = fired.rule
    text = f"{rule.name[:1].upper()}{rule.name[1:]}: {fired.words}"
    points = round(rule.points * fired.times, 2)
    if not fired.evidence:
        return Reason(code=rule.id, points=points, text=text)
    passage, match = fired.evidence[0]
    return Reason(code=rule.id, points=points, text=text, field=passage.field, start=match.start, end=match.end)


def _flags(fired: Sequence[Fired]) -> Iterator[Flag]:
    """The classes of the rules that fired, each once."""
    for code in dict.fromkeys(one.rule.flag for one in fired if one.rule.flag):
        words = dict.fromkeys(one.words for one in fired if one.rule.flag == code)
        yield Flag(code=code, evidence=", ".join(words))


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


def _hits(lines: Iterable[Line], borne: Iterable[Borne]) -> Iterator[Hit]:
    points: dict[int, float] = {}
    for reason, matches in borne:
        for match in matches:
            points[id(match)] = points.get(id(match), 0.0) + reason.points
    for line in lines:
        passage = line.passage
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
                points=round(points.get(id(match), 0.0), 2),
            )


def _without_outlet(title: str, outlet: str) -> str:
    """A headline without the name of its outlet at the end ("… - Pakistan Observer"); places in it stay the same."""
    cut = title.rstrip()
    if outlet and cut.casefold().endswith(outlet.casefold()) and len(cut) > len(outlet):
        bare = cut[: -len(outlet)].rstrip()
        return bare if bare[-1] in "-–—|:·" else title
    return title
