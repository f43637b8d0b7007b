"""A parsed page with its head read once."""

import re
from collections.abc import Iterator
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
_SIGNS: Final = re.compile(r"[\W_]+")  # what is no letter or digit
_ASCII_SIGNS: Final = bytes(point for point in range(128) if not chr(point).isalnum())
_HEIGHT: Final = 30  # elements above one that are looked at
# Where Iranian agencies and WordPress themes tell the day of today, and where teasers have dates and names of their own.
BESIDE_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:aside|comments?|commentlist|header[_-]top|masthead|menu|navbar|popular|recent|recommended|related|sidebar"
    r"|ticker|today|top[_-]?bar|top[_-]header|trending|weather)(?=$|[\s_-])",
    re.IGNORECASE,
)


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
    # Each query walks the whole tree: one for all. To find them in the walk of the outline gained nothing.
    for node in tree.css(_HEAD):
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
    # Nearly all that goes is ASCII, which bytes lose fastest: half the cost. JSON may hold halves of a surrogate pair.
    signless = text.casefold().encode("utf-8", "surrogatepass").translate(None, _ASCII_SIGNS)
    bare = signless.decode("utf-8", "surrogatepass")
    return bare if bare.isalnum() else _SIGNS.sub("", bare)


def is_beside(node: LexborNode) -> bool:
    """Whether an element stands beside the article: in the head or foot of the page, a menu, a box of other texts, comments.

    What holds the headline is no such box, whatever its name: themes call the column of the article a sticky sidebar.
    """
    doubted = False
    for above in _upwards(node):
        if above.tag in ("article", "main"):
            doubted = False
        elif above.tag in ("header", "footer"):
            doubted = above.css_first("h1") is None
        elif (above.tag in ("aside", "nav") or _is_named_beside(above)) and above.css_first("h1") is None:
            return True
    return doubted


def _upwards(node: LexborNode) -> Iterator[LexborNode]:
    above: LexborNode | None = node
    for _ in range(_HEIGHT):
        if above is None or above.tag == "body":
            return
        yield above
        above = above.parent


def _is_named_beside(node: LexborNode) -> bool:
    attributes = node.attributes
    return any(name and BESIDE_NAMES.search(name) for name in (attributes.get("class"), attributes.get("id")))
