"""Texts judged again: what changes and why, and how well labels are followed before and after."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from monitor import relevance
from monitor.config import bundled, load_rules
from monitor.model import Article, Flag, Method, Reason, Verdict
from monitor.pipeline.ingest import judged
from monitor.query import parse
from monitor.relevance import Judge
from monitor.services.backtest import PAGE, Case, Labelled, Measure, because, labelled, report, stored
from monitor.store import Store, labels, open_store, sources
from monitor.store.outcomes import Outcome
from tests.store.builders import MINUTE, NOW, a_mark, a_source, admitted, an_article

TOLD = an_article(title="Iran and Pakistan reopen the Taftan crossing", text="Ministers of Iran and Pakistan met.")
OTHER = an_article(title="Tea growers hope for rain", text="It has not rained in the hills.", lead="")
EVER = NOW - timedelta(days=1)


@cache
def rules_of_today() -> Judge:
    return relevance.compile(load_rules(bundled("config")))


@cache
def strict() -> Judge:
    """Rules by which nothing is told."""
    rules = rules_of_today().rules
    return relevance.compile(replace(rules, weights=replace(rules.weights, digest=100.0, alert=100.0)))


def url(number: int) -> str:
    return f"https://dawn.example/{number}"


def keep(store: Store, number: int, article: Article, *, at: datetime = NOW, **changes) -> None:
    """An item as it was admitted by the rules of today."""
    verdict = judged(rules_of_today(), a_source(), article)
    if verdict.digest:
        admitted(store, url(number), at, article=article, verdict=verdict, mark=a_mark(at=at), **changes)
    else:
        rejected = {"mark": None, "placement": None, "outcome": Outcome.REJECTED}
        admitted(store, url(number), at, article=article, verdict=verdict, **rejected, **changes)


@pytest.fixture
def store():
    """Two told texts and one rejected, a minute apart."""
    store = open_store("sqlite://")
    store.call(sources.sync, [a_source()], now=NOW)
    for number, article in enumerate((TOLD, OTHER, replace(TOLD, title="Pakistan and Iran sign a border accord"))):
        at = NOW + number * MINUTE
        keep(store, number, replace(article, published=at), at=at)
    yield store
    store.close()


def cases(store: Store, judge: Judge, asked: str = "") -> list[Case]:
    return list(stored(store, judge, since=EVER, asked=parse(asked) if asked else None))


def test_the_same_rules_change_nothing(store):
    """What is asked again is what was asked first: title, lead, text, language, country, outlet."""
    found = report(cases(store, rules_of_today()))
    assert (found.judged, found.unchanged, found.changes, found.unkept) == (3, 3, (), 0)


def test_each_change_is_named_with_its_reasons(store):
    """The newest first, with its link, both scores and what made the difference."""
    found = report(cases(store, strict()))
    assert [change.url for change in found.changes] == [url(2), url(0)]
    assert found.unchanged == 1
    change = found.changes[0]
    assert (change.title, change.source, change.at) == (
        "Pakistan and Iran sign a border accord",
        "dawn",
        NOW + 2 * MINUTE,
    )
    assert set(change.kinds) <= {"-digest", "-alert"}
    assert change.kinds[0] == "-digest"
    assert change.before == change.after > 0
    assert change.because[0].startswith("the same reasons")


def test_a_query_narrows(store):
    """Only what matches is judged."""
    assert [case.url for case in cases(store, strict(), "title:accord OR rain")] == [url(2), url(1)]


def test_what_is_not_kept_in_full_is_counted(store):
    """A text that was judged and may not be stored cannot be judged again; it is no change."""
    keep(store, 3, replace(TOLD, noarchive=True), at=NOW + 3 * MINUTE)
    found = report(cases(store, strict()))
    assert (found.judged, found.unkept, found.unheld, len(found.changes)) == (3, 1, 0, 2)
    store.call(labels.put, url(3), relevant=True, now=NOW)
    found = report(cases(store, strict()))
    assert (found.unkept, found.unheld, found.held) == (1, 1, ())


def test_every_page_is_gone_through():
    """More items than one page holds: each is judged once."""
    store = open_store("sqlite://")
    store.call(sources.sync, [a_source()], now=NOW)
    for number in range(PAGE + 1):
        keep(store, number, OTHER, at=NOW + number * MINUTE)
    assert sorted(case.item for case in cases(store, rules_of_today())) == list(range(1, PAGE + 2))
    store.close()


def test_labels_are_held_against_both_verdicts(store):
    """Precision and recall before and after, each error, and whether the verdict before was right."""
    store.call(labels.put, url(0), relevant=True, now=NOW)
    store.call(labels.put, url(1), relevant=True, now=NOW)  # a miss of old: no rules here tell it
    store.call(labels.put, url(2), relevant=False, now=NOW)
    found = report(cases(store, strict()))
    (held,) = found.held
    assert (held.line, held.labels) == ("digest", 3)
    assert held.before == Measure(precision=0.5, recall=0.5)
    assert held.after == Measure(precision=None, recall=0.0)
    assert [(wrong.url, wrong.relevant, wrong.broken) for wrong in found.wrong] == [
        (url(1), True, False),
        (url(0), True, True),
    ]


def a_row(article: Article, *, relevant: bool, urgent: bool | None = None) -> Labelled:
    return Labelled(article=article, source=a_source(), relevant=relevant, urgent=urgent)


def test_a_file_has_a_verdict_before_only_by_other_rules(store):
    """Without rules to compare with there are errors, but nothing that was right before."""
    rows = [a_row(TOLD, relevant=True), a_row(OTHER, relevant=False)]
    alone = report(labelled(rows, strict(), old=None))
    assert (alone.judged, alone.changes, alone.held[0].before) == (2, (), None)
    assert [wrong.broken for wrong in alone.wrong] == [False]
    beside = report(labelled(rows, strict(), old=rules_of_today()))
    assert [wrong.broken for wrong in beside.wrong] == [True]
    assert [change.kinds[0] for change in beside.changes] == ["-digest"]


def test_a_grade_holds_the_alert_line_as_well(store):
    """Where a label says what should alert, the second line has its own measure and its own errors."""
    rows = [a_row(TOLD, relevant=True, urgent=True), a_row(OTHER, relevant=True, urgent=False)]
    found = report(labelled(rows, strict(), old=None))
    assert [(held.line, held.labels, held.after.recall) for held in found.held] == [
        ("digest", 2, 0.0),
        ("alert", 2, 0.0),
    ]
    assert [(wrong.line, wrong.title) for wrong in found.wrong if wrong.line == "alert"] == [("alert", TOLD.title)]


def test_a_label_without_text_cannot_be_held(store):
    """A file may know no more of a text than its URL."""
    bare = Article(url=url(0), title="", text="", method=Method.FEED)
    found = report(labelled([a_row(bare, relevant=True)], strict(), old=rules_of_today()))
    assert (found.judged, found.unkept, found.held, found.wrong) == (0, 1, (), ())


HEADLINE = Reason(code="title-both", points=3.0, text="The headline names both")
LIST = Reason(code="list", points=-1.0, text="A list of countries")
SPORT = Flag(code="sport", evidence="cup")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"reasons": (HEADLINE,)}, {"reasons": (HEADLINE, LIST)}, ["now -1.00: A list of countries"]),
        ({"reasons": (HEADLINE, LIST)}, {"reasons": (HEADLINE,)}, ["no longer -1.00: A list of countries"]),
        (
            {"reasons": (HEADLINE,)},
            {"reasons": (replace(HEADLINE, points=1.0),)},
            ["from +3.00 to +1.00: The headline names both"],
        ),
        (
            {"reasons": (HEADLINE, HEADLINE)},
            {"reasons": (replace(HEADLINE, points=6.0, start=7),)},
            ["the same reasons"],
        ),
        ({}, {"flags": (SPORT,)}, ["now flagged sport: cup"]),
        ({"flags": (SPORT,)}, {}, ["no longer flagged sport: cup"]),
        ({"digest": True}, {"missing": "nothing of one side"}, ["the same reasons", "missing: nothing of one side"]),
        ({}, {"missing": "nothing of one side"}, ["the same reasons"]),
    ],
)
def test_why_a_verdict_differs(before, after, said):
    """Reasons and flags that one verdict has and the other has not, and what a text that was told now lacks."""
    neither = Verdict(digest=False, alert=False, score=0.0)
    told = because(replace(neither, **before), replace(neither, **after))
    assert [line.partition(":")[0] if line.startswith("the same") else line for line in told] == said
