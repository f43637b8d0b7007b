"""Backtest: judge texts again by other rules, and compare the verdicts before and after with each other and with labels.

A backtest writes nothing. It reads items from the store one page at a time and keeps only the differences.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from monitor.model import Article, Source, Verdict
from monitor.pipeline.articles import judge_article
from monitor.query import Query
from monitor.relevance import Judge
from monitor.store import Store, judged_items

PAGE_ITEMS = 100  # items read at once: their full texts are the memory that a backtest needs

Decision = Literal["digest", "alert"]
DECISIONS: tuple[Decision, ...] = ("digest", "alert")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text of a label file. `urgent`: whether it should alert; None if its label leaves that open."""

    article: Article
    source: Source
    relevant: bool
    urgent: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """A text with the verdicts of the old and of the new rules.

    `before` is None if the text was never judged by other rules, `after` if too little of the text is stored to judge
    it again. `labels` are the expected decisions.
    """

    item: int  # 0: the text comes from a file
    at: datetime | None
    url: str
    title: str
    source: str
    language: str
    before: Verdict | None
    after: Verdict | None
    labels: tuple[tuple[Decision, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionChange:
    """A text that the new rules decide differently. `kinds` are of "+digest", "-digest", "+alert", "-alert"."""

    kinds: tuple[str, ...]
    item: int
    at: datetime | None
    url: str
    title: str
    source: str
    language: str
    before: float
    after: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMismatch:
    """A label that contradicts the new verdict. `was_right`: the verdict before agreed with the label."""

    decision: Decision
    url: str
    title: str
    relevant: bool  # the label
    score: float
    missing: str
    was_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionRecall:
    """Precision and recall of one decision; None if nothing was selected, or nothing was labelled relevant."""

    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAgreement:
    """How well verdicts agree with the labels on one decision, before and after. `labels` is the number of labels."""

    decision: Decision
    labels: int
    before: PrecisionRecall | None
    after: PrecisionRecall


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """The changes that other rules would make.

    `incomplete` counts the texts of which too little is stored to judge them again, `unjudged_labels` the labels on
    such texts.
    """

    judged: int
    incomplete: int
    unjudged_labels: int
    unchanged: int
    changes: tuple[DecisionChange, ...]
    agreements: tuple[LabelAgreement, ...]
    mismatches: tuple[LabelMismatch, ...]


def stored_cases(store: Store, judge: Judge, *, since: datetime, query: Query | None) -> Iterator[JudgedCase]:
    """Yields the stored items since a time, the newest first; with a query, only the items that match it."""
    before: int | None = None
    while True:
        # Each page is a transaction of its own, so that judging, which takes minutes, blocks no writer.
        page = store.call(judged_items.judged_page, query, since=since, before=before, size=PAGE_ITEMS)
        for item in page.items:
            yield JudgedCase(
                item=item.item,
                at=item.at,
                url=item.url,
                title=item.article.title,
                source=item.source.id,
                language=item.article.language or item.source.language,
                before=item.verdict,
                after=judge_article(judge, item.source, item.article) if item.is_complete else None,
                labels=() if item.relevant is None else (("digest", item.relevant),),
            )
        if page.before is None:
            return
        before = page.before


def labelled_cases(texts: Iterable[LabelledText], judge: Judge, *, before: Judge | None) -> Iterator[JudgedCase]:
    """Yields the texts of a label file, judged by `judge` and, for comparison, by the rules `before` if given."""
    for text in texts:
        article = text.article
        # A label may come with a URL alone: there is nothing to judge then.
        has_text = bool(article.title or article.text)
        urgent: tuple[tuple[Decision, bool], ...] = () if text.urgent is None else (("alert", text.urgent),)
        yield JudgedCase(
            item=0,
            at=article.published,
            url=article.url,
            title=article.title,
            source=text.source.id,
            language=article.language,
            before=judge_article(before, text.source, article) if before else None,
            after=judge_article(judge, text.source, article) if has_text else None,
            labels=(("digest", text.relevant), *urgent),
        )


def build_report(cases: Iterable[JudgedCase]) -> BacktestReport:
    """Collects changes and agreement with labels. Iterates over the cases once."""
    counts: Counter[str] = Counter()
    changes: list[DecisionChange] = []
    mismatches: list[LabelMismatch] = []
    # For each decision, how often each pair (label, verdict) occurred.
    before: dict[Decision, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    after: dict[Decision, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for case in cases:
        # Not a change: the text could not be judged, because it may not be stored or was deleted after its retention.
        if case.after is None:
            counts.update({"incomplete": 1, "unjudged_labels": bool(case.labels)})
            continue
        counts["judged"] += 1
        changes += find_change(case, case.before, case.after)
        mismatches += find_mismatches(case, case.after)
        # Both verdicts are compared with the same labels, so their figures are comparable.
        for decision, label in case.labels:
            after[decision][label, decided(case.after, decision)] += 1
            if case.before:
                before[decision][label, decided(case.before, decision)] += 1
    return BacktestReport(
        judged=counts["judged"],
        incomplete=counts["incomplete"],
        unjudged_labels=counts["unjudged_labels"],
        unchanged=counts["judged"] - len(changes),
        changes=tuple(changes),
        agreements=tuple(
            LabelAgreement(
                decision=decision,
                labels=after[decision].total(),
                before=measure(before[decision]) if before[decision] else None,
                after=measure(after[decision]),
            )
            for decision in DECISIONS
            if after[decision]
        ),
        mismatches=tuple(mismatches),
    )


def explain_change(before: Verdict, after: Verdict) -> tuple[str, ...]:
    """Returns the differences between the reasons and flags of two verdicts, as sentences."""
    was, now = sum_points(before), sum_points(after)
    differences = [
        describe_difference(was.get(code, NO_POINTS), now.get(code, NO_POINTS)) for code in dict.fromkeys([*was, *now])
    ]
    old_flags, new_flags = ({f"{flag.code}: {flag.evidence}" for flag in verdict.flags} for verdict in (before, after))
    sentences = [
        *filter(None, differences),
        *(f"now flagged {flag}" for flag in sorted(new_flags - old_flags)),
        *(f"no longer flagged {flag}" for flag in sorted(old_flags - new_flags)),
    ]
    # The decision changed with the same reasons: then a number of the rules changed.
    if not sentences:
        sentences = ["reasons unchanged; thresholds or alert conditions changed"]
    if before.digest and after.missing:
        sentences.append(f"missing: {after.missing}")
    return tuple(sentences)


# --- one case ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class CodePoints:
    """The points of all reasons of one code in a verdict, with the text of the first."""

    points: float = 0.0
    texts: list[str] = field(default_factory=list)


NO_POINTS = CodePoints()


def decided(verdict: Verdict, decision: Decision) -> bool:
    """Returns whether a verdict puts the text into the digest, or sends an alert."""
    return verdict.digest if decision == "digest" else verdict.alert


def find_change(case: JudgedCase, before: Verdict | None, after: Verdict) -> list[DecisionChange]:
    """Returns the change of a case; an empty list if both verdicts decide alike."""
    # A text that leaves the digest leaves the alerts as well: both are listed.
    changed = [
        decision
        for decision in DECISIONS
        if before is not None and decided(before, decision) is not decided(after, decision)
    ]
    if before is None or not changed:
        return []
    return [
        DecisionChange(
            kinds=tuple(f"{'+' if decided(after, decision) else '-'}{decision}" for decision in changed),
            item=case.item,
            at=case.at,
            url=case.url,
            title=case.title,
            source=case.source,
            language=case.language,
            before=before.score,
            after=after.score,
            reasons=explain_change(before, after),
        )
    ]


def find_mismatches(case: JudgedCase, after: Verdict) -> list[LabelMismatch]:
    """Returns the labels of a case that its new verdict contradicts."""
    return [
        LabelMismatch(
            decision=decision,
            url=case.url,
            title=case.title,
            relevant=label,
            score=after.score,
            missing=after.missing,
            was_right=case.before is not None and decided(case.before, decision) is label,
        )
        for decision, label in case.labels
        if decided(after, decision) is not label
    ]


def sum_points(verdict: Verdict) -> dict[str, CodePoints]:
    """Returns the points of a verdict by the code of their reasons.

    Reasons are compared by code because their sentences are for people: a verdict that was stored by an older program
    has the same codes in other words.
    """
    sums: dict[str, CodePoints] = defaultdict(CodePoints)
    for reason in verdict.reasons:
        sums[reason.code].points += reason.points
        sums[reason.code].texts.append(reason.text)
    return sums


def describe_difference(before: CodePoints, after: CodePoints) -> str:
    """Returns the sentence on the reasons of one code that two verdicts count differently; "" if they count alike."""
    if not before.texts:
        return f"now {after.points:+.2f}: {after.texts[0]}"
    if not after.texts:
        return f"no longer {before.points:+.2f}: {before.texts[0]}"
    if round(before.points, 2) == round(after.points, 2):
        return ""
    # Several sentences of a text may give points under one code: name the first that only one verdict has.
    text = next((text for text in after.texts if text not in before.texts), after.texts[0])
    return f"from {before.points:+.2f} to {after.points:+.2f}: {text}"


# --- all cases --------------------------------------------------------------------------------------------------------


def measure(pairs: Counter[tuple[bool, bool]]) -> PrecisionRecall:
    """Returns precision and recall of counted pairs (label, verdict)."""
    true_positives, false_positives, false_negatives = pairs[True, True], pairs[False, True], pairs[True, False]
    # Without a selected or a relevant text the share is undefined, and not 0.
    selected, relevant = true_positives + false_positives, true_positives + false_negatives
    return PrecisionRecall(
        precision=round(true_positives / selected, 3) if selected else None,
        recall=round(true_positives / relevant, 3) if relevant else None,
    )
