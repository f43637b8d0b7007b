"""Checks CSS selectors that people write in configuration files or on the command line."""

MAX_SELECTOR_CHARS = 500


def selector_error(css: str) -> str:
    """Returns the reason why a CSS selector cannot be used and where it starts, or "" for a usable or empty one."""
    if len(css) > MAX_SELECTOR_CHARS:
        return f"is longer than {MAX_SELECTOR_CHARS} characters"
    if not css or _can_parse(css):
        return ""
    # lexbor does not report the position of the error: it is behind the longest prefix that can be parsed.
    end = next((end for end in range(len(css) - 1, 0, -1) if _can_parse(css[:end])), 0)
    return f"is not a CSS selector from {css[end:]!r} on" if end else f"is not a CSS selector: {css!r}"


def _can_parse(css: str) -> bool:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415 - few configurations have selectors

    try:
        LexborHTMLParser("").css(css)
    except (SelectolaxError, UnicodeEncodeError):  # command-line arguments may contain bytes that are not text
        return False
    return True
