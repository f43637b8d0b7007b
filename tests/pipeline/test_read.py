"""Reading a page: what is remembered of its site, and whom of page and feed to believe."""

import pytest

from monitor.extract.site_boilerplate import MAX_FINGERPRINTS_PER_SITE
from monitor.model import Channel, NoticeKind
from monitor.pipeline import one_shot
from monitor.store import entry_history, fingerprints
from monitor.store.statuses import EntryStatus
from tests.cli.builders import DAWN, Site, a_config, a_feed, a_source, an_article, visiting

PROMO = "Join our channel and never miss what matters to you again."
NEWS = {
    "Floods close mountain road": [
        "Water took a bridge in the upper valley on Monday.",
        "Lorries with flour and fuel wait on both banks.",
    ],
    "Museum shows lost coins": [
        "Coins of four dynasties are to be seen in the old hall.",
        "School classes have free entry on Sundays.",
    ],
}


def a_site() -> Site:
    """A feed with two stories, and their pages, which end alike."""
    pages = {f"dawn.example/news/{number}": an_article(*texts, PROMO, title=title)
             for number, (title, texts) in enumerate(NEWS.items(), 1)}  # fmt: skip
    return Site({"dawn.example/feed": a_feed(*NEWS), "dawn.example/robots.txt": "404"} | pages)


def kept(context, number: int) -> str:
    return context.store.call(entry_history.find, f"{DAWN}/news/{number}").item.article.text


async def test_the_second_page_of_a_site_is_read_with_the_first_in_mind():
    """The first page has nothing to compare with; both are remembered, under the URLs of their entries."""
    async with visiting(a_site(), a_config(a_source())) as context:
        await one_shot.run_once(context)
        assert sorted(PROMO in kept(context, number) for number in (1, 2)) == [False, True]
        known = context.store.call(fingerprints.load, "dawn.example", apart_from="", limit=MAX_FINGERPRINTS_PER_SITE)
        others = context.store.call(
            fingerprints.load, "dawn.example", apart_from="https://dawn.example/news/1", limit=MAX_FINGERPRINTS_PER_SITE
        )
        assert (len(known), len(others)) == (2, 1)


@pytest.mark.parametrize(
    "page",
    [
        (
            "<html><title>Oops! That page can’t be found.</title><h1>Oops! That page can’t be found.</h1>"
            "<p>It looks like nothing was found at this location. Maybe try one of the links below or a search?</p></html>"
        ),
        (
            '<html><head><title>Outlet News</title><meta name="description" content="All the news of the region, day and night,'
            ' from our desks in four cities."></head><body><div id="root"></div></body></html>'
        ),
    ],
)
async def test_a_page_that_is_not_the_article_takes_nothing_back(page):
    """An error page with status 200 and an empty shell: the words of the feed are judged, and its alert stays."""
    title = "Iran and Pakistan sign an accord to reopen three border markets"
    site = Site({"dawn.example/feed": a_feed(), "dawn.example/robots.txt": "404"})
    channel = Channel(id="desk", kind="email", recipients=("reader@desk.example",))
    async with visiting(site, a_config(a_source(), channels=(channel,))) as context:
        await one_shot.run_once(context)  # the baseline
        site.pages |= {"dawn.example/feed": a_feed(title), "dawn.example/news/1": page}
        await context.clock.sleep(3600)
        await one_shot.run_once(context)
        history = context.store.call(entry_history.find, f"{DAWN}/news/1")
        assert history.status is EntryStatus.PENDING
        assert (history.item.article.title, history.item.partial) == (title, True)
        assert [notice.kind for notice in history.item.notices] == [NoticeKind.ALERT]


HEADLINE = "Iran and Pakistan sign an accord to reopen three border markets"
PARTS = [
    f"Ministers of Iran and Pakistan met for the {number} time on Monday and spoke about the border markets for an hour."
    for number in ("first", "second", "third", "fourth")
]


def a_part(number: int, *, next_page: int = 0) -> str:
    link = f'<div><a href="/news/1/{next_page}">{next_page}</a></div>' if next_page else ""
    return an_article(PARTS[number - 1], title=HEADLINE).replace("</article>", f"{link}</article>")


@pytest.mark.parametrize(("third", "is_read"), [(a_part(3), True), ("404", False)])
async def test_the_further_pages_of_an_article_are_read(third: str, *, is_read: bool):
    """One after the other, on the same host; a page that cannot be read is recorded as missing."""
    site = Site(
        {
            "dawn.example/feed": a_feed(HEADLINE),
            "dawn.example/robots.txt": "404",
            "dawn.example/news/1": a_part(1, next_page=2),
            "dawn.example/news/1/2": a_part(2, next_page=3),
            "dawn.example/news/1/3": third,
        }
    )
    async with visiting(site, a_config(a_source())) as context:
        await one_shot.run_once(context)
        article = context.store.call(entry_history.find, f"{DAWN}/news/1").item.article
    assert article.text.split("\n\n") == PARTS[: 3 if is_read else 2]
    assert article.partial is not is_read
    assert article.next_page == ("" if is_read else f"{DAWN}/news/1/3")


async def test_an_outlet_that_refuses_its_page_is_judged_by_its_feed_at_once():
    """The story is in a notice after the first refusal, and the page replaces it when it can be read."""
    site = Site({"dawn.example/feed": a_feed(), "dawn.example/robots.txt": "404"})
    channel = Channel(id="desk", kind="email", recipients=("reader@desk.example",))
    # Over the line of digests and below that of alerts.
    title = "Pakistani traders wait at the Iranian border for new import rules"
    async with visiting(site, a_config(a_source(), channels=(channel,))) as context:
        await one_shot.run_once(context)  # the baseline
        site.pages |= {"dawn.example/feed": a_feed(title), "dawn.example/news/1": "403"}
        await context.clock.sleep(3600)
        await one_shot.run_once(context)
        refused = context.store.call(entry_history.find, f"{DAWN}/news/1")
        assert (refused.status, refused.item.partial, refused.item.article.title) == (None, True, title)
        assert len(refused.item.notices) == 1
        site.pages["dawn.example/news/1"] = an_article(*PARTS, title=title)
        await context.clock.sleep(3600)
        await one_shot.run_once(context)
        read = context.store.call(entry_history.find, f"{DAWN}/news/1")
        assert (read.status, read.item.partial, read.item.article.text) == (
            EntryStatus.PENDING,
            False,
            "\n\n".join(PARTS),
        )
        assert len(read.item.notices) == 1


async def test_the_address_at_which_a_page_was_read_is_the_one_that_is_kept():
    """A stub of a shortener sends its reader on: the link of the entry becomes that of the article, and its key stays."""
    site = a_site()
    site.pages |= {
        "dawn.example/news/1": '<meta http-equiv="refresh" content="0; url=/story/1">',
        "dawn.example/story/1": site.pages["dawn.example/news/1"],
    }
    async with visiting(site, a_config(a_source())) as context:
        await one_shot.run_once(context)
        history = context.store.call(entry_history.find, f"{DAWN}/news/1")
        assert (history.entry.link, history.entry.url) == (
            f"{DAWN}/story/1",
            f"{DAWN}/news/1".replace("http:", "https:"),
        )
        assert history.item.article.title == "Floods close mountain road"
        unmoved = context.store.call(entry_history.find, f"{DAWN}/news/2")
        assert unmoved.entry.link == f"{DAWN}/news/2"
