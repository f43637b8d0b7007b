"""Put the parts together: the one place that knows them all."""

import random
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import platformdirs

from monitor import digest, relevance
from monitor.config import Config
from monitor.errors import ConfigError
from monitor.fetch import Web, user_agent
from monitor.net import Net, Resolver
from monitor.pipeline.context import Clock, Kit, WallClock, pass_by
from monitor.pipeline.story_index import Groups
from monitor.store import open_store, sources
from monitor.workers import Pool


def default_store() -> str:
    """The database URL where none is set: a SQLite file in the user's data folder."""
    return f"sqlite:///{platformdirs.user_data_path('monitor') / 'monitor.db'}"


@asynccontextmanager
async def open_app(
    config: Config,
    *,
    store: str = "",
    transport: httpx.AsyncBaseTransport | None = None,
    resolver: Resolver | None = None,
    allow: Collection[tuple[str, int]] = (),
    clock: Clock | None = None,
    rng: random.Random | None = None,
    point: Callable[[str], None] = pass_by,
) -> AsyncIterator[Kit]:
    """The kit of a configuration, open; closed on leaving.

    `transport`, `resolver`, `allow`, `clock`, `rng` and `point` are the doors by which network, time, chance and
    crashes come in: a replay or a test hands in its own. Raises ConfigError where nobody is named as contact, and
    StoreError where the database cannot be opened.
    """
    if not config.contact:
        raise ConfigError(
            "contact: nobody is named; outlets must be able to write to whoever polls them",
            file="monitor.yaml",
            hint="set contact: to an address or a page, or MONITOR_CONTACT in the environment",
        )
    clock = clock or WallClock()
    limits = config.limits
    async with AsyncExitStack() as closing:
        # The fork server of the pool starts before any thread (the store has one, the resolver 64).
        pool = Pool(size=limits.workers, deadline=limits.parse_seconds, memory=limits.parse_memory)
        closing.callback(pool.close)
        opened = open_store(store or config.store or default_store())
        closing.callback(opened.close)
        agent = user_agent(config.contact)
        looking = Net(resolver=resolver, allow=allow, transport=transport, user_agent=agent)
        closing.push_async_callback(looking.aclose)
        await opened.run(sources.sync, config.sources, now=clock())
        yield Kit(
            store=opened,
            # What is told goes over the real network also where a recording stands in for the outlets.
            net=Net(resolver=resolver, user_agent=agent),
            web=Web(looking, contact=config.contact, clock=clock, gap=limits.gap, limit=limits.body),
            pool=pool,
            judge=relevance.compile(config.rules),
            templates=digest.compile_templates(digest.template_sources()),
            channels={channel.id: channel for channel in config.channels},
            mail=config.mail,
            clock=clock,
            rng=rng or random.Random(),  # noqa: S311 - jitter keeps no secret
            groups=Groups(),
            point=point,
            width=limits.width,
        )
