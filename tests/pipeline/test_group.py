"""New items wait for the others of their round, and never for long."""

from datetime import timedelta

from monitor.notify.decide import PAGE_WAIT
from monitor.pipeline.group import ready_items
from monitor.store import grouping, open_store
from monitor.store.grouping import WaitingItem
from monitor.store.statuses import EntryStatus
from tests.store.builders import MINUTE, NOW, a_mark, a_source, a_verdict, admitted, an_article, an_entry


def a_waiting_item(**given) -> WaitingItem:
    return WaitingItem(
        **{
            "item": 1,
            "entry_id": 1,
            "entry": an_entry(),
            "source": a_source(),
            "article": an_article(),
            "verdict": a_verdict(),
            "features": a_mark(),
            "partial": False,
            "baseline": False,
            "status": EntryStatus.PENDING,
            "reason": "",
            "first_seen": NOW,
            "stored_at": NOW,
            "escalated_at": None,
            **given,
        }
    )


def test_items_wait_while_others_are_read():
    """At most half a minute: a slow host must not delay the alert of another."""
    item = a_waiting_item()
    assert ready_items([item], is_reading=True, now=NOW) == []
    assert ready_items([item], is_reading=True, now=NOW + PAGE_WAIT) == [item]
    assert ready_items([item], is_reading=False, now=NOW) == [item]


def test_a_title_waits_for_its_page():
    """Also if nothing is being read now: its page may be tried again in a minute."""
    title = a_waiting_item(status=None, partial=True)
    assert ready_items([title], is_reading=False, now=NOW) == []
    assert ready_items([title], is_reading=False, now=NOW + PAGE_WAIT) == [title]


def test_items_wait_in_the_order_of_publication():
    """By time and key of the entry, whichever was stored first; an item that was placed waits no more."""
    store = open_store("sqlite://")
    urls = {1: "https://dawn.example/b", 2: "https://dawn.example/a", 3: "https://dawn.example/c"}
    times = {1: NOW, 2: NOW, 3: NOW - timedelta(hours=1)}
    ids = [
        admitted(store, url, NOW + number * MINUTE, features=a_mark(at=times[number]), placement=None).item
        for number, url in urls.items()
    ]
    for number in ids:
        store.call(grouping.enqueue, number)
    first, *others = store.call(grouping.waiting)
    assert first.item == ids[2]
    assert {item.item for item in others} == {ids[0], ids[1]}
    assert [item.item for item in others] == [item.item for item in store.call(grouping.waiting)[1:]]
    store.close()
