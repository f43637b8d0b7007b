"""What is remembered of the pages of a site."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract import PageFingerprint
from monitor.store import Store, fingerprints, open_store, retention
from monitor.store.retention import RetentionPolicy
from tests.store.builders import MINUTE, NOW, admitted

URL = "https://dawn.example/1"
MOST = 3


def a_sketch(number: int = 1, **changes) -> PageFingerprint:
    lines = frozenset({number, 2**64 - number})
    known = {"at": NOW, "topic": frozenset({7}), "inside": lines, "ending": frozenset(), "outside": frozenset({9})}
    return PageFingerprint(**(known | changes))


def learn(store: Store, seen: PageFingerprint, entry: str = URL, site: str = "dawn.example", now=NOW) -> None:
    store.call(fingerprints.save, site, seen, entry=entry, now=now, limit=MOST)


def known(store: Store, site: str = "dawn.example", apart_from: str = "") -> tuple[PageFingerprint, ...]:
    return store.call(fingerprints.load, site, apart_from=apart_from, limit=MOST)


def test_what_was_learned_is_known(store: Store):
    """A sketch comes back as it was, and to its own site alone."""
    learn(store, a_sketch())
    assert known(store) == (a_sketch(),)
    assert known(store, "geo.example") == ()


def test_a_page_read_twice_counts_once(store: Store):
    """The later reading takes the place of the earlier, even where the page has moved to another site."""
    learn(store, a_sketch(1))
    learn(store, a_sketch(2), now=NOW + MINUTE)
    assert known(store) == (a_sketch(2),)
    learn(store, a_sketch(2), site="new.dawn.example")
    assert known(store) == ()


def test_a_page_is_no_witness_of_itself(store: Store):
    """What is known is known from the other pages."""
    learn(store, a_sketch(1))
    learn(store, a_sketch(2), "https://dawn.example/2")
    assert known(store, apart_from=URL) == (a_sketch(2),)


def test_the_newest_pages_stay(store: Store):
    """The memory of a site is bounded, and comes with the newest first; other sites are left alone."""
    learn(store, a_sketch(9), "https://geo.example/9", "geo.example")
    for number in range(1, 6):
        learn(store, a_sketch(number), f"https://dawn.example/{number}", now=NOW + number * MINUTE)
    assert known(store) == (a_sketch(5), a_sketch(4), a_sketch(3))
    assert known(store, "geo.example") == (a_sketch(9),)


def test_old_sketches_go(store: Store):
    """A site that was not read for two months may have been redesigned."""
    learn(store, a_sketch(1))
    learn(store, a_sketch(2), "https://dawn.example/2", now=NOW + 2 * MINUTE)
    pruned = [
        store.call(retention.prune, RetentionPolicy(), now=NOW + timedelta(days=60) + MINUTE, limit=5) for _ in range(2)
    ]
    assert [one.fingerprints for one in pruned] == [1, 0]
    assert known(store) == (a_sketch(2),)


def test_a_forgotten_url_leaves_no_sketch(store: Store):
    """Hashes of its lines go with the text."""
    admitted(store, URL)
    learn(store, a_sketch())
    assert store.call(retention.forget_url, URL, now=NOW)
    assert known(store) == ()


HASHES = st.frozensets(st.integers(0, 2**64 - 1))


@pytest.fixture(scope="module")
def one_store():
    """Examples may share a store: each reading takes the place of the one before."""
    store = open_store("sqlite://")
    yield store
    store.close()


@settings(deadline=None)  # a database on a busy machine takes the time it takes
@given(HASHES, HASHES)
def test_any_hashes_come_back(one_store: Store, inside, outside):
    """Sets of 64 bits, whatever their size."""
    learn(one_store, a_sketch(inside=inside, outside=outside))
    assert (known(one_store)[0].inside, known(one_store)[0].outside) == (inside, outside)
