"""The ladder of ways to the text of a page, best first, and which of them is taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from monitor.extract import jsonld, metadata
from monitor.extract.density import Weighed, choose, weigh
from monitor.extract.furniture import Known, is_too_much, repeated
from monitor.extract.outline import Block, Outline, outline
from monitor.extract.page import Page, letters
from monitor.extract.paragraphs import Paragraph, paragraphs
from monitor.extract.passages import DATELINE, Told, nothing_below, passages, sentences
from monitor.extract.selectors import chosen
from monitor.extract.standfirst import standfirst
from monitor.model import Method
from monitor.text import clean

_ENOUGH: Final = 140  # characters of a text that end the search: a news flash
_TRUSTED: Final = {
    Method.SELECTORS: 1.0,
    Method.DENSITY: 1.0,
    Method.JSON_LD: 0.7,
    Method.PARAGRAPHS: 0.5,
    Method.DESCRIPTION: 0.2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was decided on the blocks of a part of the page."""

    weighed: Weighed
    why: Sequence[str]  # for each block why it is not in the text, "" where it is
    lead: int | None = None  # the block that is the standfirst

    @property
    def standing(self) -> list[int]:
        """The blocks that are in the text."""
        return [index for index, why in enumerate(self.why) if not why]

    @property
    def article(self) -> list[Block]:
        """The standfirst and the blocks of the text."""
        lead = [] if self.lead is None else [self.lead]
        return [self.weighed.outline.blocks[index] for index in lead + self.standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A text, and the way it was found."""

    paragraphs: tuple[Paragraph, ...]
    method: Method
    parts: tuple[Part, ...] = ()  # none where the text is not of the page's body
    lead: str = ""  # the standfirst, where it stands above the text
    note: str = ""

    @property
    def dateline(self) -> str:
        """The place on a line of its own, or ""."""
        pieces = (zip(part.weighed.outline.blocks, part.why, strict=True) for part in self.parts)
        return next((block.text.strip(" :–—-") for piece in pieces for block, why in piece if why == DATELINE), "")

    @property
    def length(self) -> int:
        """Characters of the text."""
        return sum(len(paragraph.text) for paragraph in self.paragraphs)

    @property
    def worth(self) -> float:
        """The length by the trust in the way."""
        return self.length * _TRUSTED[self.method]


def best(page: Page, whole: Outline, *, title: str, selector: str) -> Found | None:
    """The first text that is worth enough, else the one worth most; later ways are tried only where it is needed."""
    tried: list[Found] = []
    for found in _ways(page, whole, title, selector):
        if found.worth >= _ENOUGH:
            return found
        tried.append(found)
    most = max(tried, key=lambda found: found.worth, default=None)
    return most if most and most.paragraphs else None


def without_furniture(found: Found, *, title: str, known: Known) -> Found:
    """The text without the lines that its site repeats; all of it, with a note, where they would be too much of it."""
    if not known or len(found.parts) != 1:
        return found
    (part,) = found.parts
    blocks, standing = part.weighed.outline.blocks, part.standing
    gone = repeated(blocks, standing, title=title, known=known)
    if not gone:
        return found
    if is_too_much(blocks, standing, gone):
        note = f"{len(gone)} of its lines recur on this site, too much of the text to be left out"
        return replace(found, note="; ".join(filter(None, (found.note, note))))
    why = list(part.why)
    for index, count in gone.items():
        why[index] = f"repeated on {count} pages of this site"
    for index, reason in nothing_below(blocks, [index for index in standing if index not in gone]):
        why[index] = reason
    lead = [] if part.lead is None else [Paragraph(text=found.lead)]
    texts = (*lead, *paragraphs(part.weighed.outline, why))
    return replace(found, paragraphs=texts, parts=(replace(part, why=why),))


def quality(found: Found, page: Page) -> float:
    """How sure we are, 0 to 1: by the way, by the length, and by what the structured data says of it."""
    told = len(jsonld.first(page.item.get("articleBody")))
    doubts = (0.7 if found.note else 1.0, 0.6 if told > 2 * found.length else 1.0)
    return round(_TRUSTED[found.method] * min(1.0, 0.3 + found.length / 600) * prod(doubts), 2)


def _ways(page: Page, whole: Outline, title: str, selector: str) -> Iterator[Found]:
    if selector:
        yield _selected(page, Told(title=title), selector)
    told = Told(title=title, authors=_authors(page), body=jsonld.first(page.item.get("articleBody")))
    pruned = weigh(whole, prune=True)
    yield _dense(pruned, page, told)
    yield _dense(weigh(whole, prune=False), page, told, note="found without pruning")
    yield _found(Method.PARAGRAPHS, Part(weighed=pruned, why=sentences(pruned, title=title)))
    # Behind a paywall the page shows what may be read; the structured data sometimes holds the rest.
    if metadata.is_free(page):
        yield Found(paragraphs=tuple(_structured(page)), method=Method.JSON_LD)
    lead = metadata.description(page)
    yield Found(paragraphs=(Paragraph(text=lead),) if lead else (), method=Method.DESCRIPTION)


def _selected(page: Page, told: Told, selector: str) -> Found:
    weighed = [weigh(outline(node), prune=True) for node in chosen(page.tree, selector)]
    parts = (Part(weighed=one, why=passages(one, one.outline.boxes[0], told)) for one in weighed)
    return _found(Method.SELECTORS, *parts)


def _dense(weighed: Weighed, page: Page, told: Told, *, note: str = "") -> Found:
    """The text of the box that the density chooses, with the standfirst above it."""
    box = choose(weighed)
    if box is None:
        return Found(paragraphs=(), method=Method.DENSITY)
    why = passages(weighed, box, told)
    texts = paragraphs(weighed.outline, why)
    said = [paragraph.text for paragraph in texts]
    above = standfirst(weighed, box.start, said, title=told.title, description=metadata.description(page))
    lead = clean(weighed.outline.blocks[above].text) if above is not None else ""
    if lead:
        texts = [Paragraph(text=lead), *texts]
    part = Part(weighed=weighed, why=why, lead=above)
    return Found(paragraphs=tuple(texts), method=Method.DENSITY, parts=(part,), lead=lead, note=note)


def _authors(page: Page) -> tuple[str, ...]:
    """Who the head of the page says wrote it, but the outlet: it may well be named in the text."""
    told = (*jsonld.texts(page.item.get("author")), page.meta("author"))
    return tuple(name for name in told if letters(name) not in page.outlets)


def _found(method: Method, *parts: Part) -> Found:
    texts = [one for part in parts for one in paragraphs(part.weighed.outline, part.why)]
    return Found(paragraphs=tuple(texts), method=method, parts=parts)


def _structured(page: Page) -> Iterator[Paragraph]:
    """The articleBody of the structured data: some give a part of it, so it comes late."""
    told = jsonld.first(page.item.get("articleBody"))
    if "<" in told:
        told = LexborHTMLParser(told.replace("</p>", "</p>\n")).text()
    return (Paragraph(text=text) for part in told.splitlines() if (text := clean(part)))
