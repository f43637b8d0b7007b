"""Layouts that have changed: told after three pages in a row, and no longer than it is so."""

from datetime import timedelta

import pytest

from monitor.model import PageSelectors
from monitor.store import Store, entries, page_health, polls, sources
from monitor.store.items import save_item
from monitor.store.statuses import EntryStatus
from tests.store.builders import LEASE, MINUTE, NO, NOW, a_source, admission, an_article, polled, seen

PAGE = PageSelectors(content=".story", author=".by", date="time")
MISFIT, UNDATED, OTHER = "selector '.story' gave no text", "selector 'time' gave no date", "found without pruning"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def dawn(store: Store) -> Store:
    """A store with a source that has selectors, and one that has none."""
    store.call(sources.sync, [a_source(page=PAGE), a_source("geo")], now=NOW)
    return store


def read(store: Store, source: str, *pages: tuple[str, ...] | None) -> None:
    """Pages of a source, one after the other: the notes of each, or None where it could not be read."""
    for number, notes in enumerate(pages):
        now = NOW + number * MINUTE
        due = store.call(polls.claim, now=now, lease=LEASE, limit=1, only=[source])[0]
        shown = seen(f"https://{source}.example/{number}")
        done = store.call(polls.commit, polled(due, shown, next_at=now + MINUTE), now=now)
        entry = done.new_entries[0][0]
        if notes is None:
            reason = "no main text"
            store.call(entries.end, entry, status=EntryStatus.EXTRACTION_FAILED, reason=reason, now=now)
        else:
            article, rejected = (
                an_article(notes=notes),
                {"verdict": NO, "features": None, "status": EntryStatus.REJECTED},
            )
            store.call(save_item, admission(entry, article=article, **rejected), now=now)


def changed(store: Store, since=NOW) -> dict[str, str]:
    return store.call(page_health.broken_layouts, since=since)


def test_three_pages_without_a_text(dawn: Store):
    """What was read before does not matter, nor what happens to other sources."""
    read(dawn, "dawn", (), None, None, None)
    read(dawn, "geo", None, (), None)
    assert changed(dawn) == {
        "dawn": "its last 3 pages could not be read (no main text): its layout may have changed",
    }


def test_three_pages_that_a_selector_does_not_fit(dawn: Store):
    """The selector is named; other notes say nothing of the layout."""
    read(dawn, "dawn", (), (UNDATED, MISFIT), (OTHER, MISFIT), (MISFIT, OTHER))
    read(dawn, "geo", (OTHER,), (OTHER,), (OTHER,))
    assert changed(dawn) == {"dawn": f"{MISFIT} on its last 3 pages: its layout may have changed"}


@pytest.mark.parametrize(
    "pages",
    [
        (None, None),
        (None, None, None, ()),
        (MISFIT, None, MISFIT),
        (MISFIT, UNDATED, MISFIT),
    ],
)
def test_less_than_three_in_a_row_is_chance(dawn: Store, pages):
    """So is a row that has ended, or one of different faults."""
    read(dawn, "dawn", *((page,) if isinstance(page, str) else page for page in pages))
    assert changed(dawn) == {}


def test_a_selector_that_was_changed_is_given_its_chance(dawn: Store):
    """Notes of one that the source no longer has are old news; so are those of pages seen before."""
    read(dawn, "dawn", (MISFIT,), (MISFIT,), (MISFIT,))
    assert changed(dawn)
    assert not changed(dawn, LATER)
    dawn.call(sources.sync, [a_source(page=PageSelectors(content=".article"))], now=LATER)
    assert not changed(dawn)


def test_a_source_that_is_off_is_left_alone(dawn: Store):
    """Nobody reads its pages."""
    read(dawn, "dawn", None, None, None)
    dawn.call(sources.sync, [a_source(enabled=False)], now=LATER)
    assert not changed(dawn)
