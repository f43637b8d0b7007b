"""`monitor story`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.cli.views.output import print_lines, print_table
from monitor.cli.views.story_text import STORY_HEAD, story_json, story_lines, story_row
from monitor.services.times import parse_period
from monitor.store import stories

app = new_app(no_args_is_help=True, help="Show stories: the items of one event.")


@app.command("list")
def list_command(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(help="With an item first seen since then: 7d, 12h, or a date, UTC. [default: a day]")
    ] = "",
    until: Annotated[str, typer.Option(help="… and until then, UTC. [default: now]")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """List the stories of a period, those with the newest item first.

    Example: monitor story list --since 2024-01-16 --until 2024-01-20
    """
    cli: CliContext = context.obj
    now = datetime.now(UTC)
    start, end = parse_period(since, until, now=now)
    with cli.read_store() as store:
        records = store.call(stories.list_stories, since=start, until=end)
    if as_json:
        print_json([story_json(record) for record in records])
    else:
        print_table(STORY_HEAD, map(story_row, records))


@app.command()
def show(
    context: typer.Context,
    story: Annotated[int, typer.Argument(help="Number of a story; `monitor why URL` shows that of an item.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show the items of a story, which of them repeat another, and the earlier stories of its thread.

    Example: monitor story show 12
    """
    cli: CliContext = context.obj
    with cli.read_store() as store:
        record = store.call(stories.find, story)
    if record is None:
        raise typer.BadParameter(f"there is no story {story}; `monitor story list --since DATE` lists them")
    if as_json:
        print_json(story_json(record))
    else:
        print_lines(story_lines(record))
