"""Which announced entry is which stored one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.store.identity import Fingerprint, are_guids_stable, distinct_entries, match_entries
from tests.store.builders import NOW, an_entry

PRESS = "https://mofa.example/press"


def announced(*entries, is_feed=True):
    return [(one.entry.title, one.page_is_shared) for one in distinct_entries(entries, is_feed=is_feed)]


def test_one_link_is_one_article():
    """An entry that a feed lists in two sections is one, with its page."""
    twice = [an_entry(guid="home-1"), an_entry(guid="world-1")]
    assert announced(*twice) == [("Envoys return to their posts", False)]


def test_titles_and_guids_tell_the_entries_of_one_link_apart():
    """Their page is not their text."""
    entries = [an_entry(PRESS, title=f"Statement {number}", guid=f"s{number}") for number in range(3)]
    assert announced(*entries) == [(f"Statement {number}", True) for number in range(3)]


def test_fragments_tell_posts_with_one_title_apart():
    """A live page gives each post the same headline."""
    posts = [an_entry(PRESS, link=f"{PRESS}#{name}", title="Live") for name in ("p1", "p2")]
    assert announced(*posts) == [("Live", True), ("Live", True)]


def test_an_entry_before_and_after_an_edit_is_one():
    """Atom lists both under one id; the first in the feed counts."""
    both = [an_entry(title="Toll rises to nine", guid="7"), an_entry(title="Toll rises", guid="7")]
    assert announced(*both) == [("Toll rises to nine", False)]


def test_a_guid_on_all_entries_identifies_none():
    """Neither on one link, nor on several."""
    of_one_link = [an_entry(PRESS, title=f"Statement {number}", guid="x") for number in range(3)]
    assert len(announced(*of_one_link)) == 3
    of_many = [an_entry(f"https://mofa.example/{number}", guid="x") for number in range(3)]
    assert [one.entry.guid for one in distinct_entries(of_many, is_feed=True)] == ["", "", ""]


def test_a_listing_that_links_a_page_twice_shows_one_article():
    """The picture and the headline link to it; the first counts."""
    twice = [an_entry(title="One"), an_entry("https://dawn.example/2", title="Two"), an_entry(title="Picture")]
    assert announced(*twice, is_feed=False) == [("One", False), ("Two", False)]


@pytest.mark.parametrize(
    ("guid", "page"),
    [
        ("https://mofa.example/news/1", "https://mofa.example/news/1"),
        ("https://www.mofa.example/?p=1", "https://www.mofa.example/?p=1"),
        ("https://en.mofa.example/news/1", "https://en.mofa.example/news/1"),
        ("https://other.example/news/1", ""),
        ("https://mofa.example/press#1", ""),
        ("https://mofa.example/", ""),
        ("tag:mofa.example,2026:1", ""),
        ("554898", ""),
    ],
)
def test_a_guid_that_is_an_address_of_the_site_is_the_page_of_an_entry_with_a_shared_link(guid, page):
    """The shared link leads to the front page, or to a list."""
    first, _ = distinct_entries([an_entry(PRESS, title="One", guid=guid), an_entry(PRESS, title="Two")], is_feed=True)
    assert (first.entry.link, first.page_is_shared) == (page or PRESS, not page)


def test_a_guid_never_replaces_a_link_of_its_own():
    """WordPress gives ?p=1 as guid beside the link."""
    (only,) = distinct_entries([an_entry(guid="https://dawn.example/?p=1")], is_feed=True)
    assert only.entry.link == "https://dawn.example/1"


def test_a_front_page_is_no_article():
    """Not even of the only entry that links to it; nor has an entry without a link a page."""
    assert announced(an_entry("https://dawn.example/"), an_entry("", title="No link")) == [
        ("Envoys return to their posts", True),
        ("No link", True),
    ]


ONE = Fingerprint(title="Blast heard near Panjgur", guid="7", published=NOW)


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"guid": "8"}, True),
        ({"title": "Blast heard near PANJGUR!", "guid": ""}, True),
        ({"title": "Envoy summoned"}, True),
        ({"title": "Envoy summoned", "guid": ""}, True),
        ({"title": "Envoy summoned", "guid": "8"}, True),  # published at the same time
        ({"title": "Envoy summoned", "guid": "8", "published": NOW + timedelta(hours=1)}, False),
        ({"title": "Envoy summoned", "guid": "", "fragment": "p2"}, True),
    ],
)
def test_the_only_entry_of_a_link(changes, is_same):
    """Another headline is an edit, unless the guid shows that it is another entry."""
    assert (match_entries([replace(ONE, **changes)], [ONE], link_is_shared=False) == [0]) is is_same


def test_among_several_entries_only_evidence_counts():
    """On a shared link an unknown title is a new entry, and the surest match is made first."""
    stored = [ONE, Fingerprint(title="Markets open", guid="3"), Fingerprint(title="Live", fragment="p1")]
    shown = [
        Fingerprint(title="Envoy summoned"),
        Fingerprint(title="Markets close", guid="3"),
        Fingerprint(title="Markets open", guid="4"),
        Fingerprint(title="Live: edited", fragment="p1"),
        Fingerprint(title="Live", fragment="p2"),
    ]
    assert match_entries(shown, stored, link_is_shared=True) == [None, 1, None, 2, None]


def test_guids_that_change_under_the_same_titles_are_not_stable():
    """One entry that was published anew is not a habit."""
    same = [(ONE, ONE)] * 3
    anew = (replace(ONE, guid="8"), ONE)
    assert are_guids_stable([*same, anew])
    assert not are_guids_stable([anew])
    assert are_guids_stable([])


TITLES = st.sampled_from(["Blast", "Envoys", "Market"])
ENTRIES = st.builds(
    lambda title, guid, fragment: an_entry(PRESS, link=PRESS + fragment, title=title, guid=guid),
    TITLES,
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["", "#p1", "#p2"]),
)


@given(entries=st.lists(ENTRIES, max_size=8))
def test_a_body_shown_again_has_no_new_entry(entries):
    """Whatever a feed lists under one link: the same body once more is known, each entry as itself."""
    distinct = [one.entry for one in distinct_entries(entries, is_feed=True)]
    again = [one.entry for one in distinct_entries(distinct, is_feed=True)]
    assert again == distinct
    shown = [Fingerprint(title=one.title, guid=one.guid, fragment=one.link.partition("#")[2]) for one in distinct]
    assert match_entries(shown, shown, link_is_shared=len(shown) > 1) == list(range(len(shown)))
