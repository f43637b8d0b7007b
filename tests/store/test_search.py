"""Search: the newest that match, the same from both databases, whatever is typed."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from monitor.model import Flag, Topic
from monitor.query import QueryDocument, QueryError, matches, parse
from monitor.store import Store, items, open_store, polls, search, sources
from monitor.store.statuses import EntryStatus
from tests.store.builders import (
    LEASE,
    MINUTE,
    NO,
    NOW,
    a_hit,
    a_mark,
    a_source,
    a_verdict,
    admission,
    admitted,
    an_article,
    polled,
    seen,
)

TEXTS = {
    "https://a.example/": ("Ambassador returns to Tehran", "Iran's envoy Amir-Abdollahian spoke in Islamabad."),
    "https://b.example/": ("پاکستان اور ایران", "دونوں ممالک کے سفیر واپس آ گئے۔"),
    "https://c.example/": ("باكستان وايران", "بازگشت سفیران به تهران و اسلام‌آباد"),
    "https://d.example/": ("Cricket results", "NOT relevant OR near the border AND more."),
}


@pytest.fixture
def library(store: Store) -> Store:
    for number, (url, (title, body)) in enumerate(TEXTS.items()):
        now = NOW + number * MINUTE
        admitted(store, url, now, article=an_article(title=title, text=body, lead=""), features=a_mark(at=now))
    return store


def page(store: Store, asked: str, **changes: Any) -> search.SearchPage:
    return store.call(search.find, parse(asked), **({"since": NOW, "limit": 10, "max_candidates": 100} | changes))


def urls(store: Store, asked: str, **changes: Any) -> list[str]:
    return [one.entry.url for one in page(store, asked, **changes).hits]


CASES = [
    ("tehran", "a"),
    ("TEHRAN envoy", "a"),
    ("tehran cricket", ""),
    ("tehran OR cricket", "da"),
    ("ambas*", "a"),
    ("ambas", ""),
    ("Amir-Abdollahian", "a"),
    ('"amir abdollahian" OR "پاکستان اور"', "ba"),
    ('"abdollahian amir"', ""),
    ("پاكستان", "b"),  # typed on an Arabic keyboard
    ("ایران", "b"),
    ("اسلام‌آباد", "c"),
    ('"or"', "d"),
    ('"not" "near"', "d"),
    ("title:border", ""),
    ("-cricket", "cba"),
]


def test_what_is_found(library: Store):
    """Words are folded as the texts are: keyboards, hyphens and case do not part what a reader takes for one."""
    found = {asked: urls(library, asked) for asked, _ in CASES}
    assert found == {asked: [f"https://{letter}.example/" for letter in expected] for asked, expected in CASES}


def test_newest_first_within_bounds(library: Store):
    """The newest come first, from a time on, up to a limit."""
    assert urls(library, "-nothing", since=NOW + 2 * MINUTE) == ["https://d.example/", "https://c.example/"]
    assert urls(library, "-nothing", limit=1) == ["https://d.example/"]


def test_what_was_not_looked_at_is_said(library: Store):
    """A search that is given up says how far back it came; one that found enough, or saw all, does not."""
    assert page(library, "title:border OR -the*", max_candidates=2).searched_back_to == NOW + MINUTE + timedelta(
        seconds=1
    )
    assert page(library, "-nothing", max_candidates=2, limit=2).searched_back_to is None
    assert page(library, "-nothing", max_candidates=4).searched_back_to is None


def test_an_edit_is_found_by_its_new_words_and_time(library: Store):
    """The index follows text and time: old words are gone, new ones found, in their new place."""
    (found,) = page(library, "cricket").hits
    entry_id = library.call(lambda conn: conn.scalar(text("SELECT entry FROM item WHERE id = :id"), {"id": found.item}))
    edited = an_article(title="Hockey", text="Goals.", lead="")
    changed = admission(entry_id, article=edited, features=a_mark(at=NOW + MINUTE / 2))
    library.call(items.save_item, changed, now=NOW)
    assert urls(library, "cricket") == []
    assert urls(library, "hockey OR tehran OR ایران") == [f"https://{letter}.example/" for letter in "bda"]


@pytest.mark.parametrize("outlets", [2, 40])
def test_outlets_speak_for_their_items(store: Store, outlets: int):
    """The country is that of the outlet, and so is the language where a text names none, as the outlets are today."""
    known = [a_source("dawn"), *(a_source(f"irna-{number}", country="IR", language="fa") for number in range(outlets))]
    store.call(sources.sync, known, now=NOW)
    for due in store.call(polls.claim, now=NOW, lease=LEASE, limit=2):
        (fresh,) = store.call(
            polls.commit, polled(due, seen(f"https://{due.source.id}.example/1")), now=NOW
        ).new_entries
        store.call(items.save_item, admission(fresh[0], article=an_article(language="")), now=NOW)
    assert [len(urls(store, asked)) for asked in ("country:ir", "lang:fa", "country:pk", "-nothing")] == [1, 1, 0, 2]
    store.call(sources.sync, [replace(source, country="PK") for source in known], now=NOW)
    assert [len(urls(store, asked)) for asked in ("country:ir", "country:pk lang:fa", "country:pk")] == [0, 1, 2]


def test_rejected_items_are_found_with_their_end(store: Store):
    """A backtest needs what the rules turned down."""
    admitted(store, verdict=NO, features=None, placement=None, status=EntryStatus.REJECTED)
    (found,) = page(store, "ambassadors", since=NOW - MINUTE).hits
    assert (found.status, found.story, found.article) == (EntryStatus.REJECTED, None, an_article())


# --- the same as looking at everything --------------------------------------------------------------------------------

WORDS = ["iran", "irani", "pakistan", "پاکستان", "پاكستاني", "b", "Amir-Abdollahian", "كبد", "1e5", "किताब", "क", "𞤀𞤁"]
OUTLETS = {"dawn": ("en", "PK"), "irna-12x": ("fa", "IR"), "irna-7": ("en", "IR")}
TERMS = ["iran", "gabd-rimdan", "gabd"]
FIELDS = [
    "source:dawn",
    "source:ir*",
    "source:irna-1*",
    "source:irna-7",
    "lang:fa",
    "lang:e*",
    "country:ir",
    "country:tr",
]
FIELDS += ["@gabd-rimdan", "term:gabd*", "@gabd", "text:(iran OR b)"]
TOPICS = ["border-security", "border", "diplomacy"]
FIELDS += ["topic:border-security", "topic:border", "topic:b*", "flag:sport", "topic:(border OR diplomacy) -flag:sport"]
words = st.sampled_from(WORDS)
queries = st.recursive(
    st.one_of(
        words,
        words.map(lambda word: f"{word[:2]}*"),
        st.tuples(words, words).map(lambda pair: '"{} {}"'.format(*pair)),
        st.tuples(words, words).map(lambda pair: '"{} {}"~1'.format(*pair)),
        st.tuples(words, words).map(lambda pair: "({} NEAR/1 {})".format(*pair)),
        st.tuples(words, words, words).map(lambda three: '(({} OR "{}"~2) NEAR/2 {}*)'.format(*three)),
        st.tuples(words, words).map(lambda pair: '("{1} {0}" NEAR/1 {1})'.format(*pair)),
        st.tuples(words, words, words).map(lambda three: '"{} {} {}"~1'.format(*three)),
        words.map(lambda word: f"title:{word}"),
        st.sampled_from(FIELDS),
    ),
    lambda inner: st.one_of(
        inner.map(lambda one: f"-({one})"),
        st.tuples(inner, inner).map(lambda pair: "({} {})".format(*pair)),
        st.tuples(inner, inner).map(lambda pair: "({} OR {})".format(*pair)),
    ),
    max_leaves=4,
)


def _shelf(store: Store) -> list[tuple[int, datetime, QueryDocument]]:
    """Sixty items of few words, in no order of time and many of one second; the newest first."""
    rng = random.Random(1)
    store.call(
        sources.sync, [a_source(outlet, language=lang, country=at) for outlet, (lang, at) in OUTLETS.items()], now=NOW
    )
    shelf = []
    for due in store.call(polls.claim, now=NOW, lease=LEASE, limit=3):
        shown = [seen(f"https://{due.source.id}.example/{number}") for number in range(20)]
        for fresh in store.call(polls.commit, polled(due, *shown), now=NOW).new_entries:
            at = NOW + timedelta(seconds=rng.randrange(8))
            title, body = (" ".join(rng.choices(WORDS, k=most)) for most in (2, 5))
            term = rng.choice(TERMS)
            language = rng.choice(["", "ur", "fa"])
            known = {
                "article": an_article(title=title, lead="", text=body, language=language),
                "features": a_mark(at=at),
            }
            topics, flags = rng.sample(TOPICS, rng.randrange(3)), ["sport"] * rng.randrange(2)
            verdict = a_verdict(
                hits=(a_hit(term=term),),
                topics=tuple(Topic(code=code, evidence="") for code in topics),
                flags=tuple(Flag(code=code, evidence="") for code in flags),
            )
            done = store.call(items.save_item, admission(fresh[0], verdict=verdict, **known), now=NOW)
            of_rules = {"terms": frozenset([term]), "topics": frozenset(topics), "flags": frozenset(flags)}
            tags = {"source": due.source.id, "lang": language or due.source.language, "country": due.source.country}
            shelf.append((done.item, at, QueryDocument(title=title, text=body, **of_rules, **tags)))
    return sorted(shelf, key=lambda one: (one[1], one[0]), reverse=True)


def test_the_same_as_looking_at_everything(store: Store):
    """The index never loses a match nor its order, whatever the query, the page and the time."""
    shelf = _shelf(store)

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(asked=queries, since=st.integers(-1, 8).map(lambda s: NOW + timedelta(seconds=s)), limit=st.integers(1, 12))
    def holds(asked: str, since: datetime, limit: int):
        all_of_them = [item for item, at, document in shelf if at >= since and matches(parse(asked), document)]
        found = page(store, asked, since=since, limit=limit).hits
        assert [one.item for one in found] == all_of_them[:limit]

    holds()


@settings(max_examples=60, deadline=None)
@given(typed=st.text(max_size=30))
def test_anything_may_be_typed(typed_into: Store, typed: str):
    """No query text is a command to the database or an error of it."""
    try:
        asked = parse(typed)
    except QueryError:
        return
    typed_into.call(search.find, asked, since=NOW, limit=5, max_candidates=5)


@pytest.mark.parametrize("asked", ["(a OR (" * 20 + "b" + "))" * 20, " OR ".join(WORDS * 50), " ".join(WORDS * 50)])
def test_long_and_deep_queries(store: Store, asked: str):
    """What the language reads, the index takes."""
    assert page(store, asked).hits == ()


@pytest.fixture(scope="module")
def typed_into(tmp_path_factory):
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('search')}/m.db")
    yield store
    store.close()
