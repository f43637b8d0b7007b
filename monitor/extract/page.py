"""A parsed page with its head read once."""

from dataclasses import dataclass
from html import unescape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor import urls
from monitor.extract.jsonld import Item, article_item
from monitor.text import clean

LONGEST_LINE: Final = 500
AUTHOR_METAS: Final = (
    "author", "article:author_name", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "citation_author", "article.author", "cxenseparse:author", "twitter:data1",
)  # fmt: skip


_HEAD: Final = 'meta[content], script[type*="ld+json"], link[rel="canonical"], title, h1'
_MOST_HEADINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A parsed page: its tree, its metas and its structured data."""

    url: str
    tree: LexborHTMLParser
    metas: dict[str, str]  # by name, property or itemprop in lower case; the first value of each, all authors
    item: Item  # the JSON-LD item of the article, or an empty one
    outlets: tuple[str, ...]  # the letters of the outlet's names: its own and that of its host
    title: str  # of the head
    headings: tuple[str, ...]  # every h1 with a text
    canonical: str  # the address that the page gives as its own

    def meta(self, *names: str) -> str:
        """The value of the first of these metas that has one, or ""."""
        return next((self.metas[name] for name in names if name in self.metas), "")


def read(tree: LexborHTMLParser, url: str) -> Page:
    """The page with its metas and structured data."""
    found: dict[str, list[LexborNode]] = {"meta": [], "script": [], "link": [], "title": [], "h1": []}
    for node in tree.css(_HEAD):  # each query walks the whole tree: one for all
        found[node.tag or ""].append(node)
    metas = _metas(found["meta"])
    names = (metas.get("og:site_name") or metas.get("application-name", ""), urls.site(url).split(".")[0])
    return Page(
        url=url,
        tree=tree,
        metas=metas,
        item=article_item(found["script"]),
        outlets=tuple(filter(None, map(letters, names))),
        title=next(map(line, found["title"]), ""),
        headings=tuple(filter(None, map(line, found["h1"][:_MOST_HEADINGS]))),
        canonical=next((node.attributes.get("href") or "" for node in found["link"]), ""),
    )


def _metas(nodes: list[LexborNode]) -> dict[str, str]:
    metas: dict[str, str] = {}
    for node in nodes:
        attributes = node.attributes
        value = unescape(attributes.get("content") or "").strip()
        for name in ("property", "name", "itemprop", "http-equiv"):
            if value and (key := (attributes.get(name) or "").lower().strip()):
                # A meta for each author is how journals and the Open Graph name several.
                metas[key] = f"{metas[key]}; {value}" if key in metas and key in AUTHOR_METAS else metas.get(key, value)
    return metas


def line(node: LexborNode | None) -> str:
    """The text of an element on one line, or ""."""
    return clean(node.text(deep=True, separator=" "), limit=LONGEST_LINE) if node else ""


def letters(text: str) -> str:
    """Letters and digits only, to compare lines that differ in punctuation."""
    return "".join(filter(str.isalnum, text.casefold()))
