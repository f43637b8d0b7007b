"""The kept blocks as paragraphs of an article."""

import re
from itertools import islice
from typing import Final

from monitor.extract.blocks import CELLS, HEADINGS, LIST_ITEMS, BlockTree, TextBlock
from monitor.model import Shape
from monitor.text import clean

# "— Ministry (@ministry) January 19, 2024": the day of a post is not that of the article.
POST_SIGNATURE: Final = re.compile(r"(?<=\(@)(\w+\))[^—–]{0,40}$")
MAX_ANCESTORS: Final = 3  # containers round a paragraph in which it is a list item or a quotation


def paragraphs_of(tree: BlockTree) -> list[str]:
    """Returns the paragraphs of the kept blocks, without the standfirst; the cells of a row are one: "Gabd | 145"."""
    paragraphs: list[str] = []
    previous_row = -1
    for block in tree.kept_blocks:
        row = row_of(tree, block)
        text = clean(POST_SIGNATURE.sub(r"\1", block.text) if block.is_post else block.text)
        if row >= 0 and row == previous_row:
            paragraphs[-1] += f" | {text}"
        else:
            paragraphs.append(f"> {text}" if block.is_post else text)
        previous_row = row
    return paragraphs


def row_of(tree: BlockTree, block: TextBlock) -> int:
    """Returns the index of the table row that a block is a cell of, or -1."""
    if block.tag not in CELLS:
        return -1
    cell = tree.containers[block.container]
    # Old pages lay out whole articles in cells; these have many blocks.
    return cell.parent if cell.end - cell.start == 1 else -1


def shape_of(tree: BlockTree, block: TextBlock) -> Shape:
    """Returns the kind of paragraph that a block is, by its element and those round it."""
    if block.is_post:
        return Shape.POST
    if block.tag in HEADINGS:
        return Shape.HEADING
    if block.tag in CELLS:
        return Shape.ROW
    for container in islice(tree.ancestors(block), MAX_ANCESTORS):
        if container.tag == "blockquote":
            return Shape.QUOTE
        if container.tag in LIST_ITEMS:
            return Shape.ITEM
    return Shape.PARAGRAPH
