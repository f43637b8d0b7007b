"""The window in memory and the rows agree on where items belong."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor import stories
from monitor.model import StoryFeatures
from monitor.pipeline.story_cache import StoryWindowCache
from monitor.store import digests, items, open_store, polls, schema, sources
from monitor.store.digests import ComposedDigest
from monitor.store.items import ItemDraft
from monitor.store.statuses import EntryStatus
from tests.store.builders import LEASE, NOW, a_source, a_verdict, an_article, polled, seen
from tests.stories.builders import CALL_URDU, CALM, CALM_IN_FULL, STRIKE

CALL = "The foreign ministers Jilani and Amir-Abdollahian spoke by telephone about the return of the ambassadors"
URLS = [f"https://dawn.example/{number}" for number in range(4)]


@pytest.fixture
def store():
    store = open_store("sqlite://")
    store.call(sources.sync, [a_source()], now=NOW)
    (due,) = store.call(polls.claim, now=NOW, lease=LEASE, limit=1)
    store.call(polls.commit, polled(due, *map(seen, URLS)), now=NOW)
    yield store
    store.close()


def a_told_mark(number: int, text: str = CALL) -> StoryFeatures:
    return stories.extract_features(
        item=0, at=NOW + timedelta(hours=number), language="en", source="dawn", title=text, text=f"{text}.", hits=()
    )


def admitted(store, groups, entry_id, mark):
    """Admit an entry as the stage does: placed and written in one transaction."""

    def commit(conn):
        placement = groups.place(conn, entry_id, mark)
        article = an_article(title=mark.title)
        admission = ItemDraft(
            entry_id=entry_id,
            article=article,
            verdict=a_verdict(),
            features=mark,
            placement=placement,
            status=EntryStatus.PENDING,
        )
        written = items.save_item(conn, admission, now=NOW)
        groups.add(conn, replace(mark, item=written.item, story=written.story, thread=written.thread))
        return placement, written

    return store.call(commit)


def test_the_window_grows_with_what_is_admitted(store):
    """The second text of an event joins the first, from memory."""
    groups = StoryWindowCache()
    _, first = admitted(store, groups, 1, a_told_mark(0))
    placement, second = admitted(store, groups, 2, a_told_mark(1, f"{CALL} today"))
    assert (placement.story, second.story) == (first.story, first.story)


def test_what_another_process_wrote_is_seen(store):
    """A window that the rows have outgrown is built anew."""
    mine, theirs = StoryWindowCache(), StoryWindowCache()
    admitted(store, mine, 1, a_told_mark(0, "Fog shuts the motorways of Punjab for a third day"))
    _, first = admitted(store, theirs, 2, a_told_mark(1))
    placement, _ = admitted(store, mine, 3, a_told_mark(2, f"{CALL} today"))
    assert placement.story == first.story


def test_an_undone_transaction_leaves_nothing_behind(store):
    """What was never committed is in no window."""
    groups = StoryWindowCache()

    def undone(conn):
        groups.place(conn, 1, a_told_mark(0))
        groups.add(conn, replace(a_told_mark(0), item=99, story=99, thread=99))
        groups.forget()
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        store.call(undone)
    placement, _ = admitted(store, groups, 2, a_told_mark(1))
    assert placement.story == 0


OTHER = "Fog shuts the motorways of Punjab for a third day"


def test_a_page_finds_a_better_story_than_its_title(store):
    """Nobody has met the item yet: it moves, and the story that it leaves empty goes."""
    groups = StoryWindowCache()
    _, call = admitted(store, groups, 1, a_told_mark(0))
    _, title = admitted(store, groups, 2, a_told_mark(1, OTHER))
    assert title.story != call.story
    placement, page = admitted(store, groups, 2, a_told_mark(1, f"{CALL} today"))
    assert (placement.story, page.story) == (call.story, call.story)
    assert store.call(stories_left) == [call.story]


def test_an_item_that_was_told_stays_in_its_story(store):
    """Its page does not move it from where readers met it, and adds nothing to itself."""
    groups = StoryWindowCache()
    _, first = admitted(store, groups, 1, a_told_mark(0))
    store.call(digests.save_digest, an_alert(items=[first.item]), now=NOW)
    placement, again = admitted(store, groups, 1, a_told_mark(0, f"{OTHER}, 14 hurt"))
    assert (placement.story, again.story, placement.new_facts) == (first.story, first.story, ())


def stories_left(conn):
    return list(conn.scalars(select(schema.story.c.id)))


def an_alert(**changes):
    given = {"channel": "desk", "channel_kind": "email", "kind": "alert", "start": NOW, "end": NOW}
    return ComposedDigest(**given | {"subject": "Alert", "notices": (), "items": (), "messages": ()} | changes)


def test_a_text_that_was_replaced_is_forgotten(store):
    """Memory places a text as a process does that has just started: a killed daemon changes no story."""
    groups = StoryWindowCache()
    admitted(store, groups, 1, a_told_mark(0))
    admitted(store, groups, 1, a_told_mark(0, f"{CALL} and 14 prisoners"))
    mark = a_told_mark(1, f"{CALL} today")
    assert store.call(groups.place, 2, mark) == store.call(StoryWindowCache().place, 2, mark)


def test_memory_knows_that_threads_became_one(store):
    """The stories of the younger thread have moved: what comes next is placed as after a restart."""
    groups = StoryWindowCache()
    (_, strike), (_, call), (placement, united) = (
        admitted(store, groups, entry, mark) for entry, mark in enumerate((STRIKE, CALM, CALM_IN_FULL), start=1)
    )
    assert strike.thread != call.thread
    assert (placement.story, placement.thread, united.thread) == (call.story, strike.thread, strike.thread)
    after = replace(CALL_URDU, item=0)
    found = store.call(groups.place, 4, after)
    assert found == store.call(StoryWindowCache().place, 4, after)
    assert (found.story, found.thread) == (call.story, strike.thread)
