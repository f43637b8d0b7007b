"""Views of a page trial: groups of blocks, matched words, text for terminals and files, the HTML page."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser

from monitor.cli.views.trial_html import render_page
from monitor.cli.views.trial_text import print_trial
from monitor.extract import Extraction, PageRequest, TracedBlock, extract
from monitor.model import Article, Hit, Method, PageSelectors, Shape, Source, Verdict
from monitor.pipeline.articles import judge_article
from monitor.relevance import compile as compile_rules
from monitor.services.page_trial import TextSpan, facts, group_blocks, selector_lines, split_at_matches, term_counts
from monitor.services.try_page import ReadablePage
from tests.cli.builders import NOW, an_article, rules

TEXT = (
    "Iran and Pakistan opened the crossing at Taftan again on Saturday after a pause of nine days, officers said.",
    "Lorries with rice and oranges had waited on both sides since the storm closed the road to Zahedan.",
)
URDU = (
    "پاکستان اور ایران نے تفتان کی سرحدی گزرگاہ نو روز کے وقفے کے بعد ہفتے کو دوبارہ کھول دی، حکام نے بتایا۔",
    "BLA کے حملے کے بعد سرحد کے دونوں جانب چاول اور پھلوں سے لدے ٹرک کئی روز سے قطاروں میں کھڑے تھے۔",
)
EVIL = "<script>alert('Iran')</script> & \"Pakistan\" <b onclick=x()>bold</b>"


def extract_with_trace(body: bytes, *, url: str, selectors: PageSelectors | None = None) -> Extraction:
    """Returns the extraction of a page with the reason for each of its blocks."""
    return extract(PageRequest(html=body, url=url, now=NOW, selectors=selectors or PageSelectors(), trace=True))


def a_trial(
    *texts: str, title: str = "Iran and Pakistan reopen the border", selectors: PageSelectors | None = None
) -> ReadablePage:
    """Returns the trial of a page with these paragraphs."""
    body = an_article(*texts, title=title).encode()
    extraction = extract_with_trace(body, url="https://dawn.example/1", selectors=selectors)
    article = extraction.require_article()
    source = Source(id="dawn", name="Dawn", url="https://dawn.example/feed")
    verdict = judge_article(compile_rules(rules()), source, article)
    return ReadablePage(
        source="dawn",
        selectors=selectors,
        article=article,
        verdict=verdict,
        blocks=extraction.trace.blocks,
        provenance={},
    )


def a_hit(start: int, end: int, name: str = "Iran") -> Hit:
    return Hit(term=name, name=name, side="IR", kind="country", field="text", start=start, end=end, text="")


def to_text(trial: ReadablePage, **console) -> str:
    out = io.StringIO()
    print_trial(trial, Console(file=out, highlight=False, markup=False, **console))
    return out.getvalue()


def texts(node) -> list[str]:
    return [node.text() for node in node]


# --- runs and parts ---------------------------------------------------------------------------------------------------


def test_blocks_are_grouped():
    """Kept blocks stay in order; neighbouring blocks dropped for one reason are one group."""
    groups = [(run.kept, run.reason, len(run.blocks)) for run in group_blocks(a_trial(*TEXT))]
    assert groups == [(False, "navigation", 1), (False, "the headline", 1), (True, "", 2), (False, "footer", 1)]


def test_matches_are_marked_in_their_blocks():
    """Matches are located by their offsets in the text of the article; dropped blocks have none."""
    kept = [block for run in group_blocks(a_trial(*TEXT)) if run.kept for block in run.blocks]
    words = [[(part.text, part.match) for part in spans if part.match] for spans in (marked.spans for marked in kept)]
    assert words[0][:3] == [("Iran", "Iran (IR)"), ("Pakistan", "Pakistan (PK)"), ("Taftan", "Taftan (PK)")]
    assert ("Zahedan", "Zahedan (IR)") in words[1]


def test_matches_of_the_lead_are_marked_in_the_text():
    """The lead is judged as a field of its own; its matches are marked where the text begins with it."""
    article = Article(
        url="https://a.example/", title="T", text="Iran said so.\n\nAnd so.", lead="Iran said", method=Method.DENSITY
    )
    blocks_of_text = [
        TracedBlock(text=text, kept=True, shape=Shape.PARAGRAPH, reason="") for text in article.text.split("\n\n")
    ]
    hit = replace(a_hit(0, 4), field="summary")
    verdict = Verdict(digest=False, alert=False, score=0, hits=(hit,))
    (run,) = group_blocks(
        ReadablePage(
            source="", selectors=None, article=article, verdict=verdict, blocks=tuple(blocks_of_text), provenance={}
        )
    )
    assert [[part.text for part in spans if part.match] for spans in (marked.spans for marked in run.blocks)] == [
        ["Iran"],
        [],
    ]


def test_cells_of_a_row_are_one_block():
    """The cells of a table row are one block, as they are one line of the text."""
    article = Article(url="https://a.example/", title="T", text="Goods | 12\n\nRice | 30", method=Method.DENSITY)
    cells = [TracedBlock(text=text, kept=True, shape=Shape.ROW, reason="") for text in ("Goods", "12", "Rice", "30")]
    verdict = Verdict(digest=False, alert=False, score=0, hits=(a_hit(12, 16, "Rice"),))
    (run,) = group_blocks(
        ReadablePage(source="", selectors=None, article=article, verdict=verdict, blocks=tuple(cells), provenance={})
    )
    assert [[part.text for part in spans] for spans in (marked.spans for marked in run.blocks)] == [
        ["Goods | 12"],
        ["Rice", " | 30"],
    ]


def test_overlapping_matches_show_the_longest():
    """Each letter is in one span; a match that exceeds the text is ignored."""
    hits = [a_hit(0, 4), a_hit(0, 9, "Iranian X"), a_hit(5, 12), a_hit(10, 40)]
    assert list(split_at_matches("Iranian X and", hits)) == [
        TextSpan(text="Iranian X", match="Iranian X (IR)"),
        TextSpan(text=" and"),
    ]


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=6))
def test_spans_join_to_the_text(text: str, places: list[tuple[int, int]]):
    """The spans of any matches join to the whole text."""
    hits = [a_hit(at, at + length) for at, length in places]
    assert "".join(part.text for part in split_at_matches(text, hits)) == text


def test_matches_are_counted():
    """Terms are counted, the most frequent first."""
    assert term_counts([a_hit(0, 4), a_hit(5, 9, "Ahvaz"), a_hit(9, 12)]) == ["Iran (IR) x 2", "Ahvaz (IR) x 1"]


def test_selectors_are_written_as_yaml():
    """Selectors are quoted and indented as in the file of a source; a single removal is not a list."""
    assert selector_lines(PageSelectors(content='div[class="a"]', remove=(".x",), date="time")) == [
        "    page:",
        '      content: "div[class=\\"a\\"]"',
        '      remove: ".x"',
        '      date: "time"',
    ]
    assert selector_lines(PageSelectors(remove=(".x", ".y")))[1:] == ['      remove: [".x", ".y"]']


def test_facts_name_the_stored_text():
    """A page that asks not to be archived has no stored text."""
    article = Article(url="https://a.example/", title="T", text="One.", method=Method.DENSITY, noarchive=True)
    verdict = Verdict(digest=False, alert=False, score=0)
    trial = ReadablePage(source="", selectors=None, article=article, verdict=verdict, blocks=(), provenance={})
    texts_by_label = {fact.label: fact.text for fact in facts(trial)}
    assert texts_by_label["stored"].startswith("no text")
    assert texts_by_label["published"].startswith("unknown")


# --- the terminal -----------------------------------------------------------------------------------------------------


def test_file_output_is_neither_coloured_nor_wrapped():
    """Each block is one line with its sign and reason, for grep."""
    lines = to_text(a_trial(*TEXT), width=40).splitlines()
    assert f"    {TEXT[0]}" in lines
    assert "  - Home | Sport | Weather and tides  (navigation)" in lines
    assert "the page: 2 pieces kept, 3 dropped (-)" in lines
    assert not any("\x1b" in line for line in lines)


def test_terminal_output_is_coloured_and_wrapped():
    """Lines are wrapped at blanks to the width of the terminal; matches and reasons are coloured."""
    out = to_text(a_trial(*TEXT), width=60, force_terminal=True, color_system="standard")
    assert "\x1b[1;33mTaftan\x1b[0m" in out
    assert "\x1b[31m  (navigation)\x1b[0m" in out
    plain = re.sub(r"\x1b\[[\d;]*m", "", out).splitlines()
    assert max(map(len, plain)) <= 60
    assert TEXT[0] in " ".join(line.strip() for line in plain)


def test_escape_sequences_are_removed():
    """A reason that quotes the page prints no escape sequence."""
    block = TracedBlock(text="One", kept=False, shape=Shape.PARAGRAPH, reason='under "\x1b[2JOther stories"')
    assert "\x1b" not in to_text(replace(a_trial(*TEXT), blocks=(block,)))


def test_no_color_is_honoured(monkeypatch):
    """With NO_COLOR set a terminal gets no colours."""
    monkeypatch.setenv("NO_COLOR", "1")
    out = to_text(a_trial(*TEXT), width=60, force_terminal=True)
    assert not re.search(r"\x1b\[[\d;]*3[1-6]", out)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_html_shows_kept_and_dropped_blocks():
    """Blocks are in the order of the page, each dropped one with its reason."""
    tree = LexborHTMLParser(render_page(a_trial(*TEXT)))
    assert texts(tree.css(".kept p")) == list(TEXT)
    assert texts(tree.css(".dropped small")) == ["navigation", "the headline", "footer"]
    assert texts(tree.css("h1 mark")) == ["Iran", "Pakistan", "border"]
    assert texts(tree.css(".badge")) == ["alert"]


def test_html_escapes_the_page():
    """Text, title and selectors are escaped; the only link is the URL of the page."""
    escaped = EVIL.replace("&", "&amp;").replace("<", "&lt;")
    trial = a_trial(escaped + TEXT[0], escaped, title=escaped, selectors=PageSelectors(remove=('[a="<b>"]',)))
    html = render_page(trial)
    assert html.count("<script") == 0
    tree = LexborHTMLParser(html)
    assert tree.css_matches("[onclick]") is False
    assert EVIL in tree.css_first("h1").text()
    assert texts(tree.css("a")) == ["https://dawn.example/1"]


def test_a_javascript_url_is_not_a_link():
    """A saved file can claim any URL; only http and https become links."""
    extraction = extract_with_trace(an_article(*TEXT).encode(), url="javascript:alert(1)")
    verdict = Verdict(digest=False, alert=False, score=0)
    html = render_page(
        ReadablePage(
            source="",
            selectors=None,
            article=extraction.require_article(),
            verdict=verdict,
            blocks=extraction.trace.blocks,
            provenance={},
        )
    )
    assert "<a " not in html


def test_html_loads_nothing():
    """The document has no URL except that of the article."""
    html = render_page(a_trial(*TEXT))
    assert set(re.findall(r"https?://[^\"<>\s]+", html)) == {"https://dawn.example/1"}
    assert not re.search(r"url\(|@import|\ssrc=", html)


@pytest.mark.parametrize(("paragraphs", "way"), [(TEXT, "ltr"), (URDU, "rtl")])
def test_direction_of_paragraphs(paragraphs, way):
    """Most of the letters decide: an Urdu paragraph can begin with a Latin name."""
    tree = LexborHTMLParser(render_page(a_trial(*paragraphs)))
    assert {node.attributes["dir"] for node in tree.css(".kept p")} == {way}


def test_quotes_in_reasons_are_isolated():
    """A quoted Urdu heading does not change the direction of the English reason."""
    block = TracedBlock(text="ایک", kept=False, shape=Shape.PARAGRAPH, reason='under "متعلقہ خبریں"')
    html = render_page(replace(a_trial(*TEXT), blocks=(block,)))
    assert "<small>under &quot;<bdi>متعلقہ خبریں</bdi>&quot;</small>" in html


def test_dropped_groups_are_collapsed():
    """Many dropped blocks are one line that can be opened and then shows each."""
    menu = "".join(f"<li>Section number {number}</li>" for number in range(30))
    body = an_article(*TEXT).replace("Home | Sport", f"<ul>{menu}</ul>").encode()
    extraction = extract_with_trace(body, url="https://dawn.example/1")
    verdict = Verdict(digest=False, alert=False, score=0)
    tree = LexborHTMLParser(
        render_page(
            ReadablePage(
                source="",
                selectors=None,
                article=extraction.require_article(),
                verdict=verdict,
                blocks=extraction.trace.blocks,
                provenance={},
            )
        )
    )
    assert texts(tree.css("details summary small")) == ["31 pieces: navigation"]
    assert texts(tree.css("details > div small")) == ["navigation"] * 31


def test_alternating_scraps_are_one_group():
    """Short blocks dropped for alternating reasons are one group; a sentence among them is a group of its own."""
    menus = "".join(f"<div class=a{number}><nav>One</nav><footer>Two</footer></div>" for number in range(9))
    rest = "<nav>A sentence of more letters than any entry of a menu ever has had.</nav><footer>End</footer>"
    trial = a_trial(*TEXT)
    body = an_article(*TEXT).replace("<nav>", f"{menus}{rest}<nav>").encode()
    extraction = extract_with_trace(body, url="https://a.example/")
    first, second, *_ = group_blocks(
        replace(trial, article=extraction.require_article(), blocks=extraction.trace.blocks)
    )
    assert (first.reason, len(first.blocks)) == ("navigation, footer", 18)
    assert (second.reason, len(second.blocks)) == ("navigation", 1)
