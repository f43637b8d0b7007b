"""`monitor demo`."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.lazy_group import new_app
from monitor.cli.logs import set_up
from monitor.services.demo import DEFAULT_ACT, DemoStep, load_act, play

app = new_app()


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="File for the digest as HTML.")] = Path("demo.html"),
    act: Annotated[str, typer.Option(help="january-2024, june-2025 or faults.")] = DEFAULT_ACT,
) -> None:
    """Play two weeks of recorded outlets and show the digest.

    The outlets are invented and their texts rewritten; everything from polling to composing the digest is the real code.

    Example: monitor demo --act june-2025 --out /tmp/demo.html
    """
    started = time.monotonic()
    set_up(json=False, level=logging.ERROR)
    recorded = load_act(act)
    typer.echo(f"{recorded.title}\n")
    rendered = asyncio.run(play(recorded, show_step))
    out.write_text(rendered.html, encoding="utf-8")
    typer.echo(rendered.text)
    typer.echo(f"Played in {time.monotonic() - started:.1f} s, with no network. The same digest as HTML: {out}")
    typer.echo("Next: `monitor init` writes a configuration with real outlets; `monitor --help` lists the commands.")


def show_step(step: DemoStep) -> None:
    """Print one poll and the messages that it caused."""
    typer.echo(f"{step.at:%a %d %b %H:%M} UTC  {step.summary.new:3} new {step.summary.relevant:3} relevant")
    for subject in step.subjects:
        typer.echo(f"    {subject}")
