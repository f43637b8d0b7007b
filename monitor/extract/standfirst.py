"""The standfirst, which on most news pages lies outside the box of the text."""

from typing import Final

from monitor.extract.outline import Block, Outline
from monitor.extract.page import letters
from monitor.extract.residue import boilerplate
from monitor.extract.roles import LEAD

_SHORTEST, _LONGEST = 40, 800  # characters
_LINKED: Final = 0.3
_SAME: Final = 40  # letters that two openings must share to be one text
_REACH: Final = 3  # boxes above a block whose names are asked


def standfirst(outline: Outline, first: int, description: str) -> int | None:
    """Which block above `first` is the standfirst: what begins like the page's description, else what its names tell."""
    opening = letters(description)[:_SAME]
    named = None
    for index in range(first - 1, -1, -1):
        block = outline.blocks[index]
        if not _SHORTEST <= len(block.text) <= _LONGEST or block.link_share > _LINKED or boilerplate(block.text):
            continue
        if len(opening) == _SAME and letters(block.text[: _SAME * 3]).startswith(opening):
            return index
        if named is None and _is_named(outline, block):
            named = index
    return named


def _is_named(outline: Outline, block: Block) -> bool:
    index = block.box
    for _ in range(_REACH):
        if index < 0:
            return False
        box = outline.boxes[index]
        if box.role is LEAD:
            return True
        index = box.parent
    return False
