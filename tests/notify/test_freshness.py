"""How old a text is, and what its age allows."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import NotifyReason, SkipReason
from monitor.notify import freshness
from monitor.notify.freshness import Freshness

NOW = datetime(2025, 6, 29, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("published", "first_seen", "baseline", "expected"),
    [
        (NOW - HOUR, NOW, False, True),
        (NOW - 12 * HOUR, NOW, False, False),
        (NOW - HOUR, NOW, True, False),
        (None, NOW, False, True),
        (None, NOW, True, False),
        (None, NOW - 13 * HOUR, False, False),
    ],
)
def test_only_fresh_news_alerts(published, first_seen, baseline, expected):
    """Published under 12 hours ago, or undated and just seen; never what a first poll shows."""
    assert freshness.is_alertable(published, first_seen, baseline=baseline, now=NOW) is expected


def test_a_day_without_an_hour_may_be_any_hour_of_it():
    """A midnight of the source's zone counts as the end of its day; any other time, and none, stay as they are."""
    day = datetime(2026, 11, 20, 19, tzinfo=UTC)  # midnight in Karachi
    assert freshness.latest_possible_time(day, zone="Asia/Karachi") == day + timedelta(days=1)
    assert freshness.latest_possible_time(day, zone="UTC") == day
    assert freshness.latest_possible_time(None, zone="UTC") is None


@pytest.mark.parametrize(("published", "expected"), [(None, False), (NOW - 29 * DAY, False), (NOW - 31 * DAY, True)])
def test_what_was_a_month_old_at_first_sight_is_an_archive(published, expected):
    """An unknown time is not old."""
    assert freshness.is_archive(published, NOW) is expected


@pytest.mark.parametrize(
    ("hours", "baseline", "late", "backlog"),
    [
        (1, False, False, False),
        (12, False, True, False),
        (30, False, True, False),
        (30, True, False, True),
        (23, True, False, False),
    ],
)
def test_late_and_backlog(hours, baseline, late, backlog):
    """Late is what we should have seen sooner; backlog is what a new source had long before we came."""
    published = NOW - timedelta(hours=hours)
    assert freshness.is_late(published, NOW, baseline=baseline) is late
    assert freshness.is_backlog(published, baseline=baseline, now=NOW) is backlog


def test_an_undated_text_is_backlog_only_at_a_first_poll():
    """It may be of any age then; later it is as old as its first sight."""
    assert freshness.is_backlog(None, baseline=True, now=NOW)
    assert not freshness.is_backlog(None, baseline=False, now=NOW)
    assert not freshness.is_late(None, NOW, baseline=False)


def assessed(published: datetime | None, *, first_seen=NOW, baseline=False, now=NOW) -> Freshness:
    return freshness.assess(
        article_published=published,
        entry_published=None,
        first_seen=first_seen,
        baseline=baseline,
        zone="UTC",
        now=now,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"published": NOW - HOUR}, Freshness()),
        (
            {"published": NOW - 14 * HOUR},
            Freshness(
                alert_objection=NotifyReason.STALE_FOR_ALERT, late=True, detail="first seen 14 h after publication"
            ),
        ),
        (
            {"published": NOW - 14 * HOUR, "first_seen": NOW - 13 * HOUR},
            Freshness(alert_objection=NotifyReason.STALE_FOR_ALERT, detail="judged 14 h after publication"),
        ),
        (
            {"published": None, "first_seen": NOW - 13 * HOUR},
            Freshness(alert_objection=NotifyReason.STALE_FOR_ALERT, detail="judged 13 h after it was first seen"),
        ),
        (
            {"published": NOW - HOUR, "baseline": True},
            Freshness(alert_objection=NotifyReason.FIRST_POLL, detail="shown by the first poll of its source"),
        ),
        (
            {"published": NOW - 3 * DAY, "baseline": True},
            Freshness(
                too_old=SkipReason.FIRST_POLL_BACKLOG, detail="published 3 days before the first poll of its source"
            ),
        ),
        (
            {"published": None, "baseline": True},
            Freshness(
                too_old=SkipReason.FIRST_POLL_BACKLOG,
                detail="without a time of publication, from the first poll of its source",
            ),
        ),
        (
            {"published": NOW - 45 * DAY},
            Freshness(too_old=SkipReason.ARCHIVE, late=True, detail="first seen 45 days after publication"),
        ),
    ],
)
def test_age_is_assessed_with_its_evidence(given, expected):
    """Each limit of age has a reason, and the ages that decided."""
    assert assessed(**given) == expected


def test_page_and_feed_disagree():
    """The page's time counts for freshness; only if both are a month old, the text comes from an archive."""
    age = freshness.assess(
        article_published=NOW - 40 * DAY,
        entry_published=NOW - HOUR,
        first_seen=NOW,
        baseline=False,
        zone="UTC",
        now=NOW,
    )
    assert (age.too_old, age.alert_objection) == (None, NotifyReason.STALE_FOR_ALERT)
