"""`monitor search`."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from monitor.cli.arguments import parse_search_argument
from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.cli.views.output import print_csv, print_lines
from monitor.cli.views.search_text import COLUMNS, hit_lines, hit_values
from monitor.services.search import (
    BEGINNING,
    MAX_ITEMS_SEARCHED,
    find_items,
    known_values,
    query_hints,
    unknown_values,
)
from monitor.services.times import format_time, parse_since
from monitor.store import Store, sources

app = new_app()


# A query may exclude words: "-pakistan" is no option, and "-h" would be found in "-hezbollah".
@app.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(help="Words and operators; quote the whole for your shell.")],
    since: Annotated[str, typer.Option(help="Published since then: 30d, 12h, or a date, UTC.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MAX_ITEMS_SEARCHED, help="Maximum number of items.")] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for spreadsheets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Search the stored texts, newest first.

    Rejected texts are found too; spelling variants match each other. All words are needed. Operators: OR, NOT or -,
    "a phrase", "near words"~5, a NEAR/10 b, beginn*, title:word, source:id, lang:ur, country:PK, topic:diplomacy,
    flag:sport, @name of the rules (`monitor config codes` lists topics, flags and names).

    Example: monitor search --since 2024-01-16 '(taftan OR zahedan) title:border -cricket'
    """
    if query == ["-h"]:
        typer.echo(context.get_help())
        return
    cli: CliContext = context.obj
    parsed = parse_search_argument(" ".join(query), cli.rules)
    start = parse_since(since, now=datetime.now(UTC), default=BEGINNING)
    with cli.read_store() as store:
        page = find_items(store, parsed, since=start, limit=limit)
        faults = list(unknown_values(parsed, partial(values_of_field, cli, store)))
    for fault in faults:
        typer.echo(fault, err=True)
    if faults and not page.hits:
        raise typer.Exit(2)
    if page.searched_back_to:
        back_to = format_time(page.searched_back_to)
        typer.echo(
            f"only the newest {MAX_ITEMS_SEARCHED} items, back to {back_to}, were searched; add a word", err=True
        )
    if as_json:
        print_json([hit_values(hit) for hit in page.hits])
    elif as_csv:
        print_csv(COLUMNS, map(hit_values, page.hits))
    else:
        print_lines(hit_lines(page.hits) if page.hits else ["nothing found"])
        if len(page.hits) == limit:
            typer.echo(f"the newest {limit} items; --limit shows more", err=True)
    for hint in query_hints(" ".join(query)) if not page.hits else ():
        typer.echo(hint, err=True)


def values_of_field(cli: CliContext, store: Store, field: str) -> set[str]:
    """Returns the values that a field of the query language can have here."""
    configured = cli.load().sources if cli.configured() else ()
    stored = [state.source for state in store.call(sources.health, now=datetime.now(UTC))]
    return known_values(field, sources=[*configured, *stored], rules=cli.rules())
