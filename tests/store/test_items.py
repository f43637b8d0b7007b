"""Items: versions, stories, and the notices that an item causes."""

import pytest

from monitor.model import Flag, NoticeKind, Notify, NotifyReason, Placement, StoryState
from monitor.store import Store, digests, entries, entry_history, items, notices, sources
from monitor.store.statuses import EntryStatus
from tests.store.builders import (
    MINUTE,
    NO,
    NOW,
    a_composed,
    a_mark,
    a_source,
    a_verdict,
    admission,
    admitted,
    an_article,
    due_entries,
    poll,
    seen,
)

DIGEST = Notify(channel="desk", kind=NoticeKind.DIGEST, not_before=NOW, reason=NotifyReason.URGENT)
ALERT = Notify(channel="desk", kind=NoticeKind.ALERT, not_before=NOW, reason=NotifyReason.URGENT)


def test_a_new_item_opens_its_story_and_thread(store: Store):
    """Item, story, thread, outcome and notices come together."""
    done = admitted(store, decisions=[DIGEST])
    assert (done.version, done.status, done.notices) == (1, EntryStatus.PENDING, 1)
    assert done.story
    assert done.thread
    assert store.call(entries.count_by_status, since=NOW) == {"pending": 1}
    (notice,) = store.call(notices.due, channel="desk", now=NOW)
    assert notice.story == done.story


def test_a_failing_notice_takes_the_item_with_it(store: Store):
    """What matched cannot be stored and then forgotten: one transaction holds all of it."""
    bad = Notify(
        channel="desk", kind=NoticeKind.DIGEST, not_before=NOW.replace(tzinfo=None), reason=NotifyReason.URGENT
    )
    with pytest.raises(Exception, match="without a zone"):
        admitted(store, decisions=[bad])
    assert store.call(entries.count_by_status, since=NOW) == {"": 1}
    assert store.call(items.window, since=NOW - MINUTE) == []


def test_an_item_joins_its_story(store: Store):
    """A placement names the story; the story knows its thread."""
    first = admitted(store)
    second = admitted(store, "https://b.example/2", NOW + MINUTE, placement=Placement(story=first.story, thread=0))
    third = admitted(store, "https://c.example/3", NOW + 2 * MINUTE, placement=Placement(story=0, thread=first.thread))
    assert (second.story, second.thread) == (first.story, first.thread)
    assert third.story != first.story
    assert third.thread == first.thread


@pytest.mark.parametrize("shown_by", ["older", "younger"])
def test_threads_become_one(store: Store, shown_by: str):
    """An item whose thread is not that of its story shows that both are one affair, under the older number."""
    older = admitted(store)
    younger = admitted(store, "https://b.example/2", NOW + MINUTE)
    beside = Placement(story=0, thread=younger.thread)
    sibling = admitted(store, "https://c.example/3", NOW + 2 * MINUTE, placement=beside)
    host, other = (older, younger) if shown_by == "older" else (younger, older)
    shown = Placement(story=host.story, thread=other.thread)
    done = admitted(store, "https://d.example/4", NOW + 3 * MINUTE, placement=shown)
    assert (done.story, done.thread) == (host.story, older.thread)
    marks = store.call(items.window, since=NOW - MINUTE)
    assert {mark.story for mark in marks} == {older.story, younger.story, sibling.story}
    assert {mark.thread for mark in marks} == {older.thread}


def test_the_window_gives_marks_with_their_ids(store: Store):
    """What was computed comes back equal, knowing where it was put; rejected items are not in it."""
    first = admitted(store)
    rejected = {"verdict": NO, "features": None, "placement": None, "status": EntryStatus.REJECTED}
    admitted(store, "https://b.example/2", NOW + MINUTE, **rejected)
    known = a_mark(item=first.item, story=first.story, thread=first.thread)
    assert store.call(items.window, since=NOW - MINUTE) == [known]
    assert store.call(items.window, since=NOW + MINUTE) == []
    assert store.call(items.features_of_entry, _entry_of(store, "https://dawn.example/1")) == known
    assert store.call(items.features_of_entry, _entry_of(store, "https://b.example/2")) is None


def _entry_of(store: Store, url: str) -> int:
    return store.call(entry_history.find, url).id


def test_the_revision_tells_of_every_change_of_the_window(store: Store):
    """Whoever keeps the window in memory sees that it has changed, and only then."""
    before = store.call(items.revision)
    admitted(store)
    after = store.call(items.revision)
    rejected = {"verdict": NO, "features": None, "placement": None, "status": EntryStatus.REJECTED}
    admitted(store, "https://b.example/2", NOW + MINUTE, **rejected)
    assert before < after == store.call(items.revision)


def test_an_edit_is_a_version(store: Store):
    """A changed text is kept beside the older one; the same text again is nothing new."""
    entry_id = _entry_of(store, "https://dawn.example/1") if admitted(store) else 0
    same = store.call(items.save_item, admission(entry_id), now=NOW + MINUTE)
    edited = store.call(items.save_item, admission(entry_id, article=an_article(text="New words.")), now=NOW + MINUTE)
    assert (same.version, edited.version, edited.item) == (1, 2, same.item)
    trail = store.call(entry_history.find, str(same.item))
    assert [(version.number, version.words) for version in trail.item.versions] == [(1, 9), (2, 2)]
    assert trail.item.article.text == "New words."


def test_a_page_replaces_its_partial_item_and_not_the_other_way(store: Store):
    """An item admitted by its title is complete once its page was read, and stays so."""
    partial = admitted(store, partial=True, status=None, decisions=[ALERT])
    (due,) = due_entries(store)
    assert partial.status is None
    full = store.call(items.save_item, admission(due.id, article=an_article(text="The page.")), now=NOW + MINUTE)
    assert (full.item, full.version, full.status) == (partial.item, 2, EntryStatus.PENDING)
    late = admission(due.id, partial=True, status=None, article=an_article(text="The title."))
    assert store.call(items.save_item, late, now=NOW + MINUTE).version == 2
    trail = store.call(entry_history.find, str(full.item))
    assert (trail.item.partial, trail.item.read_at, trail.item.article.text) == (False, NOW + MINUTE, "The page.")


def test_a_page_that_breaks_the_promise_of_its_title_withdraws_the_notice(store: Store):
    """An alert that still waits is not sent when the text shows that there is nothing."""
    admitted(store, partial=True, status=None, decisions=[ALERT])
    (due,) = due_entries(store)
    nothing = admission(due.id, verdict=NO, features=None, placement=None, status=EntryStatus.REJECTED)
    assert store.call(items.save_item, nothing, now=NOW).status is EntryStatus.REJECTED
    assert store.call(notices.due, channel="desk", now=NOW) == []


def test_a_copy_ends_as_a_copy(store: Store):
    """A text that repeats another item's is recorded as its copy, with the item that it repeats."""
    first = admitted(store)
    copy = Placement(story=first.story, thread=first.thread, copy_of=first.item)
    done = admitted(store, "https://b.example/2", NOW + MINUTE, placement=copy)
    assert done.status is EntryStatus.DUPLICATE
    assert store.call(entry_history.find, "https://b.example/2").item.copy_of == "https://dawn.example/1"


def test_an_open_notice_stands_for_the_next_of_its_kind(store: Store):
    """Two items of one story make one notice for a channel while it is not told."""
    first = admitted(store, decisions=[DIGEST])
    joined = Placement(story=first.story, thread=first.thread)
    second = admitted(store, "https://b.example/2", NOW + MINUTE, placement=joined, decisions=[DIGEST])
    assert second.notices == 0
    assert len(store.call(notices.due, channel="desk", now=NOW + MINUTE)) == 1


def test_told_says_what_a_channel_knows(store: Store):
    """An alert counts from its notice on, a digest once it took the notice: until then an alert may still come."""
    done = admitted(store, decisions=[DIGEST])
    assert store.call(items.channel_states, done.story, now=NOW) == {}
    (notice,) = store.call(notices.due, channel="desk", now=NOW)
    store.call(digests.save_digest, a_composed(notices=[notice.id], items=[done.item]), now=NOW)
    assert store.call(items.channel_states, done.story, now=NOW) == {"desk": StoryState.IN_DIGEST}
    other = admitted(store, "https://b.example/2", NOW + MINUTE, decisions=[ALERT])
    assert store.call(items.channel_states, other.story, now=NOW) == {"desk": "alerted"}
    later = NOW + items.MIN_ALERT_GAP
    assert store.call(items.channel_states, other.story, now=later) == {"desk": "alerted_earlier"}


def test_rejected_items_are_kept_with_their_verdict(store: Store):
    """What was read and not taken can be explained later, near misses above all."""
    store.call(sources.sync, [a_source()], now=NOW)
    near = a_verdict(digest=False, near=True, score=2.1, missing="a Pakistani side")
    changes = {"verdict": near, "features": None, "placement": None, "status": EntryStatus.REJECTED}
    admitted(store, **changes)
    (miss,) = store.call(notices.near_misses, since=NOW, until=NOW + MINUTE, is_excluded=lambda _: False)
    assert (miss.score, miss.missing, miss.source) == (2.1, "a Pakistani side", "Dawn")
    later = {"since": NOW + MINUTE, "until": NOW + 2 * MINUTE}
    assert store.call(notices.near_misses, **later, is_excluded=lambda _: False) == []


def test_near_misses_keep_to_the_choice(store: Store):
    """Whoever hears nothing of a class is not shown what nearly was of it."""
    near = a_verdict(digest=False, near=True, flags=(Flag(code="sport", evidence="cup"),))
    admitted(store, verdict=near, features=None, placement=None, status=EntryStatus.REJECTED)
    period = {"since": NOW, "until": NOW + MINUTE}
    assert store.call(notices.near_misses, **period, is_excluded=lambda verdict: bool(verdict.flags[0].code)) == []


def test_trails_tell_the_whole_way(store: Store):
    """`why` finds an entry by any spelling of its URL, with sightings, item, story and notices."""
    done = admitted(store, decisions=[ALERT], placement=Placement(story=0, thread=0, reasons=("first of its event",)))
    trail = store.call(entry_history.find, "http://DAWN.example/1?utm_source=x")
    assert trail.status is EntryStatus.PENDING
    assert [one.source for one in trail.sightings] == ["dawn"]
    assert (trail.item.story, trail.item.grouping) == (done.story, ("first of its event",))
    assert [one.kind for one in trail.item.notices] == [NoticeKind.ALERT]
    assert store.call(entry_history.find, "https://never.example/") is None


def test_an_unread_entry_has_a_trail_too(store: Store):
    """What waits says until when, and what its title told."""
    store.call(sources.sync, [a_source()], now=NOW)
    poll(store, seen(verdict=a_verdict()))
    trail = store.call(entry_history.find, "https://dawn.example/1")
    assert (trail.status, trail.read_at, trail.item, trail.headline_verdict) == (None, NOW, None, a_verdict())
