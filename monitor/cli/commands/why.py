"""`monitor why`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json, with_public_keys
from monitor.cli.views.output import print_lines
from monitor.cli.views.why_text import history_lines
from monitor.services.explain_entry import decision_sentences, exclusions, find_history

app = new_app()


@app.command("why")
def explain(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="URL of an article, in any spelling, or the number of an item.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Explain what happened to an entry, stage by stage.

    It shows which source showed the entry, how its page was extracted, the words that decided its verdict, its story,
    and for each channel the notification or the reason against it.

    Example: monitor why https://tribune.com.pk/story/2453520/
    """
    cli: CliContext = context.obj
    with cli.read_store() as store:
        history = find_history(store, url)
    if history is None:
        unknown = f"No source has shown {url}. `monitor try {url}` shows how it would be judged."
        typer.echo(f"No item has the number {url}." if url.isdecimal() else unknown, err=True)
        raise typer.Exit(1)
    config = cli.load_if_valid()
    excluded = exclusions(history, config) if config else {}
    if as_json:
        print_json(with_public_keys(history) | {"left_out": excluded})
    else:
        decisions = decision_sentences(history, config.channels if config else (), now=datetime.now(UTC))
        print_lines(history_lines(history, excluded, decisions))
