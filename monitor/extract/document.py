"""A parsed HTML page with its head read once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from monitor import urls
from monitor.extract.metadata import jsonld
from monitor.text import clean

MAX_LINE_CHARS: Final = 500
MAX_DESCRIPTION_CHARS: Final = 1000
MAX_HEADINGS: Final = 20
MAX_ANCESTORS: Final = 30  # the depth to which is_outside_article looks
AUTHOR_METAS: Final = (
    "author", "article:author_name", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "citation_author", "article.author", "cxenseparse:author", "twitter:data1",
)  # fmt: skip
HEAD_ELEMENTS: Final = 'meta[content], script[type*="ld+json"], link[rel="canonical"], title, h1'
NON_ALPHANUMERIC: Final = re.compile(r"[\W_]+")
ASCII_NON_ALPHANUMERIC: Final = bytes(point for point in range(128) if not chr(point).isalnum())
# Iranian agencies and WordPress themes print today's date in such elements, and teasers have dates and names of their own.
OUTSIDE_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:aside|comments?|commentlist|header[_-]top|masthead|menu|navbar|popular|recent|recommended|related|sidebar"
    r"|ticker|today|top[_-]?bar|top[_-]header|trending|weather)(?=$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class HtmlDocument:
    """A parsed page: its tree, its metas and its structured data."""

    # Without slots: cached_property needs a place for its values.

    url: str
    tree: LexborHTMLParser
    metas: dict[str, str]  # by name, property or itemprop in lower case; the first value of each, all authors
    json_ld: jsonld.Item  # the JSON-LD item of the article, or an empty one
    outlet_keys: tuple[str, ...]  # the outlet's name and that of its host, normalized
    title: str  # of the <title> element
    headings: tuple[str, ...]  # the texts of the h1 elements
    canonical_href: str  # of the <link rel=canonical>

    def meta(self, *names: str) -> str:
        """Returns the value of the first of these metas that has one, or ""."""
        return next((self.metas[name] for name in names if name in self.metas), "")

    @cached_property
    def description(self) -> str:
        """The lead as the head gives it."""
        declared = self.meta("og:description", "description", "twitter:description")
        return clean(declared or jsonld.first(self.json_ld.get("description")), limit=MAX_DESCRIPTION_CHARS)

    @cached_property
    def article_body(self) -> str:
        """The text of the article in the structured data, or ""."""
        return jsonld.first(self.json_ld.get("articleBody"))

    @cached_property
    def declared_language(self) -> str:
        """The `lang` attribute of the <html> element, or ""."""
        html = self.tree.css_first("html")
        return (html.attributes.get("lang") or "") if html else ""

    @property
    def is_free(self) -> bool:
        """False if the page declares that its article is behind a paywall."""
        free = self.json_ld.get("isAccessibleForFree")
        return free is not False and not (isinstance(free, str) and free.strip().lower() == "false")

    @property
    def is_noarchive(self) -> bool:
        """Whether the page asks not to be stored, or reserves its text from mining (TDMRep)."""
        return "noarchive" in self.meta("robots").lower() or self.meta("tdm-reservation") == "1"


def parse_html(html: bytes) -> LexborHTMLParser:
    """Returns the tree of a page in UTF-8."""
    # By default Lexbor keeps a record of each node for listeners, and there are none here.
    return LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS)


def read_document(tree: LexborHTMLParser, url: str) -> HtmlDocument:
    """Returns the document of a tree, with its metas and structured data."""
    nodes: dict[str, list[LexborNode]] = {"meta": [], "script": [], "link": [], "title": [], "h1": []}
    # One query for all, because each walks the whole tree. Finding these in the walk of `blocks` was not faster.
    for node in tree.css(HEAD_ELEMENTS):
        nodes[node.tag or ""].append(node)
    metas = read_metas(nodes["meta"])
    title = next(map(one_line, nodes["title"]), "")
    headings = tuple(filter(None, map(one_line, nodes["h1"][:MAX_HEADINGS])))
    canonical_href = next((node.attributes.get("href") or "" for node in nodes["link"]), "")
    outlets = (metas.get("og:site_name") or metas.get("application-name", ""), urls.site(url).split(".")[0])
    return HtmlDocument(
        url=url,
        tree=tree,
        metas=metas,
        json_ld=jsonld.article_item(
            nodes["script"],
            addresses=(url, canonical_href, metas.get("og:url", "")),
            titles=(title, metas.get("og:title", ""), *headings),
        ),
        outlet_keys=tuple(filter(None, map(normalize, outlets))),
        title=title,
        headings=headings,
        canonical_href=canonical_href,
    )


def read_metas(nodes: Sequence[LexborNode]) -> dict[str, str]:
    """Returns the values of meta elements by each of their names, in lower case."""
    metas: dict[str, str] = {}
    for node in nodes:
        attributes = node.attributes
        value = unescape(attributes.get("content") or "").strip()
        if not value:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (attributes.get(attribute) or "").lower().strip()
            if name in metas and name in AUTHOR_METAS:
                # Journals, and the Open Graph, give each author a meta of its own.
                metas[name] = f"{metas[name]}; {value}"
            elif name:
                metas.setdefault(name, value)
    return metas


def one_line(node: LexborNode | None) -> str:
    """Returns the text of an element on one line, or ""."""
    return clean(node.text(deep=True, separator=" "), limit=MAX_LINE_CHARS) if node else ""


def normalize(text: str) -> str:
    """Returns the letters and digits of a text without case, to compare lines that differ in punctuation."""
    # Nearly all other characters are ASCII, and bytes drop these fastest: half the cost of a pattern. JSON may have
    # halves of a surrogate pair.
    folded = text.casefold().encode("utf-8", "surrogatepass").translate(None, ASCII_NON_ALPHANUMERIC)
    bare = folded.decode("utf-8", "surrogatepass")
    return bare if bare.isalnum() else NON_ALPHANUMERIC.sub("", bare)


def is_outside_article(node: LexborNode) -> bool:
    """Whether an element is outside the article: in the head or foot of the page, a menu, teasers or comments."""
    # An ancestor that contains an h1 does not count, whatever its name: themes call the column of the article a sticky
    # sidebar.
    doubtful = False
    for ancestor in self_and_ancestors(node):
        if ancestor.tag in ("article", "main"):
            doubtful = False
        elif ancestor.tag in ("header", "footer"):
            doubtful = ancestor.css_first("h1") is None
        elif (ancestor.tag in ("aside", "nav") or has_outside_name(ancestor)) and ancestor.css_first("h1") is None:
            return True
    return doubtful


def self_and_ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yields an element and those round it, below the body."""
    ancestor: LexborNode | None = node
    for _ in range(MAX_ANCESTORS):
        if ancestor is None or ancestor.tag == "body":
            return
        yield ancestor
        ancestor = ancestor.parent


def has_outside_name(node: LexborNode) -> bool:
    """Whether the class or id of an element names something beside an article."""
    attributes = node.attributes
    return any(name and OUTSIDE_NAMES.search(name) for name in (attributes.get("class"), attributes.get("id")))
