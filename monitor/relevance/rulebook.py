"""Rules and topics, their queries compiled, held against the lines of a text.

The lexicon looks up all their words at once; a query then only asks which names were found in which line.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, partial
from itertools import product
from typing import NamedTuple

from monitor import query as queries
from monitor.model import Topic
from monitor.query import And, Near, Not, Or, Phrase, Query, QueryError, Tag, Within
from monitor.relevance.bonds import Bond
from monitor.relevance.lexicon import Lexicon, Match, lexicon
from monitor.relevance.passages import Passage
from monitor.relevance.rules import BOTH, Caution, Cue, Matter, Other, Rule, RuleSet, Term
from monitor.text import fold

PAIR = ("pair", "pair acting", "pair listed", "pair venue", "pair channel", "pair theme", "pair weak")
IN_HEADLINE, IN_LEAD, IN_PAIR = 3.0, 1.0, 0.5  # how much a line tells of the topic of its text
TOLD = 1.0  # and how much makes it a topic
SHARE = 0.25  # of the main topic's weight
MORE = 0.2  # that each further word in a line adds
OTHER = "other"  # the topic of a text on none of them
_EVIDENCE = 6  # words shown for a rule, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The headline or a sentence, how the two sides stand together in it, and all that queries may name in it."""

    passage: Passage
    bond: Bond | None
    names: Mapping[str, Sequence[Match]]


class Outlet(NamedTuple):
    """What queries may ask of the outlet, folded."""

    source: str
    lang: str
    country: str


Test = Callable[[Sequence[Line], Outlet], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rule or topic, ready. `names` are those whose places are its evidence; it needs one of `needed` at least."""

    rule: Rule | Matter
    when: Test
    unless: Test | None
    names: tuple[str, ...]
    needed: frozenset[str] | None  # None: it can hold where none of its names stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule that holds, in how many lines, and the words that say so."""

    rule: Rule
    times: int
    evidence: tuple[tuple[Passage, Match], ...]

    @property
    def words(self) -> str:
        """The words of the evidence."""
        return _words(self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Rules or topics. `served` tells by which names their queries ask for what the lexicon found."""

    asked: tuple[Asked, ...]
    served: Mapping[str, tuple[str, ...]]
    words: tuple[Cue, ...]  # of the queries, for the lexicon to look for as well

    def line(self, passage: Passage, bond: Bond | None) -> Line:
        """A passage as queries see it."""
        names: dict[str, list[Match]] = {}
        for match in passage.matches:
            for name in self.served.get(_id(match.noun), ()):
                names.setdefault(name, []).append(match)
        for name in _manners(bond):
            names[name] = [bond.one, bond.other] if bond else []
        return Line(passage=passage, bond=bond, names=names)

    def fired(self, lines: Sequence[Line], outlet: Outlet, *, lead: int) -> Iterator[Fired]:
        """The rules that hold, in their order. `lead` counts the sentences of a lead."""
        scenes = _scenes(lines, lead)
        found = {name for line in lines for name in line.names}
        for asked in self.asked:
            if asked.needed is not None and found.isdisjoint(asked.needed):
                continue
            rule = asked.rule
            assert isinstance(rule, Rule)
            held = [scene for scene in scenes[rule.where] if _holds(asked, scene, outlet)][: rule.most]
            if held:
                evidence = tuple(_evidence(asked, (line for scene in held for line in scene)))
                yield Fired(rule=rule, times=len(held), evidence=evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """Tells what a text is about. Its many common words are looked for in few lines, and only where a text is told."""

    book: Rulebook
    lexicon: Callable[
        [], Lexicon
    ]  # built when a text is first told: it takes a tenth of a second, and most commands tell none

    def of(self, lines: Sequence[Line], outlet: Outlet, *, lead: int) -> tuple[Topic, ...]:
        """The topics of a text, the main one first: the headline counts most, then the lead, then lines on both sides."""
        weights = [(line, weight) for line in lines if (weight := _weight(line, lead))]
        reread = [(self._line(line.passage, outlet.lang), weight) for line, weight in weights]
        weighed = [(self._told(asked, reread, outlet), asked) for asked in self.book.asked]
        most = max((weight for (weight, _), _ in weighed), default=0.0)
        weighed = [one for one in weighed if one[0][0] >= max(TOLD, SHARE * most)]
        weighed.sort(key=lambda one: -one[0][0])
        told = tuple(Topic(code=asked.rule.id, evidence=words) for (_, words), asked in weighed)
        return told or (Topic(code=OTHER, evidence=""),)

    def _told(self, asked: Asked, lines: Sequence[tuple[Line, float]], outlet: Outlet) -> tuple[float, str]:
        """How much of a topic is in the lines, and its words: one that is told by several is more than a phrase."""
        held = [(line, weight) for line, weight in lines if asked.when([line], outlet)]
        weight = sum(weight * (1 + MORE * (_count(asked, line) - 1)) for line, weight in held)
        return weight, _words(_evidence(asked, (line for line, _ in held)))

    def _line(self, passage: Passage, language: str) -> Line:
        matches = tuple(self.lexicon().find(passage.text, language))
        return self.book.line(replace(passage, start=0, matches=matches), None)


def rulebook(rules: RuleSet) -> Rulebook:
    """The rules, ready to be asked."""
    return _book(rules, rules.rules)


def topics(rules: RuleSet) -> Topics:
    """The topics, ready to be asked."""
    book = _book(rules, rules.topics)
    return Topics(book=book, lexicon=cache(partial(lexicon, rules, named=book.served, words=book.words)))


def _book(rules: RuleSet, written: Sequence[Rule | Matter]) -> Rulebook:
    known = _known(rules)
    asked = [_asked(rule, known) for rule in written]
    used = sorted({name for _, names in asked for name in names})
    served: dict[str, list[str]] = {}
    for name in used:
        for noun in known.get(name, (name,)):
            served.setdefault(noun, []).append(name)
    spelled = (Cue(id=name, forms={"": (name.removeprefix('"'),)}) for name in used if name.startswith('"'))
    return Rulebook(
        asked=tuple(one for one, _ in asked),
        served={noun: tuple(names) for noun, names in served.items()},
        words=tuple(spelled),
    )


def search(text: str, rules: RuleSet) -> Query:
    """A query for stored texts, with words where it names sets of the rules.

    Raises QueryError where it cannot be read or a name stands for no words: "@pair-acting" is for rules alone.
    """
    meanings = _meanings(rules)
    query = queries.parse(text)
    _check_names(text, {name.removeprefix("@") for name, words in meanings.items() if words})
    return queries.expand(query, meanings)


def _meanings(rules: RuleSet) -> dict[str, tuple[Phrase, ...]]:
    """The words of each name of the rules, for `query.expand`: of sets under "name", of terms under "@name"."""
    listed: tuple[Term | Other | Cue, ...] = (*rules.terms, *rules.others, *rules.cues)
    nouns = {noun.id: noun for noun in listed}
    terms = {term.id for term in rules.terms}
    found = {}
    for name, ids in _known(rules).items():
        phrases = dict.fromkeys(phrase for one in sorted(ids) if one in nouns for phrase in _phrases(nouns[one]))
        found[f"@{name}" if {name.replace(" ", "-"), name} & terms else name] = tuple(phrases)
    return found


def faults(rules: RuleSet) -> Iterator[tuple[tuple[str | int, ...], QueryError]]:
    """Each query that cannot be read or names what there is not, with its way from the top of the rules."""
    known = _known(rules)
    for key, asked in (("rules", rules.rules), ("topics", rules.topics)):
        for number, rule in enumerate(asked):
            for part in ("when", "unless"):
                text = getattr(rule, part, "")
                try:
                    _read(text, known) if text else None
                except QueryError as error:
                    yield (key, number, part), error


# --- reading the queries ----------------------------------------------------------------------------------------------


def _asked(rule: Rule | Matter, known: Mapping[str, frozenset[str]]) -> tuple[Asked, set[str]]:
    when = _read(rule.when, known)
    unless = _read(rule.unless, known) if isinstance(rule, Rule) and rule.unless else None
    names = tuple(dict.fromkeys(_named(when)))
    asked = Asked(
        rule=rule,
        when=_test(when),
        unless=_test(unless) if unless else None,
        names=names,
        needed=_needed(when),
    )
    return asked, {*names, *(_all_named(when)), *(_all_named(unless) if unless else ())}


def _read(text: str, known: Mapping[str, frozenset[str]]) -> Query:
    query = queries.parse(text)
    _check_names(text, known)
    if any(phrase.slack for phrase in _leaves(query) if isinstance(phrase, Phrase)):
        raise QueryError(text, "~ is for search alone; rules have NEAR/n", line=1, column=text.index("~") + 1)
    for leaf in _leaves(query):
        if isinstance(leaf, Tag) and leaf.name in {"topic", "flag"}:
            column = text.lower().index(f"{leaf.name}:") + 1
            raise QueryError(text, f"{leaf.name}: is for search alone; rules make it", line=1, column=column)
    return query


def _check_names(text: str, known: Collection[str]) -> None:
    for name, line, column in queries.aliases(text):
        if name not in known:
            close = [f"@{one.replace(' ', '-')}" for one in get_close_matches(name, known, n=1)]
            raise QueryError(text, f'no name "@{name.replace(" ", "-")}"', line=line, column=column, expected=close)


def _known(rules: RuleSet) -> dict[str, frozenset[str]]:
    """Each name that a query may use, folded, with the ids of what it stands for."""
    known: dict[str, set[str]] = {name: {name} for name in PAIR}
    for term in rules.terms:
        sides = [side.code for side in rules.sides if term.side in {side.code, BOTH}]
        for name in (term.id, term.kind, *sides):
            known.setdefault(fold(name).text, set()).add(term.id)
    for other in rules.others:
        for name in (other.id, "third"):
            known.setdefault(fold(name).text, set()).add(other.id)
    for cue in rules.cues:
        known.setdefault(fold(cue.id).text, set()).add(cue.id)
    for cue in rules.cues:  # a set may hold sets that stand further up
        for name in cue.of:
            known[fold(cue.id).text] |= known.get(fold(name).text, set())
    return {name: frozenset(ids) for name, ids in known.items()}


def _id(noun: object) -> str:
    return noun.id if isinstance(noun, Term | Other | Cue) else noun.code if isinstance(noun, Caution) else ""


def _phrases(noun: Term | Other | Cue) -> Iterator[Phrase]:
    for forms in noun.forms.values():
        for form in forms:
            yield Phrase(words=tuple(fold(form).text.split()), begins=form.endswith("*"))


def _leaves(query: Query) -> Iterator[Query]:
    match query:
        case Within(part=part) | Not(part=part):
            yield from _leaves(part)
        case And(parts=parts) | Or(parts=parts):
            yield from (leaf for part in parts for leaf in _leaves(part))
        case Near(one=one, other=other):
            yield from (leaf for part in (one, other) for leaf in _leaves(part))
        case _:
            yield query


def _named(query: Query) -> Iterator[str]:
    """The names that speak for a match: none of a Not."""
    match query:
        case Not():
            return
        case Within(part=part):
            yield from _named(part)
        case And(parts=parts) | Or(parts=parts):
            yield from (name for part in parts for name in _named(part))
        case _:
            yield from _all_named(query)


def _needed(query: Query) -> frozenset[str] | None:
    """Names of which one at least stands wherever the query holds; None where there is no such set."""
    match query:
        case Phrase() | Tag(name="term"):
            return frozenset({_name(query)})
        case Near(one=one):
            return frozenset(_all_named(one))
        case Within(part=part):
            return _needed(part)
        case And(parts=parts):
            return next((names for names in map(_needed, parts) if names is not None), None)
        case Or(parts=parts):
            sets = [_needed(part) for part in parts]
            return None if None in sets else frozenset[str]().union(*filter(None, sets))
    return None


def _all_named(query: Query) -> Iterator[str]:
    return (_name(leaf) for leaf in _leaves(query) if isinstance(leaf, Phrase) or leaf.name == "term")  # type: ignore[union-attr]  # leaves are phrases and tags


def _name(leaf: Query) -> str:
    if isinstance(leaf, Phrase):
        return f'"{" ".join(leaf.words)}' + "*" * leaf.begins
    assert isinstance(leaf, Tag)
    return leaf.value


# --- asking -----------------------------------------------------------------------------------------------------------


def _test(query: Query) -> Test:  # noqa: PLR0911 - one return for each kind of query
    """A query as a function: read once, asked of every text."""
    match query:
        case Within(place=place, part=part):
            inner, headline = _test(part), place == "title"
            return lambda lines, outlet: inner([line for line in lines if line.passage.headline is headline], outlet)
        case Not(part=part):
            denied = _test(part)
            return lambda lines, outlet: not denied(lines, outlet)
        case And(parts=parts):
            all_of = tuple(map(_test, parts))
            return lambda lines, outlet: all(test(lines, outlet) for test in all_of)
        case Or(parts=parts):
            any_of = tuple(map(_test, parts))
            return lambda lines, outlet: any(test(lines, outlet) for test in any_of)
        case Near():
            ones, others = (tuple(_all_named(part)) for part in (query.one, query.other))
            return lambda lines, _: any(_near(line, ones, others, query.words) for line in lines)
        case Tag(name=field, value=value) if field != "term":
            return lambda _, outlet: getattr(outlet, field) == value
    name = _name(query)
    return lambda lines, _: any(name in line.names for line in lines)


def _near(line: Line, ones: Sequence[str], others: Sequence[str], most: int) -> bool:
    places = [[match for name in names for match in line.names.get(name, ())] for names in (ones, others)]
    return any(_apart(line.passage, one, other) <= most for one, other in product(*places))


def _apart(passage: Passage, one: Match, other: Match) -> int:
    first, second = (one, other) if one.start <= other.start else (other, one)
    return len(passage.between(first.end, second.start).split()) + 1 if first.end <= second.start else 0


def _holds(asked: Asked, scene: Sequence[Line], outlet: Outlet) -> bool:
    return asked.when(scene, outlet) and not (asked.unless and asked.unless(scene, outlet))


def _scenes(lines: Sequence[Line], lead: int) -> Mapping[str, Sequence[Sequence[Line]]]:
    """What each kind of rule is held against: lines alone, or several taken as one."""
    opening = [line for line in lines if line.passage.order < lead]
    return {
        "title": [[line] for line in lines[:1] if line.passage.headline],
        "lead": [[line] for line in opening],
        "opening": [opening],
        "sentence": [[line] for line in lines],
        "text": [lines],
    }


def _manners(bond: Bond | None) -> Iterable[str]:
    """How the sides stand together, as queries name it."""
    if bond is None:
        return
    yield "pair"
    if bond.aside:
        yield f"pair {bond.aside}"
    if bond.listed:
        yield "pair listed"
    if bond.weak:
        yield "pair weak"
    if not (bond.aside or bond.listed):
        yield "pair acting"


def _weight(line: Line, lead: int) -> float:
    """How much a line tells of the matter of its text."""
    if line.passage.headline:
        return IN_HEADLINE
    return IN_LEAD if line.passage.order < lead else IN_PAIR if line.bond else 0.0


def _count(asked: Asked, line: Line) -> int:
    """In how many places a line tells of a topic, three at most."""
    return max(1, min(3, len({match.start for name in asked.names for match in line.names.get(name, ())})))


def _words(evidence: Iterable[tuple[Passage, Match]]) -> str:
    """Words as they stand there."""
    told = (passage.between(match.start, match.end).lower() for passage, match in evidence)
    return ", ".join(list(dict.fromkeys(told))[:_EVIDENCE])


def _evidence(asked: Asked, lines: Iterable[Line]) -> Iterator[tuple[Passage, Match]]:
    for line in lines:
        for name in asked.names:
            yield from ((line.passage, match) for match in line.names.get(name, ())[:1])
