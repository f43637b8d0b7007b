"""Retention: texts go on time, verdicts and links stay."""

from datetime import timedelta

from monitor import query
from monitor.model import NoticeKind, Notify, NotifyReason
from monitor.store import Store, digests, entry_history, items, labels, notices, outbox, retention, search
from monitor.store.retention import Pruned, RetentionPolicy
from monitor.store.statuses import EntryStatus
from tests.store.builders import LEASE, MINUTE, NO, NOW, a_composed, a_message, admitted, due_entries, poll, seen

DAY = timedelta(days=1)
KEEP = RetentionPolicy()


def prune(store: Store, now, limit=100) -> Pruned:
    return store.call(retention.prune, KEEP, now=now, limit=limit)


def found(store: Store, asked: str) -> int:
    return len(store.call(search.find, query.parse(asked), since=NOW, limit=5, max_candidates=5).hits)


def test_rejected_texts_go_first(store: Store):
    """A rejected text is kept 30 days, a relevant one a year; title, link and verdict stay."""
    relevant = admitted(store)
    rejected = {"verdict": NO, "features": None, "placement": None, "status": EntryStatus.REJECTED}
    admitted(store, "https://b.example/2", NOW + MINUTE, **rejected)
    assert prune(store, NOW + 29 * DAY).texts == 0
    assert prune(store, NOW + 31 * DAY).texts == 1
    gone = store.call(entry_history.find, "https://b.example/2")
    assert (gone.item.article.text, gone.item.article.lead, gone.item.versions[0].words) == ("", "", None)
    assert (gone.item.article.title, gone.item.verdict, gone.status) == (
        "Envoys return to their posts",
        NO,
        EntryStatus.REJECTED,
    )
    assert store.call(entry_history.find, str(relevant.item)).item.article.text
    assert prune(store, NOW + 366 * DAY).texts == 1


def test_a_labelled_text_stays(store: Store):
    """A rejected text that somebody labelled is kept as long as a relevant one: the rules are held to the label."""
    admitted(store, "https://b.example/2", NOW, verdict=NO, features=None, placement=None, status=EntryStatus.REJECTED)
    store.call(labels.save, "https://b.example/2", relevant=False, now=NOW)
    assert prune(store, NOW + 31 * DAY).texts == 0
    store.call(labels.remove, "https://b.example/2")
    assert prune(store, NOW + 31 * DAY).texts == 1


def test_search_forgets_with_the_text(store: Store):
    """What is no longer kept is found by its title alone."""
    admitted(store)
    prune(store, NOW + 366 * DAY)
    assert found(store, "envoys") == 1
    assert found(store, "ambassadors") == 0


def test_delivery_bodies_and_addresses_go(store: Store):
    """After 90 days nobody can see who was told; that it was told stays. What still waits is kept."""
    done = admitted(
        store, decisions=[Notify(channel="desk", kind=NoticeKind.DIGEST, not_before=NOW, reason=NotifyReason.URGENT)]
    )
    (notice,) = store.call(notices.due, channel="desk", now=NOW)
    both = [a_message("a@x.example"), a_message("b@x.example"), a_message("c@x.example")]
    store.call(digests.save_digest, a_composed(notices=[notice.id], items=[done.item], messages=both), now=NOW)
    for due in store.call(outbox.claim, now=NOW, lease=LEASE, limit=2):
        store.call(outbox.mark_sent, due.id, now=NOW)
    assert prune(store, NOW + 89 * DAY).bodies == 0
    assert prune(store, NOW + 91 * DAY).bodies == 2
    listed = store.call(outbox.list_deliveries, states=["sent", "waiting"])
    assert [one.recipient for one in listed if "@" in one.recipient] == ["c@x.example"]


def test_pruning_goes_in_small_steps(store: Store):
    """A large backlog does not hold the database: each call takes a bounded number of rows."""
    rejected = {"verdict": NO, "features": None, "placement": None, "status": EntryStatus.REJECTED}
    for number in range(3):
        admitted(store, f"https://h{number}.example/", NOW + number * MINUTE, **rejected)
    assert [prune(store, NOW + 31 * DAY, limit=2).texts for _ in range(3)] == [2, 1, 0]


def test_an_address_is_forgotten_and_not_written_to_again(store: Store):
    """Whoever asks is gone from the outbox, what waits included, and no later digest brings the address back."""
    both = [a_message("a@x.example"), a_message("b@x.example")]
    store.call(digests.save_digest, a_composed(messages=both), now=NOW)
    assert store.call(retention.forget_address, "A@x.example", now=NOW) == 1
    again = [a_message("a@x.example", id="<2a@x>"), a_message("b@x.example", id="<2b@x>")]
    store.call(digests.save_digest, a_composed(messages=again, slot=None, day=None, kind="alert"), now=NOW)
    waiting, dropped = (store.call(outbox.list_deliveries, states=[state]) for state in ("waiting", "dropped"))
    assert [one.recipient for one in waiting] == ["b@x.example", "b@x.example"]
    assert [one.recipient for one in dropped] == [f"#{dropped[0].id}"]


def test_a_url_is_forgotten_and_not_read_again(store: Store):
    """All that an entry said is gone, from search and stories too; a feed that still lists it brings nothing back."""
    done = admitted(
        store, decisions=[Notify(channel="desk", kind=NoticeKind.DIGEST, not_before=NOW, reason=NotifyReason.URGENT)]
    )
    assert store.call(retention.forget_url, "https://dawn.example/1?utm_source=x", now=NOW)
    assert not store.call(retention.forget_url, "https://never.example/", now=NOW)
    trail = store.call(entry_history.find, "https://dawn.example/1")
    assert (trail.status, trail.entry.title, trail.entry.link) == (EntryStatus.FORGOTTEN, "", "")
    assert (trail.item.item, trail.item.article.title, trail.item.versions[0].title) == (done.item, "", "")
    assert found(store, "envoys") == 0
    assert store.call(items.window, since=NOW - DAY) == []
    assert poll(store, seen(), now=NOW + MINUTE).new_count == 0
    assert store.call(entry_history.find, "https://dawn.example/1").entry.title == ""
    assert due_entries(store, NOW + DAY) == []
    assert store.call(notices.due, channel="desk", now=NOW) == []


def test_a_forgotten_text_has_no_label(store: Store):
    """What a person said of it names it as well, be the text stored or not."""
    admitted(store)
    for url in ("https://dawn.example/1", "https://never.example/"):
        store.call(labels.save, url, relevant=True, note="names a witness", now=NOW)
        assert store.call(retention.forget_url, url, now=NOW)
    assert store.call(labels.list_labels) == []


def test_records_of_polls_are_deleted(store: Store):
    """The records of polls, by which coverage counts, are stored for 40 days."""
    admitted(store)
    assert prune(store, NOW + 39 * DAY).polls == 0
    assert prune(store, NOW + 41 * DAY).polls == 1
    assert prune(store, NOW + 41 * DAY).polls == 0
