"""The strategies that find the main text of a page, best first, and the choice among them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from monitor.extract.block_filters import LEAD_LETTERS, HeadInfo, drop_empty_headings, filter_blocks, filter_sentences
from monitor.extract.blocks import BlockTree, TextBlock, build_tree
from monitor.extract.content_box import best_container, prune, score_tree
from monitor.extract.document import HtmlDocument, normalize, parse_html
from monitor.extract.embedded import state_markup, template_markup
from monitor.extract.fates import KEPT, STANDFIRST, Dropped, DropReason
from monitor.extract.metadata import jsonld
from monitor.extract.neighbours import drop_neighbours
from monitor.extract.paragraphs import paragraphs_of
from monitor.extract.selectors import select
from monitor.extract.site_boilerplate import STEM_LETTERS, Fingerprints, are_too_many, repeated_lines
from monitor.extract.standfirst import find_standfirst
from monitor.model import Method
from monitor.text import clean

GOOD_SCORE: Final = 140  # characters of a text that end the search: a news flash
MAX_THIN_CHARS: Final = 400  # of a text that may be a page without its article, which scripts would show
MIN_EMBEDDED_FACTOR: Final = 2  # times the text that the page shows, for a text that it does not show
MIN_TITLE_WORDS: Final = 3  # that can be looked for in a text
MIN_TITLE_SHARE: Final = 0.5  # of the words of the title that an embedded text has
TITLE_WORD: Final = re.compile(r"\w{4,}")
TRUST: Final = {
    Method.SELECTORS: 1.0,
    Method.DENSITY: 1.0,
    Method.JSON_LD: 0.7,
    Method.EMBEDDED: 0.6,
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
    is_anchored: bool = False  # a short text that has the words of the headline above it

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
        if candidate.score >= GOOD_SCORE or candidate.is_anchored:
            return candidate
        candidates.append(candidate)
    best = max(candidates, key=lambda candidate: candidate.score)
    return best if best.paragraphs else None


def find_candidate(document: HtmlDocument, tree: BlockTree, *, title: str, selector: str) -> Candidate | None:
    """Returns the text that a page shows; if that is thin, and much more of the article waits for scripts, this text."""
    shown = first_good(document, tree, title=title, selector=selector)
    if shown and (shown.length >= MAX_THIN_CHARS or shown.method is Method.SELECTORS):
        return shown
    minimum = max(GOOD_SCORE, MIN_EMBEDDED_FACTOR * (shown.length if shown else 0))
    for candidate in embedded_candidates(document, title=title):
        if candidate.length >= minimum and is_better_told(candidate, shown, title=title):
            return candidate
    return shown


def is_better_told(candidate: Candidate, shown: Candidate | None, *, title: str) -> bool:
    """Whether an embedded text is about the title, and continues what the page shows or has more words of the title."""
    # The state of an application has other articles too, and a news flash may be all that there is of this one.
    share = title_share(title, candidate)
    if share < MIN_TITLE_SHARE or shown is None:
        return share >= MIN_TITLE_SHARE
    start = normalize(shown.paragraphs[0])[:LEAD_LETTERS]
    return share > title_share(title, shown) or any(start in normalize(text) for text in candidate.paragraphs)


def embedded_candidates(document: HtmlDocument, *, title: str) -> Iterator[Candidate]:
    """Yields the texts that the page does not show: of templates, then of the state of its scripts."""
    for markup in (template_markup(document.tree), *state_markup(document.tree, title)):
        body = parse_html(markup.encode("utf-8", "replace")).body if markup else None
        if body is None:
            continue
        tree = build_tree(body)
        prune(tree)
        found = by_density(tree, document, HeadInfo(title_key=normalize(title)))
        yield Candidate(paragraphs=found.paragraphs, method=Method.EMBEDDED)


def title_share(title: str, candidate: Candidate) -> float:
    """Returns the share of the words of a title that a text has; 1 if the title has few words, as that of a shell."""
    words = {word[:STEM_LETTERS] for word in TITLE_WORD.findall(title.casefold())}
    if len(words) < MIN_TITLE_WORDS:
        return 1.0
    text_words = {word[:STEM_LETTERS] for text in candidate.paragraphs for word in TITLE_WORD.findall(text.casefold())}
    return len(words & text_words) / len(words)


def strategies(document: HtmlDocument, tree: BlockTree, *, title: str, selector: str) -> Iterator[Candidate]:
    """Yields the text by each strategy. Each has a tree of its own, because it sets the fates of the blocks."""
    title_key = normalize(title)
    if selector:
        yield by_selector(document, HeadInfo(title_key=title_key), selector)
    head = HeadInfo(title_key=title_key, author_keys=author_keys(document), body_key=normalize(document.article_body))
    prune(tree)
    is_anchored = drop_neighbours(tree, title=title, url=document.url)
    dense = by_density(tree, document, head)
    # Behind a button or a paywall there may be more than the beginning that the page shows.
    is_whole = is_anchored and len(document.article_body) <= MIN_EMBEDDED_FACTOR * dense.length
    yield replace(dense, is_anchored=is_whole and bool(dense.paragraphs))
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
