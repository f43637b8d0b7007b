"""The strategies that find the main text of a page, best first, and the choice among them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from monitor.extract.block_filters import HeadInfo, drop_empty_headings, filter_blocks, filter_sentences
from monitor.extract.blocks import BlockTree, TextBlock, build_tree
from monitor.extract.content_box import best_container, prune, score_tree
from monitor.extract.document import HtmlDocument, normalize
from monitor.extract.fates import KEPT, STANDFIRST, Dropped, DropReason
from monitor.extract.metadata import jsonld
from monitor.extract.paragraphs import paragraphs_of
from monitor.extract.selectors import select
from monitor.extract.site_boilerplate import Fingerprints, are_too_many, repeated_lines
from monitor.extract.standfirst import find_standfirst
from monitor.model import Method
from monitor.text import clean

GOOD_SCORE: Final = 140  # characters of a text that end the search: a news flash
TRUST: Final = {
    Method.SELECTORS: 1.0,
    Method.DENSITY: 1.0,
    Method.JSON_LD: 0.7,
    Method.PARAGRAPHS: 0.5,
    Method.DESCRIPTION: 0.2,
}
UNPRUNED_NOTE: Final = "found without pruning"
NOTE_FACTOR: Final = 0.7  # of the quality of a text with a note
SHORTER_THAN_BODY_FACTOR: Final = 0.6  # of the quality if the structured data has twice the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A text, and the strategy that found it."""

    paragraphs: tuple[str, ...]
    method: Method
    trees: tuple[BlockTree, ...] = ()  # with the fates of their blocks; none if the text is not from the page's body
    lead: str = ""  # the standfirst, if it is above the text
    note: str = ""

    @property
    def article_blocks(self) -> list[TextBlock]:
        """The standfirst and the blocks of the text."""
        fates = (STANDFIRST, KEPT)
        return [block for fate in fates for tree in self.trees for block in tree.blocks if block.fate is fate]

    @property
    def dateline(self) -> str:
        """The place on a line of its own, or ""."""
        blocks = (block for tree in self.trees for block in tree.blocks)
        lines = (b.text for b in blocks if isinstance(b.fate, Dropped) and b.fate.reason is DropReason.DATELINE)
        return next(lines, "").strip(" :–—-")

    @property
    def length(self) -> int:
        """Characters of the text."""
        return sum(map(len, self.paragraphs))

    @property
    def score(self) -> float:
        """The length, weighted by the trust in the strategy."""
        return self.length * TRUST[self.method]


def first_good(document: HtmlDocument, tree: BlockTree, *, title: str, selector: str) -> Candidate | None:
    """Returns the first candidate with a good score, else the one with the best, or None if no strategy finds a text.

    Later strategies run only if the earlier ones find too little.
    """
    candidates: list[Candidate] = []
    for candidate in strategies(document, tree, title=title, selector=selector):
        if candidate.score >= GOOD_SCORE:
            return candidate
        candidates.append(candidate)
    best = max(candidates, key=lambda candidate: candidate.score)
    return best if best.paragraphs else None


def strategies(document: HtmlDocument, tree: BlockTree, *, title: str, selector: str) -> Iterator[Candidate]:
    """Yields the text by each strategy. Each has a tree of its own, because it sets the fates of the blocks."""
    title_key = normalize(title)
    if selector:
        yield by_selector(document, HeadInfo(title_key=title_key), selector)
    head = HeadInfo(title_key=title_key, author_keys=author_keys(document), body_key=normalize(document.article_body))
    prune(tree)
    yield by_density(tree, document, head)
    unpruned = tree.copy()
    yield by_density(unpruned, document, head, note=UNPRUNED_NOTE)
    pruned = tree.copy()
    for block, original in zip(pruned.blocks, tree.blocks, strict=True):
        block.pruned_with = original.pruned_with
    filter_sentences(pruned, title_key=title_key)
    yield Candidate(paragraphs=tuple(paragraphs_of(pruned)), method=Method.PARAGRAPHS, trees=(pruned,))
    # Behind a paywall the page shows the part that may be read, while the structured data sometimes has the rest.
    if document.is_free:
        yield Candidate(paragraphs=tuple(structured_paragraphs(document)), method=Method.JSON_LD)
    description = document.description
    yield Candidate(paragraphs=(description,) if description else (), method=Method.DESCRIPTION)


def by_selector(document: HtmlDocument, head: HeadInfo, selector: str) -> Candidate:
    """Returns the text of the elements that a selector of the source chooses."""
    trees = tuple(build_tree(node) for node in select(document.tree, selector))
    for tree in trees:
        prune(tree)
        filter_blocks(tree, tree.containers[0], head)
    paragraphs = tuple(paragraph for tree in trees for paragraph in paragraphs_of(tree))
    return Candidate(paragraphs=paragraphs, method=Method.SELECTORS, trees=trees)


def by_density(tree: BlockTree, document: HtmlDocument, head: HeadInfo, *, note: str = "") -> Candidate:
    """Returns the text of the container with much dense prose, with the standfirst above it."""
    container = best_container(score_tree(tree))
    if container is None:
        return Candidate(paragraphs=(), method=Method.DENSITY)
    filter_blocks(tree, container, head)
    standfirst = find_standfirst(
        tree, container.start, tree.kept_blocks, title_key=head.title_key, description=document.description
    )
    lead = ""
    if standfirst:
        standfirst.fate = STANDFIRST
        lead = clean(standfirst.text)
    paragraphs = (*filter(None, [lead]), *paragraphs_of(tree))
    return Candidate(paragraphs=paragraphs, method=Method.DENSITY, trees=(tree,), lead=lead, note=note)


def without_site_lines(candidate: Candidate, *, title: str, fingerprints: Fingerprints) -> Candidate:
    """Returns the text without the lines that its site repeats; all of it, with a note, if they are too much of it."""
    if not fingerprints or len(candidate.trees) != 1:
        return candidate
    (tree,) = candidate.trees
    kept_blocks = tree.kept_blocks
    repeated = repeated_lines(kept_blocks, title=title, fingerprints=fingerprints)
    if not repeated:
        return candidate
    if are_too_many(kept_blocks, repeated):
        note = f"{len(repeated)} of its lines recur on this site, too much of the text to be left out"
        return replace(candidate, note="; ".join(filter(None, (candidate.note, note))))
    for block, pages in repeated.items():
        block.fate = Dropped(DropReason.SITE_LINE, str(pages))
    drop_empty_headings(tree.kept_blocks)
    return replace(candidate, paragraphs=(*filter(None, [candidate.lead]), *paragraphs_of(tree)))


def quality(candidate: Candidate, document: HtmlDocument) -> float:
    """Returns how sure the text is the whole article, 0 to 1: by strategy, by length, and by the structured data."""
    is_short = len(document.article_body) > 2 * candidate.length
    factors = (NOTE_FACTOR if candidate.note else 1.0, SHORTER_THAN_BODY_FACTOR if is_short else 1.0)
    return round(TRUST[candidate.method] * min(1.0, 0.3 + candidate.length / 600) * prod(factors), 2)


def author_keys(document: HtmlDocument) -> tuple[str, ...]:
    """Returns the authors that the head declares, normalized, without the outlet: the text may well name it."""
    names = (*jsonld.texts(document.json_ld.get("author")), document.meta("author"))
    return tuple(key for key in map(normalize, names) if key not in document.outlet_keys)


def structured_paragraphs(document: HtmlDocument) -> Iterator[str]:
    """Yields the paragraphs of the articleBody of the structured data."""
    # Some pages give only a part of their text there, so this strategy comes late and has less trust.
    body = document.article_body
    if "<" in body:
        body = LexborHTMLParser(body.replace("</p>", "</p>\n")).text()
    return (paragraph for line in body.splitlines() if (paragraph := clean(line)))
