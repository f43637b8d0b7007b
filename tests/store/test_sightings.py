"""Polls in any order: one entry for each article, and each change of a headline judged once."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text

from monitor.model import Entry
from monitor.pipeline.poll import judge_entries
from monitor.store import Store, entry_history, open_store, polls, retention, schema, sightings, sources
from monitor.store.polls import PollCommit
from monitor.store.statuses import EntryStatus
from tests.store.builders import LEASE, MINUTE, NO, NOW, a_source, a_verdict, an_entry, polled

PRESS = "https://mofa.example/press"
FEEDS = ("home", "world")


def judge(*, title: str, **_fields: object):
    return a_verdict(alert=True) if "Iran" in title else NO


def show(store: Store, source: str, *entries: Entry, now=NOW) -> PollCommit:
    """What the poll of a source that shows these entries commits."""
    store.call(lambda conn: conn.execute(text("UPDATE host SET lease_until = NULL, ready_at = NULL")))
    (due,) = store.call(polls.claim, now=now, lease=LEASE, limit=1, only=[source], force=True)
    sighted = judge_entries(due, entries, judge=judge, now=now)
    return store.call(polls.commit, polled(due, *sighted), now=now)


def entries_of(store: Store) -> list[Any]:
    return store.call(lambda conn: conn.execute(select(schema.entry).order_by(schema.entry.c.id)).all())


@pytest.fixture
def outlet(store: Store) -> Store:
    store.call(sources.sync, [a_source(name) for name in FEEDS], now=NOW)
    return store


# --- examples ---------------------------------------------------------------------------------------------------------


def test_an_edit_comes_back_once(outlet: Store):
    """The second feed that shows the new headline brings nothing new."""
    before, after = an_entry(title="Blast heard"), an_entry(title="Iran strikes Pakistan")
    for name in FEEDS:
        show(outlet, name, before)
    (revised,) = show(outlet, "home", after, now=NOW + MINUTE).revised_entries
    assert (revised.seen.entry.title, revised.escalated_at) == ("Iran strikes Pakistan", NOW + MINUTE)
    assert show(outlet, "world", after, now=NOW + MINUTE).revised_entries == ()
    assert show(outlet, "home", after, now=NOW + 2 * MINUTE).revised_entries == ()


def test_two_feeds_with_two_headlines_do_not_quarrel(outlet: Store):
    """Each shows its own at every poll: neither is an edit."""
    for number in range(3):
        show(outlet, "home", an_entry(title="Blast heard"), now=NOW + number * MINUTE)
        done = show(outlet, "world", an_entry(title="Blast near border"), now=NOW + number * MINUTE)
        assert (done.revised_entries, done.new_count) == ((), number == -1)
    assert [row.title for row in entries_of(outlet)] == ["Blast heard"]


def test_a_new_statement_on_a_page_of_statements(outlet: Store):
    """Its page is shared from then on, also for the entry that was alone before."""
    show(outlet, "home", an_entry(PRESS, title="Statement 1", guid="1"))
    done = show(outlet, "home", an_entry(PRESS, title="Statement 2", guid="2"), now=NOW + MINUTE)
    assert [one.entry.title for _, one in done.new_entries] == ["Statement 2"]
    assert [row.page_is_shared for row in entries_of(outlet)] == [True, True]
    again = show(outlet, "home", an_entry(PRESS, title="Statement 2, corrected", guid="2"), now=NOW + 2 * MINUTE)
    assert (again.new_count, [one.seen.entry.title for one in again.revised_entries]) == (0, ["Statement 2, corrected"])


def test_only_the_newest_entries_of_a_link_are_compared(outlet: Store, monkeypatch: pytest.MonkeyPatch):
    """A page of statements has thousands after some years, and a feed shows the last ones."""
    monkeypatch.setattr(sightings, "MAX_ENTRIES_OF_A_LINK", 3)
    statements = [an_entry(PRESS, title=f"Statement {number}", guid=str(number)) for number in range(8)]
    show(outlet, "home", *statements)
    assert show(outlet, "home", *statements, now=NOW + MINUTE).new_count == 0
    assert len(entries_of(outlet)) == 8


def test_what_was_forgotten_stays_forgotten(outlet: Store):
    """Also on a shared link, whose other entries are forgotten with it."""
    show(outlet, "home", *(an_entry(PRESS, title=f"Statement {number}", guid=str(number)) for number in range(2)))
    assert outlet.call(retention.forget_url, PRESS, now=NOW)
    assert {row.status for row in entries_of(outlet)} == {EntryStatus.FORGOTTEN}
    assert {row.title for row in entries_of(outlet)} == {""}
    assert show(outlet, "home", an_entry(PRESS, title="Statement 0", guid="0"), now=NOW + MINUTE).new_count == 0
    assert {row.title for row in entries_of(outlet)} == {""}


def test_why_finds_each_entry_of_a_link(outlet: Store):
    """By its link with the fragment, by its guid, and the newest one by the bare link."""
    show(
        outlet,
        "home",
        *(an_entry(PRESS, link=f"{PRESS}#{name}", title=name, guid=f"g-{name}") for name in ("p1", "p2")),
    )
    found = {name: outlet.call(entry_history.find, name).entry.title for name in (f"{PRESS}#p1", f"{PRESS}#p2", "g-p1")}
    assert found == {f"{PRESS}#p1": "p1", f"{PRESS}#p2": "p2", "g-p1": "p1"}
    assert outlet.call(entry_history.find, PRESS) is not None


@pytest.mark.parametrize("count", [20, 400])
def test_a_poll_asks_as_often_for_many_entries_as_for_few(count: int):
    """The number of statements of a poll does not grow with its entries."""
    store = open_store("sqlite://")
    store.call(sources.sync, [a_source("home")], now=NOW)
    statements: Counter[int] = Counter()
    event.listen(store._engine, "before_cursor_execute", lambda *args: statements.update([number]))
    links = [f"https://dawn.example/{number}" for number in range(count)]
    for number, title in enumerate(("Blast", "Blast", "Iran")):
        shown = [an_entry(link, title=title, guid=f"{link}/{number}") for link in links]
        shown += [an_entry(PRESS, title=f"Statement {place} {title}", guid=str(place)) for place in range(count)]
        show(store, "home", *shown, now=NOW + number * MINUTE)
    store.close()
    assert all(number <= 20 for number in statements.values()), statements


# --- any order --------------------------------------------------------------------------------------------------------


@dataclass
class Outlet:
    """Articles with their headlines now, and how its feeds show them."""

    articles: dict[int, str] = field(default_factory=dict)
    polls: int = 0
    edits: int = 0

    def show(self, number: int, feed: str) -> Entry:
        """Articles 0 to 3 have pages, 4 to 6 share one, 7 and 8 have none; the guids of the first feed change each time.

        Its guids tell nothing apart, so it does not show those that share a page.
        """
        if number <= 3:
            guid = f"{feed}-{number}-{self.polls}" if feed == "home" else f"{feed}-{number}"
            link = f"https://mofa.example/{number}"
        else:
            guid, link = f"st-{number}", PRESS if number <= 6 else ""
        return an_entry(link, title=self.articles[number], guid=guid, published=NOW - number * MINUTE)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 8), st.booleans()),
        st.tuples(st.just("poll"), st.sampled_from(FEEDS), st.permutations(range(9)).map(lambda order: order[:6])),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_one_entry_for_each_article_and_one_judgement_for_each_headline(steps):
    """Whatever is polled in whatever order, with edits and guids that change."""
    store = open_store("sqlite://")
    store.call(sources.sync, [a_source(name) for name in FEEDS], now=NOW)
    outlet = Outlet(articles={number: f"Headline {number} of the day" for number in range(9)})
    # What each feed showed of an article before, by which an edit is known; and the headlines judged so far.
    judged: Counter[tuple[str, str]] = Counter()
    shown: dict[tuple[str, int], str] = {}
    for step, subject, detail in steps:
        if step == "edit":
            outlet.edits += 1
            outlet.articles[subject] = f"Headline {subject} edited {'Iran' if detail else 'sea'} {outlet.edits}"
            continue
        outlet.polls += 1
        more = [number for number in detail if subject == "world" or number not in (4, 5, 6)]
        committed = show(
            store, subject, *(outlet.show(number, subject) for number in more), now=NOW + outlet.polls * MINUTE
        )
        seen_entries = [one for _, one in committed.new_entries] + [one.seen for one in committed.revised_entries]
        # Without a link each feed has its own entry: nothing shows that the two are one.
        judged.update(("" if one.entry.link else subject, one.entry.title) for one in seen_entries)
        shown_before = dict(shown)
        shown |= {(subject, number): outlet.articles[number] for number in more}
        for number in more:
            feed = subject if number > 6 else ""
            title_before = shown_before.get((subject, number))
            # A headline that this feed changed is judged by now, and no headline twice.
            assert judged[feed, outlet.articles[number]] <= 1
            if title_before and title_before != outlet.articles[number]:
                assert judged[feed, outlet.articles[number]] == 1
    titles = [row.title for row in entries_of(store)]
    rows = store.call(lambda conn: conn.scalar(select(func.count()).select_from(schema.entry)))
    store.close()
    linked = {number for _, number in shown if number <= 6}
    assert rows == len(linked) + len({one for one in shown if one[1] > 6})
    assert Counter(int(title.split()[1]) for title in titles) == Counter(linked) + Counter(
        number for _, number in shown if number > 6
    )
