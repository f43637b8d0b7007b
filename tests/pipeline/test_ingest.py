"""An item comes in by its title or by its page, and its channels hear of it once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Channel, ChannelKind, Flag, Method, NoticeKind, Source
from monitor.pipeline.context import ActClock
from monitor.pipeline.ingest import Subject, admit
from monitor.pipeline.story_index import Groups
from monitor.store import digests, notices, open_store, sources
from monitor.store.digests import Composed
from monitor.store.outcomes import Outcome
from tests.store.builders import LEASE, NOW, a_source, a_verdict, an_article, an_entry, polled, seen

URL = "https://dawn.example/1"
DESK = Channel(id="desk", kind=ChannelKind.EMAIL, recipients=("desk@desk.example",))


class SmallKit:
    """What admission uses of a kit: the real store, groups, clock and channels."""

    def __init__(self):
        self.store, self.groups, self.clock = open_store("sqlite://"), Groups(), ActClock(NOW)
        self.channels = {"desk": DESK}


@pytest.fixture
def kit():
    kit = SmallKit()
    kit.store.call(sources.sync, [a_source()], now=NOW)
    (due,) = kit.store.call(sources.claim, now=NOW, lease=LEASE, limit=1)
    kit.store.call(sources.commit, polled(due, seen(URL, published=NOW)), now=NOW)
    yield kit
    kit.store.close()


def subject() -> Subject:
    return Subject(entry_id=1, entry=an_entry(URL, published=NOW), source=a_source(), baseline=False, first_seen=NOW)


async def by_title(kit):
    return await admit(
        kit, subject(), an_article(method=Method.FEED, text=""), a_verdict(alert=True), outcome=None, partial=True
    )


def waiting(kit, *, after=timedelta(0)):
    due = kit.store.call(notices.due, channel="desk", now=kit.clock() + after)
    return [(one.kind, one.partial) for one in due]


async def test_a_title_alerts_after_half_a_minute(kit):
    """A page that cannot be read does not keep an alert back for longer."""
    await by_title(kit)
    assert waiting(kit) == []
    assert waiting(kit, after=timedelta(seconds=30)) == [(NoticeKind.ALERT, True)]


async def test_its_page_alerts_at_once(kit):
    """Read before that, the page takes the place of the title: one alert, in full."""
    await by_title(kit)
    await admit(kit, subject(), an_article(), a_verdict(alert=True), outcome=Outcome.HELD)
    assert waiting(kit, after=timedelta(minutes=1)) == [(NoticeKind.ALERT, False)]


async def test_a_page_that_shows_the_title_to_be_spun_waits_for_the_digest(kit):
    """The alert of the title is taken back."""
    await by_title(kit)
    spun = a_verdict(alert=False, flags=(Flag(code="template-text", evidence="Conclusion"),))
    await admit(kit, subject(), an_article(), spun, outcome=Outcome.HELD)
    assert waiting(kit, after=timedelta(minutes=1)) == [(NoticeKind.DIGEST, False)]


async def test_a_page_that_is_about_something_else_tells_nobody(kit):
    """Neither alert nor digest is left of a title that promised too much."""
    await by_title(kit)
    admitted = await admit(
        kit, subject(), an_article(), a_verdict(digest=False, alert=False, score=0.0), outcome=Outcome.REJECTED
    )
    assert admitted.outcome is Outcome.REJECTED
    assert waiting(kit, after=timedelta(minutes=1)) == []


async def test_a_page_is_no_update_of_its_own_title(kit):
    """Whoever was alerted by the title is not told again when the page is read."""
    await by_title(kit)
    kit.clock.set(NOW + timedelta(minutes=1))
    (due,) = kit.store.call(notices.due, channel="desk", now=kit.clock())
    composed = Composed(
        channel="desk",
        channel_kind=ChannelKind.EMAIL,
        kind="alert",
        start=NOW,
        end=NOW,
        subject="Alert",
        notices=[due.id],
        items=[1],
        messages=[],
    )
    kit.store.call(digests.compose, composed, now=kit.clock())
    await admit(kit, subject(), an_article(text="14 prisoners went home."), a_verdict(alert=True), outcome=Outcome.HELD)
    assert waiting(kit, after=timedelta(minutes=1)) == []


async def test_an_old_page_of_a_first_poll_is_stored_and_not_told(kit):
    """The backlog of a new source is too old to tell; it can be searched."""
    old = Subject(
        entry_id=1,
        entry=an_entry(URL, published=NOW - timedelta(days=2)),
        source=Source(id="dawn", name="Dawn", url=URL),
        baseline=True,
        first_seen=NOW,
    )
    admitted = await admit(kit, old, an_article(), a_verdict(alert=True), outcome=Outcome.HELD)
    assert admitted.outcome is Outcome.TOO_OLD
    assert waiting(kit, after=timedelta(minutes=1)) == []


async def test_each_channel_hears_what_it_chooses(kit):
    """A text that one channel leaves out is told to the others, and stored for all."""
    kit.channels = {
        "desk": replace(DESK, exclude=("sport",)),
        "cup": replace(DESK, id="cup", include=("sport",)),
    }
    match = a_verdict(alert=True, flags=(Flag(code="sport", evidence="cup"),))
    admitted = await admit(kit, subject(), an_article(), match, outcome=Outcome.HELD)
    assert (admitted.outcome, admitted.notices) == (Outcome.HELD, 1)
    assert waiting(kit) == []
    assert [one.kind for one in kit.store.call(notices.due, channel="cup", now=kit.clock())] == [NoticeKind.ALERT]
