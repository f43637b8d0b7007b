"""The nouns of the rule files: what `config/rules/*.yaml` holds, field by field.

Each file is a mapping that gives some of the fields of `RuleSet`; lists of the same name in several files are joined, any
other field stands in one file only. `forms` and `never_alone` map a language (BCP 47 primary subtag) to spellings as a
reader would write them: folding makes one of case, marks, letter variants, hyphens and ZWNJ, and a hyphen also stands
for nothing (Amir-Abdollahian is found as Amirabdollahian). A star stands for any ending of a form's last word.

    id: iran-pakistan
    version: "2026-11-21"
    sides:
      - {code: IR, name: Iran}
      - {code: PK, name: Pakistan}
    terms:
      - id: jilani
        name: Jalil Abbas Jilani
        side: PK                            # of a side, BOTH, or left out for a topic
        kind: person
        strength: strong                    # strong | weak | context | home
        forms: {en: [Jalil Abbas Jilani], ur: [جلیل عباس جیلانی]}
        never_alone: {en: [Jilani]}         # as if the strength were context
    masks:
      - {id: iran-contra, forms: {en: [Iran-Contra]}}
    others:
      - {id: india, forms: {en: [India, Indian]}}
    cues:
      - {id: channel, forms: {en: [via Pakistan]}}
      - {id: cross-border, of: [border, smuggling]}
    rules:
      - id: results
        name: a match
        where: opening                      # title | lead | opening | sentence | text
        when: 'title:@sport OR (@victory NEAR/12 @contest)'
        unless: 'title:(@envoys OR visa*)'
        points: -3
        alert: no
        flag: sport
    topics:
      - {id: border-security, name: border security, when: '@border (@violence OR @force)'}
    cautions:
      - {code: template-text, name: template text, least: 2, hints: essay, forms: {en: [as an AI]}}
    before_both: [from]                     # words beside "Iran and Pakistan" that make of both places of a third matter
    behind_both: [سے]
    datelines: ['[A-Z]+ —']
    promos: ['Read more']
    weights: {title_both: 3.0, ...}         # the fields of Weights
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Forms = Mapping[str, tuple[str, ...]]
BOTH = "BOTH"  # the side of a term that names the pair: a crossing, "Pak-Iran", a joint project


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two countries whose relations are watched. `code` is also the country code of its outlets."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A person, place, body or word with all its spellings; its id is what queries call it (@taftan).

    strong: names its side wherever it stands. weak: names its side, but stands in domestic news as well (Quetta), so it
    counts less. context: names its side only in a text that names the side otherwise ("army chief").
    """

    id: str
    name: str
    side: str = ""  # code of a side, BOTH, or "" for a topic
    kind: str = "topic"  # country, pair, person, group, place, seat (of government), borderland, crossing, body, project, topic …
    strength: Literal["strong", "weak", "context", "home"] = "strong"
    forms: Forms = field(default_factory=dict)
    never_alone: Forms = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A false friend: words that hold a term without meaning it (Iran-Contra, Pakistan Observer)."""

    id: str
    forms: Forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A third country: three of them in a sentence make it an enumeration."""

    id: str
    forms: Forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A set of words, which rules call @id, and all that the names in `of` stand for.

    Some tell how the two sides stand together; the judge knows those ids: channel, venue, list, relation, exchange, theme,
    voice, way, act.
    """

    id: str
    forms: Forms = field(default_factory=dict)
    of: tuple[str, ...] = ()


Where = Literal["title", "lead", "opening", "sentence", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Words that speak for or against a text, or tell its class. `when` and `unless` are queries, see monitor/query.py.

    They are held against the title, against each line of the lead (the headline is one) or each sentence of the text
    alone, or against the opening (headline and lead) or the whole text taken as one. What a query may name beside words:
    @id of a term, a third country or a cue; @kind of terms (@crossing), @third for any third country; @code of a side for
    any name of it (@pk); and how the two sides stand together in a line: @pair, and of those @pair-acting, @pair-listed,
    @pair-venue, @pair-channel, @pair-theme, @pair-weak. `lang:`, `country:` and `source:` tell of the outlet.

    `points` are added for each line that fires, `most` at most; what the sentences give counts `body` times; without
    `alert` the text never alerts; `flag` is the class that readers see and channels choose by.
    """

    id: str
    name: str
    where: Where
    when: str
    unless: str = ""
    points: float = 0.0
    most: int = 1
    body: float = 1.0
    alert: bool = True
    flag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A topic: `when` is held against the headline and each sentence alone, and the topic of most lines leads."""

    id: str
    name: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """A flag raised by the shape of a page: at least `least` different markers raise it, and the text never alerts.

    Markers are forms, titles (regular expressions for the headline) and headings, each a regular expression for whole
    short lines. Hints are weaker, two of them count as one marker: two words at most of the cue `hints`, and a lead in
    which none of the regular expressions `sourced` finds a date, a place or who said it.
    """

    code: str
    name: str
    forms: Forms
    titles: tuple[str, ...] = ()
    hints: str = ""
    headings: tuple[str, ...] = ()
    sourced: tuple[str, ...] = ()
    least: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The numbers of the judgement. Points add up to the score; a text at `digest` or above is told, at `alert` at once."""

    digest: float
    alert: float
    alert_lead: float  # the alert line where the headline does not name both, but a dealing in the lead does
    near: float  # so far below the digest line a text is shown as a near miss
    title_both: float  # both sides in the headline
    title_pair: float  # and by a name of the pair
    title_lead: float  # one side in the headline, the other in the lead
    pair_lead: float  # both sides in one sentence of the lead
    pair_later: float  # and in a later one
    pairs_most: float  # all such sentences together
    relation_lead: float  # a word of dealing near such a pair
    relation_later: float
    section: float  # a heading within the text that names both, and text below it that does
    part: float  # two sentences close together, further down as well, that are on the two alone
    mass: float  # at least `mass_from` sentences name the one, and as many the other
    weak: float  # factor: a side is named only by a place or group of domestic news
    channel: float  # factor: a side is only the venue or channel of third countries
    title_channel: float  # the same in the headline
    listed: float  # factor: the two stand in a list of countries
    list_from: int  # so many third countries make a sentence an enumeration
    mass_from: int
    apart: int  # characters between the two sides of a pair, at most
    lead: int  # sentences of the lead


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All that judging needs besides the text."""

    id: str
    version: str
    sides: tuple[Side, Side]
    terms: tuple[Term, ...]
    masks: tuple[Mask, ...] = ()
    others: tuple[Other, ...] = ()
    cues: tuple[Cue, ...] = ()
    rules: tuple[Rule, ...] = ()
    topics: tuple[Matter, ...] = ()
    cautions: tuple[Caution, ...] = ()
    before_both: tuple[str, ...] = ()  # words before the two that make of them the places of a third party's matter
    behind_both: tuple[str, ...] = ()  # the same behind them
    datelines: tuple[str, ...] = ()  # regular expressions at the start of a text
    promos: tuple[str, ...] = ()  # how lines begin that lead elsewhere
    weights: Weights
