"""`monitor digest`."""

import asyncio
import json
import tempfile
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.model import Rendered
from monitor.services.digests import preview_digest, select_channel, send_digest
from monitor.services.times import parse_since

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

    Example: monitor digest desk --preview --since 2024-01-16 --until 2024-01-20
    """
    del preview  # the default
    cli: CliContext = context.obj
    if send:
        typer.echo(send_now(cli, channel))
        return
    now = datetime.now(UTC)
    end = parse_since(until, now=now, default=now)
    start = parse_since(since, now=now, default=end - timedelta(days=1))
    selected = select_channel(cli.load(), channel)
    with cli.open_store() as store:
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


def send_now(cli: CliContext, channel: str) -> str:
    """Send the digest of a channel; returns a sentence about the result."""
    sent = asyncio.run(send_digest(cli.load(), store_url=cli.store, channel_id=channel))
    if not sent.subject:
        return f"{sent.channel}: no new stories; nothing was sent"
    return f"{sent.channel}: {sent.subject} ({', '.join(f'{number} {state}' for state, number in sent.deliveries.items())})"


def write_files(rendered: Rendered, folder: Path) -> None:
    """Write a digest in its three forms into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "digest.html").write_text(rendered.html, "utf-8")
    (folder / "digest.txt").write_text(rendered.text, "utf-8")
    (folder / "digest.json").write_text(json.dumps(rendered.data, ensure_ascii=False, indent=2), "utf-8")
    typer.echo(f"written: {folder}/digest.html, .txt, .json")
