"""Listing pages: by the selectors of the source, else by the shape of the page's links.

By shape: the links of a page to its own site are sorted by the form of their addresses ("a word, a number, a slug").
Headlines come in numbers and are sentences; the links of menus, sections and authors are a word or three. So a form
that is repeated and whose texts are mostly sentences is that of the articles.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from statistics import median
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor import dates, urls
from monitor.errors import ParseError
from monitor.model import ListingSelectors, Parsed
from monitor.parse.entries import Origin, Raw, parsed

REPEATED = 3  # links of one form
SENTENCE = 4  # words; more than half of a form's texts have as many
LONE_SENTENCE = 6  # words, for the only link of its form
LEAD = 8  # words
CLIMB = 5  # levels from a headline to the block that it shares with its time and lead
NEAR_TIME = 60  # characters; what is longer holds a date by chance
BARS = re.compile(r"\s*[|·•]\s*")  # "Our Correspondent | Updated 14 minutes ago |"

# Path segments under which a site keeps its lists of articles and its service pages, never an article.
SHELVES = {
    *(
        "about",
        "aboutus",
        "about-us",
        "account",
        "archive",
        "archives",
        "author",
        "authors",
        "auteur",
        "categories",
        "category",
        "columnist",
    ),
    *(
        "columnists",
        "contact",
        "epaper",
        "feed",
        "feeds",
        "keyword",
        "label",
        "login",
        "page",
        "privacy",
        "profile",
        "redirect",
    ),
    *("register", "reporter", "rss", "search", "share", "sharer", "subscribe", "tag", "tags", "topic", "topics"),
    *("terms", "user", "users", "writer", "writers", "yazar", "yazarlar", "etiket", "kategori", "برچسب"),
}
NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|zip|mp[34]|xml|css|js|apk)$", re.IGNORECASE)
EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|cms|ece)$", re.IGNORECASE)
INLINE = ["b", "bdi", "em", "font", "i", "mark", "strong", "sub", "sup", "u", "wbr"]
UNREAD = ["script", "style", "template", "noscript", "svg", "iframe", "select"]
DATED = "time, [class*=date], [class*=time], [class*=ago]"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HEADING = ", ".join(HEADINGS)
DOTS = re.compile(r"\s*(?:…|\.\.+)$")


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that a link has; in a heading it ranks over what stands beside, and that over an image's words."""

    rank: int
    words: str


def parse(body: str, origin: Origin, selectors: ListingSelectors | None) -> Parsed:
    """The entries of a listing page, in its order. Raises ParseError where there are none."""
    tree = LexborHTMLParser(body)
    tree.strip_tags(UNREAD)
    try:
        raws = list(_selected(tree, selectors) if selectors else _by_shape(tree, origin))
    except SelectolaxError as error:
        raise ParseError(origin.url, f"a selector of its listing is no CSS: {error}") from error
    if not raws:
        how = f"its selector {selectors.entry!r} matches nothing" if selectors else "no repeated headlines on it"
        raise ParseError(origin.url, f"a listing page without entries: {how}; its layout may have changed")
    return parsed(raws, origin, title=_html(tree.css_first("title")), language=_language(tree))


def _selected(tree: LexborHTMLParser, css: ListingSelectors) -> Iterator[Raw]:
    for block in tree.css(css.entry):
        link = block if block.tag == "a" else block.css_first(css.link)
        title = block.css_first(css.title) if css.title else link
        yield Raw(
            link=_href(tree, link) if link else "",
            title=_html(title),
            summary=_html(block.css_first(css.summary)) if css.summary else "",
            dates=tuple(filter(None, _time_texts(block.css_first(css.time)))) if css.time else (),
        )


def _by_shape(tree: LexborHTMLParser, origin: Origin) -> Iterator[Raw]:
    tree.unwrap_tags(INLINE)  # a headline with a word in italics is one text
    tree.merge_text_nodes()
    links = _links(tree, origin)
    titles = {key: _best([text for node in nodes for text in _texts(node)]) for key, nodes in links.items()}
    articles = _articles(titles)
    for key in articles:
        node = _headline(links[key], titles[key])
        block = _block(node, key, articles, tree, origin)
        pieces = _pieces(block)
        leads = [piece for piece in pieces if piece != titles[key] and len(piece.split()) >= LEAD]
        yield Raw(
            link=_href(tree, node),
            title=escape(titles[key]),
            summary=escape(max(leads, key=len, default="")),
            dates=tuple(_dates(block, pieces, origin)),
        )


def _links(tree: LexborHTMLParser, origin: Origin) -> dict[str, list[LexborNode]]:
    """The links of the page to other pages of its site, by their key."""
    own, site = urls.canonical(origin.url), urls.site(origin.url)
    found: dict[str, list[LexborNode]] = defaultdict(list)
    for node in tree.css("a[href]"):
        key = urls.canonical(urls.absolute(origin.url, _href(tree, node)))
        there = urls.site(key)
        if key and key != own and (there == site or there.endswith("." + site)) and not _is_service(node, key):
            found[key].append(node)
    return found


def _is_service(node: LexborNode, key: str) -> bool:
    path = unquote(urlsplit(key).path).lower()
    sponsored = "sponsored" in (node.attributes.get("rel") or "")
    return sponsored or bool(NO_PAGE.search(path)) or not SHELVES.isdisjoint(path.split("/"))


def _articles(titles: dict[str, str]) -> list[str]:
    """The addresses, in the page's order, that have the form of its articles."""
    forms: dict[str, list[str]] = defaultdict(list)
    for key in titles:
        forms[_form(key)].append(key)
    kept = {key for form, keys in forms.items() for key in _headlines(form, keys, titles)}
    return [key for key in titles if key in kept]


def _headlines(form: str, keys: list[str], titles: dict[str, str]) -> list[str]:
    lengths = {key: len(titles[key].split()) for key in keys}
    said = [length for length in lengths.values() if length]
    if len(said) >= REPEATED and median(said) >= SENTENCE:
        return keys
    return [key for key in keys if lengths[key] >= LONE_SENTENCE and re.search("[NS]", form)]


def _form(key: str) -> str:
    """The form of an address: N for a segment with a long number, S for a slug of four words, w and n for the rest.

    Where a number names the article, its slug may be short: S is w there.
    """
    split = urlsplit(key)
    segments = [EXTENSION.sub("", segment) for segment in unquote(split.path).split("/") if segment]
    numbered = [(name, value) for name, value in parse_qsl(split.query) if value.isdecimal()]
    classes = [_class(segment) for segment in segments] + [f"?{name.lower()}=N" for name, _ in numbered]
    form = "/".join(classes)
    return form.replace("S", "w") if "N" in form else form


def _class(segment: str) -> str:
    if re.search(r"\d{4}", segment):
        return "N"
    if segment.isdecimal():
        return "n"
    return "S" if len(re.findall(r"[-_ ]+", segment)) >= SENTENCE - 1 else "w"


def _texts(node: LexborNode) -> Iterator[_Text]:
    heading = node.css_first(HEADING)
    pieces = _pieces(heading or node)
    # An author in the same link may be longer than the headline; the link's own title says which is which.
    named = " ".join((node.attributes.get("title") or "").split())
    words = named if named in pieces else max(pieces, key=len, default="")
    if words:
        yield _Text(2 if heading or _under_heading(node) else 1, words)
    picture = node.css_first("img[alt]")
    for attribute in (node.attributes.get("title"), picture.attributes.get("alt") if picture else ""):
        if attribute and len(attribute.split()) >= SENTENCE:
            yield _Text(0, " ".join(attribute.split()))


def _under_heading(node: LexborNode) -> bool:
    parent = node.parent
    above = parent.parent if parent else None
    return any(element is not None and element.tag in HEADINGS for element in (parent, above))


def _best(texts: list[_Text]) -> str:
    """The headline among the texts of all links to one page; whole where one of them is cut short with dots."""
    texts = [text for text in texts if not dates.parse(text.words)]
    if not texts:
        return ""
    best = max(texts, key=lambda text: (text.rank, len(text.words))).words
    start = DOTS.sub("", best)
    whole = [text.words for text in texts if text.words.startswith(start)] if start != best else []
    return max([best, *whole], key=lambda words: len(DOTS.sub("", words)))


def _headline(nodes: list[LexborNode], title: str) -> LexborNode:
    return next((node for node in nodes if title in _pieces(node)), nodes[0])


def _block(node: LexborNode, key: str, articles: list[str], tree: LexborHTMLParser, origin: Origin) -> LexborNode:
    """The largest element round a headline, a few levels up, that shows no other article."""
    others = set(articles) - {key}
    block = node
    for _ in range(CLIMB):
        parent = block.parent
        if parent is None or parent.tag in {"body", "html"}:
            break
        there = (urls.canonical(urls.absolute(origin.url, _href(tree, link))) for link in parent.css("a[href]"))
        if any(link in others for link in there):
            break
        block = parent
    return block


def _dates(block: LexborNode, pieces: list[str], origin: Origin) -> Iterator[str]:
    """What may be the time of an entry: a <time>, a text that its class calls a time, a short text with a date."""
    for node in block.css(DATED):
        # Class names mislead ("update-box", "candidates"): a headline in figures would come out as a date.
        parts = (part for text in _time_texts(node) for part in BARS.split(text))
        yield from (part for part in parts if len(part) < NEAR_TIME and re.search(r"\d", part))
    for piece in pieces:
        if len(piece) < NEAR_TIME and dates.parse(piece, zone=origin.zone):
            yield piece


def _time_texts(node: LexborNode | None) -> tuple[str, str]:
    return ((node.attributes.get("datetime") or "").strip(), " ".join(_pieces(node))) if node else ("", "")


def _pieces(node: LexborNode) -> list[str]:
    """The texts of an element, each of one text node."""
    lines = (" ".join(piece.split()) for piece in node.text(deep=True, separator="\x1f").split("\x1f"))
    return [line for line in lines if line]


def _html(node: LexborNode | None) -> str:
    return (node.html or "") if node else ""


def _href(tree: LexborHTMLParser, link: LexborNode) -> str:
    base = tree.css_first("base[href]")
    href = link.attributes.get("href") or ""
    return (urls.absolute(base.attributes.get("href") or "", href) or href) if base else href


def _language(tree: LexborHTMLParser) -> str:
    html = tree.css_first("html[lang]")
    return (html.attributes.get("lang") or "") if html else ""
