"""What a page says of its article."""

import json
from datetime import UTC, datetime

import pytest

from monitor.extract.metadata.agency import find_agency
from monitor.languages.script import guess_language
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
    "h1",
    [
        "Trade talks: Crossing reopens after talks",
        "Reopens after talks",
        "Crossing reopens after talks And what it means",
    ],
)
def test_what_two_declare_is_the_title(h1: str):
    """Where og:title and JSON-LD agree, an h1 that is a part or more of it has lost or won a kicker or a subtitle."""
    declared = "Crossing reopens after talks"
    head = f"<meta property='og:title' content='{declared}'>" + json_ld({"@type": "NewsArticle", "headline": declared})
    assert an_article(f"<h1>{h1}</h1><div>{paragraphs()}</div>", head).title == declared


def test_an_h1_in_other_words_than_the_head():
    """og:title and <title> may be worded for machines: an h1 that shares enough words with them is the headline."""
    head = "<title>Border crossing news: Taftan reopens today</title>"
    body = f"<h1>Welcome to our outlet</h1><h1>After long talks Taftan crossing reopens</h1><div>{paragraphs()}</div>"
    assert an_article(body, head).title == "After long talks Taftan crossing reopens"


def test_a_title_ends_where_a_line_of_the_page_ends():
    """An old theme has no h1 and names its outlet nowhere else."""
    head = "<title>Smuggled diesel was seized near Noshki :: Frontier Sentinel</title>"
    body = f"<table><tr><td>Smuggled diesel was seized near Noshki<br>8 November 2023<br><br>{'<br><br>'.join(TEXT)}</table>"
    article = an_article(body, head)
    assert (article.title, article.published_text) == ("Smuggled diesel was seized near Noshki", "8 November 2023")


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Person", "name": "Sana Baloch"}, ("Sana Baloch",)),
        ([{"name": "Sana Baloch"}, {"name": "Imran Zehri"}], ("Sana Baloch", "Imran Zehri")),
        ("By Sana Baloch and Imran Zehri", ("Sana Baloch", "Imran Zehri")),
        ({"name": ["Sana Baloch", "Imran Zehri"]}, ("Sana Baloch", "Imran Zehri")),
        ({"@type": "Person", "givenName": "Sana", "familyName": "Baloch"}, ("Sana Baloch",)),
        ({"@id": "#sana"}, ("Sana Baloch",)),
        ([{"@id": "#sana"}, {"name": "Imran Zehri (imz)"}], ("Sana Baloch", "Imran Zehri")),
        ([[{"name": "Sana Baloch"}], [{"name": "Imran Zehri"}]], ("Sana Baloch", "Imran Zehri")),
        ({"@id": "#nobody"}, ()),
        ({"@id": {"@id": 1}, "givenName": {"givenName": []}}, ()),
        ({"@type": "Organization", "name": "Web Desk"}, ()),
        ("ویب ڈیسک", ()),
        ("https://outlet.example/author/7", ()),
    ],
)
def test_authors_of_structured_data(author: object, names: tuple[str, ...]):
    """One or several, as a text, an object, a list or a reference; addresses and desks are no names."""
    head = json_ld(
        {"@type": "NewsArticle", "author": author}, {"@type": "Person", "@id": "#sana", "name": "Sana Baloch"}
    )
    assert an_article(head=head).authors == names


@pytest.mark.parametrize(
    "line",
    [
        "By Sana Baloch",
        "Sana Baloch | 28.01.2024",
        "Sana Baloch 28.01.2024 - Update : 29.01.2024",
        "by Sana Baloch on Friday 5 January",
        "Posted by Sana Baloch · in Border",
        "Written by: Sana Baloch Last updated: 5 January 2024",
        "Von Sana Baloch, The Ledger",
        "نویسنده: Sana Baloch",
        "تحریر: Sana Baloch",
    ],
)
def test_a_byline_beside_the_headline(line: str):
    """What no name gives away is found by its place and wording."""
    head = "<meta property='og:site_name' content='The Ledger'>"
    body = f"<h1>A crossing reopens</h1><div>{line}</div><div>{paragraphs()}</div>"
    assert an_article(body, head).authors == ("Sana Baloch",)


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ("<p class=byline>By <a>Sana Baloch</a> <a>Imran Zehri</a></p>", ("Sana Baloch", "Imran Zehri")),
        (
            "<li>By <a href='/author/1'>Sana Baloch</a> and <a href='/author/2'>Imran Zehri</a></li>",
            ("Sana Baloch", "Imran Zehri"),
        ),
        ("<div class=author-info><a>Sana Baloch</a> Reporter</div>", ("Sana Baloch",)),
        ("<div class=comments><b class=author>Troll</b></div>", ()),
        ("<aside><b class=author>Troll</b></aside>", ()),
        ("<footer><b class=author>A. Webmaster</b></footer>", ()),
    ],
)
def test_a_byline_by_its_name(markup: str, names: tuple[str, ...]):
    """Links are names where a byline is nothing else; who comments or stands beside the article did not write it."""
    assert an_article(f"<h1>A crossing reopens</h1>{markup}<div>{paragraphs()}</div>").authors == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [("By Sana Baloch", ("Sana Baloch",)), ("", ("The Ledger",)), ("By our own team", ("The Ledger",))],
)
def test_an_outlet_that_signs_for_its_people(byline: str, names: tuple[str, ...]):
    """Structured data often names the outlet as its author: whoever the byline names comes first."""
    head = json_ld({"@type": "NewsArticle", "author": {"@type": "Organization", "name": "The Ledger"}})
    head += "<meta property='og:site_name' content='The Ledger'>"
    body = f"<h1>A crossing reopens</h1><p class=byline>{byline}</p><div>{paragraphs()}</div>"
    assert an_article(body, head).authors == names


def test_a_meta_for_each_author():
    """The Open Graph and journals name several so."""
    head = (
        "<meta property='article:author' content='Sana Baloch'><meta property='article:author' content='Imran Zehri'>"
    )
    assert an_article(head=head).authors == ("Sana Baloch", "Imran Zehri")


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


@pytest.mark.parametrize(
    "body",
    [
        "<header><div class=date>1 March 2024</div></header><h1>A crossing reopens</h1><i class=date>8 February 2024</i>",
        "<div class='top-bar'>1 March 2024</div><h1>A crossing reopens</h1><div>8 February 2024</div>",
        "<nav><time>1 March 2024</time></nav><h1>A crossing reopens</h1><div>8 February 2024</div>",
        "<h1>A crossing reopens</h1><div>Updated: 29 February 2024</div><div>8 February 2024</div>",
        "<h1>A crossing reopens</h1><time class=updated datetime=2024-02-29></time><time datetime=2024-02-08></time>",
        "<h1>A crossing reopens</h1><div>Updated: 29 February 2024, published: 8 February 2024</div>",
        "<h1>A crossing reopens</h1><div>08.02.2024 - Update : 29.02.2024</div>",
        "<h1>A crossing reopens</h1><div>۲۷ رجب ۱۴۴۵</div><div>۱۹ بهمن ۱۴۰۲</div>",
        "<h1>A crossing reopens</h1><div>The fair of 29 February 2024 in the hall behind the border post</div><p>8 February 2024</p>",
    ],
)
def test_whose_date_it_is(body: str):
    """Not that of today in the head of the page, of a teaser, of a change; an Islamic one only where no other is."""
    article = an_article(f"{body}<div class=text>{paragraphs()}</div>")
    assert article.published.date().isoformat() == "2024-02-08"


@pytest.mark.parametrize(
    "line", ["Updated: 8 February 2024", "۲۷ رجب ۱۴۴۵", "Published: 8 February 2024 | Updated 1 March 2024"]
)
def test_the_only_date_of_a_page(line: str):
    """A date of change, or an Islamic one, is better than none."""
    article = an_article(f"<h1>A crossing reopens</h1><div>{line}</div><div>{paragraphs()}</div>")
    assert article.published.date().isoformat() == "2024-02-08"


def test_the_date_of_the_last_change():
    """It stands behind its word in the line of the date."""
    line = "28.01.2024 - Update : 29.01.2024"
    article = an_article(f"<h1>A crossing reopens</h1><div>{line}</div><div>{paragraphs()}</div>")
    assert (article.published.day, article.modified.day) == (28, 29)


def test_the_day_in_the_last_line():
    """Dawn tells its day below the text."""
    body = f"<article><h1>A crossing reopens</h1>{paragraphs()}<p>Published in The Ledger, February 8th, 2024</p></article>"
    assert an_article(body).published.date().isoformat() == "2024-02-08"


def test_the_time_of_a_day():
    """JSON-LD may tell the day alone: the time of that day that another place in the head has is added."""
    head = json_ld({"@type": "NewsArticle", "datePublished": "2024-02-08"})
    timed = "<meta property='article:published_time' content='2024-02-08T04:15:00+05:00'>"
    other = "<meta property='article:published_time' content='2024-02-10T04:15:00+05:00'>"
    assert an_article(head=head + timed, zone="Asia/Karachi").published.isoformat() == "2024-02-07T23:15:00+00:00"
    assert an_article(head=head + other).published.isoformat() == "2024-02-08T00:00:00+00:00"


@pytest.mark.parametrize(
    ("script", "day"),
    [
        ('{"story": {"publishedAt": "2024-02-08T04:15:00Z"}, "again": {"published_at": "2024-02-08"}}', 8),
        (r"{\"datePublished\":\"2024-02-08T04:15:00Z\"}", 8),
        ('{"story": {"publishedAt": "2024-02-08"}, "related": [{"publishedAt": "2024-02-07"}]}', None),
        ('{"updatedAt": "2024-02-08"}', None),
    ],
)
def test_a_date_in_the_state_of_a_script(script: str, day: int | None):
    """Where a page has its date nowhere else, it is taken from what scripts draw it from, if that has one day only."""
    published = an_article(f"<article>{paragraphs()}</article><script>window.state = {script}</script>").published
    assert (published and published.day) == day


OWN = {
    "@type": "NewsArticle",
    "headline": "Crossing reopens after talks",
    "url": "https://outlet.example/news/1?ref=feed#top",
    "datePublished": "2024-02-08T09:15:00+05:00",
    "author": {"name": "Amna Tariq"},
}
OTHER = {
    "@type": "NewsArticle",
    "headline": "Dam level falls",
    "url": "https://outlet.example/news/9",
    "datePublished": "2021-05-01T10:00:00+05:00",
    "author": {"name": "Bilal Rashid"},
}
HEADLINE_TITLE = "<title>Crossing reopens after talks | Outlet</title>"


@pytest.mark.parametrize(
    "items",
    [
        [OTHER, OWN],
        [[OTHER, OWN]],
        [{"@graph": [OTHER, OWN]}],
        [OWN | {"hasPart": [OTHER]}],
        [{"@type": "WebPage", "hasPart": OTHER, "mainEntity": OWN}],
        [{key: OTHER[key] for key in OTHER if key != "url"}, OWN],
        # A plugin declares each item the main entity of the page at hand.
        [OTHER | {"url": "", "mainEntityOfPage": {"@id": "https://outlet.example/news/1"}}, OWN],
        [OTHER, {key: OWN[key] for key in OWN if key != "headline"}],
        [OTHER, OWN | {"url": "http://www.outlet.example/news/1/amp/"}],
    ],
)
def test_the_item_of_the_page_is_believed(items: list[object]):
    """Not the item of a related article, which may come first."""
    article = an_article(head=HEADLINE_TITLE + json_ld(*items))
    assert (article.published_text, article.authors) == (OWN["datePublished"], ("Amna Tariq",))


@pytest.mark.parametrize(
    "item",
    [
        OTHER,
        {key: OTHER[key] for key in OTHER if key != "url"},
        {key: OTHER[key] for key in OTHER if key != "headline"},
        OTHER | {"url": "", "mainEntityOfPage": "/news/9"},
    ],
)
def test_an_item_of_another_page_is_ignored(item: dict[str, object]):
    """By its address or its headline, though the page has no item of its own."""
    article = an_article(head=HEADLINE_TITLE + json_ld(item))
    assert (article.published, article.authors) == (None, ())


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Crossing", "datePublished": 1707365700}',
        '{"@type": "NewsArticle", "headline": "Crossing", "datePublished": 1707365700000}',
        '{"@type": "newsarticle", "headline": "Crossing", "datePublished": "2024-02-08T04:15:00Z"}',
        '{"@type": "Organization", "name": "Outlet"} {"@type": "NewsArticle", "datePublished": "2024-02-08T04:15:00Z"}',
        '{"@type": "NewsArticle", "datePublished": {"@type": "Date", "@value": "2024-02-08T04:15:00Z"}}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;datePublished&quot;: &quot;2024-02-08T04:15:00Z&quot;}",
        '{"@type": "NewsArticle", "headline": "The "old" road", "datePublished": 1707365700}',
    ],
)
def test_the_time_in_structured_data_that_is_nearly_right(script: str):
    """Numbers, types in lower case, two values in one script, escaped quotation marks."""
    article = an_article(head=f'<script type="application/ld+json">{script}</script>')
    assert article.published == datetime(2024, 2, 8, 4, 15, tzinfo=UTC)


def test_a_page_that_is_an_item():
    """Where no item is an article, the one that is the page has its date."""
    head = json_ld({"@type": "WebPage", "datePublished": "2024-02-08T09:15:00+05:00"})
    assert an_article(head=head).published_text == "2024-02-08T09:15:00+05:00"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2024/02/08/crossing", "2024-02-08"),
        ("2024/2/8/crossing", "2024-02-08"),
        ("news/2024-02-08/crossing", "2024-02-08"),
        ("20240208-crossing", None),
        ("story/20120415", None),
        ("news/the-deal-of-2015-07-14-anniversary", None),
        ("2021/22/weekly-report", None),
        ("202402081234/crossing", None),
    ],
)
def test_the_day_in_the_address(path: str, day: str | None):
    """A season or a number is no day."""
    published = an_article(url=f"https://outlet.example/{path}").published
    assert (published and published.date().isoformat()) == day


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
        ("ps", "", URDU, "ur"),
        ("ur", "", TEXT[0], "en"),
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
    """Urdu, Persian and Arabic are told by the letters that the others lack, English by its commonest words."""
    assert [guess_language(text) for text in (URDU, PERSIAN, ARABIC, TEXT[0], "")] == ["ur", "fa", "ar", "en", ""]


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
    assert find_agency(authors, [text]) == agency
