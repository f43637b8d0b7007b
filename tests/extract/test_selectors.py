"""Whether a selector can be used, and from where on not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.css import selector_error
from monitor.errors import ExtractError
from monitor.extract.selectors import SelectorMismatch, mismatches_in, possible_mismatches, select
from monitor.model import PageSelectors
from tests.extract.builders import TEXT, an_article, paragraphs


@pytest.mark.parametrize(
    ("css", "wrong"),
    [
        ("", ""),
        ("#story > p:not(.promo), .story", ""),
        ('p:has(a[href^="/tag/"])', ""),
        ("h1::text", "is not a CSS selector from '::text' on"),
        (".story >", "is not a CSS selector from '>' on"),
        (".a, , .b", "is not a CSS selector from ', , .b' on"),
        ("//p[@class]", "is not a CSS selector: '//p[@class]'"),
        (" ", "is not a CSS selector: ' '"),
        ("p\udcff", "is not a CSS selector from '\\udcff' on"),
        ("p " * 300, "is longer than 500 characters"),
    ],
)
def test_what_is_wrong(css: str, wrong: str):
    """The rest that cannot be read is quoted."""
    assert selector_error(css) == wrong


@given(st.text(alphabet="abp.#>+~*:()[]=\"', \n-|^$\\é\x00", max_size=20))
def test_what_passes_can_be_used(css: str):
    """A selector without an error never makes a page unreadable; one with an error does."""
    try:
        article = an_article(selectors=PageSelectors(content=css))
    except ExtractError:
        assert selector_error(css)
    else:
        assert selector_error(css) == ""
        assert TEXT[0] in article.text or css


def test_no_element_is_chosen_twice():
    """A list of selectors may name one element by two of them, or one that lies inside another."""
    tree = LexborHTMLParser("<main><p class=a>1</p></main><p>2</p><div class=a><p>3</p></div>")
    assert [node.text() for node in select(tree, ".a, p")] == ["1", "2", "3"]
    assert select(tree, "") == []


def test_a_text_is_told_once():
    """Whatever a selector for the content names besides."""
    page = f"<div class='a'><div class='b'>{paragraphs()}</div></div>"
    assert an_article(page, selectors=PageSelectors(content=".a, .b, p")).text.split("\n\n") == TEXT


def test_notes_of_misfits():
    """What articles note where a selector gave nothing; not of what many a page has none of."""
    selectors = PageSelectors(content=".a", title="h1", author=".w", date="#d", remove=(".x",))
    assert set(map(str, possible_mismatches(selectors))) == {
        "selector '.a' gave no text",
        "selector 'h1' gave no title",
        "selector '#d' gave no date",
    }
    assert possible_mismatches(PageSelectors()) == set()
    assert mismatches_in(["selector '.a' gave no text", "other"], selectors) == {SelectorMismatch(".a", "text")}
