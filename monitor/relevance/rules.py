"""The types of the rule files: each class describes one list of `config/rules/*.yaml`, each field one key.

Every file is a mapping with some of the fields of `RuleSet`. Lists of the same name in several files are joined; any
other field appears in one file only. `forms` and `ambiguous_forms` map a language (BCP 47 primary subtag) to spellings
as a paper prints them. Matching ignores case, marks, letter variants, hyphens and ZWNJ; a form with a hyphen also
matches without it (Amir-Abdollahian matches Amirabdollahian). A star matches any ending of the last word of a form.

    id: iran-pakistan
    version: "2026-11-21"
    sides:
      - {code: IR, name: Iran}
      - {code: PK, name: Pakistan}
    terms:
      - id: jilani
        name: Jalil Abbas Jilani
        side: PK                            # code of a side, BOTH, or absent for a topic
        kind: person
        strength: strong                    # strong | ambiguous | needs_side | domestic_only
        forms: {en: [Jalil Abbas Jilani], tr: [Celil Abbas Cilani]}
        ambiguous_forms: {en: [Jilani]}     # matched as if the strength were needs_side
    false_friends:
      - {id: iran-contra, forms: {en: [Iran-Contra]}}
    third_countries:
      - {id: india, forms: {en: [India, Indian]}}
    word_sets:
      - {id: channel, forms: {en: [via Pakistan]}}
      - {id: cross-border, includes: [border, smuggling]}
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
    flags:
      - {code: template-text, name: template text, min_markers: 2, hint_set: essay, forms: {en: [as an AI]}}
    prepositions_before: [from]             # beside "Iran and Pakistan": both are only places of a third party's news
    postpositions_after: [da, de]
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
    """One of the two countries whose relations are monitored. `code` is also the country code of its outlets."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A person, place, body or word with all its spellings. Queries refer to it by its id (`@taftan`).

    Its strength decides whether a match names its side:

    - strong: always.
    - ambiguous: always, but with a lower weight, because domestic news names it as well (Quetta).
    - needs_side: only if the same text names the side by another term ("army chief").
    - domestic_only: only in an outlet of the side, in the headline and the lead ("the prime minister").
    """

    id: str
    name: str
    side: str = ""  # code of a side, BOTH, or "" for a topic
    # country, pair, person, group, place, seat (of government), borderland, crossing, city, body, project, topic ...
    kind: str = "topic"
    strength: Literal["strong", "ambiguous", "needs_side", "domestic_only"] = "strong"
    forms: Forms = field(default_factory=dict)
    ambiguous_forms: Forms = field(default_factory=dict)
    # The id of a place of the other side with the same short name: Balochistan is also short for Sistan-Baluchestan.
    homonym_of: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseFriend:
    """Words that contain a term without its meaning (Iran-Contra, Pakistan Observer)."""

    id: str
    forms: Forms


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdCountry:
    """A third country. A sentence that names `list_min_countries` of them is an enumeration."""

    id: str
    forms: Forms


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSet:
    """A set of words that queries refer to by `@id`, together with the words of everything in `includes`.

    Sets with the ids of `relations.RELATION_SETS` describe the relation of the two sides in a sentence.
    """

    id: str
    forms: Forms = field(default_factory=dict)
    includes: tuple[str, ...] = ()


Where = Literal["title", "lead", "opening", "sentence", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Adds points for matching sentences, or assigns a class. `when` and `unless` are queries (monitor/query/).

    `where` selects the text that a query has to match: the title; each sentence of the lead, the headline among them;
    each sentence of the text; the opening (headline and lead together); or the whole text together. Besides words, a
    query may use @id of a term, a third country or a word set; @kind of terms (@crossing); @third for any third country;
    @code of a side for any of its names (@pk); @pair for a sentence with both sides close together, and of those
    @pair-acting, @pair-listed, @pair-venue, @pair-channel, @pair-theme and @pair-weak. `lang:`, `country:` and
    `source:` match the outlet.

    `points` count once for each matching part, `max_matches` times at most. The points of all sentences are multiplied
    by `body_factor`. A text on which a rule without `alert` matches never alerts. A rule with `direct` finds an interaction
    of both in a headline that does not name both ("Flights to Iran suspended" in a Pakistani paper). `flag` is the class
    that readers see and that channels filter by.
    """

    id: str
    name: str
    where: Where
    when: str
    unless: str = ""
    points: float = 0.0
    max_matches: int = 1
    body_factor: float = 1.0
    alert: bool = True
    direct: bool = False
    flag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """A topic. `when` is matched against the headline and each sentence; matching sentences give the topic its weight."""

    id: str
    name: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRule:
    """A flag for pages of a certain shape: `min_markers` different markers raise it, and the text never alerts.

    Markers are `forms`, `titles` (regular expressions for the headline) and `headings` (each a regular expression for a
    whole short line). Two hints count as one marker: words of the word set `hint_set`, two at most, and a lead in which
    no regular expression of `attributions` finds a date, a place or a speaker.
    """

    code: str
    name: str
    forms: Forms
    titles: tuple[str, ...] = ()
    hint_set: str = ""
    headings: tuple[str, ...] = ()
    attributions: tuple[str, ...] = ()
    min_markers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The numbers of the judgement. The score of a text is the sum of its points.

    A score of at least `digest` puts the text into the digest; a score of at least `alert` sends it at once.
    """

    digest: float
    alert: float
    alert_lead: float  # alert threshold if the headline does not name both sides, but the lead has an interaction
    near_miss: float  # a text this far below the digest threshold is shown as a near miss
    title_both: float  # both sides in the headline
    title_pair: float  # in addition, if a term of the pair is one of the names
    title_lead: float  # one side in the headline, the other in the lead
    pair_lead: float  # both sides in one sentence of the lead
    pair_later: float  # both sides in a later sentence
    pairs_max: float  # maximum of all such sentences
    relation_lead: float  # a word of interaction near both sides in the lead
    relation_later: float  # and in a later sentence
    section: float  # a section whose heading names both sides and whose text does as well
    adjacent: float  # two sentences close together, anywhere, with the two sides and no third country
    frequency: float  # at least `frequency_min_sentences` sentences name the one side, and as many the other
    ambiguous: float  # factor: a side is named only by an ambiguous term
    channel: float  # factor: a side is only the venue or channel of third countries
    title_channel: float  # factor: the same in the headline
    listed: float  # factor: both sides are members of a list of countries
    list_min_countries: int  # this many third countries make a sentence an enumeration
    frequency_min_sentences: int
    max_distance_chars: int  # between the two sides of a pair
    lead_sentences: int  # sentences of the lead
    # Newer than some users' files of weights, so they have defaults: an older file loads with a warning.
    alert_body: float = 6.5  # a text with this score alerts, whatever its headline names: it is about both throughout
    probability_midpoint: float = 1.95  # the score at which a text is as likely relevant as not
    probability_slope: float = 3.44  # how fast the probability grows with the score there
    passage: float = 0.9  # one side in the headline, the other in the one or two sentences that are the whole text
    passage_max_chars: int = 450  # a text this short is one passage with its headline
    frequency_full_density: float = (
        0.8  # sentences of the rarer side per 1,000 characters; with fewer, `frequency` shrinks
    )


# Compared by identity: the same object is compiled once, and comparing two sets of thousands of forms has no use.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleSet:
    """Everything that a judgement needs besides the text."""

    id: str
    version: str
    sides: tuple[Side, Side]
    terms: tuple[Term, ...]
    false_friends: tuple[FalseFriend, ...] = ()
    third_countries: tuple[ThirdCountry, ...] = ()
    word_sets: tuple[WordSet, ...] = ()
    rules: tuple[Rule, ...] = ()
    topics: tuple[TopicRule, ...] = ()
    flags: tuple[FlagRule, ...] = ()
    prepositions_before: tuple[str, ...] = ()  # "Afghans return from Iran and Pakistan"
    postpositions_after: tuple[str, ...] = ()  # the same in languages that put the word behind
    datelines: tuple[str, ...] = ()  # regular expressions for the start of a text
    promos: tuple[str, ...] = ()  # first words of lines that link to other articles
    weights: Weights
