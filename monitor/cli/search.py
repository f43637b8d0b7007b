"""`monitor search`: find what is stored, with the query language of the rules."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import ago, moment, print_csv, print_json
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.query import Query
    from monitor.relevance.rules import RuleSet
    from monitor.store import Store
    from monitor.store.search import Found

EVER = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 50_000  # items that are held against one query
COLUMNS = (
    "item",
    "at",
    "source",
    "language",
    "country",
    "score",
    "topics",
    "flags",
    "outcome",
    "story",
    "title",
    "url",
)


@app.command()
def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(help="Words and operators; quote the whole for your shell.")],
    since: Annotated[str, typer.Option(help="Published from then on: 30d, 12h, or a date, UTC.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="Most items to show.")] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for spreadsheets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Search the stored texts, the newest first; rejected ones are found as well. Spelling variants are one.

    Words are all needed. OR, NOT or -, "a phrase", "near words"~5, a NEAR/10 b, beginn*, title:word, source:id, lang:ur,
    country:PK, topic:diplomacy, flag:sport, @name of the rules. After a bare -word put -- before the query.

    Example: monitor search --since 2024-01-16 '(taftan OR zahedan) title:border -cricket'
    """
    where: Where = context.obj
    asked = read_query(" ".join(query), where.rules)
    begin = ago(since, now=datetime.now(UTC), default=EVER)
    with where.open_store() as store:
        found = find(store, asked, since=begin, limit=limit)
    rows = [_plain(one) for one in found]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(COLUMNS, rows)
    else:
        typer.echo("\n".join(_told(found)) if found else "nothing found")


def read_query(text: str, rules: "Callable[[], RuleSet]") -> "Query":
    """A query as typed, wrong usage where it cannot be read; the rules tell what its @names stand for."""
    from monitor import query as queries

    try:
        if "@" not in text:  # reading the rules takes longer than most searches
            return queries.parse(text)
        from monitor import relevance

        return relevance.search(text, rules())
    except queries.QueryError as error:
        typer.echo(f"query:{error}", err=True)
        raise typer.Exit(2) from None


def find(store: "Store", asked: "Query", *, since: datetime, limit: int) -> "Sequence[Found]":
    """The newest items that match; what was not looked at is said."""
    from monitor.store import search as stored

    page = store.call(stored.find, asked, since=since, limit=limit, most=MOST)
    if page.back_to:
        back_to = moment(page.back_to)
        typer.echo(f"only the newest {MOST} items, back to {back_to}, were looked at; add a word", err=True)
    return page.found


def _plain(found: "Found") -> dict[str, object]:
    return {
        "item": found.item,
        "at": found.at,
        "source": found.source.id,
        "language": found.article.language or found.source.language,
        "country": found.source.country,
        "score": found.verdict.score,
        "topics": [topic.code for topic in found.verdict.topics],
        "flags": [flag.code for flag in found.verdict.flags],
        "outcome": str(found.outcome or "waiting"),
        "story": found.story,
        "title": found.article.title or found.entry.title,
        "url": found.entry.link,
    }


def _told(found: "Sequence[Found]") -> Iterator[str]:
    for one in found:
        about = [topic.code for topic in one.verdict.topics] + [flag.code for flag in one.verdict.flags]
        where = ", ".join([str(one.outcome or "waiting"), f"score {one.verdict.score:.2f}", *about])
        yield f"{moment(one.at)}  {one.source.id}  {one.article.title or one.entry.title}"
        yield f"    {one.entry.link}  ({where}; item {one.item})"
