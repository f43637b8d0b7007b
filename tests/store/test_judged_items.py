"""Items for judging again: all of them, page by page, with what a person said."""

from datetime import datetime, timedelta

import pytest

from monitor.query import Query, parse
from monitor.store import Store, judged_items, labels, retention, sources
from monitor.store.judged_items import JudgedItem
from monitor.store.retention import RetentionPolicy
from monitor.store.statuses import EntryStatus
from tests.store.builders import MINUTE, NO, NOW, a_mark, a_source, admitted, an_article

REJECTED = {"verdict": NO, "features": None, "placement": None, "status": EntryStatus.REJECTED}


@pytest.fixture
def library(store: Store) -> Store:
    """Seven items a minute apart, each second one rejected."""
    store.call(sources.sync, [a_source()], now=NOW)
    for number in range(7):
        at = NOW + number * MINUTE
        article = an_article(title=f"Envoy {number}", published=at)
        changes = REJECTED if number % 2 else {"features": a_mark(at=at)}
        admitted(store, f"https://dawn.example/{number}", at, article=article, **changes)
    return store


def read(
    store: Store, *, asked: Query | None = None, since: datetime = NOW, size: int = 3
) -> tuple[list[JudgedItem], int]:
    found, before, pages = [], None, 0
    while True:
        page = store.call(judged_items.judged_page, asked, since=since, before=before, size=size)
        found += page.items
        before, pages = page.before, pages + 1
        if before is None:
            return found, pages


def titles(found: list[JudgedItem]) -> list[str]:
    return [one.article.title.removeprefix("Envoy ") for one in found]


def test_all_items_come_once_the_newest_first(library: Store):
    """Rejected ones as well, with text, verdict and source; pages neither overlap nor skip."""
    found, pages = read(library)
    assert (titles(found), pages) == (["6", "5", "4", "3", "2", "1", "0"], 3)
    assert [one.verdict.digest for one in found] == [True, False] * 3 + [True]
    assert all(one.is_complete and one.article.text and one.source == a_source() for one in found)
    assert read(library, size=7)[0] == found


def test_since_and_query_narrow(library: Store):
    """Nothing older, nothing that does not match; a page may hold none and yet not be the last."""
    assert titles(read(library, since=NOW + 5 * MINUTE)[0]) == ["6", "5"]
    found, pages = read(library, asked=parse('title:"envoy 0" OR title:"envoy 5"'))
    assert (titles(found), pages) == (["5", "0"], 3)


def test_labels_come_with_their_items(library: Store):
    """By any spelling of the URL that was labelled."""
    library.call(labels.save, "http://dawn.example/5?utm_source=x", relevant=True, now=NOW)
    library.call(labels.save, "https://dawn.example/4", relevant=False, now=NOW)
    assert [one.relevant for one in read(library)[0]] == [None, True, False, None, None, None, None]
    found = library.call(judged_items.of_url, "https://dawn.example/5#top")
    assert found
    assert (found.article.title, found.relevant) == ("Envoy 5", True)
    assert library.call(judged_items.of_url, "https://dawn.example/99") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"article": an_article(noarchive=True, text="")},
        {"article": an_article(free=False, text="The lead.")},
        {"partial": True, "status": None},
    ],
)
def test_what_is_not_what_was_judged_is_not_whole(store: Store, changes):
    """Of a page that reserves its text, or sells it, less is kept; of one that is still to be read, more may be."""
    admitted(store, **changes)
    assert [one.is_complete for one in read(store)[0]] == [False]


def test_texts_past_their_time_are_not_whole(library: Store):
    """Rejected texts go first; an article that never had more than a headline is whole all the same."""
    at = NOW + 9 * MINUTE
    admitted(library, "https://dawn.example/9", at, article=an_article(text=""), features=a_mark(at=at))
    library.call(retention.prune, RetentionPolicy(), now=NOW + timedelta(days=31), limit=100)
    assert [one.is_complete for one in read(library)[0]] == [True, *[True, False] * 3, True]
