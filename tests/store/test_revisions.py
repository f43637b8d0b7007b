"""What another sighting changes about a stored entry."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.store.revisions import EarlierSighting, RevisableEntry, revise
from monitor.store.statuses import EntryStatus
from tests.store.builders import NO, NOW, a_verdict, an_entry, seen

DIGEST, ALERT = a_verdict(), a_verdict(alert=True)
OTHER_WORDS, NONE, NOT_RECORDED = EarlierSighting.OTHER_WORDS, EarlierSighting.NONE, EarlierSighting.NOT_RECORDED
DAY = timedelta(days=1)


def stored(status=EntryStatus.REJECTED, **changes) -> RevisableEntry:
    about = {
        name: changes.pop(name)
        for name in ("headline_verdict", "item_verdict", "first_seen", "revisions")
        if name in changes
    }
    known = {"id": 1, "entry": an_entry(**changes), "status": status, "first_seen": NOW, "revisions": 0}
    return RevisableEntry(**(known | {"headline_verdict": NO, "item_verdict": None} | about))


def outcome(entry: RevisableEntry, earlier=OTHER_WORDS, now=NOW, **changes):
    """Whether the entry is judged again, and whether the edit is news; None: nothing changes."""
    revision = revise(entry, seen(**changes), earlier=earlier, now=now)
    return revision and (revision.judge_again, revision.escalates)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": "Envoys expelled"}, (True, False)),
        ({"title": "Envoys return to their POSTS."}, (False, False)),
        ({"title": "Envoys expelled", "verdict": DIGEST}, (True, True)),
        ({"summary": "5 minutes ago"}, (False, False)),
        ({"summary": "Two ministers met at the border crossing today"}, (True, False)),
        ({"summary": "On Iran", "verdict": ALERT}, (True, True)),
        ({"title": "Envoys expelled", "verdict": DIGEST, "baseline": True}, (True, False)),
        ({"title": "Envoys expelled", "status": EntryStatus.NOT_READ}, (False, False)),
        ({"title": "Envoys expelled", "status": EntryStatus.TOO_OLD}, (False, False)),
        ({"published": NOW}, (False, False)),
        ({}, None),
    ],
)
def test_edits_by_a_source(changes, expected):
    """A changed title or text is judged again; case, counters and dates are not."""
    assert outcome(stored(), **changes) == expected


def test_an_edit_keeps_what_the_source_no_longer_shows():
    """A feed that drops its summaries takes nothing away; the first date stays."""
    entry = stored(summary="Both are back.", published=NOW - DAY)
    revision = revise(entry, seen(title="Envoys expelled", published=NOW), earlier=OTHER_WORDS, now=NOW)
    assert (revision.entry.title, revision.entry.summary, revision.entry.published) == (
        "Envoys expelled",
        "Both are back.",
        NOW - DAY,
    )


def test_a_line_is_crossed_once():
    """The headline of a text that its page, or an earlier headline, lifted as far is no news."""
    shown = {"title": "Iran expels envoys", "verdict": ALERT}
    assert outcome(stored(item_verdict=ALERT), **shown) == (True, False)
    assert outcome(stored(headline_verdict=ALERT, item_verdict=NO), **shown) == (True, False)
    assert outcome(stored(item_verdict=DIGEST), **shown) == (True, True)


def test_readers_of_a_text_hear_of_it_whatever_its_headline_says_now():
    """A source that reads only headlines with a hit has that page read again."""
    shown = {"title": "Envoys expelled", "status": EntryStatus.NOT_READ}
    assert outcome(stored(EntryStatus.DELIVERED, item_verdict=DIGEST), **shown) == (True, False)


@pytest.mark.parametrize(
    "old",
    [stored(EntryStatus.TOO_OLD), stored(published=NOW - 31 * DAY), stored(first_seen=NOW - 31 * DAY)],
)
def test_archive_stays_archive(old):
    """The words are taken, and nobody hears of them."""
    assert outcome(old, title="Iran expels envoys", verdict=ALERT) == (False, False)


def test_what_was_forgotten_does_not_come_back():
    """No source may bring the text back."""
    assert outcome(stored(EntryStatus.FORGOTTEN, title=""), title="Envoys expelled") is None


def test_another_source_fills_in_and_does_not_overwrite():
    """The headline of a second feed is no edit, unless it lifts the text over a line."""
    assert outcome(stored(), NONE, title="Envoys are back") is None
    assert outcome(stored(summary=""), NONE, title="Envoys are back", summary="At last.") == (False, False)
    assert outcome(stored(), NONE, title="Iran expels envoys", verdict=ALERT) == (True, True)


def test_the_first_sighting_after_an_upgrade_is_no_edit():
    """The words of the last sighting are not known: nothing says when they changed."""
    assert outcome(stored(), NOT_RECORDED, title="Iran expels envoys", verdict=ALERT) is None


def test_a_page_that_changes_all_day_is_read_once_in_an_hour():
    """After some revisions, unless the headline makes it news."""
    busy = stored(revisions=5)
    later = revise(busy, seen(title="Envoys expelled"), earlier=OTHER_WORDS, now=NOW)
    news = revise(busy, seen(title="Iran expels envoys", verdict=ALERT), earlier=OTHER_WORDS, now=NOW)
    assert (later.delay, news.delay) == (timedelta(hours=1), timedelta(0))
    assert revise(
        replace(busy, revisions=4), seen(title="Envoys expelled"), earlier=OTHER_WORDS, now=NOW
    ).delay == timedelta(0)
