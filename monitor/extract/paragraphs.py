"""The blocks that stay, as paragraphs of an article."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.extract.outline import CELLS, HEADINGS, Block, Outline
from monitor.extract.passages import ITEMS
from monitor.model import Shape
from monitor.text import clean

# "— Ministry (@ministry) January 19, 2024": the day of a post is not that of the article.
_SIGNATURE: Final = re.compile(r"(?<=\(@)(\w+\))[^—–]{0,40}$")
_REACH: Final = 3  # boxes above a paragraph in which it is an item or a quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph, and what it is."""

    text: str
    shape: Shape = Shape.PARAGRAPH


def paragraphs(outline: Outline, why: Sequence[str]) -> list[Paragraph]:
    """The paragraphs of the blocks that have no reason to go; the cells of a row are one: "Gabd | 145"."""
    found: list[Paragraph] = []
    last = -1
    for block in (block for block, reason in zip(outline.blocks, why, strict=True) if not reason):
        row = _row(outline, block)
        text = clean(_SIGNATURE.sub(r"\1", block.text) if block.post else block.text)
        if row >= 0 and row == last:
            found[-1] = Paragraph(text=f"{found[-1].text} | {text}", shape=Shape.ROW)
        else:
            found.append(Paragraph(text=f"> {text}" if block.post else text, shape=shape(outline, block)))
        last = row
    return found


def _row(outline: Outline, block: Block) -> int:
    """The row that a block is a cell of, or -1. Old pages lay out whole articles in cells: those have many blocks."""
    cell = outline.boxes[block.box]
    return cell.parent if block.tag in CELLS and cell.end - cell.start == 1 else -1


def shape(outline: Outline, block: Block) -> Shape:
    """What a block is, by its element and those round it."""
    if block.post:
        return Shape.POST
    if block.tag in HEADINGS:
        return Shape.HEADING
    if block.tag in CELLS:
        return Shape.ROW
    for tag in _tags(outline, block):
        if tag == "blockquote":
            return Shape.QUOTE
        if tag in ITEMS:
            return Shape.ITEM
    return Shape.PARAGRAPH


def _tags(outline: Outline, block: Block) -> Iterator[str]:
    index = block.box
    for _ in range(_REACH):
        if index < 0:
            return
        yield outline.boxes[index].tag
        index = outline.boxes[index].parent
