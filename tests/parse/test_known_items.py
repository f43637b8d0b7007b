"""Items that the last body of a feed had are not parsed again."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.known_items import MAX_ITEMS, leave_out_known


def an_item(number: int, text: str = "text") -> str:
    return f"<item><title>Title {number}</title><description>{text}</description></item>"


def a_feed(*items: str) -> str:
    return f"<rss><channel><title>Outlet</title>{''.join(items)}</channel></rss>"


def hashes_of(xml: str, salt: str = "") -> tuple[str, ...]:
    return leave_out_known(xml, (), salt=salt).hashes


def test_known_items_are_left_out():
    """Of a feed with one new and one changed item these two remain; the rest of the feed is as it was."""
    known = hashes_of(a_feed(an_item(1), an_item(2), an_item(3)))
    feed = leave_out_known(a_feed(an_item(4), an_item(3), an_item(2, "changed"), an_item(1)), known, salt="")
    assert feed.xml == a_feed(an_item(4), an_item(2, "changed"))
    assert feed.known_count == 2
    assert len(feed.hashes) == 4


def test_hashes_depend_on_what_an_item_is_judged_by():
    """Under other rules or another zone nothing is known, so all items are parsed and judged again."""
    feed = a_feed(an_item(1))
    assert leave_out_known(feed, hashes_of(feed, "rules 1"), salt="rules 2").xml == feed


@pytest.mark.parametrize(
    "text",
    [
        "<![CDATA[ </item><item> ]]>",
        "<!-- <item> -->",
        "<items/><item-id>7</item-id><media:item/>",
        "<entry/>",
    ],
)
def test_markup_inside_an_item_does_not_divide_it(text):
    """What looks like an item inside of CDATA, a comment or another name is no item."""
    feed = a_feed(an_item(1, text), an_item(2))
    assert len(hashes_of(feed)) == 2
    assert leave_out_known(feed, hashes_of(feed)[:1], salt="").xml == a_feed(an_item(2))


@pytest.mark.parametrize(
    "feed",
    [
        a_feed("<item><item></item></item>"),
        a_feed("</item>", an_item(1)),
        a_feed("<item>"),
        "<rss><channel></channel></rss>",
        a_feed(*map(an_item, range(MAX_ITEMS + 1))),
        '{"items": []}',
        "",
    ],
)
def test_a_feed_that_cannot_be_divided_is_parsed_whole(feed):
    """Nested, stray, endless or too many items: nothing is left out, and nothing is known next time."""
    assert leave_out_known(feed, hashes_of(a_feed(an_item(1))), salt="").xml == feed
    assert hashes_of(feed) == ()


def test_what_follows_a_broken_item_is_parsed():
    """The items before a broken one may be left out; from there on all are parsed."""
    feed = a_feed(an_item(1), "<item>", an_item(2))
    assert leave_out_known(feed, hashes_of(a_feed(an_item(1), an_item(2))), salt="").xml == a_feed("<item>", an_item(2))


@given(st.text(alphabet="<>/!-[]CDAT item", max_size=200))
def test_any_text_keeps_what_is_not_known(xml):
    """Whatever the text: without known hashes nothing changes, and with all of them only items go."""
    whole = leave_out_known(xml, (), salt="")
    assert whole.xml == xml
    rest = leave_out_known(xml, whole.hashes, salt="")
    assert rest.known_count == len(whole.hashes)
    assert leave_out_known(rest.xml, whole.hashes, salt="").known_count in (0, rest.known_count)


@pytest.mark.parametrize("text", ["<![CDATA[", "<!--", "<item", "<item>", "</item>", "<item>" + " " * 9])
def test_cost_is_linear(text):
    """A body of ten times the length costs about ten times the time, whatever it consists of."""

    def seconds(count: int) -> float:
        xml = text * count
        began = time.process_time()
        leave_out_known(xml, ("0" * 16,), salt="")
        return time.process_time() - began

    seconds(10_000)
    assert seconds(200_000) < 40 * max(seconds(20_000), 0.002)


@pytest.mark.parametrize(
    "link",
    [
        "<link>https://mofa.example/press{}</link>",
        "<link><![CDATA[https://mofa.example/press{}]]></link>",
        '<link rel="alternate" href="https://mofa.example/press{}"/>',
    ],
)
def test_entries_of_one_link_are_never_left_out(link):
    """Which of them are one, and where they have their pages, is decided from all of them."""
    shared = [f"<item>{link.format(f'#{number}')}<guid>{number}</guid></item>" for number in range(2)]
    alone = "<item><link>https://mofa.example/7</link></item>"
    xml = f"<rss><channel>{''.join(shared)}{alone}</channel></rss>"
    again = leave_out_known(xml, leave_out_known(xml, (), salt="").hashes, salt="")
    assert (again.known_count, [item in again.xml for item in (*shared, alone)]) == (1, [True, True, False])
