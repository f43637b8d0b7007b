"""Where the text of a page is, and what round it is not of it."""

import json

import pytest

from monitor.model import Method
from tests.extract.builders import FIRST, SECOND, TEXT, THIRD, a_page, an_article, article_of, paragraphs, text_of

TEASER = "Another story altogether begins here, with a full sentence that tells what it is about."
LONGER = [
    "Customs officers will work in two shifts from Monday, and a second scanner has been promised for the spring.",
    "Shopkeepers in the town said that they had lost a month's earnings, and asked for a relief of rents and fees.",
    "The last closure had ended after eleven days, when both sides agreed on a joint guard for the bridge.",
    "Neither minister took questions after the meeting; their offices promised a text of the accord within a week.",
]


def test_navigation_and_footers_are_left_out():
    """Landmarks hold no text."""
    links = "<ul>" + "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(30)) + "</ul>"
    assert text_of(f"<nav>{links}</nav><main>{paragraphs()}</main><footer><p>{TEASER}</p></footer>") == TEXT


@pytest.mark.parametrize(
    "name", ["sidebar-container", "has-sidebar", "mr-[--sidebar-width] md:hidden", "widget", "share"]
)
def test_an_unlucky_name_round_the_article_does_not_drop_it(name: str):
    """A name is judged by the text that it holds, and utility classes not at all."""
    assert (
        text_of(f"<div class='{name}'><div>{paragraphs()}</div></div><div class='teaser'><p>{TEASER}</p></div>") == TEXT
    )


def test_an_article_cut_into_boxes_of_one_unlucky_name_stays_whole():
    """Names are judged by what all boxes of one name hold together."""
    boxes = "".join(f"<div class='widget'><div><p>{text}</p></div></div>" for text in TEXT)
    assert text_of(f"<div>{boxes}</div><div class='related'><p>{TEASER}</p></div>") == TEXT


def test_comments_are_dropped_however_long():
    """Readers may write more than the outlet."""
    comments = "".join(
        f"<p>I have read this {n} times and still cannot agree with a word of it.</p>" for n in range(40)
    )
    assert (
        text_of(f"<article><h1>A crossing</h1>{paragraphs()}</article><div class='comments-area'>{comments}</div>")
        == TEXT
    )


def test_an_article_named_after_comments_stays():
    """A box with the headline in it is no comment section, whatever its name."""
    assert text_of(f"<div class='comments-module'><h1>A crossing reopens</h1>{paragraphs()}</div>") == TEXT


def test_a_consent_dialog_longer_than_the_article_is_dropped():
    """What asks for cookies is never the article."""
    consent = "".join(
        f"<p>Cookies of kind {n} are kept on your device for as long as you let us.</p>" for n in range(40)
    )
    assert text_of(f"<div class='cookie-modal'>{consent}</div><div>{paragraphs()}</div>") == TEXT


def test_the_first_big_article_is_taken():
    """An endless page carries the next, longer story below."""
    second = paragraphs(*(f"This is sentence number {n} of the next story on this endless page." for n in range(9)))
    assert text_of(f"<article><h1>One</h1>{paragraphs()}</article><article><h1>Two</h1>{second}</article>") == TEXT


def test_the_standfirst_is_fetched_from_outside_the_box():
    """What begins like the description stands above the text, and belongs to it."""
    lead = "Ministers of both countries agreed on Thursday to reopen the crossing that was shut in January."
    head = f"<meta name='description' content='{lead}'>"
    page = f"<header><h1>A crossing</h1><div><p>{lead}</p></div></header><div class='story'>{paragraphs()}</div>"
    assert text_of(page, head) == [lead, *TEXT]


def test_the_first_sentence_below_the_headline_is_the_standfirst():
    """Many a page neither names nor describes it; but a byline or a second headline is none."""
    lead = "After three months of talks the gate at the border is to open, both capitals say."
    menu = "<ul>" + "<li><a href='/2'>Another matter</a></li>" * 9 + "</ul>"
    story = f"{menu}<div class='story'>{paragraphs(*TEXT, *LONGER)}</div>"
    assert text_of(f"<div><h1>A gate</h1><p>By a reporter</p><div>{lead}</div></div>{story}") == [lead, *TEXT, *LONGER]
    assert text_of(f"<div><h1>A gate</h1><p>Posted by Sana Baloch on 2 March 2024 at noon</p></div>{story}") == [
        *TEXT,
        *LONGER,
    ]


def test_what_stands_beside_a_long_text_is_not_taken_with_it():
    """Little text is taken with all that stands round it; of much text the densest part is enough."""
    menu = "<li><a href='/2'>Another matter of the day, at some length</a></li>" * 6
    beside = "".join(f"<section class='s{n}'><p>{n}: {TEASER}</p><ul>{menu}</ul></section>" for n in range(9))
    page = f"<div><div class='a'>{paragraphs(*TEXT, *LONGER)}</div><div class='b'>{beside}</div></div>"
    assert text_of(page) == [*TEXT, *LONGER]


def test_a_line_that_announces_links_goes_with_them():
    """A colon that leads up to a quotation stays, and so does the source that it links."""
    link = "<p><a href='/2'>Quite another story of the day</a></p>"
    assert text_of(f"<article>{paragraphs()}<p>On this page:</p>{link}</article>") == TEXT
    source = "<p>As <a href='/3'>the joint statement of both ministries</a> puts it:</p>"
    quoted = "As the joint statement of both ministries puts it:"
    assert text_of(f"<article><p>{FIRST}</p>{source}{paragraphs(SECOND, THIRD)}</article>") == [
        FIRST,
        quoted,
        SECOND,
        THIRD,
    ]


def test_a_lead_said_again_by_the_first_paragraph_is_told_once():
    """A summary that is the first sentence of the text goes."""
    dateline = f"QUETTA (Outlet News) {FIRST} It was their first meeting."
    assert text_of(f"<article>{paragraphs(FIRST, dateline, SECOND)}</article>") == [dateline, SECOND]


def test_the_headline_is_not_a_paragraph():
    """Agencies repeat it above the text."""
    assert text_of(f"<article><h1>A crossing reopens</h1>{paragraphs('A crossing reopens', *TEXT)}</article>") == TEXT


def test_a_repeated_paragraph_is_read_once():
    """Content farms print a teaser many times."""
    assert text_of(f"<article>{paragraphs(*TEXT, THIRD, THIRD)}</article>") == TEXT


def test_headings_stand_only_above_text():
    """A heading stays with its section and goes with its list of links."""
    links = "<ul><li><a href='/a'>One story</a></li><li><a href='/b'>Two stories</a></li></ul>"
    page = f"<article><p>{FIRST}</p><h2>What was said</h2><p>{SECOND}</p><h2>In other matters</h2>{links}</article>"
    assert text_of(page) == [FIRST, "What was said", SECOND]


def test_a_box_that_begins_with_related_articles_is_dropped():
    """Its teasers are sentences, and no name gives it away."""
    box = f"<div><div><h3>Related Articles</h3></div><div><p>{TEASER} {TEASER}</p></div></div>"
    assert text_of(f"<article><p>{FIRST}</p>{box}{paragraphs(SECOND, THIRD)}</article>") == TEXT


def test_a_long_block_is_text_without_a_full_stop():
    """Many a text ends with a name or a place, and some scripts have no end marks."""
    text = " ".join(TEXT).rstrip(".")
    assert text_of(f"<div><div>{text}</div></div><div><p>{FIRST[:40]}</p></div>")[0] == text


def test_an_embedded_post_is_a_marked_quote():
    """A post is told from the article's own words by "> ", on one line; its day is not that of the article."""
    post = "<blockquote class='twitter-tweet'><p>We spoke today.</p>— Ministry (@ministry) <a href='#'>January 19, 2024</a></blockquote>"
    page = f"<article><p>{FIRST}</p><div class='video-embed'>{post}</div><p>{SECOND}</p></article>"
    assert text_of(page) == [FIRST, "> We spoke today. — Ministry (@ministry)", SECOND]


def test_line_breaks_part_paragraphs_where_there_are_two():
    """Old pages know no paragraphs."""
    assert text_of(f"<div>{FIRST}<br><br>{SECOND}<br>{THIRD}</div>") == [FIRST, f"{SECOND} {THIRD}"]


def test_words_for_screen_readers_are_not_text():
    """An inline element that nobody sees is skipped."""
    hidden = FIRST.replace("met", "met<span class='sr-only'> (opens in a new window)</span>")
    assert text_of(f"<article>{paragraphs(hidden, SECOND)}</article>") == [FIRST, SECOND]


def test_forms_and_lists_of_countries_are_not_text():
    """A newsletter's drop-down is no paragraph."""
    form = "<form><label>Country</label><select><option>Albania</option><option>Algeria</option></select></form>"
    assert text_of(f"<article>{paragraphs()}{form}</article>") == TEXT


def test_a_table_is_read_by_rows():
    """Cells of one row stand on one line."""
    table = "<table><tr><td>Mand</td><td>210</td></tr><tr><td>Gabd</td><td>145</td></tr></table>"
    assert text_of(f"<article>{paragraphs(FIRST, SECOND)}{table}</article>") == [
        FIRST,
        SECOND,
        "Mand | 210",
        "Gabd | 145",
    ]


def test_parts_streamed_by_react_are_read():
    """React keeps a part of the page hidden until its script moves it."""
    assert text_of(f"<div id='app'></div><div hidden id='S:0'><main>{paragraphs()}</main></div>") == TEXT


def test_what_pruning_empties_is_tried_without():
    """A page on which every name is suspect still gives its text, and says how it was found."""
    article = an_article("<div class='comments'>" + paragraphs() + "</div>")
    assert (article.text.split("\n\n"), article.notes) == (TEXT, ("found without pruning",))
    assert article.quality < an_article().quality


def test_a_page_of_scripts_gives_the_body_of_its_structured_data():
    """Where the markup has no text, JSON-LD may."""
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "'
        + "\\n".join(TEXT)
        + '"}</script>'
    )
    article = an_article("<div id='root'></div>", head)
    assert (article.method, article.text.split("\n\n")) == (Method.JSON_LD, TEXT)


def test_the_description_is_the_last_resort():
    """Better a lead, marked as such, than nothing."""
    article = an_article("<div id='root'></div>", f"<meta property='og:description' content='{FIRST}'>")
    assert (article.method, article.text) == (Method.DESCRIPTION, FIRST)
    assert article.quality < 0.3


def test_a_news_flash_is_not_outdone_by_its_description():
    """A short text of the page's own counts more than a longer line of its head."""
    head = f"<meta name='description' content='{FIRST} {SECOND}'>"
    assert an_article(f"<article><p>{THIRD}</p></article>", head).method is Method.DENSITY


def test_bytes_of_another_charset_are_read():
    """A windows-1256 page that says so only in its markup comes out right."""
    text = "بدأت المحادثات بين الوزيرين في المدينة الحدودية يوم الخميس واستمرت ساعة كاملة حول التجارة والتأشيرات."
    page = a_page(paragraphs(text), "<meta charset='windows-1256'>").decode().encode("cp1256")

    assert article_of(page).text.startswith("بدأت المحادثات")


def test_a_box_that_is_hidden_by_its_class_is_no_text():
    """Frameworks hide with a class of one word; one that only cuts what overflows hides nothing."""
    hidden = f"<div class='box d-none'><p>{TEASER}</p></div><div class='overflow-hidden'><p>{SECOND}</p></div>"
    assert text_of(f"<article><p>{FIRST}</p>{hidden}<p>{THIRD}</p></article>") == TEXT


def test_teasers_without_a_name_are_known_by_their_shape():
    """Boxes side by side, each a linked headline and one block of text."""
    card = f"<div class='c'><h4><a href='/2'>Quite another story of the day</a></h4><p>{TEASER}</p></div>"
    assert text_of(
        f"<article>{paragraphs(*TEXT, *LONGER)}<div>{card}{card.replace('This', 'That')}</div></article>"
    ) == [
        *TEXT,
        *LONGER,
    ]


def test_an_opening_headline_goes_where_the_head_words_it_otherwise():
    """The one headline of a page is no paragraph, whatever social networks are told."""
    page = f"<article><h1>Two ministers and a gate</h1>{paragraphs()}</article>"
    assert text_of(page, "<meta property='og:title' content='You will not believe who met'>") == TEXT


def test_a_last_line_that_begins_with_the_author_is_a_biography():
    """The page names its author; what begins so at the end speaks of her."""
    head = "<meta name='author' content='Sana Baloch'>"
    assert (
        text_of(f"<article>{paragraphs(*TEXT, 'Sana Baloch has lived in three border towns.')}</article>", head) == TEXT
    )


def test_a_last_line_that_names_the_outlet_stays():
    """A page that gives its outlet as the author may speak of it; and a heading is no biography."""
    head = "<meta name='author' content='Border Times'><meta property='og:site_name' content='Border Times'>"
    last = "Border Times asked both ministries for comment on Friday evening."
    assert text_of(f"<article>{paragraphs(*TEXT, last)}</article>", head) == [*TEXT, last]
    named = "<meta name='author' content='Sana Baloch'>"
    page = f"<article>{paragraphs(FIRST, SECOND)}<h2>Sana Baloch at the gate</h2><p>{THIRD}</p></article>"
    assert text_of(page, named) == [FIRST, SECOND, "Sana Baloch at the gate", THIRD]


def body_of(*texts: str) -> str:
    """Structured data with this text."""
    told = json.dumps({"@type": "NewsArticle", "articleBody": "\n".join(texts)})
    return f'<script type="application/ld+json">{told}</script>'


def test_what_the_structured_data_does_not_know_is_dropped():
    """Where it holds nearly all of the text: a box between two paragraphs is none of it."""
    page = f"<article>{paragraphs(*TEXT, *LONGER[:2], TEASER, *LONGER[2:])}</article>"
    assert text_of(page, body_of(*TEXT, *LONGER)) == [*TEXT, *LONGER]


def test_structured_data_that_was_cut_says_nothing_of_the_rest():
    """Some systems keep the first few thousand characters."""
    whole = [*TEXT, *LONGER]
    assert text_of(f"<article>{paragraphs(*whole)}</article>", body_of(*whole[:-2], whole[-2][:50])) == whole


def test_structured_data_that_knows_little_says_nothing():
    """Some pages give a fifth of the text there."""
    assert text_of(f"<article>{paragraphs(*TEXT, *LONGER)}</article>", body_of(*LONGER)) == [*TEXT, *LONGER]


def test_a_caption_goes_with_its_picture_and_a_text_does_not():
    """Some themes have no figure; others wrap picture and text together."""
    caption = f"<div class='article-image'><img src='a'><p>{TEASER}</p></div>"
    wrapped = f"<div class='text-image'>{paragraphs(*LONGER)}</div>"
    assert text_of(f"<article>{paragraphs()}{caption}{wrapped}</article>") == [*TEXT, *LONGER]


def test_a_table_in_a_figure_is_no_picture():
    """WordPress wraps tables so; the line below them is still a caption."""
    table = "<table><tr><td>Gabd</td><td>145</td></tr></table><figcaption>Lorries a day, by the customs</figcaption>"
    assert text_of(f"<article>{paragraphs()}<figure>{table}</figure></article>") == [*TEXT, "Gabd | 145"]


def test_subheadings_are_no_leads_of_other_articles():
    """Some themes call them subtitles, and have several."""
    parts = "".join(f"<h3 class='subtitle'>Part {n}</h3><p>{text}</p>" for n, text in enumerate(LONGER))
    whole = [line for n, text in enumerate(LONGER) for line in (f"Part {n}", text)]
    assert text_of(f"<article>{paragraphs()}{parts}</article>") == [*TEXT, *whole]


def test_an_item_that_is_half_text_stays():
    """A pointer to elsewhere is mostly link."""
    item = "<li><a href='/2'>The customs</a> and its officers at the gate</li>"
    assert (
        text_of(f"<article>{paragraphs()}<ul>{item}</ul></article>")[-1] == "The customs and its officers at the gate"
    )


def test_headlines_with_a_line_each_are_a_list():
    """Old pages part them by line breaks alone."""
    other = "<a href='/2'>Quite another story of the day</a><br>It is told in a line of its own.<br><br>"
    page = f"<table><tr><td><p>{'</p><p>'.join([*TEXT, *LONGER])}</p></td><td>{other * 4}</td></tr></table>"
    assert text_of(page) == [*TEXT, *LONGER]


def test_an_article_in_one_cell_of_a_layout_is_read_by_paragraphs():
    """Only cells of one text make a row."""
    assert text_of(f"<table><tr><td>{'<br><br>'.join([*TEXT, *LONGER])}</td></tr></table>") == [*TEXT, *LONGER]


def test_the_entries_of_a_live_page_are_one_text():
    """Each of them is an `article`, and the headline stands above them all."""
    entries = "".join(
        f"<article class='entry'><h2>{10 + n}:00</h2><p>{text}</p></article>" for n, text in enumerate(LONGER)
    )
    assert text_of(f"<main><h1>A crossing reopens</h1>{entries}</main>")[1::2] == LONGER


def test_a_date_alone_above_the_text_is_no_paragraph():
    """In any script; a sentence with a year stays."""
    for line in ("Jan 29, 2024 | 11:32 PM", "۰۹ بهمن ۱۴۰۲ - ۱۴:۲۱", "Stand: 24.04.2024 22:58 Uhr"):
        assert text_of(f"<article><div><p>{line}</p>{paragraphs()}</div></article>") == TEXT
    dated = "In January 2024 the two had exchanged strikes on each other's side of the border."
    assert text_of(f"<article>{paragraphs(dated, *TEXT)}</article>") == [dated, *TEXT]


def test_a_paywall_is_not_climbed_by_structured_data():
    """What the page does not show is not read."""
    told = json.dumps({"@type": "NewsArticle", "isAccessibleForFree": False, "articleBody": " ".join(TEXT)})
    head = f'<script type="application/ld+json">{told}</script><meta name="description" content="{FIRST}">'
    article = an_article("<div id='root'></div>", head)
    assert (article.method, article.text) == (Method.DESCRIPTION, FIRST)


@pytest.mark.parametrize(
    "body",
    [
        f"<a name='top'/>{paragraphs()}",
        f"<p>{FIRST}</p><a id='more'/><p>{SECOND}</p><p>{THIRD}</p>",
        f"<a href='#'>{paragraphs()}</a>",
        f"<p>{FIRST}</p><p><a href='javascript:void(0)'>{SECOND}</a></p><p>{THIRD}</p>",
    ],
)
def test_an_anchor_is_not_a_link(body: str):
    """HTML does not close <a name="top"/>, so every paragraph after it is inside it."""
    assert text_of(f"<h1>Ministers meet</h1><div class='story'>{body}</div>") == TEXT


def test_a_paragraph_that_is_one_link_is_text_between_others():
    """It links its source; at the end of the text it would be the teaser of another article."""
    linked = "The agreement was first reported by a newspaper of the border region, which had seen a draft of it at the weekend."
    body = f"<p>{FIRST}</p><p><a href='/source'>{linked}</a></p><p>{SECOND}</p>"
    assert text_of(f"<article>{body}</article>") == [FIRST, linked, SECOND]
    assert linked not in text_of(f"<article>{paragraphs()}<p><a href='/other'>{linked}</a></p></article>")


REST = [
    "The rest of the text tells of the traders, who have waited for the crossing since the summer of last year.",
    "A customs officer said that forty lorries a day could pass once the new scales had been put to use.",
]


@pytest.mark.parametrize(
    "rest",
    [
        f"<a href='#'>Read more</a><div style='display: none'>{paragraphs(*REST)}</div>",
        f"<button>Show all</button><div class='hidden'>{paragraphs(*REST)}</div>",
        f"<div class='collapse d-none' id='rest'>{paragraphs(*REST)}</div>",
        f"<span class='label'>Read more</span><section hidden>{paragraphs(*REST)}</section>",
        f"<div class='read-more-content'>{paragraphs(*REST)}</div>",
        "".join(f"<p class='d-none'>{text}</p>" for text in REST),
        f"<div aria-hidden='true'>{paragraphs(*REST)}</div>",
    ],
)
def test_the_rest_behind_a_button_is_text(rest: str):
    """Running text that is hidden below the text in its box is its rest."""
    assert text_of(f"<article><h1>Ministers meet</h1>{paragraphs()}{rest}</article>") == TEXT + REST


@pytest.mark.parametrize(
    "other",
    [
        "<div style='display:none'>Close this window</div>",
        "<ul class='hidden'>" + "".join(f"<li><a href='/{n}'>Dam {n} of the north has little water, the office said.</a></li>" for n in range(4)) + "</ul>",
        f"<div class='newsletter hidden'>{paragraphs('Sign up to read what matters to you, every morning before you go to work in the city, and never miss a story.')}</div>",
    ],
)  # fmt: skip
def test_what_is_hidden_and_foreign_is_dropped(other: str):
    """A label, a menu, and a box that its name calls another thing."""
    text = text_of(f"<article><h1>Ministers meet</h1>{paragraphs(*TEXT)}{other}</article>")
    assert text == TEXT
