"""The size of a SQLite file: what retention deletes is given back to the file system."""

import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from monitor.model import Verdict
from monitor.store import Store, open_store, retention, sources
from monitor.store.items import save_item
from monitor.store.retention import RetentionPolicy
from monitor.store.statuses import EntryStatus
from tests.store.builders import MINUTE, NO, NOW, a_source, admission, an_article, poll, seen

ENTRIES = 60


def a_text(chance: random.Random, paragraphs: int = 40) -> str:
    """Words that the search index cannot share between articles."""
    return "\n\n".join(" ".join(f"w{chance.randrange(10**6)}" for _ in range(60)) for _ in range(paragraphs))


def fill(store: Store, *, verdict: Verdict = NO) -> None:
    """Store rejected articles with long texts."""
    chance = random.Random(1)
    store.call(sources.sync, [a_source()], now=NOW)
    for number in range(ENTRIES):
        url = f"https://dawn.example/{number}"
        ((entry_id, _),) = poll(store, seen(url), now=NOW + number * MINUTE).new_entries
        rejected = {"verdict": verdict, "features": None, "placement": None, "status": EntryStatus.REJECTED}
        draft = admission(entry_id, article=an_article(url=url, text=a_text(chance)), **rejected)
        store.call(save_item, draft, now=NOW)


def prune_all(store: Store) -> None:
    """Delete what a prune step deletes, until nothing is left."""
    later = NOW + timedelta(days=70)
    while store.call(retention.prune, RetentionPolicy(), now=later, limit=20).texts:
        store.call(retention.release_space)


def size(file: Path) -> int:
    """The size of a store whose log is written back."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size


def test_the_file_shrinks_with_what_is_deleted(tmp_path: Path):
    """Most of a store of texts is gone after their time, and no page is left empty in the file."""
    file = tmp_path / "monitor.db"
    with closing(open_store(f"sqlite:///{file}")) as store:
        fill(store)
        full = size(file)
        prune_all(store)
        assert size(file) < full / 3
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_space_is_released_in_portions(store: Store):
    """On both databases it can be called at any time, also where nothing was deleted."""
    store.call(retention.release_space)
    store.call(retention.release_space)
