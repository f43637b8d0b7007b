"""The extraction of an article: from the bytes of a page to its text, its metadata, and the trace of each decision."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from monitor import charset
from monitor.css import selector_error
from monitor.errors import ExtractError
from monitor.extract import interstitials
from monitor.extract.blocks import BlockTree, TextBlock, build_tree
from monitor.extract.document import HtmlDocument, parse_html, read_document
from monitor.extract.explain import Trace, rejected, trace_blocks
from monitor.extract.interstitials import InterstitialKind
from monitor.extract.main_text import Candidate, find_candidate, quality, without_site_lines
from monitor.extract.metadata.agency import dateline, find_agency
from monitor.extract.metadata.authors import find_authors, names_in
from monitor.extract.metadata.dates import DateFound, DateSource, find_modified, find_published
from monitor.extract.metadata.headline import find_headline
from monitor.extract.metadata.language import find_language
from monitor.extract.metadata.site import site_name
from monitor.extract.nearby_lines import find_nearby_lines
from monitor.extract.next_page import find_next_page
from monitor.extract.provenance import find_places
from monitor.extract.selectors import SelectorMismatch, select, select_texts
from monitor.extract.site_boilerplate import Fingerprints, PageFingerprint, fingerprint
from monitor.extract.site_head import article_description, head_hashes, without_site_titles
from monitor.model import Article, Method, PageSelectors

MAX_TEXT_CHARS: Final = 200_000
NO_SELECTORS: Final = PageSelectors()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A page, and the facts about its source that help to read it."""

    html: bytes
    url: str  # the page's own address, after redirects
    content_type: str = ""  # of the response
    zone: str = "UTC"  # IANA name, for times without a zone
    language: str = ""  # of the source (BCP 47), for pages that declare none
    now: datetime
    selectors: PageSelectors = NO_SELECTORS  # of the source: they come first, and the general rules find the rest
    fingerprints: Fingerprints = ()  # of other pages of the site
    first_page: str = ""  # the address of the first page of the article, if this is another one
    trace: bool = False  # whether the extraction shall have a trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a page has no article."""

    reason: str
    interstitial: InterstitialKind | None = None  # None: the page has no text, or a selector of the source is not valid


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """The result for a page: an article, or the refusal of the page."""

    url: str
    article: Article | None = None
    refusal: Refusal | None = None
    fingerprint: PageFingerprint | None = None  # None also if the page reserves its text
    trace: Trace | None = None

    def require_article(self) -> Article:
        """Returns the article. Raises ExtractError if the page was refused."""
        if self.article is None:
            raise ExtractError(self.url, self.refusal.reason if self.refusal else "no main text")
        return self.article


@dataclass(frozen=True, slots=True, kw_only=True)
class MainText:
    """The text of a page, with the structures in which it was found."""

    document: HtmlDocument
    tree: BlockTree
    title: str
    candidate: Candidate
    article_blocks: tuple[TextBlock, ...]  # as found without fingerprints

    @property
    def text(self) -> str:
        """The paragraphs, separated by blank lines."""
        return "\n\n".join(self.candidate.paragraphs)[:MAX_TEXT_CHARS].rstrip()

    def fingerprint(self, at: datetime) -> PageFingerprint | None:
        """Returns the fingerprint of the page, published `at`, or None if the page reserves its text."""
        if not self.article_blocks or self.document.is_noarchive:
            return None
        page = fingerprint(self.tree.blocks, self.article_blocks, title=self.title, at=at)
        return replace(page, outside=page.outside | head_hashes(self.document))


def extract(request: PageRequest) -> Extraction:
    """Returns the article of a page, or why it has none. Never raises, whatever the bytes."""
    main_text, extraction = None, Extraction(url=request.url)
    try:
        main_text = find_main_text(request)
        if isinstance(main_text, MainText):
            article = build_article(main_text, request)
            at = article.published or request.now
            extraction = replace(extraction, article=article, fingerprint=main_text.fingerprint(at))
        else:
            extraction = replace(extraction, refusal=main_text)
    except SelectolaxError as error:
        extraction = replace(extraction, refusal=Refusal(reason=f"cannot be read: {error}"))
    return replace(extraction, trace=trace_of(request, main_text, extraction)) if request.trace else extraction


def find_main_text(request: PageRequest) -> MainText | Refusal:
    """Returns the text of a page without its metadata, or why it has none. Raises SelectolaxError for invalid selectors."""
    html = parse_html(charset.to_utf8(request.html, request.content_type))
    remove_elements(html, request.selectors.remove)
    document = read_document(html, request.url)
    tree = tree_of(html)
    selected_title = next(select_texts(html, request.selectors.title), "")
    titled = without_site_titles(document, request.fingerprints)
    title = selected_title or find_headline(titled, (block.text for block in tree.blocks))
    candidate = find_candidate(document, tree, title=title, selector=request.selectors.content)
    if kind := interstitials.classify(document, tree, candidate, title=title):
        return Refusal(reason=f"{kind} instead of the article", interstitial=kind)
    if candidate is None:
        return Refusal(reason="no main text")
    article_blocks = tuple(candidate.article_blocks)
    candidate = without_site_lines(candidate, title=title, fingerprints=request.fingerprints)
    return MainText(document=document, tree=tree, title=title, candidate=candidate, article_blocks=article_blocks)


def build_article(main_text: MainText, request: PageRequest) -> Article:
    """Returns the article of a page: its text with the metadata. Raises SelectolaxError for invalid selectors."""
    document, candidate, selectors = main_text.document, main_text.candidate, request.selectors
    text = main_text.text
    language = find_language(document, text, request.language)
    lines = find_nearby_lines(main_text.tree, candidate, title=main_text.title)
    selected_authors = names_in(select_texts(document.tree, selectors.author), document)
    authors = selected_authors or find_authors(document, lines.near_headline)
    published = find_published(
        document,
        zone=request.zone,
        language=language,
        now=request.now,
        lines=lines,
        selected=next(select_texts(document.tree, selectors.date), ""),
    )
    mismatches = find_mismatches(main_text, published, selectors)
    return Article(
        url=document.url,
        title=main_text.title,
        text=text,
        lead=candidate.lead
        or article_description(document, title=main_text.title, text=text, fingerprints=request.fingerprints),
        authors=authors,
        published=published.at if published else None,
        modified=find_modified(document, zone=request.zone, now=request.now, lines=lines),
        published_text=published.text if published else "",
        published_from=published.source if published else "",
        language=language,
        site=site_name(document),
        origin=find_agency(authors, candidate.paragraphs),
        dateline=candidate.dateline or dateline(candidate.paragraphs),
        method=candidate.method,
        quality=quality(candidate, document),
        noarchive=document.is_noarchive,
        free=document.is_free,
        next_page=find_next_page(document, first_page=request.first_page),
        notes=(*filter(None, [candidate.note]), *limit_notes(main_text, text), *map(str, mismatches)),
    )


def limit_notes(main_text: MainText, text: str) -> Iterator[str]:
    """Yields the notes about a page or a text that was too large and was cut."""
    if main_text.tree.cut:
        yield f"the page is too large: read up to {main_text.tree.cut}"
    if len(text) < main_text.candidate.length:
        yield f"the text is too long: kept up to {MAX_TEXT_CHARS:,} characters"


def find_mismatches(
    main_text: MainText, published: DateFound | None, selectors: PageSelectors
) -> Iterator[SelectorMismatch]:
    """Yields the selectors of the source that chose nothing on a page."""
    if selectors.content and main_text.candidate.method is not Method.SELECTORS:
        yield SelectorMismatch(selectors.content, "text")
    if selectors.title and not any(select_texts(main_text.document.tree, selectors.title)):
        yield SelectorMismatch(selectors.title, "title")
    if selectors.date and (published is None or published.source is not DateSource.SELECTOR):
        yield SelectorMismatch(selectors.date, "date")


def trace_of(request: PageRequest, main_text: MainText | Refusal | None, extraction: Extraction) -> Trace:
    """Returns the trace of an extraction. It parses the page once more, because the extraction changes its tree."""
    html = charset.to_utf8(request.html, request.content_type)
    original = tree_of(parse_html(html))
    if extraction.article and isinstance(main_text, MainText):
        places = find_places(main_text.document, extraction.article, hint=request.language, selectors=request.selectors)
        blocks = trace_blocks(original, main_text.tree, main_text.candidate)
        return Trace(places=places, blocks=tuple(blocks))
    remaining = parse_html(html)
    remove_elements(remaining, (css for css in request.selectors.remove if not selector_error(css)))
    tree = tree_of(remaining)
    reason = extraction.refusal.reason if extraction.refusal else ""
    return Trace(places={}, blocks=tuple(trace_blocks(original, tree, rejected(tree, reason))))


def remove_elements(html: LexborHTMLParser, selectors: Iterable[str]) -> None:
    """Remove the elements that selectors of the source choose. Raises SelectolaxError for invalid selectors."""
    for selector in selectors:
        for node in select(html, selector):
            node.decompose()


def tree_of(html: LexborHTMLParser) -> BlockTree:
    """Returns the block tree of the body of a page."""
    return build_tree(html.body) if html.body else BlockTree(containers=[], blocks=[])
