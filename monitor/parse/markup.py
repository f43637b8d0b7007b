"""Markup of strangers to plain text, and broken XML to XML that can be read."""

import html
import re

from selectolax.lexbor import LexborHTMLParser

from monitor import text

UNREAD = ["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "button", "form", "figcaption"]
POSTS = "blockquote.twitter-tweet, blockquote.instagram-media, blockquote.bluesky-embed, blockquote.tiktok-embed"

BLOCK = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|center|dd|div|dl|dt|figure|footer|h[1-6]|header|hr|li|main|ol|p|pre"
    r"|section|table|td|th|tr|ul)\b)",
    re.IGNORECASE,
)
BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
# Two control characters stand for what the markup said until its tags are gone; none can come in from outside.
PARAGRAPH, LINE = "\x1e", "\x1f"
PARAGRAPH_END = re.compile(rf"\s*(?:{PARAGRAPH}|{LINE}\s*{LINE})[\s{PARAGRAPH}{LINE}]*")

# What stands before the root element; the groups are atomic, or a page of comments would take for ever.
ROOT = re.compile(
    r"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE(?>[^\[<>]*)(?>\[.*?\]\s*)?>)*+<(?P<name>[a-z][\w.:-]*)",
    re.IGNORECASE | re.DOTALL,
)
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REFERENCE = re.compile(r"&#(?:x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)


def line(markup: str, *, limit: int) -> str:
    """The text of a piece of markup (or of plain text) on one line, of at most `limit` characters."""
    return text.clean(_flat(markup[: limit * 20]).replace(PARAGRAPH, " ").replace(LINE, " "), limit=limit)


def paragraphs(markup: str) -> list[str]:
    """The paragraphs of a piece of markup, each on one line; one that quotes a post begins with "> "."""
    if "<" not in markup:
        return [text.clean(_flat(part)) for part in text.paragraphs(markup)]
    parts = (text.clean(part) for part in PARAGRAPH_END.split(_flat(markup)))
    return [part for part in parts if part]


def root(xml: str) -> str:
    """The name of the first element as it is written, or "" where something else stands before it."""
    found = ROOT.match(xml)
    return found["name"] if found else ""


def local(name: str) -> str:
    """A name without its namespace or prefix, in lower case."""
    return re.split("[:}]", name)[-1].lower()


def tidy(xml: str) -> str:
    """XML without characters and references that no XML may hold; one stray byte makes a parser refuse a whole feed."""
    return REFERENCE.sub(_reference, NO_XML.sub("", xml))


def _reference(found: re.Match[str]) -> str:
    # As browsers read it: &#146; is the apostrophe of windows-1252. What is no character at all is left out.
    character = html.unescape(found[0])
    if character in {"", "\ufffd"} or NO_XML.match(character):
        return ""
    return found[0] if ord(character) < 0x80 else character  # noqa: PLR2004 - &#60; must not become a bracket


def _flat(markup: str) -> str:
    markup = NO_XML.sub("", markup)
    if "<" not in markup and "&" not in markup:
        return markup
    marked = BREAK.sub(LINE, BLOCK.sub(PARAGRAPH + "<", markup))
    tree = LexborHTMLParser(marked)
    tree.strip_tags(UNREAD)
    for post in tree.css(POSTS):
        words = post.text(deep=True).replace(PARAGRAPH, " ").replace(LINE, " ")
        post.replace_with(f"{PARAGRAPH}> {words}{PARAGRAPH}")
    return tree.root.text(deep=True) if tree.root else ""
