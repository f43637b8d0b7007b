"""From notices to deliveries: nothing is told twice, nothing is forgotten."""

from datetime import time, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.model import Coverage, NoticeKind, Notify, NotifyReason, Placement, SilentSource
from monitor.store import Store, digests, entry_history, items, notices, outbox, sources
from monitor.store.statuses import EntryStatus, PollStatus
from tests.store.builders import (
    LEASE,
    MINUTE,
    NO,
    NOW,
    a_composed,
    a_mark,
    a_message,
    a_source,
    admission,
    admitted,
    an_article,
    poll,
    seen,
)

HOUR = timedelta(hours=1)


def telling(kind=NoticeKind.DIGEST, channel="desk", not_before=NOW, reason=NotifyReason.URGENT, **changes):
    return Notify(channel=channel, kind=kind, not_before=not_before, reason=NotifyReason.URGENT, **changes)


def open_notices(store: Store, now=NOW, **changes):
    return store.call(notices.due, **({"channel": "desk", "now": now} | changes))


def compose(store: Store, *messages, now=NOW, told=(), **changes):
    ids = [one.id for one in open_notices(store, now)]
    composed = a_composed(**({"notices": ids, "messages": messages, "items": told} | changes))
    return store.call(digests.save_digest, composed, now=now)


def claimed(store: Store, now=NOW, limit=10):
    return store.call(outbox.claim, now=now, lease=LEASE, limit=limit)


# --- notices ----------------------------------------------------------------------------------------------------------


def test_notices_wait_for_their_time(store: Store):
    """Quiet hours hold a notice back; the step knows when the next one comes due."""
    admitted(store, decisions=[telling(NoticeKind.ALERT, not_before=NOW + HOUR), telling(channel="other")])
    assert open_notices(store) == []
    assert len(open_notices(store, NOW + HOUR, kinds=[NoticeKind.ALERT])) == 1


def test_a_story_comes_with_all_that_is_to_be_told(store: Store):
    """Its relevant items with texts, verdicts, sources and copies, oldest first, and what its thread had before."""
    older = admitted(store, article=an_article(title="Missiles fall"))
    new_story = Placement(story=0, thread=older.thread)
    first = admitted(store, "https://b.example/2", NOW + MINUTE, placement=new_story, decisions=[telling(late=True)])
    joined = Placement(story=first.story, thread=first.thread, copy_of=first.item)
    admitted(store, "https://c.example/3", NOW + 2 * MINUTE, placement=joined)
    rejected = {"verdict": NO, "features": None, "placement": None, "status": EntryStatus.REJECTED}
    admitted(store, "https://d.example/4", NOW + 3 * MINUTE, **rejected)
    (told,) = store.call(notices.stories_for, open_notices(store))
    assert (told.story, told.kind, told.late) == (first.story, NoticeKind.DIGEST, True)
    assert [one.entry.url for one in told.items] == ["https://b.example/2", "https://c.example/3"]
    assert [one.copy_of for one in told.items] == [0, first.item]
    assert told.items[0].article == an_article()
    assert told.items[0].source == a_source()
    assert [(story.title, story.url) for story in told.earlier] == [("Missiles fall", "https://dawn.example/1")]


def test_items_told_before_are_marked(store: Store):
    """An update shows what is new: what the same channel had, it knows; another channel does not."""
    first = admitted(store, decisions=[telling(), telling(channel="other")])
    compose(store, told=[first.item])
    again = Placement(story=first.story, thread=first.thread)
    both = [telling(NoticeKind.UPDATE), telling(NoticeKind.UPDATE, channel="other")]
    admitted(store, "https://b.example/2", NOW + MINUTE, placement=again, decisions=both)
    (desk,) = store.call(notices.stories_for, open_notices(store))
    (other,) = store.call(notices.stories_for, open_notices(store, channel="other"))
    assert (desk.kind, [one.delivered for one in desk.items]) == (NoticeKind.UPDATE, [True, False])
    assert [one.delivered for one in other.items] == [False, False]


def test_a_period_can_be_told_again(store: Store):
    """A preview tells a period as to a stranger, takes nothing, and leaves a new source's old stock out."""
    first = admitted(store)
    compose(store, told=[first.item])
    (stock,) = poll(store, seen("https://b.example/2", baseline=True), now=NOW + MINUTE).new_entries
    store.call(items.save_item, admission(stock[0], features=a_mark(at=NOW - HOUR)), now=NOW + MINUTE)
    again = {"channel": "desk", "since": NOW, "until": NOW + HOUR}
    assert [one.story for one in store.call(notices.preview_notices, **again)] == [first.story]
    assert len(store.call(notices.stories_for, store.call(notices.preview_notices, **again))) == 1
    assert store.call(notices.preview_notices, **(again | {"since": NOW + 2 * MINUTE})) == []
    assert len(store.call(notices.stories_with_new_items, since=NOW)) == 2
    assert len(store.call(notices.stories_with_new_items, since=NOW + MINUTE)) == 1


def test_coverage_names_the_blind_and_the_gaps(store: Store):
    """Silence is explained: how much was looked at, who was blind and where something may be missing."""
    store.call(sources.sync, [a_source("a")], now=NOW)
    poll(store, seen("https://a.example/1", status=EntryStatus.TOO_OLD))
    gap = poll(store, seen("https://a.example/2"), now=NOW + HOUR, next_at=NOW + 3 * HOUR).gap
    store.call(sources.sync, [a_source("a"), a_source("b"), a_source("off", enabled=False)], now=NOW + HOUR)
    poll(store, now=NOW + HOUR, ok=False, status="failed", reason="HTTP 403", next_at=NOW + 3 * HOUR)
    expected = Coverage(
        sources=2,
        healthy=1,
        failed=1,
        entries=2,
        judged=1,
        silent=(SilentSource(source="b", since=None, reason="HTTP 403"),),
        gaps=(gap,),
    )
    assert store.call(notices.coverage, since=NOW, until=NOW + 2 * HOUR) == expected
    assert store.call(notices.coverage, since=NOW + 2 * HOUR, until=NOW + 2 * HOUR).gaps == ()


DAY = timedelta(days=1)


def test_coverage_counts_the_period(store: Store):
    """Coverage counts the polls of the period, and not the state of the sources now."""
    store.call(sources.sync, [a_source("a"), a_source("b"), a_source("c")], now=NOW)
    poll(store, seen("https://a.example/1"))
    poll(store, ok=False, status="failed", reason="HTTP 503", now=NOW)
    first = store.call(notices.coverage, since=NOW - HOUR, until=NOW)
    assert (first.sources, first.healthy, first.failed, first.never_asked, first.entries) == (3, 1, 1, 1, 1)
    assert [silent.source for silent in first.silent] == ["b", "c"]
    later = store.call(notices.coverage, since=NOW + DAY, until=NOW + 2 * DAY)
    assert (later.healthy, later.failed, later.never_asked, later.entries) == (0, 0, 3, 0)
    assert {silent.source for silent in later.silent} == {"a", "b", "c"}
    # Days later, and after the sources were polled again, the first period has the same counts.
    for _ in "abc":
        poll(store, now=NOW + 3 * DAY, next_at=NOW + 4 * DAY)
    again = store.call(notices.coverage, since=NOW - HOUR, until=NOW)
    assert (again.healthy, again.failed, again.never_asked) == (1, 1, 1)


def test_a_requested_delay_is_not_silence(store: Store):
    """A source that asked not to be polled in the period is not listed, and counts as not polled."""
    store.call(sources.sync, [a_source("a")], now=NOW)
    poll(store, seen("https://a.example/1"), next_at=NOW + DAY)
    coverage = store.call(notices.coverage, since=NOW + HOUR, until=NOW + 2 * HOUR)
    assert (coverage.never_asked, coverage.silent) == (1, ())


def test_coverage_names_who_is_gone_and_not_who_was_paused(store: Store):
    """What somebody paused is no news to the desk; what its outlet ended is, as long as nobody has seen to it."""
    store.call(sources.sync, [a_source("a"), a_source("b")], now=NOW)
    store.call(sources.pause, "b", reason="noisy", now=NOW)
    poll(store, ok=False, status=PollStatus.GONE, reason="HTTP 410")
    found = store.call(notices.coverage, since=NOW, until=NOW)
    assert (found.sources, [one.source for one in found.silent]) == (1, ["a"])


# --- composing --------------------------------------------------------------------------------------------------------


def test_notices_are_taken_with_the_deliveries(store: Store):
    """What is written into the outbox is no longer open, and its end is the start of the next digest."""
    done = admitted(store, decisions=[telling()])
    assert compose(store, a_message(), told=[done.item])
    assert open_notices(store) == []
    assert [one.message for one in claimed(store)] == [a_message()]
    assert store.call(digests.latest_end, "desk") == NOW
    assert store.call(digests.latest_end, "other") is None


def test_a_slot_is_composed_once(store: Store):
    """A repeated hour, a second process or a restart find the slot taken, and write nothing."""
    assert compose(store, a_message())
    admitted(store, decisions=[telling()])
    assert compose(store, a_message(id="<2@x>")) is None
    assert len(open_notices(store)) == 1
    assert compose(store, a_message(id="<3@x>"), slot=time(18))


def test_alerts_need_no_slot(store: Store):
    """Two alerts of one day are two."""
    for number in (1, 2):
        url = f"https://h{number}.example/"
        admitted(store, url, NOW + number * MINUTE, decisions=[telling(NoticeKind.ALERT)])
        assert compose(store, a_message(id=f"<{number}@x>"), kind="alert", day=None, slot=None)
    assert store.call(digests.latest_end, "desk") is None


def test_a_notice_taken_by_another_stops_the_digest(store: Store):
    """Two processes compose one notice: the second writes nothing at all."""
    admitted(store, decisions=[telling()])
    (notice,) = open_notices(store)
    assert store.call(digests.save_digest, a_composed(notices=[notice.id]), now=NOW)
    again = a_composed(notices=[notice.id], slot=time(18), messages=[a_message()])
    assert store.call(digests.save_digest, again, now=NOW) is None
    assert claimed(store) == []
    assert store.call(digests.save_digest, a_composed(slot=time(18)), now=NOW)


def test_an_alert_takes_the_digest_notice_of_its_story_along(store: Store):
    """A reader hears of a story once: alerted of it, the digest does not tell it again."""
    first = admitted(store, decisions=[telling()])
    again = Placement(story=first.story, thread=first.thread)
    admitted(store, "https://b.example/2", NOW + MINUTE, placement=again, decisions=[telling(NoticeKind.ALERT)])
    (alert,) = open_notices(store, NOW + MINUTE, kinds=[NoticeKind.ALERT])
    taken = a_composed(kind="alert", day=None, slot=None, notices=[alert.id])
    assert store.call(digests.save_digest, taken, now=NOW + MINUTE)
    assert open_notices(store, NOW + MINUTE) == []


def test_stories_over_the_cap_stay_for_the_next(store: Store):
    """A digest takes the notices that it tells; the others are still open."""
    for number in (1, 2):
        admitted(store, f"https://h{number}.example/", NOW + number * MINUTE, decisions=[telling()])
    one, two = open_notices(store, NOW + HOUR)
    store.call(digests.save_digest, a_composed(notices=[one.id]), now=NOW)
    assert open_notices(store, NOW + HOUR) == [two]


# --- delivering -------------------------------------------------------------------------------------------------------


def test_sent_marks_the_items_told(store: Store):
    """Told is what a recipient took: a held item becomes told, a copy stays a copy, both know when."""
    first = admitted(store, decisions=[telling()])
    copy = Placement(story=first.story, thread=first.thread, copy_of=first.item)
    second = admitted(store, "https://b.example/2", NOW + MINUTE, placement=copy)
    compose(store, a_message(), told=[first.item, second.item])
    assert store.call(entry_history.find, str(first.item)).status is EntryStatus.PENDING
    (due,) = claimed(store)
    assert store.call(outbox.mark_sent, due.id, now=NOW + HOUR)
    told, repeated = (store.call(entry_history.find, str(done.item)) for done in (first, second))
    assert (told.status, told.delivered_at) == (EntryStatus.DELIVERED, NOW + HOUR)
    assert (repeated.status, repeated.delivered_at) == (EntryStatus.DUPLICATE, NOW + HOUR)
    assert [one.state for one in told.item.deliveries] == ["sent"]


def test_told_stays_told(store: Store):
    """An edit of an article that was told does not bring it back as held."""
    done = admitted(store, decisions=[telling()])
    compose(store, a_message(), told=[done.item])
    store.call(outbox.mark_sent, claimed(store)[0].id, now=NOW)
    entry_id = store.call(entry_history.find, str(done.item)).id
    edited = admission(entry_id, article=an_article(text="Edited."))
    assert store.call(items.save_item, edited, now=NOW + HOUR).status is EntryStatus.DELIVERED


def test_a_delivery_is_sent_once(store: Store):
    """The second yes for one row changes nothing, and a sent message cannot be tried, given up or dropped."""
    compose(store, a_message())
    (due,) = claimed(store)
    assert store.call(outbox.mark_sent, due.id, now=NOW)
    assert not store.call(outbox.mark_sent, due.id, now=NOW)
    assert not store.call(outbox.reschedule, due.id, next_at=NOW, reason="", ambiguous=False, now=NOW)
    assert not store.call(outbox.mark_dead, due.id, reason="", now=NOW)
    assert not store.call(outbox.drop, due.id, now=NOW)
    assert claimed(store, NOW + HOUR) == []


def test_one_message_a_recipient_at_a_time(store: Store):
    """A recipient is given one message after the other; others are not held up by it."""
    compose(store, a_message("a@x.example"), a_message("b@x.example"))
    compose(store, a_message("a@x.example", id="<2@x>"), slot=time(18), now=NOW + MINUTE)
    first = claimed(store, NOW + MINUTE)
    assert [one.message.recipient for one in first] == ["a@x.example", "b@x.example"]
    assert claimed(store, NOW + MINUTE) == []
    store.call(outbox.mark_sent, first[0].id, now=NOW + MINUTE)
    assert [one.message.id for one in claimed(store, NOW + MINUTE)] == ["<2@x>"]


def test_a_waiting_message_does_not_hold_up_the_next(store: Store):
    """While one message waits for its next try, a later one to the same recipient may go."""
    compose(store, a_message())
    compose(store, a_message(id="<2@x>"), slot=time(18))
    (first,) = claimed(store)
    store.call(outbox.reschedule, first.id, next_at=NOW + HOUR, reason="450 busy", ambiguous=True, now=NOW)
    assert [one.message.id for one in claimed(store)] == ["<2@x>"]
    assert store.call(outbox.oldest_created_at) == NOW


def test_retries_keep_id_and_body(store: Store):
    """However often it is tried, the message is the same, byte for byte."""
    compose(store, a_message())
    (first,) = claimed(store)
    store.call(outbox.reschedule, first.id, next_at=NOW + HOUR, reason="no answer", ambiguous=True, now=NOW)
    assert store.call(outbox.next_due) == NOW + HOUR
    (again,) = claimed(store, NOW + HOUR)
    assert (again.message, again.attempts, again.ambiguous) == (first.message, 1, True)


def test_a_lease_that_ran_out_is_tried_again(store: Store):
    """A killed sender loses no message."""
    compose(store, a_message())
    assert len(claimed(store)) == 1
    assert store.call(outbox.next_due) == NOW + LEASE
    assert len(claimed(store, NOW + LEASE)) == 1


def test_the_dead_are_listed_and_revived(store: Store):
    """What was given up stays visible until a person revives or drops it."""
    compose(store, a_message())
    (due,) = claimed(store)
    assert store.call(outbox.mark_dead, due.id, reason="550 no such user", now=NOW)
    (listed,) = store.call(outbox.list_deliveries)
    assert (listed.state, listed.reason, listed.attempts) == ("dead", "550 no such user", 1)
    assert claimed(store, NOW + HOUR) == []
    assert store.call(outbox.revive, due.id, now=NOW + HOUR)
    assert claimed(store, NOW + HOUR)[0].message == a_message()
    assert store.call(outbox.drop, due.id, now=NOW)
    assert store.call(outbox.list_deliveries) == []


@pytest.mark.parametrize("same", ["id", "recipient"])
def test_a_message_is_unique(store: Store, same: str):
    """Two rows for one recipient of a digest, or with one id, are refused by the database itself."""
    other = a_message(id="<2@x>") if same == "recipient" else a_message("b@x.example", id=a_message().id)
    with pytest.raises(IntegrityError):
        compose(store, a_message(), other)
    assert store.call(digests.latest_end, "desk") is None
