"""Parse arguments that several commands share."""

from collections.abc import Callable

import typer

from monitor.query import Query, QueryError
from monitor.relevance.rules import RuleSet
from monitor.services.search import parse_query, query_hints


def parse_search_argument(text: str, load_rules: Callable[[], RuleSet]) -> Query:
    """Returns the query of an argument. If it is invalid, prints the error with a caret below its place and exits (2)."""
    try:
        return parse_query(text, load_rules)
    except QueryError as error:
        typer.echo(f"query:{error}", err=True)
        for hint in query_hints(text):
            typer.echo(hint, err=True)
        raise typer.Exit(2) from None
