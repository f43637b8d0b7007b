"""Finds how the two sides of a sentence are related: they interact, are members of a list, or one is only the venue."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Literal

from monitor.languages.relations import all_relation_words
from monitor.relevance.lexicon import TermMatch
from monitor.relevance.rules import BOTH, RuleSet, ThirdCountry, Weights, WordSet
from monitor.relevance.sentences import Sentence
from monitor.text import COMMAS, SEMICOLONS, ZWNJ

# Word sets that describe how two sides are related; their ids are fixed, their words come from the rules.
RELATION_SETS = ("act", "beginning", "channel", "exchange", "list", "relation", "theme", "venue", "voice", "way")

# A word of interaction this far before or after a pair still belongs to it: Urdu copy often has no full stops.
MAX_INTERACTION_DISTANCE_CHARS = 80
MAX_LIST_WORD_DISTANCE_CHARS = 2  # between a word such as "including" and the list
NEIGHBOUR_WORD_CHARS = 16  # enough for a preposition with the blanks around it

# The text between a name and its verb: nothing, or an ending and an office ("Pakistan's prime minister says").
_BLANK = re.compile(r"\s*")
_OFFICE = re.compile(rf"[\w\s'’{ZWNJ}]{{0,24}}")

Role = Literal["", "venue", "channel", "theme"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """The strongest relation of the two sides in a sentence. Its points are multiplied by `factor`, 0 to 1."""

    first: TermMatch
    second: TermMatch
    factor: float
    role: Role  # the minor role of one side; "" if both act
    ambiguous: bool  # a side is named only by an ambiguous term
    listed: bool  # both are members of a list of countries
    interaction: bool  # a word of interaction is near
    act: bool  # something happens: more than a name of the pair with a property of it


def expand_relation_sets(rules: RuleSet) -> RuleSet:
    """Returns the rules with the words of included sets copied into the relation sets.

    Sentences are asked for a relation set by its own id, so its words must carry that id.
    """
    by_id = {words.id: words for words in rules.word_sets}
    expanded = (expand_set(words, by_id) if words.id in RELATION_SETS else words for words in rules.word_sets)
    return replace(rules, word_sets=tuple(expanded))


def expand_set(words: WordSet, by_id: Mapping[str, WordSet]) -> WordSet:
    """Returns a word set with the forms of all sets that it includes."""
    forms: dict[str, tuple[str, ...]] = dict(words.forms)
    for set_id in words.includes:
        if set_id in by_id:
            for language, spellings in expand_set(by_id[set_id], by_id).forms.items():
                forms[language] = (*forms.get(language, ()), *spellings)
    return replace(words, forms=forms)


def find_relations(sentences: list[Sentence], rules: RuleSet) -> Iterator[Relation | None]:
    """Yields the relation of the two sides in each sentence; None for one that enumerates several third countries."""
    headline_names_third = any(sentence.is_headline and sentence.third_countries() for sentence in sentences)
    for sentence in sentences:
        # A headline is never skipped: "Iran calls counterparts of Turkey, Qatar and Pakistan" is a contact.
        count = len(sentence.third_countries())
        if count >= rules.weights.list_min_countries and not sentence.is_headline:
            yield None
            continue
        about_third = bool(count) or (headline_names_third and not sentence.is_headline)
        yield strongest_relation(sentence, rules, about_third=about_third)


def promote_first(sentences: list[Sentence], rules: RuleSet) -> list[Sentence]:
    """Returns the sentences of a text without a headline, the first sentence as its headline if it is fit for one.

    Half of the Urdu texts have no headline. A headline has one subject: a sentence that names third countries, or both
    sides without a word of interaction, is as often a run of several reports, and stays a sentence.
    """
    first = sentences[0] if sentences else None
    if not first or first.order or first.third_countries():
        return sentences
    relation = strongest_relation(first, rules, about_third=False)
    return [replace(first, order=-1), *sentences[1:]] if relation and relation.interaction else sentences


def strongest_relation(sentence: Sentence, rules: RuleSet, *, about_third: bool) -> Relation | None:
    """Returns the strongest relation, or None if a side is missing or both are too far apart for one statement.

    `about_third`: the text is about third countries, so a side may be only their venue or channel.
    """
    # A headline is one statement, however long; in a sentence the distance separates two statements.
    candidates = (prefer_unambiguous(sentence.side(side.code)) for side in rules.sides)
    pairs = [
        (first, second)
        for first, second in product(*candidates)
        if sentence.field == "title" or distance(first, second) <= rules.weights.max_distance_chars
    ]
    # Lists are looked for only if there is a pair to be listed; most sentences have none.
    lists = [run for run in find_runs(sentence) if is_list(sentence, run, rules)] if pairs else []
    relations = (
        relate(sentence, first, second, rules.weights, lists=lists, about_third=about_third) for first, second in pairs
    )
    return max(relations, key=lambda relation: (relation.factor, relation.interaction, relation.act), default=None)


def prefer_unambiguous(matches: list[TermMatch]) -> list[TermMatch]:
    """Returns the names of a side without ambiguous ones, if it has others.

    "Kalat in Pakistan, as well as Afghanistan and Iran" is a list of countries, though Kalat is not part of it.
    """
    return [match for match in matches if match.term.strength != "ambiguous"] or matches


def is_mere_mention(sentence: Sentence, match: TermMatch) -> bool:
    """Returns whether a side is named only as a venue, channel or source ("in Islamabad", "via Pakistan")."""
    return is_inside(match, sentence.word_set("venue")) or is_inside(match, sentence.word_set("channel"))


def relate(
    sentence: Sentence,
    first: TermMatch,
    second: TermMatch,
    weights: Weights,
    *,
    lists: list[list[TermMatch]],
    about_third: bool,
) -> Relation:
    """Returns the relation of two names of a sentence."""
    listed = any(is_only_listed(sentence, run, first, second) for run in lists) and not (
        sentence.is_headline and answers_list(sentence, first, second, lists)
    )
    role = find_role(sentence, first, second, about_third=about_third) or find_role(
        sentence, second, first, about_third=about_third
    )
    ambiguous = "ambiguous" in {first.term.strength, second.term.strength}
    interaction = has_interaction(sentence, first, second)
    # If a headline names both countries and an interaction, do not apply the factor for ambiguous names:
    # "Quetta-Mashhad flights resume" is not domestic news.
    factor = weights.ambiguous if ambiguous and not (sentence.is_headline and interaction) else 1.0
    if listed:
        factor *= weights.listed
    if role:
        factor *= weights.title_channel if sentence.is_headline else weights.channel
    return Relation(
        first=first,
        second=second,
        factor=factor,
        role=role,
        ambiguous=ambiguous,
        listed=listed,
        interaction=interaction,
        act=BOTH not in {first.term.side, second.term.side}
        or any(sentence.word_set(set_id) for set_id in ("act", "beginning", "relation")),
    )


def find_role(sentence: Sentence, match: TermMatch, partner: TermMatch, *, about_third: bool) -> Role:
    """Returns the minor role of a side in a sentence, "" if it acts."""
    # "How will Pakistan deal with the Iran war?": in a headline the war is a theme. In a sentence it is news.
    if sentence.is_headline and is_inside(match, sentence.word_set("theme")):
        return "" if is_speaker(sentence, partner) else "theme"
    if about_third and is_inside(match, sentence.word_set("channel")):
        return "channel"
    if not about_third or not is_inside(match, sentence.word_set("venue")):
        return ""
    return "" if sentence.is_headline and is_visited(sentence, match, partner) else "venue"


def is_speaker(sentence: Sentence, match: TermMatch) -> bool:
    """Returns whether a side speaks or offers: "US-Iran deal is near, says Pakistan"; "Pakistan PM offers to host"."""
    return sentence.text.startswith(":", match.end - sentence.start) or any(
        is_joined(sentence, match.end, voice.start, _OFFICE) or is_joined(sentence, voice.end, match.start, _BLANK)
        for voice in sentence.word_set("voice")
    )


def is_visited(sentence: Sentence, venue: TermMatch, guest: TermMatch) -> bool:
    """Returns whether the partner arrives or leaves: "Iran's envoy lands in Islamabad for US talks", not "Vance lands"."""
    # The last country before the venue is taken as the guest.
    before = [match for match in sentence.matches if match.end <= venue.start and match.is_country]
    if not before or not max(before, key=lambda match: match.end).names(guest.term.side):
        return False
    return any(
        is_joined(sentence, way.end, venue.start, _BLANK) or is_joined(sentence, venue.end, way.start, _OFFICE)
        for way in sentence.word_set("way")
    )


def is_joined(sentence: Sentence, start: int, end: int, gap: re.Pattern[str]) -> bool:
    """Returns whether the text between two offsets is nothing but such a gap."""
    return start <= end and gap.fullmatch(sentence.between(start, end)) is not None


def is_inside(match: TermMatch, phrases: list[TermMatch]) -> bool:
    """Returns whether a match is part of one of these phrases."""
    return any(phrase.start <= match.start and match.end <= phrase.end for phrase in phrases)


def distance(first: TermMatch, second: TermMatch) -> int:
    """Returns the number of characters between two matches; negative if they overlap."""
    return max(first.start, second.start) - min(first.end, second.end)


def has_interaction(sentence: Sentence, first: TermMatch, second: TermMatch) -> bool:
    """Returns whether a word of interaction is near a pair."""
    start = min(first.start, second.start) - MAX_INTERACTION_DISTANCE_CHARS
    end = max(first.end, second.end) + MAX_INTERACTION_DISTANCE_CHARS
    words = [match for match in sentence.term_matches() if match.term.kind == "topic"] + sentence.word_set("relation")
    # Any two countries exchange goods, people and blows: next to a third country, they may be those of the third.
    if not sentence.third_countries():
        words += sentence.word_set("exchange")
    return any(start <= word.start and word.end <= end for word in words)


# --- lists of countries -----------------------------------------------------------------------------------------------


def find_runs(sentence: Sentence) -> Iterator[list[TermMatch]]:
    """Yields runs of countries with only commas and conjunctions between them. The sentence names at least one."""
    run: list[TermMatch] = []
    for match in sentence.matches:
        if not match.is_country:
            continue
        if run and not are_enumerated(sentence, run[-1], match):
            yield run
            run = []
        run.append(match)
    yield run


def are_enumerated(sentence: Sentence, first: TermMatch, second: TermMatch) -> bool:
    """Returns whether a comma or a conjunction, and nothing else, is between two countries."""
    gap = sentence.between(first.end, second.start)
    if not _list_gap().fullmatch(gap):
        return False
    # Subject and object are side by side as well ("Pakistan İran'a ..."); an Arabic conjunction is part of the second name.
    return bool(gap.strip()) or sentence.between(second.start, second.end).startswith(_joined_conjunctions())


@cache
def _joined_conjunctions() -> tuple[str, ...]:
    """Returns the conjunctions that are written as one word with the next."""
    return tuple(
        {word for language in all_relation_words() for word in language.conjunctions if word in language.prefixes}
    )


@cache
def _list_gap() -> re.Pattern[str]:
    """Compiles the text between two members of an enumeration, in all languages."""
    words = all_relation_words()
    conjunctions = "|".join(word for language in words for word in language.conjunctions)
    articles = "|".join(word for language in words for word in language.articles)
    return re.compile(
        rf"[\s{COMMAS}{SEMICOLONS}/&–-]*(?:(?:{conjunctions})\b)?[\s{COMMAS}]*(?:(?:{articles})\s)?",
    )


def is_list(sentence: Sentence, run: list[TermMatch], rules: RuleSet) -> bool:
    """Returns whether a run of countries is an enumeration: it has a third country, a list word, or is only a place."""
    return bool(third_countries_of(run)) or has_list_word(sentence, run) or are_only_places(sentence, run, rules)


def are_only_places(sentence: Sentence, run: list[TermMatch], rules: RuleSet) -> bool:
    """Returns whether both sides are only places of a third party's news: "Afghans return from Iran and Pakistan"."""
    if len(run) == 1 or not sentence.third_countries():
        return False
    first, last = run[0], run[-1]
    before = sentence.between(max(sentence.start, first.start - NEIGHBOUR_WORD_CHARS), first.start).split()[-1:]
    after = sentence.between(last.end, last.end + NEIGHBOUR_WORD_CHARS).strip(" '’").split()[:1]
    return any(word.casefold() in rules.prepositions_before for word in before) or any(
        word.casefold() in rules.postpositions_after for word in after
    )


def is_only_listed(sentence: Sentence, run: list[TermMatch], first: TermMatch, second: TermMatch) -> bool:
    """Returns whether a list contains the pair without relating them.

    Both are members ("Afghanistan, Iran and Pakistan", "countries like Iran and Pakistan"), or one of them is beside
    several others ("Saudi Arabia, Turkey and Pakistan", "Saudi Arabia, Pakistan and others").
    """
    if first in run and second in run:
        return True
    third = third_countries_of(run)
    # One third country next to a side may be a party to the same interaction; two, or a list word, are an enumeration.
    several = len(third) > 1 or (bool(third) and has_list_word(sentence, run))
    return several and (first in run or second in run)


def answers_list(sentence: Sentence, first: TermMatch, second: TermMatch, lists: list[list[TermMatch]]) -> bool:
    """Returns whether one side, outside of all lists, speaks about a list with the other: "Saudi-Turkey-Pakistan pact no threat, Iran says"."""
    members = [match for run in lists if first in run or second in run for match in run]
    outside = [match for match in (first, second) if match not in members]
    # "Trump says Saudi Arabia, Qatar and Pakistan should …": the speaker is a third country.
    third_speaks = any(isinstance(match.concept, ThirdCountry) and match not in members for match in sentence.matches)
    return len(outside) == 1 and not third_speaks and is_speaker(sentence, outside[0])


def has_list_word(sentence: Sentence, run: list[TermMatch]) -> bool:
    """Returns whether a phrase such as "countries like" or "and others" is next to a run of countries."""
    first, last = run[0], run[-1]
    return any(
        0 <= first.start - phrase.end <= MAX_LIST_WORD_DISTANCE_CHARS
        or 0 <= phrase.start - last.end <= MAX_LIST_WORD_DISTANCE_CHARS
        for phrase in sentence.word_set("list")
    )


def third_countries_of(run: list[TermMatch]) -> set[str]:
    """Returns the ids of the third countries in a run."""
    return {match.concept.id for match in run if isinstance(match.concept, ThirdCountry)}
