"""A digest written out: readable in every language, harmless whatever is in it, and never too long."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from monitor.digest import compile_templates, render, template_sources
from monitor.digest.render import MAX_HTML_BYTES, web_link
from monitor.model import Excerpt, Flag, NearMiss, NoticeKind, SilentSource

from .builders import NOW, a_coverage, a_digest, a_full_digest, a_line, a_story, at, some_templates
from .golden import DIGESTS, FOLDER, forms, written

TEMPLATES = some_templates()
TITLE = a_line().title


class Page(HTMLParser):
    """The tags of a page, with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.text += data

    def links(self) -> list[str]:
        return [attrs["href"] for tag, attrs in self.tags if tag == "a"]


@pytest.mark.parametrize("name", DIGESTS)
def test_golden(name):
    """Text, HTML and JSON are as they were read and accepted; `python -m tests.digest.golden` writes them anew."""
    for file, content in forms(name).items():
        assert content == (FOLDER / file).read_text(encoding="utf-8"), file


# --- subject ----------------------------------------------------------------------------------------------------------


def a_titled_digest(title: str, **given):
    return a_digest(stories=(a_story(articles=(a_line(title=title),)),), **given)


@pytest.mark.parametrize(
    ("digest", "subject"),
    [
        (a_titled_digest("Envoys return"), "Envoys return (1 story)"),
        (a_titled_digest("سفیر واپس"), "1 story: سفیر واپس"),
        (a_titled_digest("Envoys return", kind="alert"), "Alert: Envoys return"),
        (
            a_digest(kind="alert", stories=(a_story(), a_story(story=2), a_story(story=3))),
            f"Alert: {TITLE} (and 2 more)",
        ),
        (
            a_digest(kind="alert", stories=(a_story(articles=(a_line(title="سفیر واپس"),)), a_story(story=2))),
            "Alert, with 1 more: سفیر واپس",
        ),
        (a_titled_digest("Two\nlines\u202e"), "Two lines (1 story)"),
        (a_titled_digest(""), "(no headline) (1 story)"),
        (
            a_digest(stories=(a_story(articles=(a_line(title="One"), a_line(item=2, copies=(("B", ""),)))), a_story())),
            "One (2 stories, 4 articles)",
        ),
        (
            a_digest(stories=(), coverage=a_coverage(healthy=41)),
            "Iran–Pakistan desk: nothing new; 41 of 43 sources answered",
        ),
    ],
)
def test_subject(digest, subject):
    """The subject is the lead story and the counts, on one line, in one order that mixed directions do not break."""
    assert written(digest).subject == subject


def test_subject_is_cut_at_a_word():
    """A headline of any length leaves a short subject."""
    assert len(written(a_titled_digest("word " * 200)).subject) < 140


# --- what a reader sees -----------------------------------------------------------------------------------------------


def test_both_parts_have_the_same_content():
    """HTML and plain text have the same headlines, links, outlets, cautions, near misses and coverage."""
    digest = written(a_full_digest())
    page = Page(digest.html)
    for words in [
        *("Traders wait as the Mirjaveh crossing", "روزنامہ خبر", "Update", "Late", "Headline only"),
        *(
            "Caution: state media",
            "owned by the state",
            "reads like a text made for search engines",
            "Gulf Wire",
            "صبح نو",
        ),
        *("18 Nov", "Islamabad calls its ambassador home", "Oil prices", "New: 26 November, Jalil Abbas Jilani"),
        *(
            "Hossein Amir-Abdollahian (IR), Jalil Abbas Jilani (PK): diplomacy",
            "Urdu",
            "Persian",
            "Ambassadors to return",
        ),
        *("lerted 21 Nov 14:05", "Border opens: what you need to know"),
        *("Polled 43 sources: 41 answered, 2 silent, 1 gap", "Mountain Times", "HTTP 403", "21 Nov 2026, 18:00 PKT"),
        *("2 more stories will be in the next digest",),
    ]:
        assert words in re.sub(r"\s+", " ", page.text), words
        assert words in re.sub(r"\s+", " ", digest.text), words
    assert set(page.links()) <= set(digest.text.split())


def test_lead_has_forty_words_at_most():
    """No more of an article leaves the store than forty words."""
    digest = written(a_digest(stories=(a_story(articles=(a_line(lead="word " * 400),)),)))
    assert digest.text.count("word") == digest.html.count("word ") + 1 == json.dumps(digest.data).count("word") == 40


def test_each_text_has_its_own_direction():
    """A text from right to left has its direction on its cell, as attribute and as style, and its language."""
    page = Page(written(a_full_digest()).html)
    [urdu] = [attrs for tag, attrs in page.tags if tag == "h3" and attrs.get("lang") == "ur"]
    assert urdu["dir"] == "rtl"
    assert "direction:rtl" in urdu["style"]
    assert "text-align:right" in urdu["style"]
    cells = [attrs for tag, attrs in page.tags if tag == "td" and "card" in attrs.get("class", "")]
    assert [(cell["dir"], cell["align"]) for cell in cells] == [("rtl", "right"), ("ltr", "left"), ("rtl", "right")]
    assert all(re.search(r"line-height:(1\.9|2)", cell["style"]) for cell in cells if cell["dir"] == "rtl")


def test_matches_are_isolated():
    """Each matched word is in a <bdi>; otherwise a line with two directions is displayed in the wrong order."""
    html = written(a_full_digest()).html
    assert html.count('<b class="match"') == html.count('<bdi><b class="match"') == 4


def test_plain_text_mixes_no_directions_in_running_text():
    """Apart from the lines with outlet and time, no line of the plain text has both Latin and Arabic letters."""
    mixed = [
        line
        for line in written(a_full_digest()).text.splitlines()
        if re.search("[a-zA-Z].*[ا-ی]|[ا-ی].*[a-zA-Z]", line)
    ]
    assert all("·" in line or line.startswith(("- Silent", "  Same text:")) for line in mixed), mixed


def test_plain_text_is_wrapped():
    """Running text keeps to 72 columns; a URL is never broken."""
    url = "https://daily.example/" + "a" * 200
    lines = written(a_digest(stories=(a_story(articles=(a_line(url=url, title="word " * 60),)),))).text.splitlines()
    assert url in lines
    assert all(len(line) <= 72 for line in lines if line != url)


def test_headings_go_down_one_by_one():
    """Screen readers walk the headings: one h1, and no level is left out."""
    levels = [int(tag[1]) for tag, _ in Page(written(a_full_digest()).html).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_layout_tables_are_no_data():
    """Tables are for layout; their role keeps screen readers from counting cells."""
    tables = [attrs for tag, attrs in Page(written(a_full_digest()).html).tags if tag == "table"]
    assert tables
    assert all(table["role"] == "presentation" for table in tables)


def test_nothing_is_loaded_from_anywhere():
    """The mail has no image, script, font, frame, form or remote style: opening it sends no request."""
    html = written(a_full_digest()).html
    allowed = {
        *("html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "h1", "h2", "h3"),
        *("p", "span", "a", "b", "bdi", "br", "ul", "ol", "li"),
    }
    assert {tag for tag, _ in Page(html).tags} <= allowed
    assert not re.search(r"url\(|@import|@font-face|src=", html)


def test_dark_mode_survives_the_inlining():
    """The rules for dark screens stay in the head, where clients look for them."""
    html = written(a_digest()).html
    assert "prefers-color-scheme: dark" in html
    assert '<meta name="color-scheme" content="light dark">' in html


def test_times_carry_their_zone():
    """Times are the reader's and say so; a zone without a name gives its distance from UTC."""
    assert "21 Nov 2026, 17:00 PKT" in written(a_digest()).text
    assert "21 Nov 2026, 15:30 UTC+03:30" in written(a_digest(zone="Asia/Tehran")).text
    assert "21 Nov 2026, 12:00 GMT" in written(a_digest(zone="Europe/London")).text


def test_unknown_time_is_said():
    """An article without a publication time is shown with the time when it was first seen, and marked."""
    digest = written(a_digest(stories=(a_story(articles=(a_line(published=None),)),)))
    assert "seen 21 Nov 2026, 17:05 PKT (no publication time)" in digest.text
    assert "no publication time" in digest.html
    [story] = digest.data["stories"]
    assert story["items"][0]["published_at"] is None


def test_seen_is_told_where_it_differs():
    """A text seen hours after it was published shows both times."""
    digest = written(a_digest(stories=(a_story(articles=(a_line(published=at(21, 6)),)),)))
    assert "First seen 21 Nov 2026, 17:05 PKT" in digest.text
    assert "seen <span" in digest.html


def test_empty_digest_explains_its_silence():
    """A digest without stories says that nothing was found, and reports the coverage."""
    digest = written(
        a_digest(
            stories=(), coverage=a_coverage(healthy=42, silent=(SilentSource(source="A", since=None, reason="DNS"),))
        )
    )
    for part in (digest.text, Page(digest.html).text):
        assert "Nothing new was found." in part
        assert "Polled 43 sources: 42 answered, 1 silent." in part
        assert "never answered" in part


def test_long_lists_are_counted():
    """Of many misses five are shown, of silent sources ten, and the rest is counted."""
    misses = tuple(NearMiss(title=f"M{n}", url="", source="S", language="", score=1, missing="x") for n in range(13))
    blind = tuple(SilentSource(source=f"S{n}", since=None, reason="gone") for n in range(31))
    digest = written(a_digest(near_misses=misses, coverage=a_coverage(silent=blind)))
    for part in (digest.text, Page(digest.html).text):
        assert "M4" in part
        assert "M5" not in part
        assert "and 8 more" in part
        assert "and 21 more silent sources" in part
    assert len(digest.data["near"]) == 13


# --- length -----------------------------------------------------------------------------------------------------------


def a_long_digest(stories: int):
    lead = "کلمہ " * 60
    return a_digest(
        stories=tuple(
            a_story(
                story=n,
                articles=tuple(
                    a_line(item=100 * n + m, title=f"Headline {n}", lead=lead, source=f"S{m}") for m in range(4)
                ),
                excerpts=(Excerpt(before="a ", match="b", after=" c", name="b", side="IR"),) * 3,
            )
            for n in range(1, stories + 1)
        )
    )


@pytest.mark.parametrize("stories", [5, 60, 400])
def test_html_is_never_cut_by_a_mail_service(stories):
    """The HTML stays under the limit: stories shrink to headlines from the end, then are counted; the text has all."""
    digest = written(a_long_digest(stories))
    assert len(digest.html.encode()) <= MAX_HTML_BYTES
    shown = digest.html.count("<h3")
    left = stories - shown
    assert ("only in the plain-text part" in digest.html) == bool(left)
    if left:
        assert f"{left} more" in digest.html
    assert f"Headline {stories}\n" in digest.text
    assert len(digest.data["stories"]) == stories
    assert "Coverage" in digest.html


def test_a_digest_of_forty_stories_shows_them_all():
    """The usual cap fits: every story has at least its headline in the HTML."""
    assert written(a_long_digest(40)).html.count("<h3") == 40


# --- hostile text -----------------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></style><iframe src=//evil.example>",
    "{{ 7*7 }}{% for x in ().__class__.__mro__ %}{% endfor %}",
    "<!--<style>*{display:none}</style>-->",
    "javascript:alert(1)",
    "data:text/html,<b>x</b>",
    'https://a.example/"onmouseover="alert(1)',
    "line\r\nBcc: x@y.example\r\n\r\nbody",
    "\u202eevil\u2066\u200f\ud800\x00\x1b[31m",
    "&#60;script&#62;",
    "x" * 20_000,
    "",
]


def poisoned(value: Any, poison: str) -> Any:
    """The same value with every string in it replaced."""
    if type(value) is str:
        return poison
    if isinstance(value, tuple):
        return tuple(poisoned(one, poison) for one in value)
    if is_dataclass(value):
        kept = {"zone", "kind"}  # ours, and checked by config
        return replace(
            value,
            **{
                part.name: poisoned(getattr(value, part.name), poison)
                for part in fields(value)
                if part.name not in kept
            },
        )
    return value


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_text_in_every_field(poison):
    """Any content of any field is shown as text: it never becomes a tag, an attribute or a link."""
    good, digest = Page(written(a_full_digest()).html), written(poisoned(a_full_digest(), poison))
    page = Page(digest.html)
    harmless = {*(tag for tag, _ in good.tags)}
    assert {tag for tag, _ in page.tags} <= harmless
    known = {name for _, attrs in good.tags for name in attrs}
    assert {name for _, attrs in page.tags for name in attrs} <= known
    assert all(link.startswith("https://") for link in page.links())
    assert len(digest.subject.splitlines()) == 1
    assert "49" not in digest.text.replace("498", "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", digest.text + digest.html)
    assert len(digest.html) < MAX_HTML_BYTES
    assert json.loads(json.dumps(digest.data).encode()) == digest.data


@pytest.mark.parametrize("poison", ["&" * 20_000, "😀" * 20_000, "https://a.example/" + "x" * 1900])
def test_longest_texts_everywhere_keep_the_limit(poison):
    """Even where every list is full and every text as long as can be, the HTML stays under the limit."""
    full = a_full_digest()
    seen = replace(full.coverage, silent=full.coverage.silent * 20, gaps=full.coverage.gaps * 20)
    digest = written(poisoned(replace(full, near_misses=full.near_misses * 20, coverage=seen), poison))
    assert len(digest.html.encode()) <= MAX_HTML_BYTES


@settings(max_examples=30, deadline=None)  # a run of all tests on two cores slows single examples
@given(st.text(max_size=60))
def test_any_text_in_every_field(poison):
    """No text at all stops a digest, and none of it becomes a tag."""
    digest = render(poisoned(a_full_digest(), poison), templates=TEMPLATES, now=NOW)
    assert {tag for tag, _ in Page(digest.html).tags}.isdisjoint({"script", "img", "iframe", "svg", "object", "form"})
    (digest.subject + digest.text + digest.html).encode()


def test_language_is_a_tag_or_nothing():
    """A value that is not a language tag sets no language."""
    line = a_line(language='en" onclick="x')
    assert "onclick" not in written(a_digest(stories=(a_story(articles=(line,)),))).html


# --- templates --------------------------------------------------------------------------------------------------------


def test_a_template_of_a_user_is_held_to_its_names():
    """A name that does not exist is an error, never an empty place."""
    sources = template_sources() | {"digest.txt.j2": "{{ digset.name }}"}
    with pytest.raises(UndefinedError):
        render(a_digest(), templates=compile_templates(sources), now=NOW)


def test_json_names_are_the_schema():
    """The keys of the JSON are a promise to receivers: they change with the version only."""
    data = written(a_full_digest()).data
    assert data["version"] == 1
    assert set(data) == {
        *("version", "channel", "kind", "start", "end", "held", "stories", "alerted", "near", "coverage"),
    }
    assert set(data["alerted"][0]) == {"story", "title", "url", "source", "language", "alerted_at"}
    story = data["stories"][0]
    assert set(story) == {
        *("story", "thread", "kind", "score", "late", "reasons", "why", "topics", "new_facts", "gloss", "earlier"),
        "items",
    }
    assert set(story["earlier"][0]) == {"title", "url", "opened_at"}
    assert story["kind"] == NoticeKind.UPDATE
    assert story["items"][0]["published_at"] == "2026-11-21T12:00:00Z"
    assert set(story["items"][0]) == {
        *("id", "url", "title", "lead", "source", "owner", "country", "language", "published_at", "first_seen_at"),
        *("partial", "copies", "flags"),
    }


def test_flags_of_other_outlets_are_shown():
    """A caution on another article of the story is shown below it, in words; a user's own flag by its code."""
    lines = (a_line(), a_line(item=2, source="Buzz", flags=(Flag(code="own-flag", evidence="x"),)))
    digest = written(a_digest(stories=(a_story(articles=lines),)))
    assert "Caution: own flag (x)" in re.sub(r"\s+", " ", Page(digest.html).text)
    assert "Caution: own flag (x)" in digest.text


def test_every_article_has_its_headline():
    """Six articles of a story have their headlines in the HTML, the others are counted; the text has them all."""
    lines = tuple(a_line(item=number, title=f"Headline {number}", source=f"S{number}") for number in range(1, 10))
    digest = written(a_digest(stories=(a_story(articles=lines),)))
    assert all(f"Headline {number}" in digest.text for number in range(1, 10))
    page = Page(digest.html).text
    assert [number for number in range(1, 10) if f"Headline {number}" in page] == [1, 2, 3, 4, 5, 6]
    assert "and 3 more articles, in the plain-text part" in page


def test_evidence_is_shown_where_the_headline_is_not_enough():
    """Matched words stand below a story only if its headline does not name both sides."""
    excerpt = Excerpt(before="", match="Taftan", after=" reopens", name="Taftan", side="PK")
    for suffices in (True, False):
        story = a_story(excerpts=(excerpt,), reasons=("a reason",), headline_suffices=suffices)
        digest = written(a_digest(stories=(story,)))
        for part in (digest.text, Page(digest.html).text):
            assert ("Why:" in part) is not suffices
            assert ("a reason" in part) is not suffices
        assert digest.data["stories"][0]["why"]


def test_long_digest_opens_with_its_headlines():
    """From four stories on, a numbered list of the headlines comes first: thirty cards are no overview."""
    stories = tuple(
        a_story(story=n, thread=n, articles=(a_line(item=n, title=f"Headline {n}", source=f"S{n}"),))
        for n in range(1, 19)
    )
    digest = written(a_digest(stories=stories))
    page = Page(digest.html).text
    for part in (digest.text, page):
        assert part.index("Headline 15") < part.lower().index("stories\n", 200)
        assert "and 3 more" in part
    assert Page(written(a_digest(stories=stories[:3])).html).text.count("Headline 1") == 2  # title and card


def test_affairs_have_a_heading():
    """Several stories of one affair stand below a heading with their topics; earlier ones follow with their days."""
    stories = tuple(
        a_story(story=n, thread=1, topics=("trade-energy", "other"), articles=(a_line(item=n, title=f"Turn {n}"),))
        for n in (1, 2)
    )
    digest = written(a_digest(stories=stories))
    assert "Trade and energy: 2 stories, in order of time" in Page(digest.html).text
    assert "TRADE AND ENERGY: 2 STORIES, IN ORDER OF TIME" in digest.text


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://a.example/2026/iran's-envoy", "http://a.example/2026/iran%27s-envoy"),
        ('http://a.example/"quoted"?q=<b>`', "http://a.example/%22quoted%22?q=%3Cb%3E%60"),
        (f"http://a.example/{'%D8%A7' * 380}", f"http://a.example/{'%D8%A7' * 380}"),
        (f"http://a.example/{'x' * 9000}", ""),
        ("javascript:alert(1)", ""),
        ("http://user:word@a.example/", ""),
        ("ftp://a.example/", ""),
    ],
)
def test_a_link_is_escaped_and_not_dropped(url, link):
    """An apostrophe or a long path in Urdu leaves no headline without its link; other schemes are no links."""
    assert web_link(url) == link
