"""The paragraphs of the chosen box that are the article's text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from monitor.extract.density import Weighed
from monitor.extract.outline import HEADINGS, Block, Box, Outline, ends_sentence
from monitor.extract.residue import is_closing, is_heading_of_others, is_residue
from monitor.extract.words import words_of

_CELLS: Final = words_of("td th")
_ITEMS: Final = _CELLS | words_of("dd dt li")
_LESS, _HALF, _MOSTLY = 0.4, 0.5, 0.8  # share of links
_TEXT_AGAIN: Final = 120  # characters of a paragraph that is the article's even under such a heading
_CLOSING_SPAN: Final = 4  # paragraphs from the end in which authors and sources are named


def passages(weighed: Weighed, box: Box) -> list[Block]:
    """The blocks of the text, in order: paragraphs, list items, posts, and headings that have text below them."""
    outline, dropped = weighed.outline, weighed.dropped
    inside = ((outline.blocks[index], dropped[index]) for index in range(box.start, box.end))
    # A post stays even in a box called "video" or "social".
    texts = [block for block, gone in inside if block.post or (not gone and _is_text(block))]
    return _without_closings(_with_text_below(_without_others(_rows(outline, texts))))


def sentences(weighed: Weighed) -> list[Block]:
    """Every block of running text on the page: what is left to try where no box is an article."""
    blocks = zip(weighed.outline.blocks, weighed.dropped, strict=True)
    return [block for block, gone in blocks if block.sentence and not gone and not is_residue(block.text)]


def _rows(outline: Outline, blocks: Sequence[Block]) -> list[Block]:
    """The cells of a row as one line: "Gabd | 145"."""
    lines: list[Block] = []
    row = -1
    for block in blocks:
        above = outline.boxes[block.box].parent if block.tag in _CELLS else -1
        if above >= 0 and above == row:
            lines[-1] = replace(lines[-1], text=f"{lines[-1].text} | {block.text}")
        else:
            lines.append(block)
        row = above
    return lines


def _is_text(block: Block) -> bool:
    if is_residue(block.text):
        return False
    share = block.link_share
    if block.tag in HEADINGS or block.tag == "pre":
        return share < _HALF
    if block.tag == "p":
        return share < _HALF or (share < _MOSTLY and ends_sentence(block.text))
    if block.tag in _ITEMS:
        return share < _LESS
    return block.sentence


def _without_others(blocks: Sequence[Block]) -> list[Block]:
    """Without headings that announce other articles, and the short lines under them."""
    kept: list[Block] = []
    skipping = False
    for block in blocks:
        if block.tag in HEADINGS:
            skipping = is_heading_of_others(block.text)
        elif block.sentence and block.tag == "p" and len(block.text) > _TEXT_AGAIN:
            skipping = False
        if not skipping:
            kept.append(block)
    return kept


def _with_text_below(blocks: Sequence[Block]) -> list[Block]:
    """Without headings that nothing stands under, text or a lower heading: their lists of links are gone."""
    kept: list[Block] = []
    for block in reversed(blocks):
        below = kept[-1].tag if kept else ""
        if block.tag not in HEADINGS or (below and (below not in HEADINGS or below >= block.tag)):
            kept.append(block)
    return kept[::-1]


def _without_closings(blocks: Sequence[Block]) -> list[Block]:
    tail = max(1, len(blocks) - _CLOSING_SPAN)
    return [block for index, block in enumerate(blocks) if index < tail or not is_closing(block.text)]
