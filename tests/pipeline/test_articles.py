"""Page and feed are two witnesses of one entry: which of them is believed, for each field."""

import pytest

from monitor.model import Article, Entry, Method
from monitor.pipeline.articles import reconcile
from tests.cli.builders import a_source

HEADLINE = "Iran and Pakistan agree to reopen three border markets"
TEXT = "Iranian and Pakistani ministers signed an accord on the markets at Rimdan, Gabd and Mand on Monday."
URDU = "ایران اور پاکستان نے تین سرحدی بازار دوبارہ کھولنے پر اتفاق کیا ہے، وزارت تجارت نے پیر کو بتایا۔ " * 10


def an_entry(**changes) -> Entry:
    return Entry(**({"url": "https://a.example/1", "link": "https://a.example/1", "title": HEADLINE} | changes))


def a_page(title: str, text: str) -> Article:
    return Article(url="https://a.example/1", title=title, text=text, method=Method.DENSITY)


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
    article, doubt = reconcile(a_page(title, text), an_entry(), a_source())
    assert (article.title, article.text, doubt) == (title or HEADLINE, text, "")


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
    assert "no word of the headline" in reconcile(a_page(title, text), an_entry(), a_source())[1]


def test_a_headline_of_few_words_doubts_no_page():
    """A headline such as "Live updates" is in no text."""
    assert reconcile(a_page("Weather", "Rain."), an_entry(title="Live updates"), a_source())[1] == ""


def test_the_longer_text_is_believed():
    """The text of a full-text feed replaces the stub of a paywall, and the note gives the reason."""
    content = f"{TEXT} " * 30
    article, _ = reconcile(a_page(HEADLINE, TEXT), an_entry(content=content), a_source())
    assert article.text == content
    assert "text from the feed" in article.notes[-1]
    article, _ = reconcile(a_page(HEADLINE, content), an_entry(content=f"{TEXT} " * 25), a_source())
    assert (article.text, article.notes) == (content, ())
