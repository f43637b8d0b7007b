"""Nouns for the tests: a test says only what matters to it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from monitor.model import (
    Article,
    Entry,
    Hit,
    HostState,
    Message,
    Method,
    Placement,
    Source,
    StoryFeatures,
    Validators,
    Verdict,
)
from monitor.store import Store, entries, polls, sources
from monitor.store.digests import ComposedDigest
from monitor.store.entries import DueEntry
from monitor.store.items import ItemDraft, ItemRecord, save_item
from monitor.store.polls import DueSource, PollCommit, PolledSource
from monitor.store.revisions import SeenEntry
from monitor.store.statuses import EntryStatus

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def a_source(id: str = "dawn", **changes: Any) -> Source:  # noqa: A002 - the noun's own field
    return Source(**({"id": id, "name": id.title(), "url": f"https://{id}.example/feed"} | changes))


def an_entry(url: str = "https://dawn.example/1", **changes: Any) -> Entry:
    return Entry(**({"url": url, "link": url, "title": "Envoys return to their posts"} | changes))


def a_hit(**changes: Any) -> Hit:
    known: dict[str, Any] = {"term": "iran", "name": "Iran", "side": "IR", "kind": "country", "field": "title"}
    return Hit(**(known | {"start": 0, "end": 4, "text": "Iran"} | changes))


def a_verdict(**changes: Any) -> Verdict:
    return Verdict(**({"digest": True, "alert": False, "score": 3.5, "hits": (a_hit(),), "rules": "1"} | changes))


NO = Verdict(digest=False, alert=False, score=0.0, rules="1")


def seen(url: str = "https://dawn.example/1", **changes: Any) -> SeenEntry:
    about = {name: changes.pop(name) for name in ("verdict", "baseline", "status", "reason") if name in changes}
    return SeenEntry(**({"entry": an_entry(url, **changes), "verdict": NO, "baseline": False} | about))


def an_article(**changes: Any) -> Article:
    known: dict[str, Any] = {
        "url": "https://dawn.example/1",
        "title": "Envoys return to their posts",
        "lead": "Both ambassadors are back.",
        "text": "Iran and Pakistan sent their ambassadors back.\n\nTrade resumes.",
        "method": Method.DENSITY,
        "language": "en",
    }
    return Article(**(known | changes))


def a_mark(**changes: Any) -> StoryFeatures:
    known: dict[str, Any] = {"item": 0, "story": 0, "thread": 0, "at": NOW, "language": "en", "source": "dawn"}
    known |= {"title": "Envoys return", "words": (("envoy", 0.8), ("return", 0.6)), "shingles": (3, 5)}
    return StoryFeatures(**(known | {"names": ("islamabad",)} | changes))


def a_host(name: str = "dawn.example", **changes: Any) -> HostState:
    return HostState(host=name, **changes)


def polled(due: DueSource, *shown: SeenEntry, **changes: Any) -> PolledSource:
    known: dict[str, Any] = {
        "due": due,
        "host": due.host,
        "next_at": NOW + 10 * MINUTE,
        "ok": True,
        "status": "new",
        "validators": Validators(url=due.source.url, etag='"1"'),
        "body_hash": "aa",
        "item_hashes": (),
        "full": True,
        "sighted": shown,
    }
    return PolledSource(**(known | changes))


def poll(store: Store, *shown: SeenEntry, now: datetime = NOW, **changes: Any) -> PollCommit:
    """Claim the one source that is due and commit what it showed; the next poll is due a minute later."""
    (due,) = store.call(polls.claim, now=now, lease=LEASE, limit=1)
    return store.call(polls.commit, polled(due, *shown, **({"next_at": now + MINUTE} | changes)), now=now)


def due_entries(store: Store, now: datetime = NOW, **changes: Any) -> list[DueEntry]:
    return store.call(entries.claim, **({"now": now, "lease": LEASE, "limit": 10} | changes))


def admission(entry_id: int, **changes: Any) -> ItemDraft:
    known: dict[str, Any] = {"article": an_article(), "verdict": a_verdict(), "features": a_mark()}
    known |= {"placement": Placement(story=0, thread=0), "partial": False, "status": EntryStatus.PENDING}
    return ItemDraft(entry_id=entry_id, **(known | changes))


def admitted(store: Store, url: str = "https://dawn.example/1", now: datetime = NOW, **changes: Any) -> ItemRecord:
    """An item, with the entry that it was read from."""
    if not store.call(sources.health, now=now):
        store.call(sources.sync, [a_source()], now=now)
    (fresh,) = poll(store, seen(url), now=now).new_entries
    return store.call(save_item, admission(fresh[0], **changes), now=now)


def a_message(recipient: str = "a@desk.example", **changes: Any) -> Message:
    known: dict[str, Any] = {"channel": "desk", "recipient": recipient, "id": f"<1.{recipient}>", "body": b"Dear desk"}
    return Message(**(known | changes))


def a_composed(**changes: Any) -> ComposedDigest:
    known: dict[str, Any] = {"channel": "desk", "channel_kind": "email", "kind": "digest"}
    known |= {"day": NOW.date(), "slot": time(7, 30), "start": NOW - 24 * 60 * MINUTE, "end": NOW, "subject": "News"}
    return ComposedDigest(**(known | {"notices": (), "items": (), "messages": ()} | changes))
