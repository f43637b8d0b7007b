"""Rules as data: where they match, how they score, and the errors of their queries."""

import json
import re
import time
from dataclasses import replace
from functools import partial

import pytest

from monitor import query, relevance
from monitor.relevance.rules import Rule, Term, TopicRule, WordSet
from tests.relevance.rulefiles import shipped

# Two countries and a few places are enough for queries, and compile in a tenth of the time.
TERMS = tuple(
    term for term in shipped().terms if term.kind == "country" or term.id in {"gwadar", "tehran", "islamabad", "taftan"}
)
PLAIN = replace(shipped(), terms=TERMS, rules=(), topics=(), flags=())
TEXT = {
    "title": "Iran and Pakistan open a ferry",
    "text": "The boat sails on Monday. A minister cut a ribbon in Gwadar.\n\nLater, songs were sung.\nIranians danced to drums.",
}


def _judge(**fields):
    rule = Rule(id="r", name="a rule", **fields)
    return relevance.compile(
        replace(
            PLAIN, rules=(rule,), word_sets=(*PLAIN.word_sets, WordSet(id="boats", forms={"en": ("boat*", "ferry")}))
        )
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
def test_a_rule_matches_in_its_scope(where, when):
    """Queries match single sentences or parts; they use sets, sides, kinds, relations, words, NEAR and the outlet."""
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
def test_a_rule_does_not_match_outside_its_scope(where, when):
    """Words of two sentences do not match together, a title is not the text, and a negated word must be absent."""
    assert not _fires(where=where, when=when)


def test_unless_prevents_a_match():
    """`unless` is matched against the same part of the text as `when`."""
    assert not _fires(where="title", when="ferry", unless="@iran")
    assert _fires(where="title", when="ferry", unless="ribbon")


def test_points_count_for_each_sentence_up_to_max_matches():
    """A rule counts the matching sentences; its reason has the sum, the words and the place of the first."""
    judge = _judge(where="lead", when="@boats", points=0.5, max_matches=2)
    (reason,) = [reason for reason in judge(**TEXT).reasons if reason.code == "r"]
    assert (reason.points, reason.text, reason.field, reason.start) == (1.0, "A rule: ferry, boat", "title", 25)
    assert TEXT["title"][reason.start : reason.end] == "ferry"


def test_a_rule_can_prevent_alerts_and_reduce_points():
    """A rule with `alert: false` prevents alerts, and `body_factor` reduces the points of sentences."""
    assert _judge(where="title", when="trawler", alert=False)(**TEXT).alert
    assert not _judge(where="title", when="ferry", alert=False)(**TEXT).alert
    long = TEXT | {"text": "Iran thanked Pakistan."}
    assert (
        _judge(where="title", when="ferry", body_factor=0.0)(**long).score
        < _judge(where="title", when="trawler")(**long).score
    )


def test_a_set_may_include_terms_and_sets():
    """`includes` adds terms, third countries and earlier sets to a set."""
    word_sets = (
        *PLAIN.word_sets,
        WordSet(id="boats", forms={"en": ("ferry",)}),
        WordSet(id="things", forms={"en": ("ribbon",)}, includes=("boats", "india")),
    )
    judge = relevance.compile(
        replace(PLAIN, word_sets=word_sets, rules=(Rule(id="r", name="r", where="title", when="@things", flag="f"),))
    )
    assert [flag.evidence for flag in judge(**TEXT).flags] == ["ferry"]
    assert [flag.evidence for flag in judge(title="Pakistan, India talk").flags] == ["india"]
    assert not judge(title="Pakistan builds").flags


def test_topics_are_weighted_by_place():
    """The headline counts most, sentences after the lead count nothing, and a text on no topic is "other"."""
    topics = (
        TopicRule(id="song", name="song", when="danced"),
        TopicRule(id="sea", name="sea", when="ferry OR boat"),
        TopicRule(id="state", name="state", when="minister"),
    )
    judge = relevance.compile(replace(PLAIN, topics=topics))
    assert [(topic.code, topic.evidence) for topic in judge(**TEXT).topics] == [
        ("sea", "ferry, boat"),
        ("state", "minister"),
    ]
    assert [topic.code for topic in judge(title="Iran and Pakistan smile").topics] == ["other"]
    assert not judge(title="Iran smiles").topics


def test_hits_have_the_points_of_their_reasons():
    """The two names of the headline have its points; hits without a reason have none."""
    hits = {hit.text: hit.points for hit in relevance.compile(PLAIN)(**TEXT).hits}
    points = PLAIN.weights.title_both
    assert hits == {"Iran": points, "Pakistan": points, "Gwadar": 0.0, "Iranians": 0.0}


def test_rejected_texts_keep_their_evidence():
    """A verdict below the digest threshold has its hits, reasons, flags and the missing condition as well."""
    verdict = relevance.compile(shipped())(title="Pakistan beat Iran in volleyball semi-final")
    assert not verdict.digest
    assert [flag.code for flag in verdict.flags] == ["sport"]
    assert {hit.term for hit in verdict.hits} == {"iran", "pakistan"}
    assert {reason.code for reason in verdict.reasons} == {"title-both", "sport"}
    assert verdict.missing.startswith('enough points: "Sport: ')


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("@boat @iran", '1:1: no name "@boat"'),
        ("ferry @thrid", '1:7: no name "@thrid"; expected @third'),
        ("(ferry", '1:7: the query ends too early; expected ")"'),
        ('"a b"~2', "1:6: ~ is for search alone; rules have NEAR/n"),
    ],
)
def test_an_invalid_query_is_reported(when, message):
    """Each error has the path of the query in the rules and its place in the query."""
    rule = Rule(id="r", name="r", where="title", when=when)
    ((trail, error),) = relevance.query_errors(replace(PLAIN, rules=(rule,)))
    assert trail == ("rules", 0, "when")
    assert str(error).splitlines()[0].startswith(message)


def test_search_resolves_the_names_of_the_rules():
    """In a search query a set is replaced by its words, and a term by its spellings beside NEAR."""
    parsed = relevance.parse_search_query("@sport -@taftan @taftan NEAR/3 border", shipped())
    document = query.QueryDocument(title="Cricket near the Taftan border", terms=frozenset())
    assert query.matches(parsed, document)
    assert not query.matches(parsed, replace(document, terms=frozenset({"taftan"})))


@pytest.mark.parametrize(
    ("text", "message"),
    [("iran @taftam", '1:6: no name "@taftam"; expected @taftan'), ("@pair-acting", '1:1: no name "@pair-acting"')],
)
def test_a_search_with_an_unknown_name_is_an_error(text, message):
    """A misspelt name is an error, because it would find nothing; so is a relation, which a stored text does not have."""
    with pytest.raises(query.QueryError) as refused:
        relevance.parse_search_query(text, shipped())
    assert str(refused.value).startswith(message)


def test_the_cost_is_flat_in_the_lexicon():
    """Five thousand more names do not double the time for an article: all are matched in one pass."""
    more = tuple(
        Term(id=f"t{n}", name="t", side="PK", kind="person", forms={"en": (f"Zorb{n} Quux{n}",)}) for n in range(5000)
    )
    few, many = relevance.compile(shipped()), relevance.compile(replace(shipped(), terms=(*shipped().terms, *more)))
    text = " ".join(f"Sentence {n} says that Iran and its guests spoke of rain and of roads." for n in range(70))
    turns = [[_seconds(partial(judge, title="Rain", text=text)) for judge in (few, many)] for _ in range(7)]
    assert min(many for _, many in turns) < 2 * min(few for few, _ in turns)


def test_the_cost_of_an_article_is_bounded():
    """A verdict on a thousand words takes at most 30 times as long as JSON and one regular expression on them."""
    judge = relevance.compile(shipped())
    paragraph = (
        "Iran and Pakistan spoke of the border at Taftan. Rain fell on the hills, and nobody said more of it then. "
    )
    text = paragraph * 50
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
