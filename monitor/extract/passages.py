"""The paragraphs of the chosen box that are the article's text."""

from collections.abc import Sequence
from typing import Final

from monitor.extract.density import Weighed
from monitor.extract.outline import Block, Box, ends_sentence
from monitor.extract.residue import is_closing, is_heading_of_others, is_residue
from monitor.extract.words import words_of

_HEADINGS: Final = words_of("h1 h2 h3 h4 h5 h6")
_CLOSING_SPAN: Final = 4  # paragraphs from the end in which authors and sources are named


def passages(weighed: Weighed, box: Box) -> list[Block]:
    """The blocks of the text, in order: paragraphs, list items, posts, and headings that have text below them."""
    blocks = [
        block
        for block, gone in zip(
            weighed.outline.blocks[box.start : box.end], weighed.dropped[box.start : box.end], strict=True
        )
        if block.post or not gone
    ]
    texts = [block for block in blocks if block.post or _is_text(block)]
    return _without_closings(_with_text_below(_without_others(texts)))


def sentences(weighed: Weighed) -> list[Block]:
    """Every block of running text on the page: what is left to try where no box is an article."""
    blocks = zip(weighed.outline.blocks, weighed.dropped, strict=True)
    return [block for block, gone in blocks if block.sentence and not gone and not is_residue(block.text)]


def _is_text(block: Block) -> bool:
    if is_residue(block.text):
        return False
    share = block.link_share
    if block.tag in _HEADINGS or block.tag == "pre":
        return share < 0.5
    if block.tag == "p":
        return share < 0.5 or (share < 0.8 and ends_sentence(block.text))
    if block.tag in ("li", "dd", "dt", "td", "th"):
        return share <= 0.4
    return block.sentence


def _without_others(blocks: Sequence[Block]) -> list[Block]:
    """Without headings that announce other articles, and the short lines under them."""
    kept: list[Block] = []
    skipping = False
    for block in blocks:
        if block.tag in _HEADINGS:
            skipping = is_heading_of_others(block.text)
        elif block.sentence and block.tag == "p" and len(block.text) > 120:
            skipping = False
        if not skipping:
            kept.append(block)
    return kept


def _with_text_below(blocks: Sequence[Block]) -> list[Block]:
    """Without headings that nothing stands under: their lists of links are gone."""
    kept: list[Block] = []
    below = ""
    for block in reversed(blocks):
        heading = block.tag in _HEADINGS
        if not heading or (below and below >= block.tag) or below == "text":
            kept.append(block)
            below = block.tag if heading else "text"
    return kept[::-1]


def _without_closings(blocks: Sequence[Block]) -> list[Block]:
    tail = max(1, len(blocks) - _CLOSING_SPAN)
    return [block for index, block in enumerate(blocks) if index < tail or not is_closing(block.text)]
