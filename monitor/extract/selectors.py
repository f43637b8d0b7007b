"""CSS selectors that people write for the pages of a source: whether they can be used."""

from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

_LONGEST: Final = 500  # characters


def selector_error(css: str) -> str:
    """What is wrong with a CSS selector, from where on; "" where it can be used, or is empty."""
    if len(css) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    if not css or _is_css(css):
        return ""
    # The engine does not say where it stopped: behind the longest beginning that it can read.
    end = next((end for end in range(len(css) - 1, 0, -1) if _is_css(css[:end])), 0)
    return f"is no CSS selector from {css[end:]!r} on" if end else f"is no CSS selector: {css!r}"


def _is_css(css: str) -> bool:
    try:
        LexborHTMLParser("").css(css)
    except (SelectolaxError, UnicodeEncodeError):  # a command line may hold bytes that are no text
        return False
    return True
