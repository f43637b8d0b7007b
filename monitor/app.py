"""Builds the context of the steps from a configuration: the one place that knows all parts."""

import random
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from monitor import digest, relevance
from monitor.config import Config
from monitor.errors import ConfigError
from monitor.fetch import Web, user_agent
from monitor.net import HttpClient, Resolver
from monitor.pipeline.context import Clock, Context, WallClock
from monitor.pipeline.story_cache import StoryWindowCache
from monitor.store import open_store, sources
from monitor.store.location import default_store
from monitor.workers import WorkerPool


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
) -> AsyncIterator[Context]:
    """Open the context of a configuration; it is closed on leaving.

    A replay or a test injects its own `transport`, `resolver`, allowed endpoints, `clock` and `rng`. Raises ConfigError
    if the configuration has no contact, and StoreError if the database cannot be opened.
    """
    if not config.contact:
        raise ConfigError(
            "contact: is not set; outlets must be able to write to whoever polls them",
            file="monitor.yaml",
            hint="set contact: to an address or a page, or MONITOR_CONTACT in the environment",
        )
    clock = clock or WallClock()
    limits = config.limits
    async with AsyncExitStack() as closing:
        # The fork server of the workers must start before any thread: the store has one, the resolver 64.
        workers = WorkerPool(size=limits.workers, deadline=limits.parse_seconds, memory=limits.parse_memory)
        closing.callback(workers.close)
        opened = open_store(store or config.store or default_store())
        closing.callback(opened.close)
        agent = user_agent(config.contact)
        fetch_client = HttpClient(resolver=resolver, allow=allow, transport=transport, user_agent=agent)
        closing.push_async_callback(fetch_client.aclose)
        # The rows must follow the configuration before any step claims one.
        await opened.run(sources.sync, config.sources, now=clock())
        yield Context(
            store=opened,
            # Deliveries go over the real network even if a recording replaces the outlets.
            delivery_client=HttpClient(resolver=resolver, user_agent=agent),
            web=Web(
                fetch_client,
                contact=config.contact,
                clock=clock,
                host_delay=limits.host_delay,
                max_body_size=limits.max_body_size,
            ),
            workers=workers,
            judge=relevance.compile(config.rules),
            templates=digest.compile_templates(digest.template_sources()),
            channels={channel.id: channel for channel in config.channels},
            operator_channel=config.operator_channel,
            mail=config.mail,
            clock=clock,
            rng=rng or random.Random(),  # noqa: S311 - jitter is not a secret
            story_window=StoryWindowCache(),
            concurrency=limits.concurrency,
        )
