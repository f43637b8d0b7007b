"""RSS, RDF and Atom: everything a feed shows is kept, and nothing it says is trusted."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import ParseError
from tests.parse.builders import NOW, an_item, an_rss, read

FULL = "<p>" + "</p><p>".join(f"{word} " * 60 for word in ("border", "ferry", "market", "power")) + "</p>"


def only(body, **kwargs):
    """The one entry of a feed."""
    (entry,) = read(body, **kwargs).entries
    return entry


def test_an_empty_feed_is_a_feed():
    """A feed without entries is no error: a query feed may have found nothing."""
    assert read(an_rss()).entries == ()


def test_ten_thousand_entries_are_ten_thousand():
    """No entry is cut off in silence."""
    assert len(read(an_rss(*(an_item(number) for number in range(10_000)))).entries) == 10_000


def test_an_entry_without_a_usable_link_is_judged_by_its_words():
    """What cannot be fetched has neither URL nor link."""
    parsed = read(an_rss(an_item(1), an_item(2, link=""), an_item(3, link="javascript:alert(1)")))
    assert [(entry.title, entry.link) for entry in parsed.entries[1:]] == [("Title 2", ""), ("Title 3", "")]


def test_entries_without_link_and_words_are_counted_as_bad():
    """A feed of nothing else is an error, and says so."""
    empty = "<item><link>data:text/html,x</link></item>"
    assert read(an_rss(an_item(1), empty)).bad == 1
    with pytest.raises(ParseError, match="none of the 1 entries"):
        read(an_rss(empty))


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://outlet.example/live#post-2", "https://outlet.example/live#post-2"),
        ("https://outlet.example/#!/news/1", "https://outlet.example/#!/news/1"),
        ("https://outlet.example/1#xtor=RSS-3", "https://outlet.example/1"),
        ("https://outlet.example/1#Echobox=1700000000", "https://outlet.example/1"),
        ("https://outlet.example/1#comments", "https://outlet.example/1"),
        ("https://outlet.example/1#:~:text=Iran", "https://outlet.example/1"),
        ("https://outlet.example/1#", "https://outlet.example/1"),
    ],
)
def test_a_fragment_that_names_an_entry_stays_in_the_link(link, kept):
    """It leads to the post of a live page; the URL has none, because it is one page."""
    entry = only(an_rss(an_item(link=link)))
    assert (entry.link, "#" in entry.url) == (kept, False)


def test_one_guid_on_all_items_loses_none():
    """The URL is the key; a guid that repeats does no harm."""
    guid = '<guid isPermaLink="false">x</guid>'
    assert [entry.guid for entry in read(an_rss(an_item(1, guid), an_item(2, guid))).entries] == ["x", "x"]


def test_a_permalink_guid_serves_where_there_is_no_link():
    """The guid is the link where RSS says so."""
    assert only(an_rss("<item><guid>https://outlet.example/9</guid></item>")).link == "https://outlet.example/9"


def test_relative_links_are_resolved_against_the_feed_and_xml_base():
    """A link is absolute, by xml:base or the feed's own address."""
    assert only(an_rss(an_item(link="../story/1"))).link == "https://outlet.example/story/1"
    body = an_rss(an_item(link="story/1")).replace("<channel>", '<channel xml:base="https://other.example/en/">')
    assert only(body).link == "https://other.example/en/story/1"


def test_a_redirect_link_of_an_aggregator_is_kept():
    """Links of query feeds lead through the aggregator; reading the page will resolve them."""
    link = "https://news.google.example/rss/articles/CBMiX?oc=5"
    assert only(an_rss(an_item(link=link))).link == link


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("<![CDATA[<script>alert(1)</script>Iran <b>&amp;</b> Pakistan]]>", "Iran & Pakistan"),
        ("Line one\n\t line two\u202e\u0000", "Line one line two"),
        ("AT&amp;amp;T, 3 &lt; 4", "AT&T, 3 < 4"),
        ("The desk&#146;s day&#xD800;", "The desk’s day"),
        ("<![CDATA[<img src=x onerror=alert(1)>Photo<br>day]]>", "Photo day"),
        ("ز\u200cبان", "ز\u200cبان"),
    ],
)
def test_titles_are_plain_text_on_one_line(title, plain):
    """No markup, control or bidi character of a title comes through; letters and joiners do."""
    assert only(an_rss(an_item()).replace("Title 1", title)).title == plain


def test_fields_are_bounded():
    """A small feed cannot unfold to a huge one."""
    entry = only(an_rss(an_item(1, f"<description>{'word ' * 60_000}</description>")).replace("Title 1", "t " * 9_999))
    assert len(entry.title) <= 500
    assert len(entry.summary) <= 5_000
    assert len(entry.content) <= 200_000


def test_times_are_read_in_the_zone_of_the_source():
    """PKT is five hours ahead, and a time without a zone is the source's own."""
    pkt = an_rss(an_item(1, "<pubDate>Tue, 16 Jan 2024 19:00:00 PKT</pubDate>"))
    naive = an_rss(an_item(1, "<pubDate>2024-01-16 19:00:00</pubDate>"))
    assert only(pkt).published == only(naive, zone="Asia/Karachi").published == datetime(2024, 1, 16, 14, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "soon", "Mon, 01 Jan 1900 00:00:00 GMT", "Mon, 01 Jan 2029 00:00:00 GMT"])
def test_absurd_times_are_unknown_and_kept_as_text(date):
    """A date that cannot be is None, never now; what the feed wrote stays."""
    entry = only(an_rss(an_item(1, f"<pubDate>{date}</pubDate>")))
    assert (entry.published, entry.published_text) == (None, date)


def test_the_address_tells_the_day_where_the_feed_does_not():
    """Without a date an article of years ago would be news; a date of the feed's own goes first."""
    link = "https://outlet.example/15-Jul-2021/1"
    dated = an_item(1, "<pubDate>Fri, 16 Jul 2021 08:00:00 GMT</pubDate>", link=link)
    assert only(an_rss(an_item(1, link=link))).published == datetime(2021, 7, 15, tzinfo=UTC)
    assert only(an_rss(dated)).published == datetime(2021, 7, 16, 8, tzinfo=UTC)


def test_a_time_a_little_ahead_is_now():
    """A source whose clock runs ahead has published now."""
    assert only(an_rss(an_item(1, "<pubDate>Sat, 21 Nov 2026 15:00:00 GMT</pubDate>"))).published == NOW


def test_full_text_is_kept_in_paragraphs():
    """The full text of a feed becomes plain paragraphs parted by blank lines."""
    entry = only(an_rss(an_item(1, f"<content:encoded><![CDATA[{FULL}]]></content:encoded>")))
    assert [part.split()[0] for part in entry.content.split("\n\n")] == ["border", "ferry", "market", "power"]


@pytest.mark.parametrize("end", ["[…]", "Read more", "Continue reading The border »", "مزید پڑھیں", "ادامه مطلب..."])
def test_a_teaser_is_no_full_text(end):
    """A long text that says itself that it goes on elsewhere is not the whole."""
    assert not only(an_rss(an_item(1, f"<content:encoded><![CDATA[{FULL}<p>{end}</p>]]></content:encoded>"))).content


@pytest.mark.parametrize(
    "end", [" Continue reading...", " Continue reading →", " [Read more]", " READ MORE", " مزید پڑھیں", " ادامه مطلب »"]
)
def test_what_leads_on_is_no_part_of_a_summary(end):
    """The words of a link to the article are left out; the same words within a sentence stay."""
    assert (
        only(an_rss(an_item(1, f"<description>The gate was shut.{end}</description>"))).summary == "The gate was shut."
    )
    plain = "Pupils who walk to school read more."
    assert only(an_rss(an_item(1, f"<description>{plain}</description>"))).summary == plain


def test_links_to_other_articles_are_no_part_of_the_text():
    """Names of another article, set between the paragraphs of this one, would be judged as its own."""
    body = FULL.replace("</p>", "</p><p>Read more: The neighbours sign a treaty</p>", 1)
    entry = only(an_rss(an_item(1, f"<content:encoded><![CDATA[{body}]]></content:encoded>")))
    assert "treaty" not in entry.content
    assert [part.split()[0] for part in entry.content.split("\n\n")] == ["border", "ferry", "market", "power"]


def test_embedded_posts_are_quoted():
    """An embedded post is a paragraph of its own, marked as a quote."""
    post = '<blockquote class="twitter-tweet"><p>Open again.</p>— Desk<br>Friday</blockquote><script>x()</script>'
    entry = only(an_rss(an_item(1, f"<content:encoded><![CDATA[{FULL}{post}]]></content:encoded>")))
    assert entry.content.endswith("\n\n> Open again. — Desk Friday")


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("<ttl>45</ttl>", timedelta(minutes=45)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", None),
        ("<sy:updatePeriod> Daily </sy:updatePeriod>", timedelta(days=1)),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(hours=6)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(minutes=15)),
        ("<ttl>30</ttl><sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>99999999999</ttl><sy:updateFrequency>0</sy:updateFrequency>", None),
    ],
)
def test_how_long_a_feed_asks_to_be_left(head, ttl):
    """<ttl> is in minutes; an hourly sy:updatePeriod is a default of WordPress; nonsense is nothing."""
    assert read(an_rss(an_item(), head=head)).ttl == ttl


def test_the_language_of_the_source_goes_before_that_of_its_feed():
    """WordPress calls many an Urdu site en-US; the desk knows better."""
    body = an_rss(an_item(), head="<language>en-US</language>")
    assert only(body, language="ur").language == "ur"
    assert only(body).language == "en"


def test_a_torn_feed_ends_after_its_last_whole_entry():
    """Wherever a feed is torn, no half entry comes out, and it is not complete."""
    body = an_rss(*(an_item(number, "<description>Words of it.</description>") for number in range(5)))
    whole = {entry.url: entry for entry in read(body).entries}
    for cut in range(body.index("<item>"), body.index("</rss>"), 7):
        torn = read(body[:cut])
        assert not torn.complete
        assert all(whole[entry.url] == entry for entry in torn.entries)
        assert len(torn.entries) == body[:cut].count("</item>")


def test_a_feed_that_is_not_well_formed_is_complete_and_says_so():
    """Unescaped signs in a feed that has its end are a note, no failure."""
    parsed = read(an_rss(an_item(1, "<description>Fish & chips <b></description>"), an_item(2)))
    assert len(parsed.entries) == 2
    assert parsed.complete
    assert "not well-formed" in parsed.notes[0]


def test_what_feedparser_chokes_on_is_left_out():
    """A stray end tag of a namespace that we never read does not lose the feed."""
    broken = an_rss(an_item(1, "</media:player><description>a & b</description>"), an_item(2))
    assert [entry.title for entry in read(broken).entries] == ["Title 1", "Title 2"]


def test_warnings_before_the_feed_are_skipped():
    """A server's error text before the XML does not hide it."""
    result = read("<br />\n<b>Warning</b>: slow disk in /srv/x.php\n" + an_rss(an_item()))
    assert [entry.title for entry in result.entries] == ["Title 1"]
    # Complete: otherwise its validators are never stored, and every poll parses all of it again.
    assert result.complete
    assert result.notes == ("the text before the feed was ignored",)


@pytest.mark.parametrize(
    "title",
    [
        "&lt;![CDATA[Title 1]]&gt;",
        "<![CDATA[<![CDATA[Title 1]]]]><![CDATA[>]]>",
        "<![CDATA[<![CDATA[Title 1]]>",
    ],
)
def test_a_cdata_section_inside_a_text_is_text(title):
    """An HTML parser takes it for a comment, and the title would be empty."""
    item = f"<item><title>{title}</title><link>https://outlet.example/1</link><description>{title}</description></item>"
    entry = only(an_rss(item))
    assert (entry.title, entry.summary) == ("Title 1", "Title 1")


def test_a_picture_in_a_description_hides_no_text():
    """150 KB of base64 before the first word do not use up the bound on markup."""
    picture = f'&lt;img src="data:image/png;base64,{"A" * 150_000}"&gt;'
    item = (
        f"<item><title>T</title><link>https://outlet.example/1</link><description>{picture} Text.</description></item>"
    )
    assert only(an_rss(item)).summary == "Text."


def test_a_wrong_charset_in_header_and_prolog_does_no_harm():
    """Bytes that are UTF-8 are read as such, whatever prolog and header say."""
    body = an_rss(an_item()).replace("Title 1", "ایران").replace('version="1.0"?', 'version="1.0" encoding="idna"?', 1)
    assert only(body, content_type="application/rss+xml; charset=windows-1256").title == "ایران"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!DOCTYPE html><html><body>Checking your browser</body></html>", "HTML page"),
        ("<?xml version='1.0'?><!-- <rss> --><html xmlns='x'><rss></rss></html>", "HTML page"),
        ("<script>location='/'</script>", "HTML page"),
        ("Invalid url", "no XML"),
        (" \n", "empty"),
        ("\x1f\x8b\x08", "gzip"),
        ("<urlset></urlset>", "set its kind to news-sitemap"),
        ("<opml></opml>", "begins with <opml>"),
        ('{"status": "error"}', "no items"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body, reason):
    """A body that is no feed is a ParseError that names what it is."""
    with pytest.raises(ParseError, match=reason):
        read(body.encode("latin-1"))


def test_a_page_of_a_megabyte_is_refused_at_once():
    """An HTML page never reaches feedparser, which would take seconds over it."""
    with pytest.raises(ParseError, match="HTML page"):
        read("<!-- x -->" * 1_000 + "<html>" + "<div><a href='/x'>x</a>" * 50_000, "feed")


def test_entities_of_a_doctype_do_not_unfold():
    """A billion laughs stay a laugh, and no file is read."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY file SYSTEM "file:///etc/hostname">]>'
    body = an_rss(an_item(1, "<description>&l9;&file;</description>")).replace("<rss", doctype + "<rss", 1)
    assert len(only(body).summary) < 100


def test_dates_are_read_in_the_language_of_the_feed():
    """Months in another language than ours are read where the feed says which it is."""
    body = an_rss(an_item(1, "<pubDate>Seg, 24 Set 2018 19:22:00 -0300</pubDate>"), head="<language>pt-br</language>")
    assert only(body).published == datetime(2018, 9, 24, 22, 22, tzinfo=UTC)
