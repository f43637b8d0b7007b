"""`monitor digest`: look at a digest, or send it now."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import ago, print_json
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.model import Channel, Rendered


@app.command()
def digest(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="Id of a channel. [default: the only one, else a plain view]")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Print it; nothing is marked as told. [default]")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    send: Annotated[bool, typer.Option("--send", help="Send it to the channel now, and mark it as told.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write digest.html, digest.txt and digest.json there.")] = None,
    since: Annotated[
        str, typer.Option(help="Start of a past period: 7d, 12h, or a date, UTC. [default: a day before its end]")
    ] = "",
    until: Annotated[str, typer.Option(help="End of a past period, UTC. [default: now]")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as the JSON that webhooks get.")] = False,
) -> None:
    """Show what a digest of a period would tell, or send what the channel is due.

    Example: monitor digest desk --preview --since 2024-01-16 --until 2024-01-20
    """
    import asyncio

    del preview  # what happens anyway
    where: Where = context.obj
    if send:
        typer.echo(asyncio.run(_send(where, channel)))
        return
    now = datetime.now(UTC)
    end = ago(until, now=now, default=now)
    start = ago(since, now=now, default=end - timedelta(days=1))
    rendered = asyncio.run(_rendered(where, channel, since=start, until=end))
    if out:
        _write(rendered, out)
    if open_:
        _show(rendered)
    if as_json:
        print_json(rendered.data)
    elif not (out or open_):
        typer.echo(rendered.text)


def _show(rendered: "Rendered") -> None:
    import tempfile
    import webbrowser

    folder = Path(tempfile.mkdtemp(prefix="monitor-"))
    _write(rendered, folder)
    webbrowser.open((folder / "digest.html").as_uri())


async def _rendered(where: Where, channel: str, *, since: datetime, until: datetime) -> "Rendered":
    from monitor import digest as digests
    from monitor.pipeline import compose

    chosen = _channel(where, channel)
    with where.open_store() as store:
        composed = await compose.preview(store, chosen, since=since, until=until)
    templates = digests.compile_templates(digests.template_sources())
    return digests.render(composed, templates=templates, now=datetime.now(UTC))


async def _send(where: Where, channel: str) -> str:
    from monitor.app import open_app
    from monitor.pipeline import compose, deliver

    async with open_app(where.load(), store=where.store) as kit:
        chosen = _channel(where, channel)
        if chosen.id not in kit.channels:
            raise typer.BadParameter("there is no channel to send to: add one to channels.yaml")
        subject = await compose.now(kit, chosen)
        sent = (await deliver.step(kit)).done
    if not subject:
        return f"{chosen.id}: nothing new to tell; nothing was sent"
    return f"{chosen.id}: {subject} ({', '.join(f'{number} {state}' for state, number in sent.items())})"


def _channel(where: Where, name: str) -> "Channel":
    from monitor.model import Channel, ChannelKind

    channels = {channel.id: channel for channel in where.load().channels}
    if name:
        if name not in channels:
            raise typer.BadParameter(f"no channel is called {name}; there are: {', '.join(channels) or 'none'}")
        return channels[name]
    if len(channels) == 1:
        return next(iter(channels.values()))
    return Channel(id="preview", name="Preview", kind=ChannelKind.EMAIL, recipients=(), zone=where.load().zone)


def _write(rendered: "Rendered", folder: Path) -> None:
    import json

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "digest.html").write_text(rendered.html, "utf-8")
    (folder / "digest.txt").write_text(rendered.text, "utf-8")
    (folder / "digest.json").write_text(json.dumps(rendered.data, ensure_ascii=False, indent=2), "utf-8")
    typer.echo(f"written: {folder}/digest.html, .txt, .json")
