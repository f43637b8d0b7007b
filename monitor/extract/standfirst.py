"""The standfirst, which on most news pages lies outside the box of the text."""

from typing import Final

from monitor.extract.outline import Block, Outline
from monitor.extract.page import letters
from monitor.extract.residue import is_residue
from monitor.extract.roles import Role

_SHORTEST, _LONGEST = 40, 800  # characters
_LINKED: Final = 0.3
_SAME: Final = 40  # letters that two openings must share to be one text
_REACH: Final = 3  # boxes above a block whose names are asked


def standfirst(outline: Outline, first: int, description: str) -> str:
    """The standfirst above the block `first`: what begins like the page's description, else what its names tell; or ""."""
    opening = letters(description)[:_SAME]
    named = ""
    for block in reversed(outline.blocks[:first]):
        if not _SHORTEST <= len(block.text) <= _LONGEST or block.link_share > _LINKED or is_residue(block.text):
            continue
        if len(opening) == _SAME and letters(block.text[: _SAME * 3]).startswith(opening):
            return block.text
        if not named and _is_named(outline, block):
            named = block.text
    return named


def _is_named(outline: Outline, block: Block) -> bool:
    index = block.box
    for _ in range(_REACH):
        if index < 0:
            return False
        box = outline.boxes[index]
        if box.role is Role.LEAD:
            return True
        index = box.parent
    return False
