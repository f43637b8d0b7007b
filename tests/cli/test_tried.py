"""What is shown of a trial: the page in runs, matched words in their places, lines for a terminal and a page to look at."""

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


def traced(body: bytes, *, url: str, selectors: PageSelectors | None = None) -> Extraction:
    """A page extracted with the reason for each of its blocks."""
    return extract(PageRequest(html=body, url=url, now=NOW, selectors=selectors or PageSelectors(), trace=True))


def tried(
    *texts: str, title: str = "Iran and Pakistan reopen the border", selectors: PageSelectors | None = None
) -> ReadablePage:
    """A trial of a page with these paragraphs."""
    body = an_article(*texts, title=title).encode()
    extraction = traced(body, url="https://dawn.example/1", selectors=selectors)
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


def printed(trial: ReadablePage, **console) -> str:
    out = io.StringIO()
    print_trial(trial, Console(file=out, highlight=False, markup=False, **console))
    return out.getvalue()


def texts(node) -> list[str]:
    return [one.text() for one in node]


# --- runs and parts ---------------------------------------------------------------------------------------------------


def test_the_page_is_parted_into_runs():
    """Kept pieces in their places, dropped neighbours with one reason together."""
    shown = [(run.kept, run.reason, len(run.blocks)) for run in group_blocks(tried(*TEXT))]
    assert shown == [(False, "navigation", 1), (False, "the headline", 1), (True, "", 2), (False, "footer", 1)]


def test_matched_words_stand_in_the_pieces():
    """By their places in the text of the article; the words of a dropped piece are not matched."""
    kept = [piece for run in group_blocks(tried(*TEXT)) if run.kept for piece in run.blocks]
    words = [[(part.text, part.match) for part in parted if part.match] for parted in (marked.spans for marked in kept)]
    assert words[0][:3] == [("Iran", "Iran (IR)"), ("Pakistan", "Pakistan (PK)"), ("Taftan", "Taftan (PK)")]
    assert ("Zahedan", "Zahedan (IR)") in words[1]


def test_matched_words_of_the_lead_are_shown_where_it_stands():
    """It is judged as a field of its own, and its sentences not again where the text begins with it."""
    article = Article(
        url="https://a.example/", title="T", text="Iran said so.\n\nAnd so.", lead="Iran said", method=Method.DENSITY
    )
    both = [TracedBlock(text=text, kept=True, shape=Shape.PARAGRAPH, reason="") for text in article.text.split("\n\n")]
    hit = replace(a_hit(0, 4), field="summary")
    verdict = Verdict(digest=False, alert=False, score=0, hits=(hit,))
    (run,) = group_blocks(
        ReadablePage(source="", selectors=None, article=article, verdict=verdict, blocks=tuple(both), provenance={})
    )
    assert [[part.text for part in parted if part.match] for parted in (marked.spans for marked in run.blocks)] == [
        ["Iran"],
        [],
    ]


def test_the_cells_of_a_row_are_one():
    """As they are in the text."""
    article = Article(url="https://a.example/", title="T", text="Goods | 12\n\nRice | 30", method=Method.DENSITY)
    cells = [TracedBlock(text=text, kept=True, shape=Shape.ROW, reason="") for text in ("Goods", "12", "Rice", "30")]
    verdict = Verdict(digest=False, alert=False, score=0, hits=(a_hit(12, 16, "Rice"),))
    (run,) = group_blocks(
        ReadablePage(source="", selectors=None, article=article, verdict=verdict, blocks=tuple(cells), provenance={})
    )
    assert [[part.text for part in parted] for parted in (marked.spans for marked in run.blocks)] == [
        ["Goods | 12"],
        ["Rice", " | 30"],
    ]


def test_of_words_that_overlap_the_first_and_longest_is_shown():
    """Each letter once; what reaches beyond the text is left alone."""
    hits = [a_hit(0, 4), a_hit(0, 9, "Iranian X"), a_hit(5, 12), a_hit(10, 40)]
    assert list(split_at_matches("Iranian X and", hits)) == [
        TextSpan(text="Iranian X", match="Iranian X (IR)"),
        TextSpan(text=" and"),
    ]


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=6))
def test_parts_are_the_text(text: str, places: list[tuple[int, int]]):
    """Wherever words were matched."""
    hits = [a_hit(at, at + length) for at, length in places]
    assert "".join(part.text for part in split_at_matches(text, hits)) == text


def test_matches_are_counted():
    """The most frequent term first."""
    assert term_counts([a_hit(0, 4), a_hit(5, 9, "Ahvaz"), a_hit(9, 12)]) == ["Iran (IR) x 2", "Ahvaz (IR) x 1"]


def test_selectors_are_written_as_yaml():
    """Quoted, in the depth of a source's keys; one thing to remove needs no list."""
    assert selector_lines(PageSelectors(content='div[class="a"]', remove=(".x",), date="time")) == [
        "    page:",
        '      content: "div[class=\\"a\\"]"',
        '      remove: ".x"',
        '      date: "time"',
    ]
    assert selector_lines(PageSelectors(remove=(".x", ".y")))[1:] == ['      remove: [".x", ".y"]']


def test_facts_tell_what_is_stored():
    """A page may ask not to be archived, or show its lead only."""
    article = Article(url="https://a.example/", title="T", text="One.", method=Method.DENSITY, noarchive=True)
    verdict = Verdict(digest=False, alert=False, score=0)
    trial = ReadablePage(source="", selectors=None, article=article, verdict=verdict, blocks=(), provenance={})
    texts_by_label = {fact.label: fact.text for fact in facts(trial)}
    assert texts_by_label["stored"].startswith("no text")
    assert texts_by_label["published"].startswith("unknown")


# --- the terminal -----------------------------------------------------------------------------------------------------


def test_lines_for_a_file_have_no_colour_and_no_folds():
    """One piece a line, with a sign and the reason, for grep."""
    lines = printed(tried(*TEXT), width=40).splitlines()
    assert f"    {TEXT[0]}" in lines
    assert "  - Home | Sport | Weather and tides  (navigation)" in lines
    assert "the page: 2 pieces kept, 3 dropped (-)" in lines
    assert not any("\x1b" in line for line in lines)


def test_a_terminal_gets_colours_and_folds():
    """Lines end at its edge, at a blank; dropped pieces are dim, their reasons red."""
    out = printed(tried(*TEXT), width=60, force_terminal=True, color_system="standard")
    assert "\x1b[1;33mTaftan\x1b[0m" in out
    assert "\x1b[31m  (navigation)\x1b[0m" in out
    plain = re.sub(r"\x1b\[[\d;]*m", "", out).splitlines()
    assert max(map(len, plain)) <= 60
    assert TEXT[0] in " ".join(line.strip() for line in plain)


def test_a_page_cannot_steer_the_terminal():
    """What a reason quotes of it may hold an escape sequence."""
    piece = TracedBlock(text="One", kept=False, shape=Shape.PARAGRAPH, reason='under "\x1b[2JOther stories"')
    assert "\x1b" not in printed(replace(tried(*TEXT), blocks=(piece,)))


def test_no_color_is_honoured(monkeypatch):
    """On a terminal as well."""
    monkeypatch.setenv("NO_COLOR", "1")
    out = printed(tried(*TEXT), width=60, force_terminal=True)
    assert not re.search(r"\x1b\[[\d;]*3[1-6]", out)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_was_kept_and_dropped():
    """In the order of the page, each dropped piece with its reason."""
    tree = LexborHTMLParser(render_page(tried(*TEXT)))
    assert texts(tree.css(".kept p")) == list(TEXT)
    assert texts(tree.css(".dropped small")) == ["navigation", "the headline", "footer"]
    assert texts(tree.css("h1 mark")) == ["Iran", "Pakistan", "border"]
    assert texts(tree.css(".badge")) == ["alert"]


def test_nothing_of_the_tried_page_is_markup():
    """Neither its text nor its title nor what a selector holds; and a link is one to the web."""
    escaped = EVIL.replace("&", "&amp;").replace("<", "&lt;")
    trial = tried(escaped + TEXT[0], escaped, title=escaped, selectors=PageSelectors(remove=('[a="<b>"]',)))
    written = render_page(trial)
    assert written.count("<script") == 0
    tree = LexborHTMLParser(written)
    assert tree.css_matches("[onclick]") is False
    assert EVIL in tree.css_first("h1").text()
    assert texts(tree.css("a")) == ["https://dawn.example/1"]


def test_a_script_is_no_link():
    """A file may be said to come from anywhere."""
    extraction = traced(an_article(*TEXT).encode(), url="javascript:alert(1)")
    verdict = Verdict(digest=False, alert=False, score=0)
    written = render_page(
        ReadablePage(
            source="",
            selectors=None,
            article=extraction.require_article(),
            verdict=verdict,
            blocks=extraction.trace.blocks,
            provenance={},
        )
    )
    assert "<a " not in written


def test_nothing_is_loaded():
    """The page stands alone: no address but that of the article."""
    written = render_page(tried(*TEXT))
    assert set(re.findall(r"https?://[^\"<>\s]+", written)) == {"https://dawn.example/1"}
    assert not re.search(r"url\(|@import|\ssrc=", written)


@pytest.mark.parametrize(("paragraphs", "way"), [(TEXT, "ltr"), (URDU, "rtl")])
def test_a_paragraph_runs_its_own_way(paragraphs, way):
    """By most of its letters: one in Urdu may begin with a Latin name."""
    tree = LexborHTMLParser(render_page(tried(*paragraphs)))
    assert {node.attributes["dir"] for node in tree.css(".kept p")} == {way}


def test_what_a_reason_quotes_runs_its_own_way():
    """A heading in Urdu is no part of the English sentence round it."""
    piece = TracedBlock(text="ایک", kept=False, shape=Shape.PARAGRAPH, reason='under "متعلقہ خبریں"')
    written = render_page(replace(tried(*TEXT), blocks=(piece,)))
    assert "<small>under &quot;<bdi>متعلقہ خبریں</bdi>&quot;</small>" in written


def test_many_dropped_pieces_are_folded():
    """They are one line that can be opened; what is shown in short is whole inside."""
    menu = "".join(f"<li>Section number {number}</li>" for number in range(30))
    body = an_article(*TEXT).replace("Home | Sport", f"<ul>{menu}</ul>").encode()
    extraction = traced(body, url="https://dawn.example/1")
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


def test_a_menu_of_menus_is_one_run():
    """Scraps that were dropped for reasons in turn; a sentence among them stands alone, with its reason."""
    menus = "".join(f"<div class=a{number}><nav>One</nav><footer>Two</footer></div>" for number in range(9))
    rest = "<nav>A sentence of more letters than any entry of a menu ever has had.</nav><footer>End</footer>"
    trial = tried(*TEXT)
    body = an_article(*TEXT).replace("<nav>", f"{menus}{rest}<nav>").encode()
    extraction = traced(body, url="https://a.example/")
    first, second, *_ = group_blocks(
        replace(trial, article=extraction.require_article(), blocks=extraction.trace.blocks)
    )
    assert (first.reason, len(first.blocks)) == ("navigation, footer", 18)
    assert (second.reason, len(second.blocks)) == ("navigation", 1)
