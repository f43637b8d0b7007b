"""Converts untrusted markup to plain text, and repairs XML so that a parser accepts it."""

import html
import re

from selectolax.lexbor import LexborHTMLParser

from monitor import text

# Elements whose text is not part of an article.
DROPPED_ELEMENTS = [
    *("script", "style", "template", "noscript", "iframe", "object", "svg", "math", "button", "form", "figcaption"),
]
EMBEDDED_POSTS = (
    "blockquote.twitter-tweet, blockquote.instagram-media, blockquote.bluesky-embed, blockquote.tiktok-embed"
)

BLOCK_TAG = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|center|dd|div|dl|dt|figure|footer|h[1-6]|header|hr|li|main|ol|p|pre"
    r"|section|table|td|th|tr|ul)\b)",
    re.IGNORECASE,
)
BREAK_TAG = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
# Two control characters mark paragraphs and line breaks until the tags are removed. NOT_XML removes any from the input.
PARAGRAPH_MARK, LINE_MARK = "\x1e", "\x1f"
PARAGRAPH_END = re.compile(rf"\s*(?:{PARAGRAPH_MARK}|{LINE_MARK}\s*{LINE_MARK})[\s{PARAGRAPH_MARK}{LINE_MARK}]*")

# The declarations and comments before the root element. The groups are atomic: backtracking over a page that consists of
# comments would not end.
ROOT = re.compile(
    r"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE(?>[^\[<>]*)(?>\[.*?\]\s*)?>)*+<(?P<name>[a-z][\w.:-]*)",
    re.IGNORECASE | re.DOTALL,
)
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REFERENCE = re.compile(r"&#(?:x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)

# An HTML parser takes a CDATA section for a comment. Feeds escape whole sections: &lt;![CDATA[title]]&gt;.
CDATA_SECTION = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>?|\Z)", re.DOTALL)
# A picture inside a description: 150 KB of base64 before the first word would use up the bound on markup.
DATA_URI = re.compile(r"data:[\w.+-]+/[\w.+-]+[^\s\"'<>]*", re.IGNORECASE)

# A reference in plain text: no headline writes one on purpose. "AT&T;" and "a&b" are not references.
ESCAPED = re.compile(
    r"&(?:amp;)*(?:#\d{2,6}|#x[0-9a-f]{2,6}|amp|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip);", re.IGNORECASE
)
MAX_ESCAPES = 3
MARKUP_PER_TEXT = 20  # characters of markup that are parsed for each character of text that is returned


def line(markup: str, *, limit: int) -> str:
    """Returns the text of a piece of markup (or plain text) on one line, at most `limit` characters long."""
    flat = flatten(DATA_URI.sub("", markup)[: limit * MARKUP_PER_TEXT])
    plain = unescape_again(flat.replace(PARAGRAPH_MARK, " ").replace(LINE_MARK, " "))
    return text.clean(plain, limit=limit)


def unescape_again(plain: str) -> str:
    """Returns a text without the references that are left in it: feeds escape a headline three times (&amp;amp;#8217;)."""
    for _ in range(MAX_ESCAPES):
        if not ESCAPED.search(plain):
            break
        plain = html.unescape(plain)
    return plain


def paragraphs(markup: str) -> list[str]:
    """Returns the paragraphs of a piece of markup, each on one line; an embedded post begins with "> "."""
    if "<" not in markup:
        return [text.clean(flatten(paragraph)) for paragraph in text.paragraphs(markup)]
    lines = (text.clean(paragraph) for paragraph in PARAGRAPH_END.split(flatten(markup)))
    return [line for line in lines if line]


def root(xml: str) -> str:
    """Returns the name of the first element as it is written, or "" if something else precedes it."""
    match = ROOT.match(xml)
    return match["name"] if match else ""


def local(name: str) -> str:
    """Returns an element's name without its namespace or prefix, in lower case."""
    return re.split("[:}]", name)[-1].lower()


def tidy(xml: str) -> str:
    """Removes characters and references that XML forbids; because of one, a parser rejects the whole feed."""
    return REFERENCE.sub(resolve_reference, NOT_XML.sub("", xml))


def resolve_reference(reference: re.Match[str]) -> str:
    """Returns the character of a numeric reference, or "" if XML forbids it; references to ASCII stay as they are."""
    # html.unescape reads references as browsers do: &#146; is the apostrophe of windows-1252.
    character = html.unescape(reference[0])
    if character in {"", "\ufffd"} or NOT_XML.match(character):
        return ""
    return reference[0] if character.isascii() else character  # &#60; must not become a bracket


def flatten(markup: str) -> str:
    """Returns the text of markup, with a mark where a paragraph or a line ends."""
    markup = CDATA_SECTION.sub(r"\1", NOT_XML.sub("", markup))
    if "<" not in markup and "&" not in markup:
        return markup
    tree = LexborHTMLParser(BREAK_TAG.sub(LINE_MARK, BLOCK_TAG.sub(PARAGRAPH_MARK + "<", markup)))
    tree.strip_tags(DROPPED_ELEMENTS)
    for post in tree.css(EMBEDDED_POSTS):
        post_text = post.text(deep=True).replace(PARAGRAPH_MARK, " ").replace(LINE_MARK, " ")
        post.replace_with(f"{PARAGRAPH_MARK}> {post_text}{PARAGRAPH_MARK}")
    return tree.root.text(deep=True) if tree.root else ""
