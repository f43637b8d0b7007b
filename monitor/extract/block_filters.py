"""The blocks of a container that are the text of the article: each filter drops those of one kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

from monitor.extract.blocks import CELLS, HEADINGS, LINES, LIST_ITEMS, BlockTree, Container, TextBlock, ends_sentence
from monitor.extract.boilerplate_lines import (
    boilerplate_kind,
    closing_kind,
    is_date,
    is_heading_of_others,
    opening_kind,
)
from monitor.extract.fates import KEPT, NO_SENTENCE, PRUNED, Dropped, DropReason, Fate
from monitor.extract.metadata.agency import is_place

PARAGRAPH_TAGS: Final = LINES | CELLS | {"pre"}  # may be in the text without being a sentence
UNLISTED_TAGS: Final = HEADINGS | CELLS | LIST_ITEMS  # structured data often leaves them out

MAX_LINK_SHARE: Final = 0.5
MAX_PARAGRAPH_LINK_SHARE: Final = 0.8
MIN_LINKED_CHARS: Final = 80  # of a paragraph that is one link and text all the same
MIN_RESUMING_CHARS: Final = 120  # of a paragraph that is the article's even under a heading of other articles
CLOSING_SPAN_BLOCKS: Final = 4  # from the end, in which authors and sources are named
OPENING_SPAN_BLOCKS: Final = 2  # from the beginning
MAX_LINK_LABEL_CHARS: Final = 40
MAX_SHORT_LINE_LETTERS: Final = 30  # shorter lines may come again in an article
LEAD_LETTERS: Final = 80  # by which a lead is looked for in the text
LEAD_SPAN_BLOCKS: Final = 4
MIN_BODY_SHARE: Final = 0.8  # of the text that the structured data must have before its silence drops the rest
MIN_BODY_LETTERS: Final = 300
PROBE_LETTERS: Final = 30  # by which a paragraph is looked for in the structured data
MIN_NAME_LETTERS: Final = 7  # shorter names open too many sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadInfo:
    """The facts in the head of a page that separate the text of its article from its surroundings, normalized."""

    title_key: str
    author_keys: tuple[str, ...] = ()
    body_key: str = ""  # the text in the structured data, which may be only a part


def filter_blocks(tree: BlockTree, container: Container, head: HeadInfo) -> None:
    """Set the fate of each block of a container, as the article; blocks outside it keep their fate.

    Kept are paragraphs, list items, cells, posts, and headings that have text below them; nothing twice, and not the
    headline.
    """
    inside = tree.blocks[container.start : container.end]
    for block in inside:
        block.fate = fate_alone(block)
    keep_linked_paragraphs(inside)
    kept_blocks = [block for block in inside if block.fate is KEPT]
    for drop_some in (
        drop_headlines,
        drop_opening_dates,
        drop_lone_dateline,
        drop_under_other_headings,
        partial(drop_unknown_to_body, body_key=head.body_key),
        drop_empty_headings,
        partial(drop_link_labels, tree=tree),
        partial(drop_openings_and_closings, author_keys=head.author_keys),
        partial(drop_repeats, title_key=head.title_key),
        drop_repeated_lead,
    ):
        drop_some(kept_blocks)
        kept_blocks = [block for block in kept_blocks if block.fate is KEPT]


def filter_sentences(tree: BlockTree, *, title_key: str) -> None:
    """Set the fate of each block of a page so that all prose on it is kept: the fallback if no container is an article."""
    for block in tree.blocks:
        if block.pruned_with is not None:
            block.fate = PRUNED
        elif not block.is_sentence:
            block.fate = NO_SENTENCE
        else:
            kind = boilerplate_kind(block.text)
            block.fate = Dropped(DropReason.BOILERPLATE_LINE, kind) if kind else KEPT
    drop_repeats(tree.kept_blocks, title_key=title_key)


def is_repeated(key: str, blocks: Sequence[TextBlock]) -> bool:
    """Whether the first of these blocks repeat the beginning of a lead, which is given normalized."""
    start = key[:LEAD_LETTERS]
    return any(start in block.key for block in blocks[:LEAD_SPAN_BLOCKS])


def fate_alone(block: TextBlock) -> Fate:
    """Returns the fate of a block by itself, whatever its neighbours."""
    # A post is kept even in a container called "video" or "social".
    if block.is_post:
        return KEPT
    if block.pruned_with is not None:
        return PRUNED
    if kind := boilerplate_kind(block.text):
        return Dropped(DropReason.BOILERPLATE_LINE, kind)
    if block.tag not in PARAGRAPH_TAGS:
        return KEPT if block.is_sentence else NO_SENTENCE
    # A colon ends a paragraph that introduces a quotation.
    is_paragraph = block.tag == "p" and (ends_sentence(block.text) or block.text.endswith(":"))
    limit = MAX_PARAGRAPH_LINK_SHARE if is_paragraph else MAX_LINK_SHARE
    return Dropped(DropReason.MOSTLY_LINKS) if block.link_share >= limit else KEPT


def keep_linked_paragraphs(blocks: Sequence[TextBlock]) -> None:
    """Keep long paragraphs that are one link, if the paragraphs above and below are of the article."""
    # Readers of some systems link a whole paragraph to its source. The teaser of another article is at the end, or in a list.
    for above, block, below in zip(blocks, blocks[1:], blocks[2:], strict=False):
        is_between = all(
            side.tag == "p" and side.is_sentence and side.fate is KEPT and not side.linked_chars
            for side in (above, below)
        )
        is_linked = isinstance(block.fate, Dropped) and block.fate.reason is DropReason.MOSTLY_LINKS
        if is_linked and is_between and block.tag == "p" and len(block.text) >= MIN_LINKED_CHARS:
            block.fate = KEPT if ends_sentence(block.text) else block.fate


def drop_headlines(kept_blocks: Sequence[TextBlock]) -> None:
    """Drop the headline above the text, even if the head of the page words it otherwise, and the kicker above it."""
    above: list[TextBlock] = []
    for block in kept_blocks:
        if block.tag == "h1":
            block.fate = Dropped(DropReason.HEADLINE)
            for kicker in above:
                kicker.fate = Dropped(DropReason.ABOVE_HEADLINE)
            above = []
        elif block.is_sentence:
            return
        else:
            above.append(block)


def drop_opening_dates(kept_blocks: Sequence[TextBlock]) -> None:
    """Drop lines above the first sentence that are only a date or a clock."""
    for block in kept_blocks:
        if block.is_sentence:
            return
        if block.tag not in HEADINGS and is_date(block.text):
            block.fate = Dropped(DropReason.DATE)


def drop_lone_dateline(kept_blocks: Sequence[TextBlock]) -> None:
    """Drop a place that is alone on the line above the first sentence."""
    for block, after in pairwise(kept_blocks):
        if block.is_sentence:
            return
        if after.is_sentence and block.tag not in UNLISTED_TAGS and is_place(block.text):
            block.fate = Dropped(DropReason.DATELINE)


def drop_under_other_headings(kept_blocks: Sequence[TextBlock]) -> None:
    """Drop headings that announce other articles, and the short lines under them."""
    heading = ""
    for block in kept_blocks:
        if block.tag in HEADINGS:
            heading = block.text if is_heading_of_others(block.text) else ""
        elif block.is_sentence and block.tag == "p" and len(block.text) > MIN_RESUMING_CHARS:
            heading = ""
        if heading:
            block.fate = Dropped(DropReason.UNDER_OTHER_HEADING, heading)


def drop_unknown_to_body(kept_blocks: Sequence[TextBlock], *, body_key: str) -> None:
    """Drop paragraphs that the structured data lacks, if it has nearly all others; but not the lead."""
    # Of 55 pages with such a body 8 gave a fifth of the text, so a body that has little of it decides nothing.
    if len(body_key) < MIN_BODY_LETTERS:
        return
    paragraphs = [block for block in kept_blocks[1:] if block.tag not in UNLISTED_TAGS and not block.is_post]
    confirmed = [block for block in paragraphs if has_part_of(body_key, block.key)]
    unknown = [block for block in paragraphs if block not in confirmed]
    if not confirmed:
        return
    # A body that ends within a paragraph was cut, so text missing behind this paragraph is no evidence.
    if not body_key.endswith(confirmed[-1].key[-PROBE_LETTERS:]):
        unknown = [block for block in unknown if block.index < confirmed[-1].index]
    all_chars = sum(len(block.text) for block in kept_blocks)
    if sum(len(block.text) for block in unknown) <= (1 - MIN_BODY_SHARE) * all_chars:
        for block in unknown:
            block.fate = Dropped(DropReason.NOT_IN_STRUCTURED_DATA)


def drop_empty_headings(kept_blocks: Sequence[TextBlock]) -> None:
    """Drop headings without a text or a lower heading below them."""
    # Their lists of links were dropped before.
    below = ""
    for block in reversed(kept_blocks):
        if block.tag in HEADINGS and (not below or (below in HEADINGS and below < block.tag)):
            block.fate = Dropped(DropReason.EMPTY_HEADING)
        else:
            below = block.tag


def drop_link_labels(kept_blocks: Sequence[TextBlock], *, tree: BlockTree) -> None:
    """Drop short lines such as "Read more:" whose links were dropped."""
    next_kept = [*(block.index for block in kept_blocks[1:]), len(tree.blocks)]
    for block, after in zip(kept_blocks, next_kept, strict=False):
        is_label = block.text.endswith(":") and len(block.text) <= MAX_LINK_LABEL_CHARS
        if not is_label or block.tag in UNLISTED_TAGS or block.index + 1 >= after:
            continue
        if tree.blocks[block.index + 1].link_share >= MAX_LINK_SHARE:
            block.fate = Dropped(DropReason.ABOVE_DROPPED_LINKS)


def drop_openings_and_closings(kept_blocks: Sequence[TextBlock], *, author_keys: tuple[str, ...]) -> None:
    """Drop lines at the end, and some at the beginning, about the author, the sources or the rights."""
    for block in kept_blocks[:OPENING_SPAN_BLOCKS]:
        if kind := opening_kind(block.text):
            block.fate = Dropped(DropReason.OPENING, kind)
    names = tuple(key for key in author_keys if len(key) >= MIN_NAME_LETTERS)
    for block in kept_blocks[1:][-CLOSING_SPAN_BLOCKS:]:
        if block.tag in CELLS:
            continue
        if kind := closing_kind(block.text):
            block.fate = Dropped(DropReason.CLOSING, kind)
        elif names and block.tag not in HEADINGS and block.key.startswith(names):
            block.fate = Dropped(DropReason.CLOSING, "author")


def drop_repeats(kept_blocks: Sequence[TextBlock], *, title_key: str) -> None:
    """Drop repetitions of the headline and of earlier paragraphs."""
    # Anadolu repeats the headline above the text, and link farms print a teaser six times. Short lines may come again,
    # and a table may have a value in several cells.
    seen: set[str] = set()
    for block in kept_blocks:
        key = block.key
        if key and key == title_key:
            is_heading = block.tag in HEADINGS
            block.fate = Dropped(DropReason.HEADLINE if is_heading else DropReason.REPEATS_HEADLINE)
        elif block.tag in CELLS:
            continue
        elif not key:
            block.fate = Dropped(DropReason.NO_LETTERS)
        elif key in seen:
            block.fate = Dropped(DropReason.REPEATS_PARAGRAPH)
        elif len(key) > MAX_SHORT_LINE_LETTERS:
            seen.add(key)


def drop_repeated_lead(kept_blocks: Sequence[TextBlock]) -> None:
    """Drop a lead that the text repeats."""
    # UrduPoint's summary is the first sentence of the text, without the dateline.
    if (
        kept_blocks
        and len(kept_blocks[0].key) > MAX_SHORT_LINE_LETTERS
        and is_repeated(kept_blocks[0].key, kept_blocks[1:])
    ):
        kept_blocks[0].fate = Dropped(DropReason.REPEATED_BY_TEXT)


def has_part_of(body_key: str, key: str) -> bool:
    """Whether a text has the beginning, the middle or the end of another, both normalized."""
    # Three probes, because editors change a word here and there between structured data and page.
    middle = len(key) // 2
    probes = (key[:PROBE_LETTERS], key[middle : middle + PROBE_LETTERS], key[-PROBE_LETTERS:])
    return any(probe in body_key for probe in probes)
