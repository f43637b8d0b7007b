"""The standfirst, which on most news pages lies outside the box of the text."""

from collections.abc import Iterator, Sequence
from typing import Final

from monitor.extract.density import Weighed
from monitor.extract.outline import HEADINGS, Block, Outline
from monitor.extract.page import letters
from monitor.extract.passages import is_told
from monitor.extract.residue import boilerplate, closing
from monitor.extract.roles import LEAD
from monitor.extract.words import words_of

_SHORTEST, _LONGEST = 40, 800  # characters
_LINKED: Final = 0.3
_SAME: Final = 40  # letters that two openings must share to be one text
_REACH: Final = 3  # boxes above a block whose names are asked
_PLAIN: Final = HEADINGS | words_of("div header hgroup p section")
_BELOW: Final = 6  # blocks below the headline: the standfirst, with byline, date and picture before it


def standfirst(weighed: Weighed, first: int, texts: Sequence[str], *, title: str, description: str) -> int | None:
    """Which block above `first` is the standfirst: what begins like the page's description, else what its names tell, else
    the first sentence below the headline. None where there is none, or where `texts`, those of the article, say the same.
    """
    blocks = weighed.outline.blocks
    likely = [
        index
        for index in range(first - 1, -1, -1)
        if _SHORTEST <= len(blocks[index].text) <= _LONGEST and blocks[index].link_share <= _LINKED
    ]
    opening = letters(description)[:_SAME]
    described = (index for index in likely if len(opening) == _SAME and _opens(blocks[index], opening))
    named = (index for index in likely if _is_named(weighed.outline, blocks[index]))
    below = (index for index in _below_headline(weighed, first) if index in likely and _is_free(blocks[index], title))
    for indexes in (described, named, below):
        found = next((index for index in indexes if not boilerplate(blocks[index].text)), None)
        if found is not None and not is_told(blocks[found].text, texts):
            return found
    return None


def _opens(block: Block, opening: str) -> bool:
    return letters(block.text[: _SAME * 3]).startswith(opening)


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


def _below_headline(weighed: Weighed, first: int) -> Iterator[int]:
    """Sentences among the few blocks below the last headline above the text."""
    blocks = weighed.outline.blocks
    headline = next((index for index in range(first - 1, -1, -1) if blocks[index].tag == "h1"), first)
    for index in range(headline + 1, min(first, headline + 1 + _BELOW)):
        if blocks[index].sentence and weighed.dropped[index] is None:
            yield index


def _is_free(block: Block, title: str) -> bool:
    """Whether a block is neither an item of a list, nor the headline in other words, nor the biography of its writer."""
    return block.tag in _PLAIN and letters(title) not in letters(block.text) and not closing(block.text)
