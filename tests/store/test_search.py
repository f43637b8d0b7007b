"""Search narrows: the same items from both databases, whatever is typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.store import Store, items, open_store, search
from monitor.store.outcomes import Outcome
from tests.store.builders import MINUTE, NO, NOW, a_mark, admission, admitted, an_article

TEXTS = {
    "https://a.example/": ("Ambassador returns to Tehran", "Iran's envoy Amir-Abdollahian spoke in Islamabad."),
    "https://b.example/": ("پاکستان اور ایران", "دونوں ممالک کے سفیر واپس آ گئے۔"),
    "https://c.example/": ("باكستان وايران", "بازگشت سفیران به تهران و اسلام‌آباد"),
    "https://d.example/": ("Cricket results", "NOT relevant OR near the border AND more."),
}


@pytest.fixture
def library(store: Store) -> Store:
    for number, (url, (title, text)) in enumerate(TEXTS.items()):
        now = NOW + number * MINUTE
        admitted(store, url, now, article=an_article(title=title, text=text, lead=""), mark=a_mark(at=now))
    return store


def urls(store: Store, *words: str, since=NOW, limit=10) -> list[str]:
    return [one.entry.url for one in store.call(search.narrow, words, since=since, limit=limit)]


CASES = [
    (["tehran"], "a"),
    (["TEHRAN", "envoy"], "a"),
    (["tehran", "cricket"], ""),
    (["ambas*"], "a"),
    (["ambas"], ""),
    (["Amir-Abdollahian"], "a"),
    (["پاكستان"], "b"),  # typed on an Arabic keyboard
    (["ایران"], "b"),
    (["اسلام‌آباد"], "c"),
    (["OR"], "d"),
    (["NOT", "near"], "d"),
    ([], "dcba"),
    (["!", "()"], "dcba"),
]


def test_what_is_found(library: Store):
    """Words are folded as the texts are: keyboards, hyphens and case do not part what a reader takes for one."""
    found = {tuple(words): urls(library, *words) for words, _ in CASES}
    assert found == {tuple(words): [f"https://{letter}.example/" for letter in expected] for words, expected in CASES}


def test_newest_first_within_bounds(library: Store):
    """The newest come first, from a time on, up to a limit."""
    assert urls(library, since=NOW + 2 * MINUTE) == ["https://d.example/", "https://c.example/"]
    assert urls(library, limit=1) == ["https://d.example/"]


def test_an_edit_is_found_by_its_new_words(library: Store):
    """The index follows the text: old words are gone, new ones found."""
    (found,) = library.call(search.narrow, ["cricket"], since=NOW, limit=1)
    entry_id = library.call(
        lambda conn: conn.exec_driver_sql(f"SELECT entry FROM item WHERE id = {found.item}").scalar()
    )
    changed = admission(entry_id, article=an_article(title="Hockey", text="Goals.", lead=""), mark=a_mark(at=found.at))
    library.call(items.admit, changed, now=NOW)
    assert urls(library, "cricket") == []
    assert urls(library, "hockey") == ["https://d.example/"]


def test_rejected_items_are_found_with_their_end(store: Store):
    """A backtest needs what the rules turned down."""
    admitted(store, verdict=NO, mark=None, placement=None, outcome=Outcome.REJECTED)
    (found,) = store.call(search.narrow, ["ambassadors"], since=NOW - MINUTE, limit=5)
    assert (found.outcome, found.story, found.article) == (Outcome.REJECTED, None, an_article())


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.text(max_size=12), max_size=4))
def test_anything_may_be_typed(typed_into: list[Store], words):
    """No query text is a command to the database or an error of it."""
    for store in typed_into:
        store.call(search.narrow, words, since=NOW, limit=5)


@pytest.fixture(scope="module")
def typed_into(tmp_path_factory, request):
    opened = [open_store(f"sqlite:///{tmp_path_factory.mktemp('search')}/m.db")]
    yield opened
    for store in opened:
        store.close()
