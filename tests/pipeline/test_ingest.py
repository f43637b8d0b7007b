"""An item comes in by its title or by its page, and its channels hear of it once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor.model import Channel, Flag, Method, NoticeKind, NotifyReason, SkipReason, Source
from monitor.pipeline import group
from monitor.pipeline.context import ActClock
from monitor.pipeline.ingest import EntryRef, store_article
from monitor.pipeline.story_cache import StoryWindowCache
from monitor.store import decisions, digests, notices, open_store, polls, schema, sources
from monitor.store.digests import ComposedDigest
from monitor.store.statuses import EntryStatus
from tests.store.builders import LEASE, NOW, a_source, a_verdict, an_article, an_entry, polled, seen

URL = "https://dawn.example/1"
DESK = Channel(id="desk", kind="email", recipients=("desk@desk.example",))


class SmallContext:
    """What admission uses of a context: the real store, groups, clock and channels."""

    def __init__(self):
        self.store, self.story_window, self.clock = open_store("sqlite://"), StoryWindowCache(), ActClock(NOW)
        self.channels = {"desk": DESK}


@pytest.fixture
def context():
    context = SmallContext()
    context.store.call(sources.sync, [a_source()], now=NOW)
    (due,) = context.store.call(polls.claim, now=NOW, lease=LEASE, limit=1)
    context.store.call(polls.commit, polled(due, seen(URL, published=NOW)), now=NOW)
    yield context
    context.store.close()


def entry_ref() -> EntryRef:
    return EntryRef(entry_id=1, entry=an_entry(URL, published=NOW), source=a_source(), baseline=False, first_seen=NOW)


async def placed(context, ref, article, verdict, **given):
    """Store an article and place it at once; returns the counts of the statuses."""
    await store_article(context, ref, article, verdict, **given)
    return (await group.step(context, wait=False)).done


def change_entry(context, **values):
    """Let the source have shown the entry in another way."""
    context.store.call(lambda conn: conn.execute(update(schema.entry).values(values)))


async def by_title(context):
    await placed(
        context, entry_ref(), an_article(method=Method.FEED, text=""), a_verdict(alert=True), status=None, partial=True
    )


def waiting(context, *, after=timedelta(0)):
    due = context.store.call(notices.due, channel="desk", now=context.clock() + after)
    return [(one.kind, one.partial) for one in due]


async def test_a_title_alerts_after_half_a_minute(context):
    """A page that cannot be read does not keep an alert back for longer."""
    await by_title(context)
    assert waiting(context) == []
    assert waiting(context, after=timedelta(seconds=30)) == [(NoticeKind.ALERT, True)]


async def test_its_page_alerts_at_once(context):
    """Read before that, the page takes the place of the title: one alert, in full."""
    await by_title(context)
    await placed(context, entry_ref(), an_article(), a_verdict(alert=True), status=EntryStatus.PENDING)
    assert waiting(context, after=timedelta(minutes=1)) == [(NoticeKind.ALERT, False)]


async def test_a_page_that_shows_the_title_to_be_spun_waits_for_the_digest(context):
    """The alert of the title is taken back."""
    await by_title(context)
    spun = a_verdict(alert=False, flags=(Flag(code="template-text", evidence="Conclusion"),))
    await placed(context, entry_ref(), an_article(), spun, status=EntryStatus.PENDING)
    assert waiting(context, after=timedelta(minutes=1)) == [(NoticeKind.DIGEST, False)]


async def test_a_page_that_is_too_old_takes_the_alert_of_its_title_back(context):
    """The feed gave no time, and the page is of last year: nothing of it is left to be told."""
    undated = replace(entry_ref(), entry=an_entry(URL, published=None))
    change_entry(context, published=None, baseline=False)
    title = an_article(method=Method.FEED, text="", published=None)
    await placed(context, undated, title, a_verdict(alert=True), status=None, partial=True)
    old = an_article(published=NOW - timedelta(days=300))
    assert await placed(context, undated, old, a_verdict(alert=True), status=EntryStatus.PENDING) == {
        EntryStatus.TOO_OLD: 1
    }
    assert waiting(context, after=timedelta(minutes=1)) == []


async def test_what_relied_on_a_cancelled_alert_is_told_instead(context):
    """A second text of the story was no news beside the pending alert of the first; now it is the news."""
    await by_title(context)
    (due,) = context.store.call(polls.claim, now=NOW + timedelta(hours=1), lease=LEASE, limit=1)
    context.store.call(polls.commit, polled(due, seen("https://dawn.example/2", published=NOW)), now=NOW)
    second = replace(entry_ref(), entry_id=2, entry=an_entry("https://dawn.example/2", published=NOW))
    await placed(context, second, an_article(), a_verdict(alert=True), status=EntryStatus.PENDING)
    irrelevant = a_verdict(digest=False, alert=False, score=0.0)
    await placed(context, entry_ref(), an_article(), irrelevant, status=EntryStatus.REJECTED)
    assert waiting(context, after=timedelta(minutes=1)) == [(NoticeKind.ALERT, False)]


async def test_a_page_that_is_about_something_else_tells_nobody(context):
    """Neither alert nor digest is left of a title that promised too much."""
    await by_title(context)
    admitted = await store_article(
        context, entry_ref(), an_article(), a_verdict(digest=False, alert=False, score=0.0), status=EntryStatus.REJECTED
    )
    assert admitted.status is EntryStatus.REJECTED
    assert waiting(context, after=timedelta(minutes=1)) == []


async def test_a_page_is_no_update_of_its_own_title(context):
    """Whoever was alerted by the title is not told again when the page is read."""
    await by_title(context)
    context.clock.set(NOW + timedelta(minutes=1))
    (due,) = context.store.call(notices.due, channel="desk", now=context.clock())
    composed = ComposedDigest(
        channel="desk",
        channel_kind="email",
        kind="alert",
        start=NOW,
        end=NOW,
        subject="Alert",
        notices=[due.id],
        items=[1],
        messages=[],
    )
    context.store.call(digests.save_digest, composed, now=context.clock())
    await placed(
        context,
        entry_ref(),
        an_article(text="14 prisoners went home."),
        a_verdict(alert=True),
        status=EntryStatus.PENDING,
    )
    assert waiting(context, after=timedelta(minutes=1)) == []


async def test_an_old_page_of_a_first_poll_is_stored_and_not_told(context):
    """The backlog of a new source is too old to tell; it can be searched."""
    old = EntryRef(
        entry_id=1,
        entry=an_entry(URL, published=NOW - timedelta(days=2)),
        source=Source(id="dawn", name="Dawn", url=URL),
        baseline=True,
        first_seen=NOW,
    )
    change_entry(context, published=old.entry.published, baseline=True)
    admitted = await placed(context, old, an_article(), a_verdict(alert=True), status=EntryStatus.PENDING)
    assert admitted == {EntryStatus.TOO_OLD: 1}
    assert waiting(context, after=timedelta(minutes=1)) == []


async def test_each_channel_hears_what_it_chooses(context):
    """A text that one channel leaves out is told to the others, and stored for all."""
    context.channels = {
        "desk": replace(DESK, exclude=("sport",)),
        "cup": replace(DESK, id="cup", include=("sport",)),
    }
    match = a_verdict(alert=True, flags=(Flag(code="sport", evidence="cup"),))
    admitted = await placed(context, entry_ref(), an_article(), match, status=EntryStatus.PENDING)
    assert admitted == {EntryStatus.PENDING: 1}
    assert waiting(context) == []
    assert [one.kind for one in context.store.call(notices.due, channel="cup", now=context.clock())] == [
        NoticeKind.ALERT
    ]


def stored_decisions(context):
    return context.store.call(decisions.of_item, 1)


async def test_the_decision_is_stored_with_its_reason(context):
    """Each channel has its decision, written with the item and replaced when its page is judged."""
    await by_title(context)
    (early,) = stored_decisions(context)
    assert (early.channel, early.kind, early.reason) == ("desk", NoticeKind.ALERT, NotifyReason.URGENT)
    await placed(context, entry_ref(), an_article(), a_verdict(alert=False), status=EntryStatus.PENDING)
    (later,) = stored_decisions(context)
    assert (later.kind, later.reason) == (NoticeKind.DIGEST, NotifyReason.BELOW_ALERT_THRESHOLD)


async def test_a_skipped_channel_has_its_reason(context):
    """The excluded channel has a decision without a notice."""
    context.channels = {"desk": replace(DESK, exclude=("sport",))}
    match = a_verdict(alert=True, flags=(Flag(code="sport", evidence="cup"),))
    await placed(context, entry_ref(), an_article(), match, status=EntryStatus.PENDING)
    (skipped,) = stored_decisions(context)
    assert (skipped.kind, skipped.reason, skipped.detail) == (None, SkipReason.EXCLUDED_BY_CHANNEL, "sport")


async def test_an_irrelevant_page_removes_the_decisions(context):
    """A decision is about a relevant item only."""
    await by_title(context)
    irrelevant = a_verdict(digest=False, alert=False, score=0.0)
    await placed(context, entry_ref(), an_article(), irrelevant, status=EntryStatus.REJECTED)
    assert stored_decisions(context) == ()
