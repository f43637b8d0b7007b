"""From the bytes of a page to an Article: its text by the ladder of ways, and what goes with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, SelectolaxError

from monitor import charset
from monitor.errors import ExtractError
from monitor.extract import metadata
from monitor.extract.furniture import Known, Sketch, sketch
from monitor.extract.ladder import Found, best, quality, without_furniture
from monitor.extract.languages import language as language_of
from monitor.extract.lines import lines_of
from monitor.extract.origins import dateline, origin
from monitor.extract.outline import Outline, outline
from monitor.extract.page import Page, read
from monitor.extract.places import places
from monitor.extract.reasons import Reading, nothing, pieces
from monitor.extract.selectors import chosen, gave_nothing, said
from monitor.extract.times import Stamp, modified, published
from monitor.extract.walls import wall
from monitor.model import Article, Method, PageSelectors

_LONGEST: Final = 200_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class MainText:
    """The text of a page, and what it was found in. As a string: the paragraphs, parted by blank lines."""

    head: Page
    whole: Outline
    title: str
    first: Found  # as it would be without a memory of the site
    found: Found

    def __str__(self) -> str:
        return "\n\n".join(paragraph.text for paragraph in self.found.paragraphs)[:_LONGEST].rstrip()

    def sketch(self, at: datetime) -> Sketch | None:
        """What is to be remembered of the page, published `at`: nothing where it reserves its text."""
        kept = [block for part in self.first.parts for block in part.article]
        if not kept or metadata.is_noarchive(self.head):
            return None
        return sketch(self.whole.blocks, kept, title=self.title, at=at)


def article(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    zone: str = "UTC",
    language: str = "",
    now: datetime,
    page: PageSelectors | None = None,
    known: Known = (),
) -> Article:
    """The article of a page.

    `url` is the page's own address after redirects; `zone` and `language` are what is known of its source, for where
    the page is silent, and `known` what is remembered of other pages of its site. The selectors of the source come
    first; what they miss is found the general way. Raises ExtractError where there is no text or a selector cannot be
    read, and nothing else, whatever the bytes.
    """
    tree = _tree(charset.utf8(body, content_type))
    selectors = page or PageSelectors()
    return _read(tree, url=url, zone=zone, hint=language, now=now, selectors=selectors, known=known)[1]


def main_text(
    body: bytes, *, url: str, content_type: str = "", page: PageSelectors | None = None, known: Known = ()
) -> MainText:
    """The text of the same article without reading who wrote it and when. Raises what `article` raises."""
    tree = _tree(charset.utf8(body, content_type))
    with _selecting(url):
        return _text(tree, url=url, selectors=page or PageSelectors(), known=known)


def remembered(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    zone: str = "UTC",
    language: str = "",
    now: datetime,
    page: PageSelectors | None = None,
    known: Known = (),
) -> tuple[Article, Sketch | None]:
    """The same article, and what is to be remembered of its page: nothing where the page reserves its text."""
    tree = _tree(charset.utf8(body, content_type))
    selectors = page or PageSelectors()
    text, article = _read(tree, url=url, zone=zone, hint=language, now=now, selectors=selectors, known=known)
    return article, text.sketch(article.published or now)


def explain(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    zone: str = "UTC",
    language: str = "",
    now: datetime,
    page: PageSelectors | None = None,
    known: Known = (),
) -> Reading:
    """The same article with every piece of its page, kept or dropped, and why. What `article` raises is told as `refused`."""
    html = charset.utf8(body, content_type)
    selectors = page or PageSelectors()
    tree, before = _tree(html), _outline(_tree(html))
    try:
        text, article = _read(tree, url=url, zone=zone, hint=language, now=now, selectors=selectors, known=known)
    except ExtractError as error:
        whole = _outline(tree)  # without what the selectors took away
        shown = pieces(before, whole, nothing(whole, error.reason))
        return Reading(article=None, refused=error.reason, places={}, pieces=tuple(shown))
    return Reading(
        article=article,
        places=places(text.head, article, hint=language, selectors=selectors),
        pieces=tuple(pieces(before, text.whole, text.found)),
    )


@contextmanager
def _selecting(url: str) -> Iterator[None]:
    try:
        yield
    except SelectolaxError as error:
        raise ExtractError(url, f"not to be read: {error}") from error


def _read(
    tree: LexborHTMLParser,
    *,
    url: str,
    zone: str,
    hint: str,
    now: datetime,
    selectors: PageSelectors,
    known: Known,
) -> tuple[MainText, Article]:
    with _selecting(url):
        text = _text(tree, url=url, selectors=selectors, known=known)
        return text, _article(text, zone=zone, hint=hint, now=now, selectors=selectors)


def _text(tree: LexborHTMLParser, *, url: str, selectors: PageSelectors, known: Known) -> MainText:
    for selector in selectors.remove:
        for node in chosen(tree, selector):
            node.decompose()
    head = read(tree, url)
    whole = _outline(tree)
    title = next(said(tree, selectors.title), "") or metadata.title(head, (block.text for block in whole.blocks))
    first = best(head, whole, title=title, selector=selectors.content)
    if kind := wall(head, whole, first, title=title):
        raise ExtractError(url, f"{kind} instead of the article")
    if first is None:
        raise ExtractError(url, "no main text")
    found = without_furniture(first, title=title, known=known)
    return MainText(head=head, whole=whole, title=title, first=first, found=found)


def _article(text: MainText, *, zone: str, hint: str, now: datetime, selectors: PageSelectors) -> Article:
    head, found, shown = text.head, text.found, str(text)
    paragraphs = [paragraph.text for paragraph in found.paragraphs]
    language = language_of(head, shown, hint)
    lines = lines_of(text.whole, found, title=text.title)
    authors = metadata.names(said(head.tree, selectors.author), head) or metadata.authors(head, lines.near)
    told = next(said(head.tree, selectors.date), "")
    stamp = published(head, zone=zone, language=language, now=now, lines=lines, told=told)
    return Article(
        url=head.url,
        title=text.title,
        text=shown,
        canonical=metadata.canonical(head),
        lead=found.lead or metadata.description(head),
        authors=authors,
        published=stamp.at,
        modified=modified(head, zone=zone, now=now, lines=lines),
        published_text=stamp.text,
        published_from=stamp.source,
        language=language,
        site=metadata.site(head),
        origin=origin(authors, paragraphs),
        dateline=found.dateline or dateline(paragraphs),
        # A text that the limit cuts has fewer paragraphs than were found.
        shapes=tuple(paragraph.shape for paragraph in found.paragraphs[: shown.count("\n\n") + 1]),
        method=found.method,
        quality=quality(found, head),
        noarchive=metadata.is_noarchive(head),
        free=metadata.is_free(head),
        notes=(*filter(None, [found.note]), *_cuts(text, shown), *_misfits(head, found, stamp, selectors)),
    )


def _tree(html: bytes) -> LexborHTMLParser:
    # Lexbor would tell itself of each node; nothing here listens.
    return LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS)


def _outline(tree: LexborHTMLParser) -> Outline:
    return outline(tree.body) if tree.body else Outline(boxes=[], blocks=[])


def _cuts(text: MainText, shown: str) -> Iterator[str]:
    """Notes of what was too large to be read or kept whole."""
    if text.whole.cut:
        yield f"the page is larger than is read: cut at {text.whole.cut}"
    if len(shown) < text.found.length:
        yield f"the text is longer than is kept: cut at {_LONGEST:,} characters"


def _misfits(head: Page, found: Found, stamp: Stamp, selectors: PageSelectors) -> Iterator[str]:
    """Notes of what the selectors did not find."""
    if selectors.content and found.method is not Method.SELECTORS:
        yield gave_nothing(selectors.content, "text")
    if selectors.title and not any(said(head.tree, selectors.title)):
        yield gave_nothing(selectors.title, "title")
    if selectors.date and stamp.source != "selector":
        yield gave_nothing(selectors.date, "date")
