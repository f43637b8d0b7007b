"""Listing pages: by selectors where the source has them, else by the shape of their links."""

from datetime import timedelta

import pytest

from monitor.errors import ParseError
from tests.parse.builders import NOW, read

HEADLINES = ["Rail link opens after two years", "Traders ask for longer desk hours", "Two neighbours sign a water deal"]
HEADLINES += ["Ferry finds a new pier in the south", "Envoys meet over the crossing at noon"]


def listing(body, selectors=None, url="https://desk.example/region"):
    return read(body, "listing", url=url, options=selectors)


def a_page(*links, menu=""):
    articles = "".join(f'<div><h3><a href="{href}">{text}</a></h3></div>' for href, text in links)
    return f"<html><body><ul>{menu}</ul><main>{articles}</main></body></html>"


@pytest.mark.parametrize(
    "form",
    [
        "/news/8500{n}/a-title",
        "/2024/01/16/a-title-{n}",
        "/16-Jan-2024/title{n}",
        "/detail.aspx?newsid={n}",
        "/world/the-title-of-story-{n}",
        "https://www.desk.example/fa/news/8500{n}/عنوان",
    ],
)
def test_links_of_one_form_with_sentences_are_headlines(form):
    """Ids, dates, slugs and queries all name articles; the words of menus are left out, whatever the language."""
    menu = "".join(
        f'<li><a href="/{name}">{name}</a></li>' for name in ("world", "sport", "business", "opinion", "art")
    )
    body = a_page(*((form.format(n=n), text) for n, text in enumerate(HEADLINES)), menu=menu)
    assert [entry.title for entry in listing(body).entries] == HEADLINES


def test_a_short_headline_goes_with_its_form():
    """A headline of two words is known by its address, which is that of the other articles."""
    body = a_page(*((f"/news/1000{n}", text) for n, text in enumerate([*HEADLINES, "Enough rain"])))
    assert listing(body).entries[-1].title == "Enough rain"


def test_authors_tags_other_sites_and_the_page_itself_are_left_out():
    """Links to shelves, to other sites and to the page itself are no entries, however long their words."""
    others = ["/author/10001/x", "/tag/10002/x", "https://other.example/news/10003", "/region", "/logo/10004.png"]
    body = a_page(
        *((f"/news/2000{n}", text) for n, text in enumerate(HEADLINES)),
        *((href, "Some words that look like a headline") for href in others),
    )
    assert len(listing(body).entries) == len(HEADLINES)


@pytest.mark.parametrize(
    ("page", "articles"),
    [
        ("https://en.desk.example/region", "https://desk.example"),
        ("https://en.desk.example/region", "https://news.desk.example"),
        ("https://desk.example/region", "https://en.desk.example"),
        ("https://www.desk.com.pk/region", "https://ur.desk.com.pk"),
    ],
)
def test_articles_on_another_subdomain_are_entries(page: str, articles: str):
    """All hosts of one owner are one site; another site below the same suffix is not."""
    body = a_page(
        *((f"{articles}/news/3000{n}", text) for n, text in enumerate(HEADLINES)),
        *((f"https://other.com.pk/news/4000{n}", f"Another {text}") for n, text in enumerate(HEADLINES)),
    )
    assert [entry.title for entry in listing(body, url=page).entries] == HEADLINES


def test_a_page_without_headlines_is_an_error():
    """A menu alone, or a layout that changed, is a ParseError that says so."""
    with pytest.raises(ParseError, match="layout may have changed"):
        listing(a_page(("/world", "World"), ("/sport", "Sport"), ("/art", "Art")))


SELECTORS = {"entry": "li.row", "link": "a.go", "title": "b", "summary": "p", "time": "span"}
ROW = '<li class="row"><a class="go" href="s/1">more</a><b>A <i>title</i></b><p>Lead</p><span>16 Jan 2024 10:00</span></li>'


def test_selectors_are_followed():
    """Each field comes from where the source says; links are resolved against <base>."""
    (entry,) = listing(f'<base href="https://desk.example/en/"><ul>{ROW}</ul>', SELECTORS).entries
    assert (entry.link, entry.title, entry.summary) == ("https://desk.example/en/s/1", "A title", "Lead")
    assert entry.published.isoformat() == "2024-01-16T10:00:00+00:00"


def test_an_entry_may_be_the_link_itself():
    """Where the entry selector finds links, they need no other selector."""
    body = '<a class="t" href="/1">One</a><a class="t" href="/2">Two</a>'
    assert [entry.title for entry in listing(body, {"entry": "a.t"}).entries] == ["One", "Two"]


def test_rows_without_a_link_are_counted_as_bad():
    """A row in which the link selector finds nothing is bad, and counted."""
    assert listing(f"<ul>{ROW}<li class=row>Ad</li></ul>", SELECTORS).bad == 1


@pytest.mark.parametrize(("selector", "reason"), [("li.other", "matches nothing"), ("li[", "is not a CSS selector")])
def test_selectors_that_fail_say_so(selector, reason):
    """A selector that finds nothing, or is not CSS, is a ParseError that names it."""
    with pytest.raises(ParseError, match=reason):
        listing(ROW, {"entry": selector})


def test_a_time_in_one_line_with_its_author():
    """Desks write author and time in one line, parted by bars: the time is read, however long the name."""
    line = '<span class="story-date">The Correspondent of the Southern Desk | Updated 14 minutes ago |</span>'
    rows = "".join(f'<div><h3><a href="/news/1000{n}">{text}</a></h3>{line}</div>' for n, text in enumerate(HEADLINES))
    found = listing(f"<main>{rows}</main>").entries
    assert [entry.published for entry in found] == [NOW - timedelta(minutes=14)] * len(HEADLINES)


def test_the_title_of_a_link_says_which_text_is_the_headline():
    """A long name of an author in the same link is not taken for a short headline."""
    link = '<a href="/news/10009" title="On rain"> On rain <span>A Columnist of Many Names</span></a>'
    body = a_page(*((f"/news/1000{n}", text) for n, text in enumerate(HEADLINES))).replace("</main>", f"{link}</main>")
    assert listing(body).entries[-1].title == "On rain"
