"""Replay recorded outlets through the real pipeline, with no network and no configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor import digest
from monitor.app import open_app
from monitor.config import Config, bundled, load_rules, load_sources, read_yaml
from monitor.errors import InvalidRequest, MonitorError
from monitor.model import Channel, Rendered
from monitor.net.replay import ReplayTransport, cassettes
from monitor.pipeline import compose
from monitor.pipeline.context import ActClock
from monitor.services.fetch_once import FetchSummary, fetch_once

DEFAULT_ACT = "january-2024"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAct:
    """A recorded period: its title, its outlets, and the times at which they are polled."""

    name: str
    title: str
    sources: tuple[str, ...]
    moments: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStep:
    """One poll of the outlets, and the subjects of the messages that it caused."""

    at: datetime
    summary: FetchSummary
    subjects: tuple[str, ...]


def load_act(name: str) -> DemoAct:
    """Returns a recorded act by its name. Raises InvalidRequest."""
    acts: dict[str, Any] = read_yaml(bundled("cassettes") / "acts.yaml").data
    if name not in acts:
        raise InvalidRequest(f"one of {', '.join(acts)}")
    act = acts[name]
    return DemoAct(
        name=name,
        title=act["title"],
        sources=tuple(act["sources"]),
        moments=tuple(map(datetime.fromisoformat, act["moments"])),
    )


async def play(act: DemoAct, on_step: Callable[[DemoStep], None]) -> Rendered:
    """Replay an act, report each step, and return the digest of the whole period."""
    start = act.moments[0]
    clock = ActClock(start)
    transport = ReplayTransport(cassettes(bundled("cassettes"), act=act.name), clock=clock)
    config = demo_config(act.sources)
    async with open_app(config, store="sqlite://", transport=transport, clock=clock) as context:
        for moment in act.moments:
            clock.set(moment)
            summary = await fetch_once(context)
            composed = await compose.step(context)
            on_step(DemoStep(at=moment, summary=summary, subjects=composed.rows))
        # A request without a recording fails like an unreachable outlet, and would pass for one.
        if transport.misses:
            raise MonitorError(f"the recordings are incomplete: {', '.join(transport.misses)}")
        (channel,) = config.channels
        preview = await compose.preview(context.store, channel, since=start - timedelta(days=1), until=clock())
        return digest.render(preview, templates=context.templates, now=clock())


def demo_config(source_ids: tuple[str, ...]) -> Config:
    """Returns a configuration with recorded outlets, the bundled rules, and one channel that sends nothing."""
    desk = Channel(
        id="desk",
        name="Iran-Pakistan desk",
        kind="email",
        recipients=("desk@monitor.example",),
        zone="Asia/Karachi",
    )
    recorded = load_sources([bundled("cassettes") / "sources.yaml"])
    return Config(
        contact="demo@monitor.example",
        sources=tuple(source for source in recorded if source.id in source_ids),
        rules=load_rules(bundled("config")),
        channels=(desk,),
    )
