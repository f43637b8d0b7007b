"""What the page of an entry tells of its age decides who hears of it."""

import httpx
import pytest
from sqlalchemy import select, update

from monitor.app import open_app
from monitor.config import Config, bundled, load_rules
from monitor.model import Channel, ChannelKind, Source
from monitor.stages import once
from monitor.stages.kit import ActClock
from monitor.store import schema
from tests.parse.builders import NOW, an_item, an_rss

TITLE = "Pakistan and Iran sign a border trade agreement in Islamabad"
TEXT = "The foreign ministers of Pakistan and Iran signed a trade agreement on the markets at their border. " * 5


async def told(published: str, fields: str = "") -> tuple[str, list[str]]:
    """The outcome of an entry whose page gives this time, at a source long known, and the kinds of its notices."""
    page = f'<meta property="article:published_time" content="{published}"><h1>{TITLE}</h1><p>{TEXT}</p>'
    feed = an_rss(an_item(1, fields))
    desk = Channel(id="desk", kind=ChannelKind.EMAIL, recipients=("desk@desk.example",))
    config = Config(
        contact="desk@desk.example",
        sources=(Source(id="outlet", name="Outlet", url="https://outlet.example/feed", zone="Asia/Karachi"),),
        rules=load_rules(bundled("config")),
        channels=(desk,),
    )

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        body, kind = (feed, "text/xml") if request.url.path == "/feed" else (page, "text/html")
        return httpx.Response(200, text=body, headers={"content-type": kind})

    async with open_app(config, store="sqlite://", transport=httpx.MockTransport(answer), clock=ActClock(NOW)) as kit:
        await kit.store.run(lambda conn: conn.execute(update(schema.source).values(polls=1)).rowcount)
        await once.fetch(kit)
        (outcome,) = await kit.store.run(lambda conn: conn.scalars(select(schema.entry.c.outcome)).all())
        kinds = await kit.store.run(lambda conn: conn.scalars(select(schema.notice.c.kind)).all())
    return outcome, list(kinds)


@pytest.mark.parametrize(
    ("published", "fields", "expected"),
    [
        ("2026-11-21T11:00Z", "", ("held", ["alert"])),
        ("2026-11-21", "", ("held", ["alert"])),  # seventeen hours after the midnight of its day
        ("2026-11-19T11:00Z", "", ("held", ["digest"])),
        ("2018-11-21T11:00Z", "", ("too-old", [])),
        ("2018-11-21T11:00Z", "<pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>", ("held", ["digest"])),
    ],
)
async def test_age_by_the_page(published, fields, expected):
    """News alerts, on its whole day where it names no hour; later it waits for the digest; an archive tells nobody."""
    assert await told(published, fields) == expected
