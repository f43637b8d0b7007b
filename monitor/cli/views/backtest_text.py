"""Backtests as text and CSV rows."""

from collections import Counter
from collections.abc import Iterator

from monitor.services.backtest import BacktestReport, DecisionChange, LabelAgreement, LabelMismatch, PrecisionRecall
from monitor.services.run_backtest import BacktestRun
from monitor.services.times import format_time

COLUMNS = ("change", "item", "at", "source", "language", "before", "after", "title", "url", "because")
CHANGE_NAMES = {
    "+digest": "newly relevant",
    "-digest": "no longer relevant",
    "+alert": "alert gained",
    "-alert": "alert lost",
}


def change_values(change: DecisionChange) -> dict[str, object]:
    """Returns a change by column of --csv."""
    values = {name: getattr(change, name) for name in COLUMNS if hasattr(change, name)}
    return values | {"change": change_names(change), "because": "; ".join(change.reasons)}


def run_lines(run: BacktestRun) -> Iterator[str]:
    """Yields a backtest as lines of text: the stored texts, then the label file."""
    stored = run.stored
    pace = f", {run.per_1000:.1f} s for 1000" if run.per_1000 else ""
    yield f"{stored.judged} stored texts judged by rules {run.rules} in {run.seconds:.1f} s{pace}"
    if stored.incomplete:
        labels = f", {stored.unjudged_labels} of them with a label" if stored.unjudged_labels else ""
        yield f"{stored.incomplete} more are not stored in full and were not judged again{labels}"
    yield from change_lines(stored)
    yield from agreement_lines("labels", stored)
    if run.unread:
        yield f"labels on texts that were never fetched: {run.unread}"
    if run.file:
        empty = f", {run.file.incomplete} more have no text" if run.file.incomplete else ""
        yield f"\n{run.file.judged} texts of the file judged{empty}"
        yield from change_lines(run.file)
        yield from agreement_lines("file", run.file)


def change_lines(report: BacktestReport) -> Iterator[str]:
    """Yields the number of changes of each kind, then every changed text below its first kind."""
    numbers = Counter(kind for change in report.changes for kind in change.kinds)
    counts = ", ".join(f"{kind[0]}{numbers[kind]} {name}" for kind, name in CHANGE_NAMES.items())
    yield f"{counts}; {report.unchanged} unchanged"
    for kind, name in CHANGE_NAMES.items():
        # A text that is no longer relevant does not alert any more either; it is listed once.
        changes = [change for change in report.changes if change.kinds[0] == kind]
        if changes:
            yield f"\n{name}:"
        for change in changes:
            place = "  ".join(filter(None, (format_time(change.at), change.source)))
            yield f"  {change.title or '(no title)'}"
            yield f"      {change.url}  {place}"
            yield f"      score {change.before:.2f} -> {change.after:.2f}, {change_names(change)}"
            yield from (f"      {reason}" for reason in change.reasons)


def change_names(change: DecisionChange) -> str:
    """Returns the kinds of a change as words."""
    return ", ".join(CHANGE_NAMES[kind] for kind in change.kinds)


def agreement_lines(name: str, report: BacktestReport) -> Iterator[str]:
    """Yields precision and recall for each decision that has labels, then the labels that the rules contradict."""
    for agreement in report.agreements:
        yield f"\n{name}, {agreement.decision} threshold: {agreement.labels} compared, {measure_text(agreement)}"
        for mismatch in report.mismatches:
            if mismatch.decision == agreement.decision:
                yield from mismatch_lines(mismatch)


def measure_text(agreement: LabelAgreement) -> str:
    """Returns precision and recall after, and before if there is an earlier verdict."""
    before = f" (before: {precision_recall_text(agreement.before)})" if agreement.before else ""
    return f"{precision_recall_text(agreement.after)}{before}"


def precision_recall_text(measure: PrecisionRecall) -> str:
    """Returns precision and recall to three digits; "-" for a value without a denominator."""
    shares = {"precision": measure.precision, "recall": measure.recall}
    return ", ".join(f"{name} {'-' if share is None else f'{share:.3f}'}" for name, share in shares.items())


def mismatch_lines(mismatch: LabelMismatch) -> Iterator[str]:
    """Yields a label that the rules contradict."""
    kind = "missed" if mismatch.relevant else "false"
    before = ", and was right before" if mismatch.was_right else ""
    yield f"  {kind}{before}: {mismatch.title or '(no title)'}"
    missing = f"  missing: {mismatch.missing}" if mismatch.relevant and mismatch.missing else ""
    yield f"      {mismatch.url}  score {mismatch.score:.2f}{missing}"
