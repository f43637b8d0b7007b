"""`monitor health`."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.lazy_group import new_app
from monitor.cli.views.check_text import check_lines
from monitor.cli.views.json_output import with_public_keys
from monitor.cli.views.output import print_lines
from monitor.services.health import check_health

app = new_app()


@app.command()
def health(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False
) -> None:
    """Check the daemon, the outbox, page layouts and the disk.

    The exit code is 1 if a check fails.

    Example: monitor --store sqlite:////data/monitor.db health
    """
    checks = check_health(context.obj.url(), now=datetime.now(UTC))
    all_ok = all(check.ok for check in checks)
    if as_json:
        typer.echo(json.dumps({"healthy": all_ok, "checks": with_public_keys(checks)}))
    else:
        print_lines(check_lines(checks))
    raise typer.Exit(0 if all_ok else 1)
