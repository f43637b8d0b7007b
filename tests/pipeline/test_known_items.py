"""A poll parses and judges only the items that the last body did not have, and the store ends as if it read them all."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, select, update

from monitor.model import Fetched, Source
from monitor.pipeline import one_shot
from monitor.pipeline.source_body import parse_body
from monitor.store import schema
from tests.cli.builders import NOW, Site, a_config, a_feed, a_source, rules, visiting

FIRST = ("Floods close mountain road", "Museum shows lost coins", "Iran and Pakistan reopen the border at Taftan")
BODIES = [
    a_feed(*FIRST),
    a_feed(*FIRST, "Tehran and Islamabad sign a rail accord"),
    a_feed(*FIRST, "Tehran and Islamabad sign a rail accord", at=NOW - timedelta(hours=3)),
    a_feed("Museum shows lost coins"),
    a_feed(*FIRST, "Pakistan returns Iranian sailors"),
]
ENTRY = schema.entry.c
COLUMNS = (ENTRY.link, ENTRY.title, ENTRY.status, ENTRY.published, ENTRY.first_seen, ENTRY.headline_verdict)


def rows(conn: Connection) -> list[list[str]]:
    """Entries, sightings, gaps, and what the source counted."""
    counted = (schema.source.c.overlap, schema.source.c.last_new, schema.source.c.body_hash)
    tables = (select(*COLUMNS), select(schema.sighting), select(schema.gap.c.start, schema.gap.c.end), select(*counted))
    return [sorted(str(tuple(row)) for row in conn.execute(table)) for table in tables]


def forget_items(conn: Connection) -> None:
    conn.execute(update(schema.source).values(item_hashes=()))


def known_items(conn: Connection) -> tuple[str, ...]:
    return conn.scalar(select(schema.source.c.item_hashes)) or ()


async def history(*, forgetful: bool) -> list[list[list[str]]]:
    """The rows after each of the bodies was polled."""
    site, after = Site({"dawn.example/feed": "", "dawn.example/robots.txt": "404"}), []
    async with visiting(site, a_config(a_source())) as context:
        for body in BODIES:
            site.pages["dawn.example/feed"] = body
            await one_shot.run_once(context)
            after.append(context.store.call(rows))
            if forgetful:
                context.store.call(forget_items)
            else:
                assert context.store.call(known_items)
            await context.clock.sleep(600)
    return after


async def test_rows_are_those_of_a_service_that_parses_everything():
    """Entries, verdicts, sightings, gaps and counts are the same whether known items are left out or not."""
    assert await history(forgetful=False) == await history(forgetful=True)


async def test_known_items_are_not_parsed():
    """Of the second body one entry is parsed; under other rules, or in another zone of the source, all are."""
    site = Site({"dawn.example/feed": BODIES[0], "dawn.example/robots.txt": "404"})
    async with visiting(site, a_config(a_source())) as context:
        await one_shot.run_once(context)
        known = context.store.call(known_items)
        url = "http://dawn.example/feed"
        fetched = Fetched(
            url=url, final_url=url, status=200, headers=(), body=BODIES[1].encode(), validators=None, at=NOW
        )

        async def titles(source: Source, context=context) -> list[str]:
            result = await parse_body(context, source, fetched, known_items=known)
            assert len(result.entries) + result.known_count == len(result.item_hashes) == 4
            return [entry.title for entry in result.entries]

        assert await titles(a_source()) == ["Tehran and Islamabad sign a rail accord"]
        assert len(await titles(a_source(zone="Asia/Karachi"))) == 4
        other_rules = replace(context.judge, rules=replace(rules(), version="other"))
        assert len(await titles(a_source(), replace(context, judge=other_rules))) == 4
