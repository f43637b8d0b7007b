"""Backtest: changed decisions with their reasons, and agreement with labels before and after."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from monitor import relevance
from monitor.config import bundled, load_rules
from monitor.model import Article, Flag, Method, Reason, Verdict
from monitor.pipeline.articles import judge_article
from monitor.query import parse
from monitor.relevance import Judge
from monitor.services.backtest import (
    PAGE_ITEMS,
    JudgedCase,
    LabelledText,
    PrecisionRecall,
    build_report,
    explain_change,
    labelled_cases,
    stored_cases,
)
from monitor.store import Store, labels, open_store, sources
from monitor.store.statuses import EntryStatus
from tests.store.builders import MINUTE, NOW, a_mark, a_source, admitted, an_article

RELEVANT = an_article(title="Iran and Pakistan reopen the Taftan crossing", text="Ministers of Iran and Pakistan met.")
OTHER = an_article(title="Tea growers hope for rain", text="It has not rained in the hills.", lead="")
BEGINNING = NOW - timedelta(days=1)


@cache
def bundled_judge() -> Judge:
    return relevance.compile(load_rules(bundled("config")))


@cache
def strict_judge() -> Judge:
    """Rules by which no text reaches the digest."""
    rules = bundled_judge().rules
    return relevance.compile(replace(rules, weights=replace(rules.weights, digest=100.0, alert=100.0)))


def url(number: int) -> str:
    return f"https://dawn.example/{number}"


def store_article(store: Store, number: int, article: Article, *, at: datetime = NOW, **changes) -> None:
    """Stores an item as the bundled rules judge it."""
    verdict = judge_article(bundled_judge(), a_source(), article)
    if verdict.digest:
        admitted(store, url(number), at, article=article, verdict=verdict, features=a_mark(at=at), **changes)
    else:
        rejected = {"features": None, "placement": None, "status": EntryStatus.REJECTED}
        admitted(store, url(number), at, article=article, verdict=verdict, **rejected, **changes)


@pytest.fixture
def store():
    """Two relevant texts and one rejected, a minute apart."""
    store = open_store("sqlite://")
    store.call(sources.sync, [a_source()], now=NOW)
    for number, article in enumerate(
        (RELEVANT, OTHER, replace(RELEVANT, title="Pakistan and Iran sign a border accord"))
    ):
        at = NOW + number * MINUTE
        store_article(store, number, replace(article, published=at), at=at)
    yield store
    store.close()


def cases(store: Store, judge: Judge, query: str = "") -> list[JudgedCase]:
    return list(stored_cases(store, judge, since=BEGINNING, query=parse(query) if query else None))


def test_the_same_rules_change_nothing(store):
    """A stored text is judged by the same input as before: title, lead, text, language, country, outlet."""
    report = build_report(cases(store, bundled_judge()))
    assert (report.judged, report.unchanged, report.changes, report.incomplete) == (3, 3, (), 0)


def test_each_change_is_listed_with_its_reasons(store):
    """Changes are listed newest first, with link, both scores and the reasons."""
    report = build_report(cases(store, strict_judge()))
    assert [change.url for change in report.changes] == [url(2), url(0)]
    assert report.unchanged == 1
    change = report.changes[0]
    assert (change.title, change.source, change.at) == (
        "Pakistan and Iran sign a border accord",
        "dawn",
        NOW + 2 * MINUTE,
    )
    assert set(change.kinds) <= {"-digest", "-alert"}
    assert change.kinds[0] == "-digest"
    assert change.before == change.after > 0
    assert change.reasons[0].startswith("reasons unchanged")


def test_a_query_narrows(store):
    """With a query only matching texts are judged."""
    assert [case.url for case in cases(store, strict_judge(), "title:accord OR rain")] == [url(2), url(1)]


def test_incomplete_texts_are_counted(store):
    """A text that may not be stored cannot be judged again; it is counted and is not a change."""
    store_article(store, 3, replace(RELEVANT, noarchive=True), at=NOW + 3 * MINUTE)
    report = build_report(cases(store, strict_judge()))
    assert (report.judged, report.incomplete, report.unjudged_labels, len(report.changes)) == (3, 1, 0, 2)
    store.call(labels.save, url(3), relevant=True, now=NOW)
    report = build_report(cases(store, strict_judge()))
    assert (report.incomplete, report.unjudged_labels, report.agreements) == (1, 1, ())


def test_all_pages_are_read():
    """More items than fit on one page are each judged once."""
    store = open_store("sqlite://")
    store.call(sources.sync, [a_source()], now=NOW)
    for number in range(PAGE_ITEMS + 1):
        store_article(store, number, OTHER, at=NOW + number * MINUTE)
    assert sorted(case.item for case in cases(store, bundled_judge())) == list(range(1, PAGE_ITEMS + 2))
    store.close()


def test_labels_are_compared_with_both_verdicts(store):
    """The report has precision and recall before and after, each mismatch, and whether the verdict before was right."""
    store.call(labels.save, url(0), relevant=True, now=NOW)
    store.call(labels.save, url(1), relevant=True, now=NOW)  # a miss of old: no rules here tell it
    store.call(labels.save, url(2), relevant=False, now=NOW)
    report = build_report(cases(store, strict_judge()))
    (agreement,) = report.agreements
    assert (agreement.decision, agreement.labels) == ("digest", 3)
    assert agreement.before == PrecisionRecall(precision=0.5, recall=0.5)
    assert agreement.after == PrecisionRecall(precision=None, recall=0.0)
    assert [(mismatch.url, mismatch.relevant, mismatch.was_right) for mismatch in report.mismatches] == [
        (url(1), True, False),
        (url(0), True, True),
    ]


def a_row(article: Article, *, relevant: bool, urgent: bool | None = None) -> LabelledText:
    return LabelledText(article=article, source=a_source(), relevant=relevant, urgent=urgent)


def test_a_file_has_a_verdict_before_only_with_other_rules(store):
    """Without rules to compare with, no mismatch was right before."""
    rows = [a_row(RELEVANT, relevant=True), a_row(OTHER, relevant=False)]
    alone = build_report(labelled_cases(rows, strict_judge(), before=None))
    assert (alone.judged, alone.changes, alone.agreements[0].before) == (2, (), None)
    assert [mismatch.was_right for mismatch in alone.mismatches] == [False]
    beside = build_report(labelled_cases(rows, strict_judge(), before=bundled_judge()))
    assert [mismatch.was_right for mismatch in beside.mismatches] == [True]
    assert [change.kinds[0] for change in beside.changes] == ["-digest"]


def test_urgent_labels_measure_alerts(store):
    """If labels name the urgent texts, the alert decision has its own agreement and mismatches."""
    rows = [a_row(RELEVANT, relevant=True, urgent=True), a_row(OTHER, relevant=True, urgent=False)]
    report = build_report(labelled_cases(rows, strict_judge(), before=None))
    assert [(agreement.decision, agreement.labels, agreement.after.recall) for agreement in report.agreements] == [
        ("digest", 2, 0.0),
        ("alert", 2, 0.0),
    ]
    assert [(mismatch.decision, mismatch.title) for mismatch in report.mismatches if mismatch.decision == "alert"] == [
        ("alert", RELEVANT.title)
    ]


def test_a_label_without_text_is_not_judged(store):
    """A label that has only a URL is counted as incomplete."""
    bare = Article(url=url(0), title="", text="", method=Method.FEED)
    report = build_report(labelled_cases([a_row(bare, relevant=True)], strict_judge(), before=bundled_judge()))
    assert (report.judged, report.incomplete, report.agreements, report.mismatches) == (0, 1, (), ())


HEADLINE = Reason(code="title-both", points=3.0, text="The headline names both")
LIST = Reason(code="list", points=-1.0, text="A list of countries")
SPORT = Flag(code="sport", evidence="cup")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
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
            ["reasons unchanged"],
        ),
        ({}, {"flags": (SPORT,)}, ["now flagged sport: cup"]),
        ({"flags": (SPORT,)}, {}, ["no longer flagged sport: cup"]),
        ({"digest": True}, {"missing": "any mention of Iran"}, ["reasons unchanged", "missing: any mention of Iran"]),
        ({}, {"missing": "any mention of Iran"}, ["reasons unchanged"]),
    ],
)
def test_explain_change(before, after, expected):
    """The explanation has the reasons and flags that differ, and the condition that a dropped text does not meet."""
    neither = Verdict(digest=False, alert=False, score=0.0)
    sentences = explain_change(replace(neither, **before), replace(neither, **after))
    assert [line.partition(";")[0] if line.startswith("reasons unchanged") else line for line in sentences] == expected


def test_a_new_wording_is_not_a_change():
    """Verdicts with the same codes and points have the same reasons, whatever their sentences are."""
    stored = Verdict(digest=True, alert=False, score=3.0, reasons=(HEADLINE,))
    judged = replace(stored, digest=False, reasons=(replace(HEADLINE, text="Both countries are in the headline"),))
    assert explain_change(stored, judged) == ("reasons unchanged; thresholds or alert conditions changed",)
