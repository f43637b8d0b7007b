"""`monitor backtest`: what other rules would tell of what is stored, and how well they follow labels."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import ago, moment, print_csv, print_json
from monitor.cli.search import EVER, read_query
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.cli.labelled import Row
    from monitor.model import Source
    from monitor.relevance import Judge
    from monitor.services.backtest import Case, Change, Held, Labelled, Measure, Report, Wrong

COLUMNS = ("change", "item", "at", "source", "language", "before", "after", "title", "url", "because")
KINDS = {"+digest": "newly told", "-digest": "no longer told", "+alert": "alert gained", "-alert": "alert lost"}
_SHOWN_EVERY = 100  # texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What a backtest found: in the store, and in a labelled file where one was given."""

    rules: str  # their version
    seconds: float  # for the store
    per_1000: float | None  # None: nothing was judged, or a query had to choose first
    stored: "Report"
    unread: int  # labels on texts that were never read
    file: "Report | None"

    def reports(self) -> "list[Report]":
        """One or both."""
        return [self.stored, *([self.file] if self.file else [])]


@app.command()
def backtest(
    context: typer.Context,
    rules: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of rule files. [default: the configured rules]"),
    ] = None,
    since: Annotated[str, typer.Option(help="Only texts from then on: 30d, 12h, or a date, UTC.")] = "",
    query: Annotated[
        str, typer.Option("--where", help="Only texts that match a query, as in `monitor search`.", metavar="QUERY")
    ] = "",
    labelled: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A labelled file (JSON Lines), to be judged as well."),
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit code 1 where a label that was followed is followed no more.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the changes as a table for spreadsheets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Judge the stored texts again and say what changes: told or not, alert or not, and why. Nothing is written.

    Labels (`monitor label`) and a labelled file (title, text, lang, and relevant or grade) are held against the verdicts.
    --gate compares with what was decided before: the stored verdict, and for a file that of the configured rules, so
    that a file needs --rules.

    Example: monitor backtest --rules drafts/rules --since 30d --gate
    """
    if gate and labelled and not rules:
        raise typer.BadParameter("--gate over a file needs --rules: what the configured ones decide was right before")
    begin = ago(since, now=datetime.now(UTC), default=EVER)
    tested = _test(context.obj, rules=rules, since=begin, query=query, labelled=labelled)
    if as_json:
        print_json(tested)
    elif as_csv:
        print_csv(COLUMNS, (_plain(change) for report in tested.reports() for change in report.changes))
    else:
        typer.echo("\n".join(_told(tested)))
    if gate:
        _hold(tested)


def _test(where: Where, *, rules: Path | None, since: datetime, query: str, labelled: Path | None) -> Tested:
    from monitor.services import backtest as stage
    from monitor.store import labels

    judge = _judge(where, rules)
    texts = _texts(where, labelled) if labelled else []
    asked = read_query(query, lambda: judge.rules) if query else None
    started = perf_counter()
    with where.open_store() as store:
        stored = stage.report(_counted(stage.stored(store, judge, since=since, asked=asked)))
        unread = sum(not one.item for one in store.call(labels.labels))
    seconds = perf_counter() - started
    pace = round(1000 * seconds / stored.judged, 1) if stored.judged and not query else None
    old = _judge(where, None) if labelled and rules else None
    file = stage.report(stage.labelled(texts, judge, old=old)) if labelled else None
    return Tested(
        rules=judge.rules.version, seconds=round(seconds, 2), per_1000=pace, stored=stored, unread=unread, file=file
    )


def _judge(where: Where, rules: Path | None) -> "Judge":
    from monitor import relevance
    from monitor.config import rules_in

    return relevance.compile(rules_in(rules) if rules else where.rules())


def _texts(where: Where, file: Path) -> "list[Labelled]":
    from monitor.cli import labelled

    sources = where.load().sources if where.configured() else ()
    return [_labelled(row, sources) for row in labelled.read(file, addressed=False)]


def _labelled(row: "Row", sources: "tuple[Source, ...]") -> "Labelled":
    """A text as if it had been read: what the file does not tell of its outlet, the configured source may."""
    from dataclasses import replace

    from monitor.cli.tryout import choose
    from monitor.model import Article, Method
    from monitor.services.backtest import Labelled

    named = (one for one in sources if row.outlet and one.name.casefold() == row.outlet.casefold())
    found = choose(sources, row.url)
    source = found if found.id else next(named, found)
    article = Article(
        url=row.url,
        title=row.title,
        text=row.text,
        lead=row.lead,
        language=row.lang,
        site=row.outlet,
        method=Method.FEED,
    )
    told = replace(source, country=row.country or source.country)
    return Labelled(article=article, source=told, relevant=row.relevant, urgent=row.urgent)


def _counted(cases: "Iterable[Case]") -> "Iterator[Case]":
    """The cases, their number on stderr meanwhile where somebody looks on."""
    watched = sys.stderr.isatty()
    for number, case in enumerate(cases, 1):
        if watched and not number % _SHOWN_EVERY:
            typer.echo(f"\r{number} texts judged", nl=False, err=True)
        yield case
    if watched:
        typer.echo("\r\x1b[K", nl=False, err=True)


def _hold(tested: Tested) -> None:
    """End as the gate says: code 1 where a label is broken, code 2 where there is none to hold."""
    reports = tested.reports()
    if not any(report.held for report in reports):
        typer.echo("gate: no label to hold; `monitor label URL yes`, or --labelled FILE with --rules", err=True)
        raise typer.Exit(2)
    broken = [wrong for report in reports for wrong in report.wrong if wrong.broken]
    if broken:
        typer.echo(f"gate: labels that were followed and are no more: {len(broken)}", err=True)
        raise typer.Exit(1)


# --- telling ----------------------------------------------------------------------------------------------------------


def _plain(change: "Change") -> dict[str, object]:
    values = {name: getattr(change, name) for name in COLUMNS if hasattr(change, name)}
    return values | {"change": _kinds(change), "because": "; ".join(change.because)}


def _told(tested: Tested) -> "Iterator[str]":
    stored = tested.stored
    pace = f", {tested.per_1000:.1f} s for 1000" if tested.per_1000 else ""
    yield f"{stored.judged} stored texts judged by rules {tested.rules} in {tested.seconds:.1f} s{pace}"
    if stored.unkept:
        labels = f", {stored.unheld} of them with a label" if stored.unheld else ""
        yield f"{stored.unkept} more are not kept in full, and were not judged again{labels}"
    yield from _changes(stored)
    yield from _labels("labels", stored)
    if tested.unread:
        yield f"labels on texts that were never read: {tested.unread}"
    if tested.file:
        empty = f", {tested.file.unkept} more have none" if tested.file.unkept else ""
        yield f"\n{tested.file.judged} texts of the file judged{empty}"
        yield from _changes(tested.file)
        yield from _labels("file", tested.file)


def _changes(report: "Report") -> "Iterator[str]":
    numbers = Counter(kind for change in report.changes for kind in change.kinds)
    counts = ", ".join(f"{kind[0]}{numbers[kind]} {name}" for kind, name in KINDS.items())
    yield f"{counts}; {report.unchanged} as before"
    # What is no longer told alerts no longer either: each text stands under the first of its changes.
    for kind, name in KINDS.items():
        first = [change for change in report.changes if change.kinds[0] == kind]
        if first:
            yield f"\n{name}:"
            yield from chain.from_iterable(map(_change, first))


def _change(change: "Change") -> "Iterator[str]":
    where = "  ".join(filter(None, (moment(change.at), change.source)))
    yield f"  {change.title or '(no title)'}"
    yield f"      {change.url}  {where}"
    yield f"      score {change.before:.2f} -> {change.after:.2f}, {_kinds(change)}"
    yield from (f"      {reason}" for reason in change.because)


def _kinds(change: "Change") -> str:
    return ", ".join(KINDS[kind] for kind in change.kinds)


def _labels(name: str, report: "Report") -> "Iterator[str]":
    for held in report.held:
        yield f"\n{name}, {held.line} line: {held.labels} held, {_measured(held)}"
        yield from chain.from_iterable(_wrong(wrong) for wrong in report.wrong if wrong.line == held.line)


def _measured(held: "Held") -> str:
    before = f" (before: {_shares(held.before)})" if held.before else ""
    return f"{_shares(held.after)}{before}"


def _shares(measure: "Measure") -> str:
    shares = {"precision": measure.precision, "recall": measure.recall}
    return ", ".join(f"{name} {'-' if share is None else f'{share:.3f}'}" for name, share in shares.items())


def _wrong(wrong: "Wrong") -> "Iterator[str]":
    kind = "missed" if wrong.relevant else "false"
    yield f"  {kind}{', and was right before' if wrong.broken else ''}: {wrong.title or '(no title)'}"
    missing = f"  missing: {wrong.missing}" if wrong.relevant and wrong.missing else ""
    yield f"      {wrong.url}  score {wrong.score:.2f}{missing}"
