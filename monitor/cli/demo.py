"""`monitor demo`: the main job over recorded outlets, with no network and no configuration."""

import asyncio
import logging
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import app
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.model import Rendered

ACT = "january-2024"


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Where to write the digest as HTML.")] = Path("demo.html"),
    act: Annotated[str, typer.Option(help="january-2024, june-2025 or faults.")] = ACT,
) -> None:
    """Play two weeks of January 2024 from recorded outlets, day by day, and show the digest.

    The outlets are invented and their texts retold; polling, reading, judging, grouping and telling are the real ones.

    Example: monitor demo --act june-2025 --out /tmp/demo.html
    """
    started = time.monotonic()
    from monitor.workers import warm_up

    warm_up()  # beside the imports that follow
    from monitor.cli.logs import set_up

    set_up(json=False, level=logging.ERROR)
    rendered = asyncio.run(_play(act))
    out.write_text(rendered.html, encoding="utf-8")
    typer.echo(rendered.text)
    typer.echo(f"Played in {time.monotonic() - started:.1f} s, with no network. The same digest as HTML: {out}")
    typer.echo("Next: `monitor init` writes a configuration with real outlets; `monitor --help` lists the rest.")


async def _play(name: str) -> "Rendered":
    from monitor import digest
    from monitor.app import open_app
    from monitor.cli.fetch import run
    from monitor.config import bundled
    from monitor.net.replay import ReplayTransport, cassettes
    from monitor.pipeline import compose
    from monitor.pipeline.context import ActClock

    act = _act(name)
    moments = [datetime.fromisoformat(moment) for moment in act["moments"]]
    clock = ActClock(moments[0])
    transport = ReplayTransport(cassettes(bundled("cassettes"), act=name), clock=clock)
    settings = _settings(act["sources"])
    typer.echo(f"{act['title']}\n")
    # The store is a database in memory: nothing of a demonstration is to be kept.
    async with open_app(settings, store="sqlite://", transport=transport, clock=clock) as kit:
        for moment in moments:
            clock.set(moment)
            summary = await run(kit, [])
            told = await compose.step(kit)
            typer.echo(f"{moment:%a %d %b %H:%M} UTC  {summary.new:3} new {summary.relevant:3} relevant")
            for subject in told.rows:
                typer.echo(f"    {subject}")
        if transport.misses:  # a request that no recording answers must not pass for a source that is down
            raise MonitorError(f"the recordings are incomplete: {', '.join(transport.misses)}")
        (channel,) = settings.channels
        composed = await compose.preview(kit.store, channel, since=moments[0] - timedelta(days=1), until=clock())
        return digest.render(composed, templates=kit.templates, now=clock())


def _act(name: str) -> dict[str, Any]:
    from monitor.config import bundled, read

    acts: dict[str, Any] = read(bundled("cassettes") / "acts.yaml").data
    if name not in acts:
        raise typer.BadParameter(f"one of {', '.join(acts)}")
    act: dict[str, Any] = acts[name]
    return act


def _settings(sources: list[str]) -> "Config":
    """Recorded outlets, the bundled rules, and a desk that is told in the terminal."""
    from monitor.config import Config, bundled, load_rules, load_sources
    from monitor.model import Channel, ChannelKind

    desk = Channel(
        id="desk",
        name="Iran-Pakistan desk",
        kind=ChannelKind.EMAIL,
        recipients=("desk@monitor.example",),
        zone="Asia/Karachi",
    )
    recorded = load_sources([bundled("cassettes") / "sources.yaml"])
    return Config(
        contact="demo@monitor.example",
        sources=tuple(source for source in recorded if source.id in sources),
        rules=load_rules(bundled("config")),
        channels=(desk,),
    )
