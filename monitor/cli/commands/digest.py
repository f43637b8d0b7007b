"""`monitor digest`."""

import asyncio
import json
import logging
import tempfile
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.logs import secrets, set_up
from monitor.cli.views.json_output import print_json
from monitor.model import Rendered
from monitor.services.digests import preview_digest, select_channel, send_digest
from monitor.services.times import parse_period

app = new_app()


@app.command()
def digest(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="Id of a channel. [default: the only one, else no filter]")] = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Print it; nothing is sent or recorded. [default]")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    send: Annotated[bool, typer.Option("--send", help="Send it to the channel now, and record it as sent.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for digest.html, digest.txt and digest.json.")] = None,
    since: Annotated[
        str, typer.Option(help="Start of a past period: 7d, 12h, or a date, UTC. [default: a day before its end]")
    ] = "",
    until: Annotated[str, typer.Option(help="End of a past period, UTC. [default: now]")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as the JSON that webhooks get.")] = False,
) -> None:
    """Preview the digest of a period, or send the one that is due.

    --send exits with 1 if a message could not be delivered; it waits in the outbox and is tried again by the service.

    Example: monitor digest desk --preview --since 2024-01-16 --until 2024-01-20
    """
    del preview  # the default
    cli: CliContext = context.obj
    if send:
        send_now(cli, channel)
        return
    now = datetime.now(UTC)
    start, end = parse_period(since, until, now=now)
    selected = select_channel(cli.load(), channel)
    with cli.read_store() as store:
        rendered = asyncio.run(preview_digest(store, selected, since=start, until=end, now=now))
    if out:
        write_files(rendered, out)
    if open_:
        folder = Path(tempfile.mkdtemp(prefix="monitor-"))
        write_files(rendered, folder)
        webbrowser.open((folder / "digest.html").as_uri())
    if as_json:
        print_json(rendered.data)
    elif not (out or open_):
        typer.echo(rendered.text)


def send_now(cli: CliContext, channel: str) -> None:
    """Send the digest of a channel and print the result. Exits with 1 if a message could not be delivered."""
    config = cli.load()
    # The reasons of failed deliveries are events; without a set-up they would be printed on stdout, secrets included.
    set_up(json=False, level=logging.WARNING, secrets=secrets(config))
    sent = asyncio.run(send_digest(config, store_url=cli.url(), channel_id=channel))
    if not sent.subject and not sent.deliveries:
        typer.echo(f"{sent.channel}: no new stories; nothing was sent")
        return
    counts = ", ".join(f"{number} {state}" for state, number in sent.deliveries.items()) or "no message"
    typer.echo(f"{sent.channel}: {sent.subject or 'no new stories'} ({counts})")
    if not sent.is_complete:
        typer.echo("some messages were not delivered; `monitor outbox list` shows why", err=True)
        raise typer.Exit(1)


def write_files(rendered: Rendered, folder: Path) -> None:
    """Write a digest in its three forms into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "digest.html").write_text(rendered.html, "utf-8")
    (folder / "digest.txt").write_text(rendered.text, "utf-8")
    (folder / "digest.json").write_text(json.dumps(rendered.data, ensure_ascii=False, indent=2), "utf-8")
    typer.echo(f"written: {folder}/digest.html, .txt, .json")
