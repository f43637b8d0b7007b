"""From the bytes of a page to an Article: the ladder of ways to its text, and what goes with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from monitor import charset
from monitor.errors import ExtractError
from monitor.extract import jsonld, metadata
from monitor.extract.density import Weighed, choose, weigh
from monitor.extract.languages import language as language_of
from monitor.extract.origins import origin
from monitor.extract.outline import Block, Outline, outline
from monitor.extract.page import Page, letters, line, read
from monitor.extract.passages import passages, sentences
from monitor.extract.standfirst import standfirst
from monitor.extract.times import modified, published
from monitor.model import Article, Method, PageSelectors
from monitor.text import clean

_ENOUGH: Final = 140  # characters of a text that end the search: a news flash
_LINE: Final = 200  # characters
_OPENING: Final = 80  # letters
_SHORT_LINE: Final = 30  # letters
_LONGEST: Final = 200_000  # characters
_TRUSTED: Final = {
    Method.SELECTORS: 1.0,
    Method.DENSITY: 1.0,
    Method.JSON_LD: 0.7,
    Method.PARAGRAPHS: 0.5,
    Method.DESCRIPTION: 0.2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A text, and the way it was found."""

    paragraphs: tuple[str, ...]
    method: Method
    lead: str = ""  # the standfirst, where it stands above the text
    note: str = ""

    @property
    def length(self) -> int:
        """Characters of the text."""
        return sum(map(len, self.paragraphs))

    @property
    def worth(self) -> float:
        """The length by the trust in the way."""
        return self.length * _TRUSTED[self.method]


def article(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    zone: str = "UTC",
    language: str = "",
    now: datetime,
    page: PageSelectors | None = None,
) -> Article:
    """The article of a page.

    `url` is the page's own address after redirects; `zone` and `language` are what is known of its source, for where
    the page is silent. The selectors of the source come first; what they miss is found the general way. Raises
    ExtractError where there is no text or a selector cannot be read, and nothing else, whatever the bytes.
    """
    selectors = page or PageSelectors()
    try:
        tree = LexborHTMLParser(charset.decode(body, content_type))
        return _article(tree, url=url, zone=zone, hint=language, now=now, selectors=selectors)
    except SelectolaxError as error:
        raise ExtractError(url, f"not to be read: {error}") from error


def _article(
    tree: LexborHTMLParser, *, url: str, zone: str, hint: str, now: datetime, selectors: PageSelectors
) -> Article:
    for selector in selectors.drop:
        # Backwards: a match inside another match is freed with it, and must not be touched afterwards.
        for node in reversed(tree.css(selector)):
            node.decompose()
    head = read(tree, url)
    title = _selected(tree, selectors.title) or metadata.title(head)
    whole = outline(tree.body) if tree.body else Outline(boxes=[], blocks=[])
    found = _best(_ways(head, whole, title, selectors.body))
    if found is None:
        raise ExtractError(url, "no main text")
    text = "\n\n".join(found.paragraphs)[:_LONGEST].rstrip()
    language = language_of(head, text, hint)
    near = _near(whole, title)
    authors = _named(tree, selectors.author) or metadata.authors(head, near)
    told = _selected(tree, selectors.published)
    stamp = published(head, zone=zone, language=language, now=now, near=near, told=told)
    return Article(
        url=url,
        title=title,
        text=text,
        canonical=metadata.canonical(head),
        lead=found.lead or metadata.description(head),
        authors=authors,
        published=stamp.at,
        modified=modified(head, zone=zone, now=now),
        published_text=stamp.text,
        published_from=stamp.source,
        language=language,
        site=metadata.site(head),
        origin=origin(authors, found.paragraphs),
        method=found.method,
        quality=_quality(found, head),
        noarchive=metadata.is_noarchive(head),
        free=metadata.is_free(head),
        notes=(found.note,) if found.note else (),
    )


def _best(ways: Iterator[Found]) -> Found | None:
    """The first text that is worth enough, else the one worth most; later ways are tried only where it is needed."""
    tried: list[Found] = []
    for found in ways:
        if found.worth >= _ENOUGH:
            return found
        tried.append(found)
    best = max(tried, key=lambda found: found.worth, default=None)
    return best if best and best.paragraphs else None


def _ways(page: Page, whole: Outline, title: str, selector: str) -> Iterator[Found]:
    """The ways to the text, best first."""
    if selector:
        blocks = [block for node in page.tree.css(selector) for block in _whole(outline(node))]
        yield Found(paragraphs=_paragraphs(blocks, title), method=Method.SELECTORS)
    note = f"selector {selector!r} gave no text" if selector else ""
    pruned = weigh(whole, prune=True)
    yield _dense(pruned, page, title, note=note)
    yield _dense(weigh(whole, prune=False), page, title, note="found without pruning")
    yield Found(paragraphs=_paragraphs(sentences(pruned), title), method=Method.PARAGRAPHS)
    yield Found(paragraphs=_structured(page), method=Method.JSON_LD)
    lead = metadata.description(page)
    yield Found(paragraphs=(lead,) if lead else (), method=Method.DESCRIPTION)


def _near(whole: Outline, title: str) -> list[str]:
    """The short lines round the headline: bylines and dates that no name gives away."""
    key = letters(title)
    at = next((index for index, block in enumerate(whole.blocks) if key and letters(block.text[:_LINE]) == key), None)
    if at is None:
        return []
    blocks = (*whole.blocks[at + 1 : at + 13], *whole.blocks[max(0, at - 6) : at][::-1])
    return [block.text for block in blocks if len(block.text) <= _LINE]


def _dense(weighed: Weighed, page: Page, title: str, *, note: str) -> Found:
    """The text of the box that the density chooses, with the standfirst above it."""
    box = choose(weighed)
    if box is None:
        return Found(paragraphs=(), method=Method.DENSITY)
    paragraphs = _paragraphs(passages(weighed, box), title)
    above = clean(standfirst(weighed.outline, box.start, metadata.description(page)))
    if above and not _is_told(above, paragraphs):
        paragraphs = (above, *paragraphs)
    return Found(paragraphs=paragraphs, method=Method.DENSITY, lead=above, note=note)


def _whole(selected: Outline) -> list[Block]:
    return passages(weigh(selected, prune=True), selected.boxes[0])


def _paragraphs(blocks: Sequence[Block], title: str) -> tuple[str, ...]:
    """The blocks as paragraphs, each once, none of them the headline, and the lead told once."""
    seen = {letters(title)}
    paragraphs: list[str] = []
    for block in blocks:
        text = clean(block.text)
        key = letters(text)
        # Anadolu repeats the headline above the text, farms print a teaser six times; short lines may well come again.
        if not key or key in seen:
            continue
        if len(key) > _SHORT_LINE:
            seen.add(key)
        paragraphs.append(f"> {text}" if block.post else text)
    # UrduPoint's summary is the first sentence of the text, without the dateline.
    if paragraphs and len(letters(paragraphs[0])) > _SHORT_LINE and _is_told(paragraphs[0], paragraphs[1:]):
        del paragraphs[0]
    return tuple(paragraphs)


def _is_told(lead: str, paragraphs: Sequence[str]) -> bool:
    """Whether the first paragraphs say what the lead says."""
    opening = letters(lead)[:_OPENING]
    return any(opening in letters(paragraph) for paragraph in paragraphs[:4])


def _structured(page: Page) -> tuple[str, ...]:
    """The articleBody of the structured data: some give a part of it, so it comes late."""
    told = jsonld.first(page.item.get("articleBody"))
    if "<" in told:
        told = LexborHTMLParser(told.replace("</p>", "</p>\n")).text()
    return tuple(text for part in told.splitlines() if (text := clean(part)))


def _quality(found: Found, page: Page) -> float:
    """How sure we are, 0 to 1: by the way, by the length, and by what the structured data says of it."""
    told = len(jsonld.first(page.item.get("articleBody")))
    doubts = (0.7 if found.note else 1.0, 0.6 if told > 2 * found.length else 1.0)
    return round(_TRUSTED[found.method] * min(1.0, 0.3 + found.length / 600) * prod(doubts), 2)


def _selected(tree: LexborHTMLParser, selector: str) -> str:
    return line(tree.css_first(selector)) if selector else ""


def _named(tree: LexborHTMLParser, selector: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(line, tree.css(selector))))) if selector else ()
