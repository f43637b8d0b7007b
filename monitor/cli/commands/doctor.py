"""`monitor doctor`."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.check_text import check_lines, summary_line
from monitor.cli.views.json_output import print_json
from monitor.cli.views.output import print_lines
from monitor.cli.views.progress import clear_status, show_status
from monitor.services.doctor import check_setup

app = new_app()


@app.command()
def doctor(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False
) -> None:
    """Check configuration, store, clock, sources, mail and webhooks.

    The exit code is 1 if a check fails. Sources are polled and webhooks get a signed "monitor.ping"; nothing is stored
    and no mail is sent.

    Example: monitor --config config doctor
    """
    cli: CliContext = context.obj
    checks = asyncio.run(check_setup(cli.load, cli.folder(), cli.url, now=datetime.now(UTC), on_progress=show_progress))
    clear_status()
    all_ok = all(check.ok for check in checks)
    if as_json:
        print_json({"well": all_ok, "checks": checks})
    else:
        print_lines([*check_lines(checks), "", summary_line(checks)])
    raise typer.Exit(0 if all_ok else 1)


def show_progress(checked: int, sources: int) -> None:
    """Show how many sources were checked."""
    show_status(f"{checked} of {sources} sources checked")
