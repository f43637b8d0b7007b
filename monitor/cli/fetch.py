"""`monitor fetch`: one shot over the sources."""

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.pipeline.context import Kit

FAILED, BLIND = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one run brought."""

    ok: int
    unchanged: int
    failed: int
    new: int
    relevant: int
    stories: int
    outcomes: dict[str, int]
    blind: tuple[str, ...]

    def line(self) -> str:
        """The run in one line."""
        return (
            f"sources: {self.ok} ok, {self.unchanged} unchanged, {self.failed} failed; "
            f"entries: {self.new} new; items: {self.relevant} relevant; stories: {self.stories}"
        )

    def code(self) -> int:
        """The exit code: a source that is blind, or none that could be reached."""
        if self.blind:
            return BLIND
        return FAILED if self.failed and not self.ok + self.unchanged else 0


@app.command()
def fetch(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(help="Ids of sources. [default: all that are enabled]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log each step on stderr.")] = False,
) -> None:
    """Poll the sources once, read and judge what is new, and tell nobody.

    It may run beside the daemon. Exit code 3 where a source has been blind beyond its rhythm.

    Example: monitor --config config fetch tribune mehr-en
    """
    from dataclasses import asdict

    from monitor.cli.logs import set_up

    set_up(json=False, level=logging.INFO if verbose else logging.ERROR)
    summary = asyncio.run(_fetch(context.obj, source or []))
    typer.echo(json.dumps(asdict(summary), ensure_ascii=False) if as_json else summary.line())
    for blind in summary.blind:
        typer.echo(f"blind: {blind}", err=True)
    raise typer.Exit(summary.code())


async def _fetch(where: Where, only: list[str]) -> Summary:
    from monitor.app import open_app

    config = where.load()
    unknown = set(only) - {source.id for source in config.sources}
    if unknown:
        raise typer.BadParameter(f"no source is called {', '.join(sorted(unknown))}; see `monitor sources list`")
    async with open_app(config, store=where.store) as kit:
        return await run(kit, only)


async def run(kit: "Kit", only: list[str]) -> Summary:
    """One shot with an open kit."""
    from monitor.pipeline import one_shot
    from monitor.store import entries, notices, sources

    started = kit.clock()
    counts = await one_shot.fetch(kit, only=only)
    seen = await kit.store.run(entries.outcomes, since=started)
    touched = await kit.store.run(notices.touched, since=started)
    states = await kit.store.run(sources.health, now=kit.clock())
    return Summary(
        ok=counts["poll:new"],
        unchanged=counts["poll:unchanged"],
        failed=sum(counts[f"poll:{status}"] for status in ("failed", "gone", "broken")),
        new=seen.total(),
        relevant=sum(counts[outcome] for outcome in ("held", "told", "copy-of")),
        stories=len(touched),
        outcomes={name: number for name, number in counts.items() if ":" not in name},
        blind=tuple(f"{state.source.id}: {state.blind.reason}" for state in states if state.blind),
    )
