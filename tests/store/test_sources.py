"""Sources: following the configuration, claiming, committing what a poll brought."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from monitor.model import Gap, SilentSource, Validators
from monitor.store import Store, entries, entry_history, notices, polls, sources
from monitor.store.statuses import EntryStatus, PollStatus
from tests.store.builders import (
    LEASE,
    MINUTE,
    NO,
    NOW,
    a_host,
    a_source,
    a_verdict,
    due_entries,
    poll,
    polled,
    seen,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def dawn(store: Store) -> Store:
    store.call(sources.sync, [a_source()], now=NOW)
    return store


def claimed(store: Store, now=NOW, **changes):
    return store.call(polls.claim, **({"now": now, "lease": LEASE, "limit": 10} | changes))


def ids(due):
    return [one.source.id for one in due]


# --- configuration ----------------------------------------------------------------------------------------------------


def test_new_sources_are_due_at_once_and_baseline(dawn: Store):
    """A source that the configuration brings is polled without waiting, as a first poll."""
    (due,) = claimed(dawn)
    assert (due.source, due.polls, due.last_ok, due.validators) == (a_source(), 0, None, None)


def test_sync_keeps_state(dawn: Store):
    """Reading the same configuration again changes nothing of what was learned."""
    poll(dawn, seen())
    dawn.call(sources.sync, [a_source(name="Dawn News")], now=NOW)
    (due,) = claimed(dawn, NOW + MINUTE)
    assert due.source.name == "Dawn News"
    assert (due.polls, due.body_hash, due.validators) == (1, "aa", Validators(url=a_source().url, etag='"1"'))


def test_a_new_url_drops_what_belonged_to_the_old_one(dawn: Store):
    """Validators of another URL would hide entries; the source is due at once."""
    poll(dawn, seen(), next_at=NOW + HOUR)
    dawn.call(sources.sync, [a_source(url="https://dawn.example/new")], now=NOW)
    (due,) = claimed(dawn)
    assert (due.validators, due.body_hash, due.polls) == (None, "", 1)


def test_sources_gone_from_the_configuration_rest_and_come_back(dawn: Store):
    """A source that is taken out is not polled, and remembers everything when it returns."""
    poll(dawn, seen())
    dawn.call(sources.sync, [], now=NOW)
    assert claimed(dawn, NOW + HOUR) == []
    dawn.call(sources.sync, [a_source()], now=NOW)
    assert claimed(dawn, NOW + HOUR)[0].polls == 1


def test_a_paused_source_waits_to_be_resumed(dawn: Store):
    """A pause lives in the store, so that no command writes into a user's file."""
    assert dawn.call(sources.pause, "dawn", reason="noisy", now=NOW)
    assert claimed(dawn) == []
    assert dawn.call(polls.next_due) is None
    assert dawn.call(sources.resume, "dawn", now=NOW)
    assert ids(claimed(dawn)) == ["dawn"]
    assert not dawn.call(sources.pause, "nobody", reason="", now=NOW)


# --- claiming ---------------------------------------------------------------------------------------------------------


def test_a_claimed_row_is_nobody_elses_until_its_lease_runs_out(dawn: Store):
    """A killed process loses nothing: its rows are due again."""
    assert ids(claimed(dawn)) == ["dawn"]
    assert claimed(dawn, NOW + LEASE - MINUTE) == []
    assert dawn.call(polls.next_due) == NOW + LEASE
    assert ids(claimed(dawn, NOW + LEASE)) == ["dawn"]


def test_one_source_a_host(store: Store):
    """Two sources of one host are polled one after the other, the longest due first."""
    store.call(sources.sync, [a_source("b", url="https://x.example/b")], now=NOW - MINUTE)
    both = [a_source("a", url="https://x.example/a"), a_source("b", url="https://x.example/b")]
    store.call(sources.sync, both, now=NOW)
    (due,) = claimed(store)
    assert due.source.id == "b"
    assert claimed(store) == []
    store.call(polls.commit, polled(due, next_at=NOW + HOUR), now=NOW)
    assert ids(claimed(store)) == ["a"]


def test_a_host_is_left_alone_as_long_as_it_asked(dawn: Store):
    """Pace and Retry-After belong to the host, survive in its row and bind every source of it."""
    (due,) = claimed(dawn)
    dawn.call(polls.commit, polled(due, host=a_host(ready_at=NOW + HOUR), next_at=NOW), now=NOW)
    assert claimed(dawn, NOW + MINUTE) == []
    assert claimed(dawn, NOW + MINUTE, force=True) == []
    assert dawn.call(polls.next_due) == NOW + HOUR
    assert claimed(dawn, NOW + HOUR)[0].host.ready_at == NOW + HOUR


def test_force_takes_what_is_not_due(dawn: Store):
    """The one-shot polls its sources now, whatever their rhythm."""
    poll(dawn, next_at=NOW + HOUR)
    assert claimed(dawn) == []
    assert dawn.call(polls.next_due, force=True) < NOW
    assert ids(claimed(dawn, force=True)) == ["dawn"]


def test_only_some(store: Store):
    """A step can be bounded to some sources."""
    store.call(sources.sync, [a_source("a"), a_source("b")], now=NOW)
    assert ids(claimed(store, only=["b"])) == ["b"]
    assert store.call(polls.next_due, only=["a"]) == NOW


def test_the_limit_takes_the_longest_due(store: Store):
    """No source starves: who waits longest goes first."""
    for minutes in range(3):
        store.call(sources.sync, [a_source(one) for one in "abc"[: minutes + 1]], now=NOW + minutes * MINUTE)
    assert ids(claimed(store, NOW + HOUR, limit=2)) == ["a", "b"]


# --- committing -------------------------------------------------------------------------------------------------------


def test_new_entries_come_back_with_their_ids(dawn: Store):
    """What no source showed before is told apart from what is known."""
    first = poll(dawn, seen("https://dawn.example/1"), seen("https://dawn.example/2"))
    second = poll(dawn, seen("https://dawn.example/2"), seen("https://dawn.example/3"), now=NOW + MINUTE)
    assert (first.new_count, first.known_count, second.new_count, second.known_count) == (2, 0, 1, 1)
    assert [one.entry.url for _, one in second.new_entries] == ["https://dawn.example/3"]
    assert second.new_entries[0][0] not in dict(first.new_entries)


def test_one_entry_of_many_sources(store: Store):
    """A canonical URL is one entry, whoever shows it; each source leaves its sighting."""
    store.call(sources.sync, [a_source("a"), a_source("b")], now=NOW)
    one, two = claimed(store)
    assert store.call(polls.commit, polled(one, seen("https://x.example/1")), now=NOW).new_count == 1
    assert store.call(polls.commit, polled(two, seen("https://x.example/1")), now=NOW).known_count == 1


def test_an_entry_listed_twice_counts_once(dawn: Store):
    """A feed that repeats an item makes one entry of it, the first."""
    done = poll(dawn, seen(title="one"), seen(title="two"))
    assert [one.entry.title for _, one in done.new_entries] == ["one"]


def test_what_was_missing_is_filled_in(store: Store):
    """A date or a title that only a second source knows is kept; what was known is not overwritten."""
    store.call(sources.sync, [a_source("a"), a_source("b")], now=NOW)
    one, two = claimed(store)
    store.call(polls.commit, polled(one, seen(title="", summary="first")), now=NOW)
    better = seen(
        title="A title", summary="second", published=NOW, published_text="today", verdict=a_verdict(digest=False)
    )
    store.call(polls.commit, polled(two, better), now=NOW)
    (due,) = due_entries(store)
    assert (due.entry.title, due.entry.summary, due.entry.published) == ("A title", "first", NOW)
    assert store.call(entry_history.find, due.entry.url).headline_verdict == a_verdict(digest=False)


def test_an_unread_entry_is_read_when_another_source_tells_more(store: Store):
    """Left unread for want of a hit, an entry is not lost where a fuller summary has one."""
    store.call(sources.sync, [a_source("a"), a_source("b")], now=NOW)
    one, two = claimed(store)
    store.call(polls.commit, polled(one, seen(status=EntryStatus.NOT_READ)), now=NOW)
    assert due_entries(store) == []
    store.call(polls.commit, polled(two, seen(verdict=a_verdict())), now=NOW)
    (due,) = due_entries(store)
    assert store.call(entry_history.find, due.entry.url).headline_verdict == a_verdict()


def test_validators_come_with_their_entries_or_not_at_all(dawn: Store):
    """A commit that fails half-way keeps neither: a 304 must not hide what was never stored."""
    (due,) = claimed(dawn)
    bad = seen("https://dawn.example/2", author=object())  # fails when it is written, after the source's own row
    with pytest.raises(StatementError):
        dawn.call(polls.commit, polled(due, seen("https://dawn.example/1"), bad), now=NOW)
    (again,) = claimed(dawn, NOW + LEASE)
    assert (again.validators, again.body_hash, again.polls) == (None, "", 0)
    assert dawn.call(entries.count_by_status, since=NOW - HOUR) == {}


def test_a_failed_poll_keeps_what_was_known(dawn: Store):
    """A failure costs a date and a count; validators, hash and the last good poll stay."""
    poll(dawn, seen())
    poll(dawn, now=NOW + MINUTE, ok=False, status="failed", reason="HTTP 503", validators=None, body_hash="")
    (due,) = claimed(dawn, NOW + HOUR)
    assert (due.failures, due.polls, due.last_ok, due.body_hash) == (1, 1, NOW, "aa")
    assert due.validators is not None
    poll(dawn, now=NOW + HOUR + LEASE)
    assert claimed(dawn, NOW + 2 * HOUR)[0].failures == 0


def test_a_304_keeps_the_time_of_the_last_body(dawn: Store):
    """After a day of 304 the caller has to know when a body came last."""
    poll(dawn, seen())
    poll(dawn, now=NOW + HOUR, status="unchanged", full=False)
    (due,) = claimed(dawn, NOW + 2 * HOUR)
    assert (due.last_full, due.last_ok) == (NOW, NOW + HOUR)


def test_a_late_commit_writes_nothing(dawn: Store):
    """Who lost the lease does not overwrite who has it; the entries come with the other's poll."""
    (slow,) = claimed(dawn)
    (fast,) = claimed(dawn, NOW + LEASE)
    assert dawn.call(polls.commit, polled(slow, seen()), now=NOW + LEASE).lost
    assert dawn.call(polls.commit, polled(fast, seen()), now=NOW + LEASE).new_count == 1


def test_a_broken_row_goes_back_with_a_later_date(dawn: Store):
    """A poll that broke for a reason nobody foresaw counts as a failure and frees its host."""
    (due,) = claimed(dawn)
    dawn.call(polls.release, due, next_at=NOW + HOUR, reason="KeyError: x", now=NOW)
    assert dawn.call(polls.next_due) == NOW + HOUR
    (again,) = claimed(dawn, NOW + HOUR)
    assert again.failures == 1


def test_no_overlap_is_a_gap(dawn: Store):
    """A later poll of which nothing was seen before may have missed entries: the gap is named."""
    assert poll(dawn, seen("https://dawn.example/1")).gap is None
    assert poll(dawn, seen("https://dawn.example/1"), seen("https://dawn.example/2"), now=NOW + MINUTE).gap is None
    done = poll(dawn, seen("https://dawn.example/9"), now=NOW + HOUR)
    assert done.gap == Gap(source="dawn", start=NOW + MINUTE, end=NOW + HOUR)
    (state,) = dawn.call(sources.health, now=NOW + HOUR)
    assert state.overlap == 0


def test_an_empty_body_is_followed_by_no_gap(dawn: Store):
    """What a feed shows after it was empty cannot have been missed before."""
    poll(dawn, seen("https://dawn.example/1"), parsed=True)
    poll(dawn, now=NOW + MINUTE, parsed=True)
    shown = [seen(f"https://dawn.example/{number}") for number in (2, 3)]
    assert poll(dawn, *shown, now=NOW + HOUR, parsed=True).gap is None


def test_an_entry_of_the_day_is_no_gap(dawn: Store):
    """A feed of one entry that is replaced each day loses nothing."""
    for day in range(3):
        shown = seen(f"https://dawn.example/{day}")
        assert poll(dawn, shown, now=NOW + 24 * day * HOUR, parsed=True).gap is None


@pytest.mark.parametrize(("age_minutes", "is_gap"), [((30, 50), True), ((30, 70), False), ((30, None), True)])
def test_a_body_that_reaches_back_to_the_last_poll_leaves_no_gap(dawn: Store, age_minutes, is_gap):
    """The oldest of its entries is older than the last poll: whatever came after that is in it."""
    poll(dawn, seen("https://dawn.example/1"), seen("https://dawn.example/2"), parsed=True)
    now = NOW + HOUR
    shown = [
        seen(f"https://dawn.example/n{age}", published=None if age is None else now - age * MINUTE)
        for age in age_minutes
    ]
    assert (poll(dawn, *shown, now=now, parsed=True).gap is not None) == is_gap


@pytest.mark.parametrize(
    "url", ["https://news.example/rss/search?q=iran+pakistan", "https://dawn.example/?feed=rss&s=taftan"]
)
def test_results_of_a_search_leave_no_gap(store: Store, url: str):
    """They are those that fit best, and may all be others an hour later."""
    store.call(sources.sync, [a_source(url=url)], now=NOW)
    poll(store, seen("https://dawn.example/1"), seen("https://dawn.example/2"), parsed=True)
    shown = [seen(f"https://dawn.example/{number}") for number in (3, 4)]
    assert poll(store, *shown, now=NOW + HOUR, parsed=True).gap is None


def test_moves_are_noted_by_day(dawn: Store):
    """One answer a day is kept: a permanent move is believed only when it repeats on several days."""
    for hours in (0, 1, 24):
        poll(dawn, now=NOW + hours * HOUR, moved_to="https://new.example/feed")
    days = [NOW.date(), (NOW + 24 * HOUR).date()]
    assert dawn.call(polls.permanent_redirects, "dawn") == [(day, "https://new.example/feed") for day in days]


def test_a_body_cut_short_leaves_a_gap_until_the_whole_one_comes(dawn: Store):
    """What stood behind the cut may be what we know: where the next body reaches back to it, nothing was missed."""
    poll(dawn, seen("https://dawn.example/1"))
    cut = poll(dawn, seen("https://dawn.example/3"), now=NOW + HOUR, validators=None, body_hash="")
    assert cut.gap == Gap(source="dawn", start=NOW, end=NOW + HOUR)
    whole = [seen(f"https://dawn.example/{number}") for number in (3, 2, 1)]
    poll(dawn, *whole, now=NOW + 2 * HOUR)
    assert dawn.call(notices.coverage, since=NOW, until=NOW + 2 * HOUR).gaps == ()


def test_a_gap_stays_where_the_whole_body_does_not_reach_back(dawn: Store):
    """The body after one that was cut short begins after the gap: what stood in it is gone."""
    poll(dawn, seen("https://dawn.example/1"))
    poll(dawn, seen("https://dawn.example/9"), now=NOW + HOUR, validators=None, body_hash="")
    poll(dawn, seen("https://dawn.example/9"), seen("https://dawn.example/8"), now=NOW + 2 * HOUR)
    assert len(dawn.call(notices.coverage, since=NOW, until=NOW + 2 * HOUR).gaps) == 1


MOVED = "https://new.example/feed"


@pytest.mark.parametrize("belied", [{"moved_to": ""}, {"moved_to": "https://mirror.example/feed"}])
def test_an_answer_of_another_kind_belies_the_moves_before_it(dawn: Store, belied):
    """A redirect that comes and goes, or leads elsewhere, is no move; a failed look says nothing about it."""
    poll(dawn, moved_to=MOVED)
    poll(dawn, now=NOW + HOUR, ok=False, status="failed", reason="HTTP 503")
    assert dawn.call(polls.permanent_redirects, "dawn") == [(NOW.date(), MOVED)]
    poll(dawn, now=NOW + 24 * HOUR, **belied)
    assert MOVED not in dict(dawn.call(polls.permanent_redirects, "dawn")).values()


def test_a_source_is_polled_where_it_has_moved_to(dawn: Store):
    """Followed, it is claimed with the new URL and the pace of its new host; its own URL is not forgotten."""
    poll(dawn, seen(), moved_to=MOVED)
    dawn.call(polls.follow_redirect, "dawn", url=MOVED)
    (due,) = claimed(dawn, NOW + HOUR)
    assert (due.url, due.host.host, due.source.url, due.validators) == (MOVED, "new.example", a_source().url, None)
    (state,) = dawn.call(sources.health, now=NOW)
    assert (state.moved_to, dawn.call(polls.permanent_redirects, "dawn")) == (MOVED, [])
    dawn.call(polls.follow_redirect, "dawn", url=a_source().url)
    assert dawn.call(sources.health, now=NOW)[0].moved_to == ""


def test_a_moved_source_stays_moved_until_the_configuration_names_another_url(dawn: Store):
    """Another name or rhythm does not send it back; another URL does, for somebody has seen to it."""
    dawn.call(polls.follow_redirect, "dawn", url=MOVED)
    dawn.call(sources.sync, [a_source(name="Dawn News")], now=NOW)
    assert (claimed(dawn)[0].url, claimed(dawn, NOW + LEASE)[0].host.host) == (MOVED, "new.example")
    dawn.call(sources.sync, [a_source(url="https://dawn.example/rss")], now=NOW)
    (due,) = claimed(dawn, NOW + 2 * LEASE)
    assert (due.url, due.host.host) == ("https://dawn.example/rss", "dawn.example")


def test_a_source_that_is_gone_is_polled_no_more_and_stays_blind(dawn: Store):
    """Its outlet ended it: paused with the reason, named among the blind, until it is given another URL."""
    poll(dawn, seen())
    poll(dawn, now=NOW + HOUR, ok=False, status=PollStatus.GONE, reason="HTTP 410")
    assert claimed(dawn, NOW + 24 * HOUR, force=True) == []
    (state,) = dawn.call(sources.health, now=NOW + HOUR)
    assert (state.paused_at, state.paused_reason) == (NOW + HOUR, "HTTP 410")
    assert state.silent == SilentSource(source="dawn", since=NOW, reason="HTTP 410")
    dawn.call(sources.sync, [a_source(url="https://dawn.example/rss")], now=NOW + HOUR)
    assert ids(claimed(dawn, NOW + HOUR)) == ["dawn"]
    assert dawn.call(sources.health, now=NOW + HOUR)[0].silent is None


def test_a_new_url_does_not_end_the_pause_of_a_person(dawn: Store):
    """What somebody has paused is for somebody to resume."""
    dawn.call(sources.pause, "dawn", reason="noisy", now=NOW)
    dawn.call(sources.sync, [a_source(url="https://dawn.example/rss")], now=NOW)
    assert claimed(dawn) == []


def test_robots_and_pace_survive(dawn: Store):
    """What a host said is there for the next claim, and a late answer does not shorten a wait."""
    (due,) = claimed(dawn)
    said = a_host(ready_at=NOW + HOUR, robots="User-agent: *", robots_at=NOW)
    dawn.call(polls.commit, polled(due, host=said, next_at=NOW), now=NOW)
    (due,) = claimed(dawn, NOW + HOUR)
    assert due.host == said
    dawn.call(polls.commit, polled(due, host=a_host(ready_at=NOW), next_at=NOW), now=NOW + HOUR)
    assert claimed(dawn, NOW + HOUR)[0].host == said


# --- health -----------------------------------------------------------------------------------------------------------


def test_blindness_is_named_with_its_reason(store: Store):
    """A source that fails beyond its rhythm is blind since its last answer; one failure is not blindness."""
    store.call(sources.sync, [a_source()], now=NOW)
    poll(store, seen())
    poll(store, now=NOW + 10 * MINUTE, ok=False, status="failed", reason="HTTP 503", next_at=NOW + HOUR)
    (soon,) = store.call(sources.health, now=NOW + 11 * MINUTE)
    (late,) = store.call(sources.health, now=NOW + 31 * MINUTE)
    assert soon.silent is None
    assert (late.silent.since, late.silent.reason) == (NOW, "HTTP 503")


def test_a_first_failure_is_not_silence(store: Store):
    """A source that never answered, or whose last answer is days old, is silent after three intervals and not at once."""
    store.call(sources.sync, [a_source()], now=NOW)
    failed = {"ok": False, "status": "failed", "reason": "DNS"}
    poll(store, now=NOW, next_at=NOW + 10 * MINUTE, **failed)
    assert store.call(sources.health, now=NOW)[0].silent is None
    poll(store, now=NOW + 10 * MINUTE, next_at=NOW + 2 * HOUR, **failed)
    (state,) = store.call(sources.health, now=NOW + 21 * MINUTE)
    assert (state.failing_since, state.silent) == (NOW, SilentSource(source="dawn", since=None, reason="DNS"))
    poll(store, now=NOW + 2 * HOUR)
    (state,) = store.call(sources.health, now=NOW + 2 * HOUR)
    assert (state.failing_since, state.silent) == (None, None)
    poll(store, now=NOW + 100 * HOUR, **failed)
    assert store.call(sources.health, now=NOW + 100 * HOUR)[0].silent is None


def test_a_source_nobody_looked_at_is_blind(dawn: Store):
    """When the service itself was down, that is the reason; a long pause that was asked for is none."""
    poll(dawn, seen(), next_at=NOW + HOUR)
    assert dawn.call(sources.health, now=NOW + HOUR)[0].silent is None
    assert "not polled" in dawn.call(sources.health, now=NOW + 2 * HOUR)[0].silent.reason


def test_verdicts_stay_with_their_entries(dawn: Store):
    """The hint of a poll orders the reading."""
    poll(dawn, seen("https://a.example/1", verdict=NO), seen("https://b.example/2", verdict=a_verdict()))
    assert [due.entry.url for due in due_entries(dawn)] == ["https://b.example/2", "https://a.example/1"]
