"""Whether a selector can be used, and from where on not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ExtractError
from monitor.extract import selector_error
from monitor.model import PageSelectors
from tests.extract.builders import TEXT, an_article


@pytest.mark.parametrize(
    ("css", "wrong"),
    [
        ("", ""),
        ("#story > p:not(.promo), .story", ""),
        ('p:has(a[href^="/tag/"])', ""),
        ("h1::text", "is no CSS selector from '::text' on"),
        (".story >", "is no CSS selector from '>' on"),
        (".a, , .b", "is no CSS selector from ', , .b' on"),
        ("//p[@class]", "is no CSS selector: '//p[@class]'"),
        (" ", "is no CSS selector: ' '"),
        ("p\udcff", "is no CSS selector from '\\udcff' on"),
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
