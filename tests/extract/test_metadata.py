"""What a page says of its article."""

import json

import pytest

from monitor.extract.languages import by_letters
from monitor.extract.origins import origin
from tests.extract.builders import TEXT, an_article, paragraphs

URDU = "پاکستان اور ایران کے وزرائے خارجہ نے جمعرات کو سرحدی شہر میں ملاقات کی اور تجارت پر بات کی۔"
PERSIAN = "وزیران خارجهٔ ایران و پاکستان روز پنجشنبه در شهر مرزی دیدار کردند و دربارهٔ بازرگانی گفتگو کردند."
ARABIC = "اجتمع وزيرا خارجية البلدين يوم الخميس في المدينة الحدودية وتحدثا عن التجارة والتأشيرات."


def json_ld(*items: object) -> str:
    """A script for each item."""
    return "".join(f'<script type="application/ld+json">{json.dumps(item)}</script>' for item in items)


def test_the_title_is_the_h1_that_the_head_confirms():
    """og:title is worded for social networks, and the first h1 may be the outlet's name."""
    head = "<title>Crossing reopens after talks | The Ledger</title><meta property='og:title' content='You will not believe it'>"
    body = f"<h1>The Ledger</h1><article><h1>Crossing reopens after talks</h1>{paragraphs()}</article>"
    assert an_article(body, head).title == "Crossing reopens after talks"


def test_a_title_of_the_head_loses_the_name_of_the_outlet():
    """Where no h1 helps, <title> is cut at its separator."""
    head = "<title>Crossing reopens - The Ledger</title><meta property='og:site_name' content='The Ledger'>"
    assert an_article(head=head).title == "Crossing reopens"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Person", "name": "Sana Baloch"}, ("Sana Baloch",)),
        ([{"name": "Sana Baloch"}, {"name": "Imran Zehri"}], ("Sana Baloch", "Imran Zehri")),
        ("By Sana Baloch and Imran Zehri", ("Sana Baloch", "Imran Zehri")),
        ({"name": ["Sana Baloch", "Imran Zehri"]}, ("Sana Baloch", "Imran Zehri")),
        ("https://outlet.example/author/7", ()),
    ],
)
def test_authors_of_structured_data(author: object, names: tuple[str, ...]):
    """One or several, as a text, an object or a list; addresses are no names."""
    assert an_article(head=json_ld({"@type": "NewsArticle", "author": author})).authors == names


@pytest.mark.parametrize("line", ["By Sana Baloch", "Sana Baloch | 28.01.2024", "by Sana Baloch on Friday 5 January"])
def test_a_byline_beside_the_headline(line: str):
    """What no name gives away is found by its place and wording."""
    assert an_article(f"<h1>A crossing reopens</h1><div>{line}</div><div>{paragraphs()}</div>").authors == (
        "Sana Baloch",
    )


def test_the_article_of_a_graph():
    """The item of the article's type counts, wherever it stands; publishers and images have dates too."""
    graph = {
        "@graph": [
            {"@type": "WebPage", "datePublished": "2020-01-01"},
            {"@type": ["Thing", "NewsArticle"], "headline": "A", "datePublished": "2024-02-08T09:15:00+05:00"},
        ],
    }
    article = an_article(head=json_ld({"@type": "Organization"}, graph))
    assert (article.published.isoformat(), article.published_from) == ("2024-02-08T04:15:00+00:00", "json-ld")


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "datePublished": "2024-02-08T04:15:00Z",}',
        '<!-- {"@type": "NewsArticle", "datePublished": "2024-02-08T04:15:00Z"} -->',
        '{"@type": "NewsArticle", "description": "a "quoted" word", "datePublished": "2024-02-08T04:15:00Z"}',
        '{"@type": "NewsArticle", "description": "two\nlines", "datePublished": "2024-02-08T04:15:00Z"};',
    ],
)
def test_broken_json_is_mended(script: str):
    """Hands and templates break JSON in a few ways that leave the date readable."""
    article = an_article(head=f'<script type="application/ld+json">{script}</script>')
    assert article.published_text == "2024-02-08T04:15:00Z"


@pytest.mark.parametrize(
    ("head", "body", "url", "source"),
    [
        ("<meta property='article:published_time' content='2024-02-08T00:00:00Z'>", "", "", "meta"),
        ("", "<span itemprop='datePublished' content='2024-02-08'>Thursday</span>", "", "itemprop"),
        ("", "<time datetime='2024-02-08T00:00Z'>Thursday</time>", "", "time"),
        ("", "", "https://outlet.example/2024/02/08/crossing", "url"),
        ("", "<h1>A crossing reopens</h1><div>8 February 2024</div>", "", "text"),
    ],
)
def test_where_a_date_may_stand(head: str, body: str, url: str, source: str):
    """From structured data down to a line beside the headline; the place is told."""
    article = an_article(f"{body}<div>{paragraphs()}</div>", head, url=url or "https://outlet.example/1")
    assert (article.published.date().isoformat(), article.published_from) == ("2024-02-08", source)


def test_a_time_without_a_zone_is_read_in_that_of_the_source():
    """Outlets print their own hour."""
    head = "<meta property='article:published_time' content='2024-02-08 05:00'>"
    assert an_article(head=head, zone="Asia/Karachi").published.hour == 0


@pytest.mark.parametrize("line", ["2 hours ago", "Thursday", "© 1998", "Order no. 20240208"])
def test_no_date_is_better_than_a_false_one(line: str):
    """An unknown date stays unknown: a teaser's "2 hours ago" would make an old story new."""
    assert an_article(f"<h1>A crossing reopens</h1><div>{line}</div><div>{paragraphs()}</div>").published is None


def test_a_time_by_distance_in_markup_is_no_date():
    """The same holds for <time> without its attribute."""
    assert an_article(f"<article><time>2 hours ago</time>{paragraphs()}</article>").published is None


def test_a_date_of_next_year_is_no_date():
    """An absurd date is passed over for the next place."""
    head = "<meta property='article:published_time' content='2029-02-08'>"
    assert an_article(head=head, url="https://outlet.example/2024/02/08/1").published_from == "url"


@pytest.mark.parametrize(
    ("lang", "hint", "text", "expected"),
    [
        ("en-GB", "", TEXT[0], "en"),
        ("en-US", "", URDU, "ur"),
        ("en-US", "ur", URDU, "ur"),
        ("", "fa", PERSIAN, "fa"),
        ("", "", PERSIAN, "fa"),
        ("", "", ARABIC, "ar"),
        ("ar", "", ARABIC, "ar"),
        ("ps", "", URDU, "ps"),
        ("ur", "", TEXT[0], ""),
        ("ur", "en", TEXT[0], "en"),
    ],
)
def test_the_language_fits_the_letters(lang: str, hint: str, text: str, expected: str):
    """A theme's default does not make an Urdu text English, nor an English one Urdu."""
    assert (
        an_article(f"<article>{paragraphs(text, text + ' ' + text)}</article>", lang=lang, language=hint).language
        == expected
    )


def test_letters_tell_the_language_of_a_script():
    """Urdu, Persian and Arabic are told by the letters that the others lack."""
    assert [by_letters(text) for text in (URDU, PERSIAN, ARABIC, TEXT[0], "")] == ["ur", "fa", "ar", "", ""]


@pytest.mark.parametrize(
    ("head", "noarchive"),
    [
        ("<meta name='robots' content='index, NOARCHIVE'>", True),
        ("<meta name='tdm-reservation' content='1'>", True),
        ("<meta name='tdm-reservation' content='0'>", False),
        ("<meta name='robots' content='index, follow'>", False),
    ],
)
def test_pages_that_ask_not_to_be_stored(head: str, noarchive: bool):  # noqa: FBT001 - a column of the table
    """The robots meta and TDMRep are heard."""
    assert an_article(head=head).noarchive is noarchive


@pytest.mark.parametrize(
    ("value", "free"), [(False, False), ("False", False), (True, True), ("true", True), (None, True)]
)
def test_paywalled_articles_are_marked(value: object, free: bool):  # noqa: FBT001 - a column of the table
    """The mark of schema.org is a boolean, or the word for it."""
    assert an_article(head=json_ld({"@type": "NewsArticle", "isAccessibleForFree": value})).free is free


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("https://www.outlet.example/story?utm_source=x", "https://www.outlet.example/story"),
        ("/story", "https://outlet.example/story"),
        ("https://elsewhere.example/story", ""),
        ("https://outlet.example/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_canonical_address_is_one_of_this_site(href: str, canonical: str):
    """Copies name another site, broken themes the home page: neither is this page."""
    assert an_article(head=f"<link rel='canonical' href='{href}'>").canonical == canonical


@pytest.mark.parametrize(
    ("authors", "text", "agency"),
    [
        ((), "ISLAMABAD, Jan 19 (APP): The minister spoke on Friday.", "APP"),
        ((), "The minister spoke on Friday. —AFP", "AFP"),
        (("Reuters",), "The minister spoke on Friday.", "Reuters"),
        ((), "به گزارش خبرگزاری ایرنا، وزیر روز جمعه سخن گفت.", "IRNA"),
        ((), "اسلام آباد (اے پی پی) وزیر نے جمعہ کو بات کی۔", "APP"),
        ((), "The minister told Reuters on Friday that talks would go on.", ""),
        ((), "They unite (united) in their happy mood.", ""),
    ],
)
def test_the_agency_of_a_text(authors: tuple[str, ...], text: str, agency: str):
    """A credit counts in a dateline, at the end or as a byline; being quoted is no credit."""
    assert origin(authors, [text]) == agency
