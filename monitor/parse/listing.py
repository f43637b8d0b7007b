"""Listing pages: entries by the selectors of the source, or else by the forms of the page's links.

By form: the links of a page to its own site are grouped by the form of their URLs ("a word, a number, a slug").
Headlines are many and are sentences; links of menus, sections and authors are one to three words. So a form that
occurs several times and whose link texts are mostly sentences is that of the articles.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from statistics import median
from typing import Annotated
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BeforeValidator, StringConstraints
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor import dates, urls
from monitor.css import selector_error
from monitor.errors import ParseError
from monitor.languages.feeds import feed_phrases
from monitor.model import ParseResult
from monitor.parse.entries import RawEntry, SourceContext, build_entries
from monitor.parse.source_kind import OptionsForm, SourceKind

# A form is that of articles if so many links have it and half of their texts are sentences.
MIN_FORM_LINKS = 3
MIN_SENTENCE_WORDS = 4
# For a form with fewer links, which do not confirm each other.
MIN_LONE_SENTENCE_WORDS = 6
MIN_LEAD_WORDS = 8
MIN_SLUG_HYPHENS = 3  # a slug of four words
# From a headline up to the block that it shares with its time and lead.
MAX_BLOCK_LEVELS = 5
# A longer text contains a date by chance.
MAX_TIME_CHARS = 60
TIME_SEPARATOR = re.compile(r"\s*[|·•]\s*")  # "Our Correspondent | Updated 14 minutes ago |"

NON_ARTICLE_SEGMENTS = feed_phrases().non_article_segments
NON_PAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|zip|mp[34]|xml|css|js|apk)$", re.IGNORECASE)
PAGE_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|cms|ece)$", re.IGNORECASE)
INLINE_ELEMENTS = ["b", "bdi", "em", "font", "i", "mark", "strong", "sub", "sup", "u", "wbr"]
DROPPED_ELEMENTS = ["script", "style", "template", "noscript", "svg", "iframe", "select"]
TIME_ELEMENTS = "time, [class*=date], [class*=time], [class*=ago]"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
ANY_HEADING = ", ".join(HEADINGS)
ELLIPSIS_END = re.compile(r"\s*(?:…|\.\.+)$")

# Ranks of the texts of a link. An image's description may be longer than the headline beside it.
HEADING_RANK, TEXT_RANK, ATTRIBUTE_RANK = 2, 1, 0


def check_css(value: object) -> object:
    """Raises ValueError if a value is not a usable CSS selector."""
    if error := selector_error(str(value)):
        raise ValueError(error)
    return value


Css = Annotated[str, BeforeValidator(check_css)]


class ListingForm(OptionsForm):
    """CSS for a listing page. Selectors other than `entry` apply inside one entry and may be empty."""

    entry: Annotated[str, StringConstraints(min_length=1), BeforeValidator(check_css)]
    link: Css = "a"
    title: Css = ""
    summary: Css = ""
    time: Css = ""


def parse(body: str, source: SourceContext, selectors: ListingForm | None = None) -> ParseResult:
    """Returns the entries of a listing page in page order. Raises ParseError if there are none."""
    tree = LexborHTMLParser(body)
    tree.strip_tags(DROPPED_ELEMENTS)
    try:
        entries = list(select_entries(tree, selectors) if selectors else find_entries(tree, source))
    except SelectolaxError as error:
        raise ParseError(source.url, f"a listing selector is not CSS: {error}") from error
    if not entries:
        reason = f"the selector {selectors.entry!r} matches nothing" if selectors else "no repeated headlines"
        raise ParseError(source.url, f"a listing page without entries: {reason}; its layout may have changed")
    html = tree.css_first("html[lang]")
    language = (html.attributes.get("lang") or "") if html else ""
    return build_entries(entries, source, title=markup_of(tree.css_first("title")), language=language)


KIND = SourceKind(id="listing", parse=parse, options_key="listing", form=ListingForm, obeys_robots=True)


def select_entries(tree: LexborHTMLParser, selectors: ListingForm) -> Iterator[RawEntry]:
    """Yields the entries that the selectors of the source choose."""
    for block in tree.css(selectors.entry):
        link = block if block.tag == "a" else block.css_first(selectors.link)
        title = block.css_first(selectors.title) if selectors.title else link
        yield RawEntry(
            link=href_of(tree, link) if link else "",
            title=markup_of(title),
            summary=markup_of(block.css_first(selectors.summary)) if selectors.summary else "",
            dates=tuple(filter(None, time_texts(block.css_first(selectors.time)))) if selectors.time else (),
        )


def find_entries(tree: LexborHTMLParser, source: SourceContext) -> Iterator[RawEntry]:
    """Yields the entries that the forms of the page's links reveal."""
    # A headline with a word in italics is one text.
    tree.unwrap_tags(INLINE_ELEMENTS)
    tree.merge_text_nodes()
    links = site_links(tree, source)
    titles = {url: best_title([text for node in nodes for text in link_texts(node)]) for url, nodes in links.items()}
    articles = article_urls(titles)
    for url in articles:
        title = titles[url]
        headline = next((node for node in links[url] if title in text_nodes(node)), links[url][0])
        block = entry_block(headline, url, articles, tree, source)
        texts = text_nodes(block)
        leads = [text for text in texts if text != title and len(text.split()) >= MIN_LEAD_WORDS]
        yield RawEntry(
            link=href_of(tree, headline),
            title=escape(title),
            summary=escape(max(leads, key=len, default="")),
            dates=tuple(date_texts(block, texts, source)),
        )


def site_links(tree: LexborHTMLParser, source: SourceContext) -> dict[str, list[LexborNode]]:
    """Returns the links of the page to other pages of its site, by canonical URL."""
    page_url, page_site = urls.canonicalize(source.url), urls.site(source.url)
    links: dict[str, list[LexborNode]] = defaultdict(list)
    for node in tree.css("a[href]"):
        url = urls.canonicalize(urls.resolve(source.url, href_of(tree, node)))
        site = urls.site(url)
        # The articles of a listing on one subdomain may be on another, or on the main host.
        is_own = site == page_site or site.endswith("." + page_site) or urls.is_same_site(url, page_url)
        if not url or url == page_url or not is_own:
            continue
        path = unquote(urlsplit(url).path).lower()
        is_sponsored = "sponsored" in (node.attributes.get("rel") or "")
        if is_sponsored or NON_PAGE_FILE.search(path) or not NON_ARTICLE_SEGMENTS.isdisjoint(path.split("/")):
            continue
        links[url].append(node)
    return links


def article_urls(titles: dict[str, str]) -> list[str]:
    """Returns the URLs, in page order, that have the form of the site's articles. `titles`: link texts by URL."""
    urls_by_form: dict[str, list[str]] = defaultdict(list)
    for url in titles:
        urls_by_form[url_form(url)].append(url)
    word_counts = {url: len(title.split()) for url, title in titles.items()}
    articles: set[str] = set()
    for form, form_urls in urls_by_form.items():
        counts = [word_counts[url] for url in form_urls if word_counts[url]]
        if len(counts) >= MIN_FORM_LINKS and median(counts) >= MIN_SENTENCE_WORDS:
            articles.update(form_urls)
        elif re.search("[NS]", form):
            articles.update(url for url in form_urls if word_counts[url] >= MIN_LONE_SENTENCE_WORDS)
    return [url for url in titles if url in articles]


def url_form(url: str) -> str:
    """Returns the form of a URL: N for a segment with a long number, S for a slug of four words, w and n for the rest.

    If a number identifies the article, its slug may be short: then S is written as w.
    """
    parts = urlsplit(url)
    segments = [PAGE_EXTENSION.sub("", segment) for segment in unquote(parts.path).split("/") if segment]
    numeric_parameters = [name.lower() for name, value in parse_qsl(parts.query) if value.isdecimal()]
    classes = [segment_class(segment) for segment in segments] + [f"?{name}=N" for name in numeric_parameters]
    form = "/".join(classes)
    return form.replace("S", "w") if "N" in form else form


def segment_class(segment: str) -> str:
    """Returns the letter for one segment of a path; see `url_form`."""
    if re.search(r"\d{4}", segment):
        return "N"
    if segment.isdecimal():
        return "n"
    return "S" if len(re.findall(r"[-_ ]+", segment)) >= MIN_SLUG_HYPHENS else "w"


@dataclass(frozen=True, slots=True)
class LinkText:
    """One text of a link, with its rank."""

    rank: int
    text: str


def link_texts(node: LexborNode) -> Iterator[LinkText]:
    """Yields the texts of a link that may be its headline."""
    heading = node.css_first(ANY_HEADING)
    texts = text_nodes(heading or node)
    # An author inside the same link may be longer than the headline; the link's title attribute decides.
    link_title = " ".join((node.attributes.get("title") or "").split())
    text = link_title if link_title in texts else max(texts, key=len, default="")
    parent = node.parent
    ancestors = (parent, parent.parent if parent else None)
    in_heading = heading or any(ancestor is not None and ancestor.tag in HEADINGS for ancestor in ancestors)
    if text:
        yield LinkText(HEADING_RANK if in_heading else TEXT_RANK, text)
    image = node.css_first("img[alt]")
    for attribute in (node.attributes.get("title"), image.attributes.get("alt") if image else ""):
        if attribute and len(attribute.split()) >= MIN_SENTENCE_WORDS:
            yield LinkText(ATTRIBUTE_RANK, " ".join(attribute.split()))


def best_title(candidates: list[LinkText]) -> str:
    """Returns the headline among the texts of all links to one page; the whole one if another is cut with dots."""
    candidates = [candidate for candidate in candidates if not dates.parse(candidate.text)]
    if not candidates:
        return ""
    best = max(candidates, key=lambda candidate: (candidate.rank, len(candidate.text))).text
    start = ELLIPSIS_END.sub("", best)
    complete = [candidate.text for candidate in candidates if candidate.text.startswith(start)] if start != best else []
    return max([best, *complete], key=lambda text: len(ELLIPSIS_END.sub("", text)))


def entry_block(
    headline: LexborNode, url: str, articles: list[str], tree: LexborHTMLParser, source: SourceContext
) -> LexborNode:
    """Returns the largest element around a headline, a few levels up, that links to no other article."""
    other_articles = set(articles) - {url}
    block = headline
    for _ in range(MAX_BLOCK_LEVELS):
        parent = block.parent
        if parent is None or parent.tag in {"body", "html"}:
            break
        links = (urls.canonicalize(urls.resolve(source.url, href_of(tree, link))) for link in parent.css("a[href]"))
        if any(link in other_articles for link in links):
            break
        block = parent
    return block


def date_texts(block: LexborNode, texts: list[str], source: SourceContext) -> Iterator[str]:
    """Yields texts that may be the time of an entry: elements for times first, then short texts that are dates."""
    for node in block.css(TIME_ELEMENTS):
        # Class names mislead ("update-box", "candidates"): a headline with a number must not become a date.
        parts = (part for text in time_texts(node) for part in TIME_SEPARATOR.split(text))
        yield from (part for part in parts if len(part) < MAX_TIME_CHARS and re.search(r"\d", part))
    for text in texts:
        if len(text) < MAX_TIME_CHARS and dates.parse(text, zone=source.zone):
            yield text


def time_texts(node: LexborNode | None) -> tuple[str, str]:
    """Returns the `datetime` attribute and the text of an element."""
    return ((node.attributes.get("datetime") or "").strip(), " ".join(text_nodes(node))) if node else ("", "")


def text_nodes(node: LexborNode) -> list[str]:
    """Returns the texts of an element, one for each text node that is not blank."""
    lines = (" ".join(text.split()) for text in node.text(deep=True, separator="\x1f").split("\x1f"))
    return [line for line in lines if line]


def markup_of(node: LexborNode | None) -> str:
    """Returns the markup of an element, or ""."""
    return (node.html or "") if node else ""


def href_of(tree: LexborHTMLParser, link: LexborNode) -> str:
    """Returns the target of a link; relative to the page's <base>, if it has one."""
    base = tree.css_first("base[href]")
    href = link.attributes.get("href") or ""
    return (urls.resolve(base.attributes.get("href") or "", href) or href) if base else href
