"""The trace of an extraction: each block of the page, with the reason for its fate in words for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from monitor.extract.block_filters import filter_sentences
from monitor.extract.blocks import LINES, BlockTree, Container, TextBlock
from monitor.extract.boilerplate_lines import is_heading_of_others
from monitor.extract.content_box import prune
from monitor.extract.fates import OUTSIDE, Dropped, DropReason, Fate, Kept
from monitor.extract.main_text import Candidate
from monitor.extract.paragraphs import shape_of
from monitor.extract.roles import Role, role_of_block, role_of_inline
from monitor.model import Method, Shape
from monitor.text import clean

SENTENCES: Final = {
    DropReason.OUTSIDE_ARTICLE: "outside the article",
    DropReason.PRUNED_CONTAINER: "dropped with the element round it",
    DropReason.BOILERPLATE_LINE: "line of boilerplate: {}",
    DropReason.NO_SENTENCE: "not a sentence",
    DropReason.MOSTLY_LINKS: "mostly links",
    DropReason.HEADLINE: "the headline",
    DropReason.ABOVE_HEADLINE: "above the headline",
    DropReason.REPEATS_HEADLINE: "repeats the headline",
    DropReason.DATE: "date",
    DropReason.DATELINE: "dateline",
    DropReason.UNDER_OTHER_HEADING: 'under "{}"',
    DropReason.NOT_IN_STRUCTURED_DATA: "not in the structured data",
    DropReason.EMPTY_HEADING: "heading without text below",
    DropReason.ABOVE_DROPPED_LINKS: "label of dropped links",
    DropReason.OPENING: "opening: {}",
    DropReason.CLOSING: "closing: {}",
    DropReason.NO_LETTERS: "no letters",
    DropReason.REPEATS_PARAGRAPH: "repeats an earlier paragraph",
    DropReason.REPEATED_BY_TEXT: "repeated by the text below",
    DropReason.SITE_LINE: "repeated on {} pages of this site",
    DropReason.SELECTOR: "removed by a selector",
    DropReason.PAGE_REFUSED: "{}",
}
ELEMENT_NAMES: Final = {
    "address": "address",
    "aside": "aside",
    "caption": "caption",
    "dialog": "dialog",
    "figcaption": "caption",
    "figure": "figure",
    "footer": "footer",
    "form": "form",
    "legend": "form",
    "menu": "menu",
    "nav": "navigation",
}
REMOVED: Final = Dropped(DropReason.SELECTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedBlock:
    """A run of text of a page. `reason` is why it was dropped, or why it was kept; "" is plain text of the article."""

    # `monitor try --json` prints the fields under these names.

    text: str
    kept: bool
    shape: Shape
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All blocks of a page, in its order, and the places of the facts of its article."""

    places: Mapping[str, str]  # of title, authors, published, language and lead, as far as the article has them
    blocks: tuple[TracedBlock, ...]


def trace_blocks(original: BlockTree, tree: BlockTree, candidate: Candidate) -> Iterator[TracedBlock]:
    """Yields every block of a page with its fate.

    `original` is the page as received, `tree` is without the elements that selectors removed. A text that is not from
    the page's body comes first.
    """
    if not candidate.trees:
        reason = f"from the {candidate.method}"
        for paragraph in candidate.paragraphs:
            yield TracedBlock(text=paragraph, kept=True, shape=Shape.PARAGRAPH, reason=reason)
    remaining = list(final_fates(tree, candidate))[::-1]
    for block in original.blocks:
        fate: Fate = REMOVED
        reason = describe(REMOVED)
        if remaining and remaining[-1][0].text == block.text:
            _, fate, reason = remaining.pop()
        yield TracedBlock(
            text=clean(block.text), kept=isinstance(fate, Kept), shape=shape_of(original, block), reason=reason
        )


def rejected(tree: BlockTree, reason: str) -> Candidate:
    """Returns a candidate for a page without an article: no block is kept, and a sentence is dropped for this reason."""
    rejected_tree = tree.copy()
    prune(rejected_tree)
    filter_sentences(rejected_tree, title_key="")
    for block in rejected_tree.kept_blocks:
        block.fate = Dropped(DropReason.PAGE_REFUSED, reason)
    return Candidate(paragraphs=(), method=Method.PARAGRAPHS, trees=(rejected_tree,))


def final_fates(tree: BlockTree, candidate: Candidate) -> Iterator[tuple[TextBlock, Fate, str]]:
    """Yields each block of the page with its fate and the sentence for it."""
    if candidate.method is not Method.SELECTORS and candidate.trees:
        (decided,) = candidate.trees
        yield from ((block, block.fate, describe(block.fate, block, decided)) for block in decided.blocks)
        return
    # The elements that a selector chose have trees of their own.
    decisions = {
        block.text: (block.fate, describe(block.fate, block, decided))
        for decided in candidate.trees
        for block in decided.blocks
    }
    outside = (OUTSIDE, describe(OUTSIDE))
    yield from ((block, *decisions.get(block.text, outside)) for block in tree.blocks)


def describe(fate: Fate, block: TextBlock | None = None, tree: BlockTree | None = None) -> str:
    """Returns the reason of a fate in words; "" for plain text of the article."""
    match fate:
        case Kept(standfirst=True):
            return "standfirst"
        case Kept():
            return ""
        case Dropped(reason=DropReason.OUTSIDE_ARTICLE | DropReason.PRUNED_CONTAINER) if (
            block and tree and block.pruned_with
        ):
            return describe_container(tree, block.pruned_with)
        case Dropped(reason=reason, detail=detail):
            return SENTENCES[reason].format(detail)
        case _:
            assert_never(fate)


def describe_container(tree: BlockTree, container: Container) -> str:
    """Returns why a container was dropped: by its element, its names, or the heading with which it begins."""
    if element := ELEMENT_NAMES.get(container.tag):
        return element
    role_of = role_of_inline if container.tag in LINES else role_of_block
    for name in container.names.split():
        if role_of(name) in (Role.HIDDEN, Role.JUNK, Role.ALWAYS_DROP):
            return f'name "{name}"'
    match container.role:
        case Role.PICTURE:
            return "caption"
        case Role.STANDFIRST:
            return "one of several leads"
        case Role.PLAIN:
            first = tree.blocks[container.start].text
            return f'under "{first}"' if is_heading_of_others(first) else "headlines of other articles"
        case _:
            return "hidden, or not part of the article by its role"
