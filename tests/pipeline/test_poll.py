"""Polling: how long a server is believed that nothing is new, and how often a source is polled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from monitor.app import open_app
from monitor.model import Source, Validators
from monitor.pipeline import one_shot
from monitor.pipeline.context import ActClock, Context
from monitor.pipeline.poll import step, trusted_validators
from monitor.services.source_status import list_sources
from tests.cli.builders import NOW, a_config, a_feed, a_source

TITLES = [f"Bridge {number} in the upper valley is open" for number in range(12)]
HOUR = timedelta(hours=1)
FEED = "http://dawn.example/feed"


class FrozenOutlet(httpx.AsyncBaseTransport):
    """An outlet whose ETag never changes, so that it answers 304 whatever is new."""

    def __init__(self, body: str, **headers: str) -> None:
        self.body, self.headers = body, {"etag": '"1"'} | headers
        self.bodies_sent = 0
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) != FEED:
            return httpx.Response(404)
        self.requests += 1
        if request.headers.get("if-none-match") == self.headers.get("etag"):
            return httpx.Response(304, headers=self.headers)
        self.bodies_sent += 1
        return httpx.Response(200, headers=self.headers, content=self.body.encode())


@asynccontextmanager
async def polling(outlet: FrozenOutlet, source: Source) -> AsyncIterator[Context]:
    async with open_app(a_config(source), store="sqlite://", transport=outlet, clock=ActClock(NOW)) as context:
        yield context


def hourly_feed(count: int) -> str:
    """A feed with one story an hour, the newest at NOW."""
    items = "".join(
        f"<item><title>{title}</title><link>https://dawn.example/{number}</link>"
        f"<pubDate>{(NOW - HOUR * number).isoformat()}</pubDate></item>"
        for number, title in enumerate(TITLES[:count])
    )
    return f"<rss><channel><title>Dawn</title>{items}</channel></rss>"


async def poll_until_new(context: Context, *, at_most: timedelta) -> timedelta:
    """Poll as often as the source is due; returns how long it took until an entry was new."""
    start = context.clock()
    while context.clock() - start < at_most:
        result = await step(context)
        if result.done.get("new"):
            break
        assert result.next_due
        await context.clock.sleep(max((result.next_due - context.clock()).total_seconds(), 1))
    return context.clock() - start


async def test_a_frozen_304_is_noticed_within_three_pauses_of_the_outlet():
    """An outlet with a story each hour is asked for its body after three hours, and the story is found."""
    outlet = FrozenOutlet(hourly_feed(12))
    async with polling(outlet, a_source()) as context:
        await step(context)
        outlet.body = a_feed("A new story about the border market", at=NOW + HOUR)
        assert await poll_until_new(context, at_most=timedelta(days=2)) <= 3 * HOUR + timedelta(minutes=11)
        assert outlet.bodies_sent == 2
        # Its ETag is not believed again, so the next story comes at the next poll.
        outlet.body = a_feed("Another story about the river", "A third one", at=NOW + 4 * HOUR)
        assert await poll_until_new(context, at_most=timedelta(days=2)) <= timedelta(minutes=12)


async def test_a_quiet_outlet_costs_few_bodies():
    """Nothing is new for a day: a body every three hours, and 304 for all other polls."""
    outlet = FrozenOutlet(hourly_feed(12))
    async with polling(outlet, a_source()) as context:
        await step(context)
        await poll_until_new(context, at_most=timedelta(days=1))
    assert outlet.requests > 100
    assert outlet.bodies_sent <= 9


async def test_an_outlet_of_unknown_rhythm_is_believed_for_a_day():
    """Two entries say nothing about its pauses."""
    outlet = FrozenOutlet(hourly_feed(2))
    async with polling(outlet, a_source()) as context:
        await step(context)
        outlet.body = a_feed("A new story", at=NOW + HOUR)
        assert 23 * HOUR < await poll_until_new(context, at_most=timedelta(days=2)) <= 25 * HOUR


KNOWN = Validators(url=FEED, etag='"1"', last_modified="Tue, 16 Jan 2024 10:00:00 GMT")
OTHER = Validators(url=FEED, etag='"2"', last_modified="Tue, 16 Jan 2024 10:00:00 GMT")
DISTRUSTED = Validators(url="", etag=KNOWN.etag, last_modified=KNOWN.last_modified)


@pytest.mark.parametrize(
    ("known", "received", "changed", "stored"),
    [
        (None, KNOWN, True, KNOWN),
        (KNOWN, None, True, None),
        (KNOWN, KNOWN, False, KNOWN),
        (KNOWN, OTHER, True, OTHER),
        (KNOWN, KNOWN, True, DISTRUSTED),
        (DISTRUSTED, KNOWN, False, DISTRUSTED),
        (DISTRUSTED, KNOWN, True, DISTRUSTED),
        (DISTRUSTED, OTHER, True, OTHER),
    ],
)
def test_validators_that_do_not_change_with_the_body_are_not_sent(known, received, changed, stored):
    """Until the server sends others."""
    assert trusted_validators(known, received, changed=changed) == stored


@pytest.mark.parametrize(
    ("source", "pause"),
    [(a_source(), HOUR), (a_source(interval_is_configured=True), timedelta(minutes=10))],
)
async def test_a_ttl_counts_up_to_an_hour_and_never_against_the_configuration(source: Source, pause: timedelta):
    """The list of sources shows what the feed asks for, also after a poll without a change."""
    body = hourly_feed(3).replace("<title>Dawn</title>", "<title>Dawn</title><ttl>1440</ttl>")
    outlet = FrozenOutlet(body, **{"cache-control": "public, max-age=7200"})
    async with polling(outlet, source) as context:
        await one_shot.run_once(context)
        first = list_sources(context.store, [source], now=context.clock())[0]
        await context.clock.sleep(7200)
        await one_shot.run_once(context)
        second = list_sources(context.store, [source], now=context.clock())[0]
    for status in (first, second):
        assert "the feed asks for a pause of 1,440 min" in status.reason
        assert "Cache-Control asks for a pause of 120 min" in status.reason
    assert first.state.last_poll
    assert pause <= first.state.next_at - first.state.last_poll <= pause + timedelta(seconds=30)
