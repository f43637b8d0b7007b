"""A store of release 0.1 opens with every row, id and verdict: `fixtures/write_store.py.txt` tells how it was made."""

import gzip
import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.engine import make_url

from monitor import config, parse, query
from monitor.errors import StoreError
from monitor.model import Fetched, FetchOutcome, Verdict
from monitor.pipeline import poll
from monitor.store import (
    Store,
    digests,
    entry_history,
    items,
    json_codec,
    labels,
    notices,
    open_store,
    open_store_read_only,
    outbox,
    polls,
    schema,
    search,
    sources,
)
from monitor.store.polls import PollCommit
from monitor.store.statuses import EntryStatus
from tests.store.builders import a_composed, a_verdict

if TYPE_CHECKING:
    from monitor.relevance import Judge

LISTING = """
sources:
  - id: quetta-courier
    name: Quetta Courier
    url: http://quettacourier.example/balochistan/
    kind: listing
    language: en
    country: PK
    owner: private
    zone: Asia/Karachi
    listing: {entry: div.card, link: h3 a, title: h3, summary: p.teaser, time: span.day}
"""
FIXTURES = Path(__file__).parent / "fixtures"
MUCH_LATER = datetime(2025, 8, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)

# The names of 0.1 and of today. A table or column that is not listed has kept its name.
TABLES = {"beat": "heartbeat", "sketch": "page_fingerprint", "move": "permanent_redirect"}
COLUMNS = {
    "source": {"noun": "definition"},
    "entry": {
        "hint": "headline_verdict",
        "hinted": "headline_matched",
        "outcome": "status",
        "told_at": "delivered_at",
    },
    "item": {"mark": "features", "fresh": "new_facts", "told_at": "delivered_at", "admitted_at": "stored_at"},
}
STATUSES = {"held": "pending", "told": "delivered", "copy-of": "duplicate", "unread": "not-read"}
JSON = {"definition", "validators", "headline_verdict", "article", "verdict", "features", "grouping", "new_facts"}
GENERATED = {"place", "words"}  # by full-text search
NEW_TABLES = {"decision", "poll", "alarm", "fault", "ended_recipient"}

Rows = dict[str, list[dict[str, Any]]]
Old = tuple[str, Rows]


def _rows(conn: Connection, tables: list[str]) -> Rows:
    return {
        table: [dict(row) for row in conn.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).mappings()]
        for table in tables
    }


def _old_names() -> list[str]:
    new_to_old = {new: old for old, new in TABLES.items()}
    return [new_to_old.get(name, name) for name in schema.metadata.tables if name not in NEW_TABLES]


def _renamed_source(value: dict[str, Any]) -> dict[str, Any]:
    names = {"every": "interval", "read": "fetch_pages", "listing": "options"}
    renamed = {names.get(key, key): field for key, field in value.items()}
    return renamed | {"fetch_pages": renamed["fetch_pages"].replace("hinted", "if_matched")}


def _expected(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row of 0.1 as it should be after the migration."""
    names = COLUMNS.get(table, {})
    renamed = {names.get(name, name): value for name, value in row.items()}
    if table == "entry":
        renamed["status"] = STATUSES.get(renamed["status"], renamed["status"])
        renamed |= {"link_key": row["key"], "page_is_shared": False, "revisions": 0, "escalated_at": None}
    if table == "sighting":
        renamed |= {"guid": ""}
    plain = _plain(renamed)
    if table == "source":
        plain["definition"] = _renamed_source(plain["definition"])
        plain |= {"failing_since": None, "item_hashes": "[]", "last_count": None}
    return plain


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.loads(value) if name in JSON and value is not None else value
        for name, value in row.items()
        if name not in GENERATED
    }


@pytest.fixture
def postgres_of_its_own(postgres: str) -> Iterator[str]:
    """The URL of an empty database beside that of the other tests."""
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text("DROP DATABASE IF EXISTS old WITH (FORCE)"))
        conn.execute(text("CREATE DATABASE old"))
    yield make_url(postgres).set(database="old").render_as_string()
    with engine.connect() as conn:
        conn.execute(text("DROP DATABASE old WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    """The URL of a store as 0.1 left it, and all its rows."""
    if request.param == "sqlite":
        file = tmp_path / "monitor.db"
        file.write_bytes(gzip.decompress((FIXTURES / "store-0.1.sqlite3.gz").read_bytes()))
        url = f"sqlite:///{file}"
        engine = create_engine(url)
    else:
        url = request.getfixturevalue("postgres_of_its_own")
        engine = create_engine(url)
        dump = gzip.decompress((FIXTURES / "store-0.1.pg.sql.gz").read_bytes()).decode()
        with engine.begin() as conn:
            conn.connection.cursor().execute(dump)
            conn.connection.cursor().execute("SET search_path TO public")
    with engine.begin() as conn:
        rows = _rows(conn, _old_names())
    engine.dispose()
    return url, rows


@pytest.fixture
def migrated(old: Old) -> Iterator[Store]:
    """The same store, opened by the program of today."""
    store = open_store(old[0])
    yield store
    store.close()


def test_every_row_survives(old: Old, migrated: Store):
    """Every row of every table has its id and its values, under the names of today."""
    rows = migrated.call(_rows, [TABLES.get(name, name) for name in old[1]])
    for table, before in old[1].items():
        after = [_plain(row) for row in rows[TABLES.get(table, table)]]
        assert after == [_expected(table, row) for row in before], table
    assert all(len(old[1][name]) > 0 for name in old[1]), "the fixture has rows in every table"


def test_every_verdict_is_read_back(old: Old, migrated: Store):
    """Types of today read what 0.1 wrote: no field of a verdict is lost."""
    stored = dict(migrated.call(lambda conn: conn.execute(select(schema.item.c.id, schema.item.c.verdict)).all()))
    for row in old[1]["item"]:
        today = json.loads(json_codec.encode(stored[row["id"]], Verdict))
        assert today == {"probability": None} | json.loads(row["verdict"])


def test_every_entry_has_its_history(old: Old, migrated: Store):
    """`why` finds each entry by its URL, with its status, story and thread."""
    stories = {row["id"]: row["thread"] for row in old[1]["story"]}
    by_entry = {row["entry"]: row for row in old[1]["item"]}
    for row in old[1]["entry"]:
        history = migrated.call(entry_history.find, row["url"])
        item = by_entry.get(row["id"])
        assert (history.id, history.status) == (row["id"], STATUSES.get(row["outcome"], row["outcome"]))
        assert (history.item and history.item.item) == (item and item["id"])
        assert (history.item and history.item.thread) == (item and stories.get(item["story"]))


def test_open_notices_are_still_due(old: Old, migrated: Store):
    """What waited to be composed still waits, and its stories have their items."""
    waiting = [row for row in old[1]["notice"] if row["digest"] is None]
    for channel in {row["channel"] for row in waiting}:
        due = migrated.call(notices.due, channel=channel, now=MUCH_LATER)
        assert sorted(notice.id for notice in due) == sorted(row["id"] for row in waiting if row["channel"] == channel)
        assert all(story.items for story in migrated.call(notices.stories_for, due))
    assert len(waiting) > 1


def test_unsent_deliveries_are_sent_once_with_their_ids(old: Old, migrated: Store):
    """A waiting message, and a dead one that a person revives, keep id and body and are sent once."""
    by_state: dict[str, list[dict[str, Any]]] = {}
    for row in old[1]["delivery"]:
        by_state.setdefault(row["state"], []).append(row)
    for row in by_state["dead"]:
        assert migrated.call(outbox.revive, row["id"], now=MUCH_LATER)
    unsent = {row["message_id"]: row["body"] for row in by_state["waiting"] + by_state["dead"]}
    sent = {}
    while due := migrated.call(outbox.claim, now=MUCH_LATER, lease=LEASE, limit=10):
        for delivery in due:
            assert delivery.message.id not in sent
            sent[delivery.message.id] = delivery.message.body
            assert migrated.call(outbox.mark_sent, delivery.id, now=MUCH_LATER)
    assert sent == {name: bytes(body) for name, body in unsent.items()}


def test_labels_survive(old: Old, migrated: Store):
    """Each label has its URL, its judgement and its note."""
    stored = {(label.url, label.relevant, label.note) for label in migrated.call(labels.list_labels)}
    assert stored == {(row["url"], bool(row["relevant"]), row["note"]) for row in old[1]["label"]}


@pytest.mark.parametrize("word", ["taftan", "jilani", "mirjaveh"])
def test_search_finds_what_it_found(old: Old, migrated: Store, word: str):
    """The index of the migrated store finds the items that hold a word."""
    holding = {row["id"] for row in old[1]["item"] if word in row["folded"].split()}
    page = migrated.call(
        search.find, query.parse(word), since=datetime(2020, 1, 1, tzinfo=UTC), limit=1000, max_candidates=1000
    )
    assert {hit.item for hit in page.hits} >= holding
    assert holding


def test_the_window_of_grouping_is_read(migrated: Store):
    """Stories of 0.1 can be joined: the features of every relevant item are there."""
    window = migrated.call(items.window, since=datetime(2020, 1, 1, tzinfo=UTC))
    relevant = migrated.call(lambda conn: conn.scalar(text("SELECT count(*) FROM item WHERE relevant")))
    assert len(window) == relevant > 10


def test_sources_keep_their_state(old: Old, migrated: Store):
    """A paused source stays paused, and a source is compared equal to its configuration of today."""
    states = {state.source.id: state for state in migrated.call(sources.health, now=MUCH_LATER)}
    assert {name for name, state in states.items() if state.paused_at} == {
        row["id"] for row in old[1]["source"] if row["paused_at"]
    }
    assert {state.source.interval for state in states.values()} == {timedelta(minutes=10)}


def test_a_sqlite_store_is_copied_before_it_is_migrated(tmp_path: Path):
    """The copy stands beside the store, holds the old schema, and a store that is up to date makes none."""
    file = tmp_path / "monitor.db"
    file.write_bytes(gzip.decompress((FIXTURES / "store-0.1.sqlite3.gz").read_bytes()))
    for _ in range(2):
        open_store(f"sqlite:///{file}").close()
    (copy,) = tmp_path.glob("monitor.db.schema-0002-*Z")
    engine = create_engine(f"sqlite:///{copy}")
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT version_num FROM alembic_version")) == "0002"
        assert conn.scalar(text("SELECT count(*) FROM entry WHERE outcome = 'told'")) > 0
    engine.dispose()


def test_a_store_that_cannot_be_copied_is_not_migrated(tmp_path: Path):
    """Without a backup the old store stays as it is, and the error names the file."""
    file = tmp_path / "monitor.db"
    file.write_bytes(gzip.decompress((FIXTURES / "store-0.1.sqlite3.gz").read_bytes()))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as conn:
        # A page of the file that no query of the migration reads may be damaged all the same.
        conn.execute(text("PRAGMA writable_schema = ON"))
        conn.execute(text("UPDATE sqlite_master SET rootpage = 1000000 WHERE name = 'ix_notice_due'"))
    engine.dispose()
    with pytest.raises(StoreError, match=r"monitor\.db"):
        open_store(f"sqlite:///{file}")
    assert list(tmp_path.glob("*.schema-*")) == []


def test_a_migrated_server_is_named_in_the_log(old: Old, caplog: pytest.LogCaptureFixture):
    """PostgreSQL cannot be copied here: the log says that there is no backup, and the migration goes on."""
    with caplog.at_level(logging.WARNING, logger="monitor.store"):
        open_store(old[0]).close()
    events = {record.getMessage(): record for record in caplog.records if record.name.startswith("monitor.store")}
    migration = events.pop("store.migrated")
    assert (migration.old, migration.new) == ("0002", schema.REVISION)
    assert ("pg_dump" in migration.backup) == old[0].startswith("postgresql")
    assert set(events) == (set() if old[0].startswith("postgresql") else {"store.backed_up"})


def test_a_listing_source_is_that_of_the_configuration(migrated: Store, tmp_path: Path):
    """A source of 0.1 with options of its kind needs no change when the configuration is read again."""
    (known,) = [
        state.source for state in migrated.call(sources.health, now=MUCH_LATER) if state.source.kind == "listing"
    ]
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/listing.yaml").write_text(LISTING)
    (tmp_path / "monitor.yaml").write_text("contact: desk@monitor.example\n")
    (configured,) = config.load(tmp_path, env={}).sources
    assert known == configured


def test_a_second_opening_changes_nothing(old: Old):
    """The store is migrated once: opened again, to write or to read, it has the same rows."""
    tables = list(schema.metadata.tables)
    contents = []
    for open_again in (open_store, open_store, open_store_read_only):
        with closing(open_again(old[0])) as store:
            contents.append(store.call(_rows, tables))
    assert contents[0] == contents[1] == contents[2]


def test_open_notices_are_composed_once(old: Old):
    """What waited in a store of 0.1 is composed by the first process that opens it, and not again by a second one."""
    waiting = sorted(row["id"] for row in old[1]["notice"] if row["digest"] is None)
    composed = []
    for _ in range(2):
        with closing(open_store(old[0])) as store:
            for channel in {row["channel"] for row in old[1]["notice"]}:
                due = store.call(notices.due, channel=channel, now=MUCH_LATER)
                digest = a_composed(channel=channel, notices=[notice.id for notice in due])
                store.call(digests.save_digest, digest, now=MUCH_LATER)
                composed += [notice.id for notice in due]
    assert sorted(composed) == waiting


def test_a_migrated_store_can_shrink(tmp_path: Path):
    """A file of 0.1 keeps empty pages for ever; the migration changes its mode."""
    file = tmp_path / "monitor.db"
    file.write_bytes(gzip.decompress((FIXTURES / "store-0.1.sqlite3.gz").read_bytes()))
    with closing(open_store(f"sqlite:///{file}")) as store:
        assert store.call(lambda conn: conn.scalar(text("PRAGMA auto_vacuum"))) == 2


# --- the first polls after the upgrade --------------------------------------------------------------------------------

FIRST_POLL = datetime(2025, 6, 30, 7, tzinfo=UTC)  # the last one of 0.1 was an hour before
ALARM = a_verdict(alert=True)  # the worst case: whatever is new, alerts


def _judge(**_fields: object) -> Verdict:
    return ALARM


def _feed(rows: list[dict[str, Any]], *, changes: int = 0, more: str = "") -> bytes:
    """A feed of entries: with guids of today, dated now, and with another entry on the link of each."""
    parts = []
    for row in rows:
        title = f"{row['title']} {'again ' * changes}"
        for number, words in enumerate((title, f"Another matter than {row['title']}")):
            fields = {"title": words, "link": row["link"], "pubDate": format_datetime(FIRST_POLL)}
            guid = f"<guid isPermaLink='false'>{row['id']}-{number}-{FIRST_POLL}</guid>"
            parts.append(guid + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items()))
    items = "".join(f"<item>{part}</item>" for part in [*parts, *filter(None, [more])])
    return f"<rss><channel><title>Outlet</title>{items}</channel></rss>".encode()


def _poll(store: Store, source: str, body: bytes, *, now: datetime) -> PollCommit:
    """Parse, judge and commit a body as the poll of a source, which may have been paused or at work."""
    free = (
        "UPDATE host SET lease_until = NULL, ready_at = NULL",
        "UPDATE source SET lease_until = NULL, paused_at = NULL",
    )
    for statement in (*free, "UPDATE source SET enabled = TRUE"):
        store.call(lambda conn, statement: conn.execute(text(statement)), statement)
    (due,) = store.call(polls.claim, now=now, lease=LEASE, limit=1, only=[source], force=True)
    due = replace(due, source=replace(due.source, kind="feed", options=None))
    headers = (("content-type", "application/rss+xml"),)
    fetched = Fetched(url=due.url, final_url=due.url, status=200, headers=headers, body=body, validators=None, at=now)
    parsed = parse.parse_source(
        "feed", body, url=due.url, headers=headers, zone="UTC", language=due.source.language, now=now
    )
    outcome = FetchOutcome(result=fetched, host=due.host)
    polled = poll.to_result(due, outcome, parsed, judge=cast("Judge", _judge), now=now, rng=Random(1))
    return store.call(poll.commit_poll, polled, now=now)[0]


def _shown_by(old: Old, source: str) -> list[dict[str, Any]]:
    shown = {row["entry"] for row in old[1]["sighting"] if row["source"] == source}
    return [row for row in old[1]["entry"] if row["id"] in shown and row["outcome"] is not None]


@pytest.fixture
def busiest(old: Old) -> str:
    """The source that showed most entries."""
    return Counter(row["source"] for row in old[1]["sighting"]).most_common(1)[0][0]


def test_the_first_poll_after_the_upgrade_raises_no_notice_for_known_links(old: Old, migrated: Store):
    """Other guids, titles and dates under known links cause nothing; nor do entries that 0.1 took for known ones."""
    notices_before = migrated.call(_rows, ["notice"])
    for source in {row["source"] for row in old[1]["sighting"]}:
        shown = _shown_by(old, source)
        committed = _poll(migrated, source, _feed(shown, changes=1), now=FIRST_POLL)
        assert committed.revised_entries == ()
        assert {seen.status for _, seen in committed.new_entries} <= {EntryStatus.NOT_READ, EntryStatus.TOO_OLD}
        again = _poll(migrated, source, _feed(shown, changes=1), now=FIRST_POLL + LEASE)
        assert (again.new_count, again.revised_entries) == (0, ())
    assert migrated.call(_rows, ["notice"]) == notices_before
    waiting = migrated.call(lambda conn: conn.scalar(text("SELECT count(*) FROM entry WHERE status IS NULL")))
    assert waiting == sum(row["outcome"] is None for row in old[1]["entry"])


def test_news_after_the_upgrade_is_news(old: Old, migrated: Store):
    """A new link is read in the first poll; an edit, and a new entry on a shared link, from the second one on."""
    shown = _shown_by(old, "gulf-meridian")
    fresh = "<title>Fresh</title><link>https://fresh.example/1</link>"
    first = _poll(migrated, "gulf-meridian", _feed(shown, more=fresh), now=FIRST_POLL)
    assert [seen.entry.title for _, seen in first.new_entries if seen.status is None] == ["Fresh"]
    more = f"<title>Statement</title><link>{escape(shown[0]['link'])}</link><guid isPermaLink='false'>st-9</guid>"
    second = _poll(migrated, "gulf-meridian", _feed(shown, changes=1, more=more), now=FIRST_POLL + LEASE)
    assert [seen.entry.title for _, seen in second.new_entries] == ["Statement"]
    recent = {row["id"] for row in shown if str(row["published"]) > "2025-06"}
    assert {one.id for one in second.revised_entries} == recent
    assert recent


def test_permalinks_of_a_known_shared_link_raise_no_notice(old: Old, migrated: Store, busiest: str):
    """0.1 had one entry for a feed that links all of them to one page; now the guid of each gives it a page."""
    link = _shown_by(old, busiest)[0]["link"].partition("?")[0]

    def feed(*numbers: int) -> bytes:
        items = "".join(
            f"<item><title>Part {number}</title><link>{link}</link><guid>{link}/part-{number}</guid></item>"
            for number in numbers
        )
        return f"<rss><channel><title>Outlet</title>{items}</channel></rss>".encode()

    first = _poll(migrated, busiest, feed(1, 2), now=FIRST_POLL)
    assert [seen.status for _, seen in first.new_entries] == [EntryStatus.NOT_READ] * 2
    second = _poll(migrated, busiest, feed(1, 2, 3), now=FIRST_POLL + LEASE)
    assert [(seen.entry.link, seen.status) for _, seen in second.new_entries] == [(f"{link}/part-3", None)]
