"""Page and feed are two witnesses of one entry: which of them is believed, for each field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.model import Article, Entry, Method
from monitor.pipeline.witnesses import reconcile
from tests.cli.builders import a_source

HEADLINE = "Iran and Pakistan agree to reopen three border markets"
TEXT = "Iranian and Pakistani ministers signed an accord on the markets at Rimdan, Gabd and Mand on Monday."
URDU = "ایران اور پاکستان نے تین سرحدی بازار دوبارہ کھولنے پر اتفاق کیا ہے، وزارت تجارت نے پیر کو بتایا۔ " * 10


def an_entry(**changes) -> Entry:
    return Entry(**({"url": "https://a.example/1", "link": "https://a.example/1", "title": HEADLINE} | changes))


def a_page(title: str = HEADLINE, text: str = TEXT * 10, **changes: Any) -> Article:
    return Article(**({"url": "https://a.example/1", "title": title, "text": text, "method": Method.DENSITY} | changes))


TODAY = datetime(2026, 11, 30, 5, tzinfo=UTC)
LONG_AGO = datetime(2021, 3, 1, 10, tzinfo=UTC)


def dated(at: datetime, source: str, **changes: Any) -> Article:
    return a_page(published=at, published_text=at.isoformat(), published_from=source, **changes)


def told(at: datetime = TODAY) -> Entry:
    return an_entry(published=at, published_text=at.isoformat())


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (HEADLINE, TEXT),
        ("Traders welcome accord", TEXT),  # a headline that was rewritten
        ("", TEXT),
        ("تین سرحدی بازار", URDU),  # the page of an English feed is in Urdu
    ],
)
def test_a_page_about_the_headline_is_believed(title, text):
    """One word of the headline is enough; a page in another script cannot be compared."""
    reconciled = reconcile(a_page(title, text), an_entry(), a_source())
    assert (reconciled.article.title, reconciled.article.text, reconciled.doubt) == (title or HEADLINE, text, "")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Oops! That page can’t be found.", "It looks like nothing was found at this location."),
        ("عذرا، الصفحة غير موجودة", "عد إلى الصفحة الرئيسية"),
        ("Outlet News", "The latest from the region, all day."),
        ("Weather: rain in the north", "Showers are expected from Tuesday on, the met office says. " * 40),
    ],
)
def test_a_page_without_a_word_of_the_headline_is_doubted(title, text):
    """An error page, the shell of an application and another article, whatever their wording."""
    assert "no word of the headline" in reconcile(a_page(title, text), an_entry(), a_source()).doubt


def test_a_headline_of_few_words_doubts_no_page():
    """A headline such as "Live updates" is in no text."""
    assert reconcile(a_page("Weather", "Rain."), an_entry(title="Live updates"), a_source()).doubt == ""


def test_the_longer_text_is_believed():
    """The text of a full-text feed replaces the stub of a paywall, and the note gives the reason."""
    content = f"{TEXT} " * 30
    article = reconcile(a_page(HEADLINE, TEXT), an_entry(content=content), a_source()).article
    assert article.text == content
    assert "text from the feed" in article.notes[-1]
    article = reconcile(a_page(HEADLINE, content), an_entry(content=f"{TEXT} " * 25), a_source()).article
    assert (article.text, article.notes) == (content, ())


def test_the_slogan_of_an_outlet_is_not_about_the_headline():
    """A shell whose description names the region shares words with every headline about it."""
    slogan = "Outlet Pakistan brings you breaking news on Iran and the region."
    shell = a_page("Outlet Pakistan", slogan, method=Method.DESCRIPTION)
    reconciled = reconcile(shell, an_entry(summary=TEXT), a_source())
    assert "little text" in reconciled.doubt
    assert (reconciled.article.title, reconciled.article.text, reconciled.article.partial) == (HEADLINE, TEXT, True)
    assert set(reconciled.believed.values()) == {"feed"}


def test_a_removed_article_keeps_what_the_feed_said():
    """The page has the headline, and one line in place of the text."""
    page = a_page(HEADLINE, "This story was taken down by the editors.")
    reconciled = reconcile(page, an_entry(summary=TEXT), a_source())
    assert (reconciled.article.text, reconciled.believed["text"]) == (TEXT, "feed")
    assert "text from the feed" in reconciled.article.notes[0]


def test_a_news_flash_is_believed_with_a_longer_headline():
    """Two sentences that have the words of the headline are the article."""
    reconciled = reconcile(a_page("Border markets reopen", TEXT), an_entry(summary="Trade."), a_source())
    assert (reconciled.doubt, reconciled.article.text) == ("", TEXT)


def test_a_title_that_the_text_does_not_support_is_not_the_headline():
    """Some outlets give each page one og:title; a headline that was rewritten is in the text."""
    slogan = reconcile(a_page("Outlet: latest breaking news of the world"), an_entry(), a_source())
    assert (slogan.article.title, slogan.believed["title"]) == (HEADLINE, "feed")
    rewritten = reconcile(a_page("Ministers signed an accord on Monday"), an_entry(), a_source())
    assert (rewritten.article.title, rewritten.believed["title"]) == ("Ministers signed an accord on Monday", "page")


@pytest.mark.parametrize(
    ("source", "believed"),
    [("selector", "page"), ("json-ld", "page"), ("meta", "feed"), ("time", "feed"), ("text", "feed"), ("url", "feed")],
)
def test_the_order_of_trust_in_dates(source: str, believed: str):
    """The structured data of the page, the feed, then whatever else the page shows."""
    reconciled = reconcile(dated(LONG_AGO, source), told(), a_source())
    assert reconciled.believed["published"] == believed
    assert reconciled.article.published == (LONG_AGO if believed == "page" else TODAY)
    assert "published by" in reconciled.article.notes[0]


def test_a_sitemap_is_believed_after_the_metas_of_the_page():
    """A sitemap often has the time of the last change; listings have any date beside a link."""
    for kind, believed in (("news-sitemap", "page"), ("listing", "page"), ("feed", "feed")):
        reconciled = reconcile(dated(LONG_AGO, "meta"), told(), a_source(kind=kind))
        assert reconciled.believed["published"] == believed


def test_a_day_is_completed_by_the_time_of_the_other():
    """A day without a time is the same day at its midnight."""
    day = a_page(published=TODAY - timedelta(hours=5), published_text="2026-11-30", published_from="json-ld")
    assert reconcile(day, told(), a_source()).article.published == TODAY
    entry = an_entry(published=TODAY - timedelta(hours=5), published_text="2026-11-30")
    assert reconcile(dated(TODAY, "meta"), entry, a_source()).article.published == TODAY


def test_the_last_change_is_an_upper_bound():
    """It dates a page without a date, and an archive that a feed dates anew; a change after publication says nothing."""
    reconciled = reconcile(a_page(modified=LONG_AGO), an_entry(), a_source())
    assert (reconciled.article.published, reconciled.article.published_from) == (LONG_AGO, "modified")
    assert "at the latest 2021-03-01" in reconciled.article.notes[0]
    assert reconcile(a_page(modified=LONG_AGO), told(), a_source()).article.published == LONG_AGO
    assert reconcile(a_page(modified=TODAY), told(TODAY - timedelta(days=3)), a_source()).article.published != TODAY
