"""`monitor backtest`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor import relevance
from monitor.cli.arguments import parse_search_argument
from monitor.cli.context import CliContext, print_warning
from monitor.cli.lazy_group import new_app
from monitor.cli.views.backtest_text import COLUMNS, change_values, run_lines
from monitor.cli.views.json_output import print_json
from monitor.cli.views.output import print_csv, print_lines
from monitor.cli.views.progress import clear_status, show_status
from monitor.config import rules_in
from monitor.services.backtest import JudgedCase
from monitor.services.run_backtest import BacktestRun, read_labelled_texts, run_backtest
from monitor.services.search import BEGINNING
from monitor.services.times import parse_since

PROGRESS_INTERVAL_TEXTS = 100

app = new_app()


@app.command()
def backtest(
    context: typer.Context,
    rules: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of rule files. [default: the configured rules]"),
    ] = None,
    since: Annotated[str, typer.Option(help="Only texts since then: 30d, 12h, or a date, UTC.")] = "",
    query: Annotated[
        str, typer.Option("--where", help="Only texts that match a query, as in `monitor search`.", metavar="QUERY")
    ] = "",
    labelled: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A label file (JSON Lines) to judge as well."),
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit with code 1 if a label that the rules followed is now contradicted.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the changes as a table for spreadsheets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Judge the stored texts again and list the changed decisions.

    Each change is listed with its reasons. Nothing is written. The verdicts are compared with labels (`monitor label`)
    and with a label file (title, text, lang, and relevant or grade). --gate compares them with the earlier decision:
    the stored verdict, or for a label file the verdict of the configured rules, so a file needs --rules.

    Example: monitor backtest --rules drafts/rules --since 30d --gate
    """
    cli: CliContext = context.obj
    if gate and labelled and not rules:
        raise typer.BadParameter("--gate with a label file needs --rules: it compares them with the configured rules")
    start = parse_since(since, now=datetime.now(UTC), default=BEGINNING)
    judge = relevance.compile(rules_in(rules, warn=print_warning) if rules else cli.rules())
    config = cli.load() if labelled and cli.configured() else None
    texts = read_labelled_texts(labelled, config) if labelled else None
    parsed_query = parse_search_argument(query, lambda: judge.rules) if query else None
    # A label file has its texts with it, so it needs no store.
    with cli.read_store_if_any() if labelled else cli.read_store() as store:
        run = run_backtest(
            store,
            judge,
            since=start,
            query=parsed_query,
            labelled=texts,
            configured_judge=relevance.compile(cli.rules()) if labelled and rules else None,
            progress=show_progress,
        )
    if as_json:
        print_json(run)
    elif as_csv:
        print_csv(COLUMNS, (change_values(change) for report in run.reports() for change in report.changes))
    else:
        print_lines(run_lines(run))
    if gate:
        exit_by_gate(run)


def show_progress(cases: Iterator[JudgedCase]) -> Iterator[JudgedCase]:
    """Yields the cases; meanwhile their number is shown on stderr, if it is a terminal."""
    for number, case in enumerate(cases, 1):
        if number % PROGRESS_INTERVAL_TEXTS == 0:
            show_status(f"{number} texts judged")
        yield case
    clear_status()


def exit_by_gate(run: BacktestRun) -> None:
    """Exit with code 1 if a label is contradicted that was followed before; with code 2 if there are no labels."""
    reports = run.reports()
    # A gate without labels would pass for ever, and its user would believe the rules are tested.
    if not any(report.agreements for report in reports):
        typer.echo("gate: there are no labels; use `monitor label URL yes`, or --labelled FILE with --rules", err=True)
        raise typer.Exit(2)
    broken = [mismatch for report in reports for mismatch in report.mismatches if mismatch.was_right]
    if broken:
        typer.echo(f"gate: labels that were followed before and are contradicted now: {len(broken)}", err=True)
        raise typer.Exit(1)
