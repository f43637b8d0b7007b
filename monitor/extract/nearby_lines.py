"""The short lines of a page that have bylines and dates without an element or class that names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.extract.blocks import BlockTree, TextBlock
from monitor.extract.document import OUTSIDE_NAMES
from monitor.extract.main_text import Candidate
from monitor.extract.neighbours import find_headline_block

MAX_LINE_CHARS: Final = 200
BLOCKS_ABOVE_HEADLINE: Final = 6
BLOCKS_BELOW_HEADLINE: Final = 12
BLOCKS_AFTER_TEXT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyLines:
    """Short lines of a page."""

    near_headline: Sequence[str] = ()  # round the headline, those below it first
    last: Sequence[str] = ()  # behind the text


def find_nearby_lines(tree: BlockTree, candidate: Candidate, *, title: str) -> NearbyLines:
    """Returns the lines round the headline and behind the text of a page."""
    return NearbyLines(near_headline=lines_near_headline(tree, title), last=lines_after_text(candidate))


def lines_near_headline(tree: BlockTree, title: str) -> list[str]:
    """Returns the short lines below and above the headline, or none if the page does not show it."""
    headline = find_headline_block(tree, title)
    if headline is None:
        return []
    at = headline.index
    # Lines above the headline may be of the page: its head prints the day of today.
    before = tree.blocks[max(0, at - BLOCKS_ABOVE_HEADLINE) : at]
    above = [block.text for block in reversed(before) if not is_outside(tree, block, at)]
    below = [block.text for block in tree.blocks[at + 1 : at + 1 + BLOCKS_BELOW_HEADLINE]]
    # Old pages separate the headline from its date by a line break only.
    rest = headline.text.removeprefix(title)
    return [text for text in (rest, *below, *above) if 0 < len(text) <= MAX_LINE_CHARS]


def is_outside(tree: BlockTree, block: TextBlock, headline: int) -> bool:
    """Whether a block is in a container that is outside the article by its name, and that does not have the headline."""
    for container in tree.ancestors(block):
        if container.start <= headline < container.end:
            return False
        if container.tag == "nav" or OUTSIDE_NAMES.search(container.names):
            return True
    return False


def lines_after_text(candidate: Candidate) -> list[str]:
    """Returns the short lines behind the text."""
    if not candidate.trees:
        return []
    tree = candidate.trees[-1]
    end = max((block.index + 1 for block in tree.kept_blocks), default=0)
    return [block.text for block in tree.blocks[end : end + BLOCKS_AFTER_TEXT] if len(block.text) <= MAX_LINE_CHARS]
