"""Rules as data: where they look, what they ask, what they give, and what is said of a query that cannot be read."""

import json
import re
import time
from dataclasses import replace
from functools import partial

import pytest

from monitor import query, relevance
from monitor.relevance.rules import Cue, Matter, Rule, Term
from tests.relevance.rulefiles import shipped

PLAIN = replace(shipped(), rules=(), topics=(), cautions=())
TEXT = {
    "title": "Iran and Pakistan open a ferry",
    "text": "The boat sails on Monday. A minister cut a ribbon in Gwadar.\n\nLater, songs were sung.\nIranians danced to drums.",
}


def _judge(**fields):
    rule = Rule(id="r", name="a rule", **fields)
    return relevance.compile(
        replace(PLAIN, rules=(rule,), cues=(*PLAIN.cues, Cue(id="boats", forms={"en": ("boat*", "ferry")})))
    )


def _fires(**fields):
    return any(flag.code == "f" for flag in _judge(flag="f", **fields)(**TEXT, country="PK").flags)


@pytest.mark.parametrize(
    ("where", "when"),
    [
        ("title", "ferry"),
        ("title", "@boats @iran"),
        ("lead", "ribbon @pk"),
        ("lead", "ferry"),
        ("opening", "ferry ribbon"),
        ("opening", "title:ferry text:ribbon"),
        ("opening", "title:@boats text:boat"),
        ("sentence", "danced drums"),
        ("sentence", "danc* NEAR/2 drums"),
        ("sentence", "@ir NEAR/1 danced"),
        ("text", "ferry drums"),
        ("text", "ferry -trawler"),
        ("title", "@pair-acting @country"),
        ("title", "lang:en source:dawn OR ferry"),
        ("title", "trawler OR country:pk"),
        ("title", "-trawler"),
    ],
)
def test_a_rule_fires_where_it_looks(where, when):
    """Lines alone or several as one; sets, sides, kinds, bonds, words, nearness and what the outlet is."""
    assert _fires(where=where, when=when)


@pytest.mark.parametrize(
    ("where", "when"),
    [
        ("title", "boat"),
        ("lead", "ferry ribbon"),
        ("lead", "drums"),
        ("opening", "title:boat"),
        ("sentence", "songs drums"),
        ("sentence", "@ir NEAR/1 drums"),
        ("text", "ferry -drums"),
        ("title", "@pair-listed"),
        ("title", "@third"),
        ("title", "country:ir ferry"),
    ],
)
def test_a_rule_does_not_look_elsewhere(where, when):
    """Two lines are not one, a title is no lead, and what is denied does not stand."""
    assert not _fires(where=where, when=when)


def test_unless_keeps_a_rule_from_firing():
    """What must not stand is asked in the same place."""
    assert not _fires(where="title", when="ferry", unless="@iran")
    assert _fires(where="title", when="ferry", unless="ribbon")


def test_points_are_added_for_each_line_up_to_most():
    """A rule of lines counts those that hold; the sum stands in its reason, with the words and the place of the first."""
    judge = _judge(where="lead", when="@boats", points=0.5, most=2)
    (reason,) = [reason for reason in judge(**TEXT).reasons if reason.code == "r"]
    assert (reason.points, reason.text, reason.field, reason.start) == (1.0, "A rule: ferry, boat", "title", 25)
    assert TEXT["title"][reason.start : reason.end] == "ferry"


def test_a_rule_can_quiet_a_text():
    """Without `alert` it never alerts, and `body` weighs what its sentences give."""
    assert _judge(where="title", when="trawler", alert=False)(**TEXT).alert
    assert not _judge(where="title", when="ferry", alert=False)(**TEXT).alert
    long = TEXT | {"text": "Iran thanked Pakistan."}
    assert (
        _judge(where="title", when="ferry", body=0.0)(**long).score
        < _judge(where="title", when="trawler")(**long).score
    )


def test_a_set_may_hold_names_and_sets():
    """`of` makes one name of several: terms, third countries and sets that stand further up."""
    cues = (
        *PLAIN.cues,
        Cue(id="boats", forms={"en": ("ferry",)}),
        Cue(id="things", forms={"en": ("ribbon",)}, of=("boats", "india")),
    )
    judge = relevance.compile(
        replace(PLAIN, cues=cues, rules=(Rule(id="r", name="r", where="title", when="@things", flag="f"),))
    )
    assert [flag.evidence for flag in judge(**TEXT).flags] == ["ferry"]
    assert [flag.evidence for flag in judge(title="Pakistan, India talk").flags] == ["india"]
    assert not judge(title="Pakistan builds").flags


def test_topics_are_weighed_by_place():
    """The headline leads; a topic of far lines alone is none; a told text on none of them is "other"."""
    topics = (
        Matter(id="song", name="song", when="danced"),
        Matter(id="sea", name="sea", when="ferry OR boat"),
        Matter(id="state", name="state", when="minister"),
    )
    judge = relevance.compile(replace(PLAIN, topics=topics))
    assert [(topic.code, topic.evidence) for topic in judge(**TEXT).topics] == [
        ("sea", "ferry, boat"),
        ("state", "minister"),
    ]
    assert [topic.code for topic in judge(title="Iran and Pakistan smile").topics] == ["other"]
    assert not judge(title="Iran smiles").topics


def test_hits_carry_the_points_they_bear():
    """Who made the headline weigh is told, and what bore nothing has none."""
    hits = {hit.text: hit.points for hit in relevance.compile(PLAIN)(**TEXT).hits}
    assert hits == {"Iran": 3.0, "Pakistan": 3.0, "Gwadar": 0.0, "Iranians": 0.0}


def test_rejected_texts_keep_their_evidence():
    """Below the line a verdict has its hits, rules, classes and what was missing as well."""
    verdict = relevance.compile(shipped())(title="Pakistan beat Iran in volleyball semi-final")
    assert not verdict.digest
    assert [flag.code for flag in verdict.flags] == ["sport"]
    assert {hit.term for hit in verdict.hits} == {"iran", "pakistan"}
    assert {reason.code for reason in verdict.reasons} == {"title-both", "sport"}
    assert verdict.missing.startswith("Sport")


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("@boat @iran", '1:1: no name "@boat"'),
        ("ferry @thrid", '1:7: no name "@thrid"; expected @third'),
        ("(ferry", '1:7: the query ends too early; expected ")"'),
        ('"a b"~2', "1:6: ~ is for search alone; rules have NEAR/n"),
    ],
)
def test_a_query_that_cannot_be_read(when, message):
    """Each fault is told with its way through the rules and its place in the query."""
    rule = Rule(id="r", name="r", where="title", when=when)
    ((trail, error),) = relevance.faults(replace(PLAIN, rules=(rule,)))
    assert trail == ("rules", 0, "when")
    assert str(error).splitlines()[0].startswith(message)


def test_search_knows_the_sets_of_the_rules():
    """For texts in which names were not looked up, a set becomes its words, and a term its spellings beside NEAR."""
    asked = relevance.search("@sport -@taftan @taftan NEAR/3 border", shipped())
    found = query.Document(title="Cricket near the Taftan border", terms=frozenset())
    assert query.matches(asked, found)
    assert not query.matches(asked, replace(found, terms=frozenset({"taftan"})))


@pytest.mark.parametrize(
    ("text", "message"),
    [("iran @taftam", '1:6: no name "@taftam"; expected @taftan'), ("@pair-acting", '1:1: no name "@pair-acting"')],
)
def test_a_search_names_what_there_is(text, message):
    """A name that is misspelt would find nothing, in silence; nor has a stored text pairs of its own to be asked for."""
    with pytest.raises(query.QueryError) as refused:
        relevance.search(text, shipped())
    assert str(refused.value).startswith(message)


def test_the_cost_is_flat_in_the_lexicon():
    """Five thousand further names cost an article next to nothing: all are looked up in one pass."""
    more = tuple(
        Term(id=f"t{n}", name="t", side="PK", kind="person", forms={"en": (f"Zorb{n} Quux{n}",)}) for n in range(5000)
    )
    few, many = relevance.compile(shipped()), relevance.compile(replace(shipped(), terms=(*shipped().terms, *more)))
    text = " ".join(f"Sentence {n} says that Iran and its guests spoke of rain and of roads." for n in range(70))
    turns = [[_seconds(partial(judge, title="Rain", text=text)) for judge in (few, many)] for _ in range(7)]
    assert min(many for _, many in turns) < 2 * min(few for few, _ in turns)


def test_an_article_costs_a_few_passes_over_its_words():
    """A verdict on a thousand words, beside what JSON and one expression take for them: a guard against a blow-up."""
    judge = relevance.compile(shipped())
    said = "Iran and Pakistan spoke of the border at Taftan. Rain fell on the hills, and nobody said more of it then. "
    text = said * 50
    yard, cost = (
        min(_seconds(work) for _ in range(9))
        for work in (lambda: _yardstick(text), lambda: judge(title="Rain", text=text))
    )
    assert cost < 30 * yard


def _yardstick(text):
    return json.dumps(text), re.findall(r"\w+", text)


def _seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start
