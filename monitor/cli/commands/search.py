"""`monitor search`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.arguments import parse_search_argument
from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.cli.views.output import print_csv, print_lines
from monitor.cli.views.search_text import COLUMNS, hit_lines, hit_values
from monitor.services.search import BEGINNING, MAX_ITEMS_SEARCHED, find_items
from monitor.services.times import format_time, parse_since

app = new_app()


@app.command()
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
    flag:sport, @name of the rules. Put -- before a query that begins with -word.

    Example: monitor search --since 2024-01-16 '(taftan OR zahedan) title:border -cricket'
    """
    cli: CliContext = context.obj
    parsed = parse_search_argument(" ".join(query), cli.rules)
    start = parse_since(since, now=datetime.now(UTC), default=BEGINNING)
    with cli.read_store() as store:
        page = find_items(store, parsed, since=start, limit=limit)
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
