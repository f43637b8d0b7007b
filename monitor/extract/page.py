"""A parsed page with its head read once."""

from dataclasses import dataclass
from html import unescape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.jsonld import Item, article_item
from monitor.text import clean

LONGEST_LINE: Final = 500
AUTHOR_METAS: Final = (
    "author", "article:author_name", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "citation_author", "article.author", "cxenseparse:author", "twitter:data1",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A parsed page: its tree, its metas and its structured data."""

    url: str
    tree: LexborHTMLParser
    metas: dict[str, str]  # by name, property or itemprop in lower case; the first value of each, all authors
    item: Item  # the JSON-LD item of the article, or an empty one

    def meta(self, *names: str) -> str:
        """The value of the first of these metas that has one, or ""."""
        return next((self.metas[name] for name in names if name in self.metas), "")


def read(tree: LexborHTMLParser, url: str) -> Page:
    """The page with its metas and structured data."""
    metas: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        value = unescape(attributes.get("content") or "").strip()
        for name in ("property", "name", "itemprop", "http-equiv"):
            if value and (key := (attributes.get(name) or "").lower().strip()):
                # A meta for each author is how journals and the Open Graph name several.
                metas[key] = f"{metas[key]}; {value}" if key in metas and key in AUTHOR_METAS else metas.get(key, value)
    return Page(url=url, tree=tree, metas=metas, item=article_item(tree))


def line(node: LexborNode | None) -> str:
    """The text of an element on one line, or ""."""
    return clean(node.text(deep=True, separator=" "), limit=LONGEST_LINE) if node else ""


def letters(text: str) -> str:
    """Letters and digits only, to compare lines that differ in punctuation."""
    return "".join(filter(str.isalnum, text.casefold()))
