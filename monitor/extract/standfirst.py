"""The standfirst, which on most news pages is outside the container of the text."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from monitor.extract.block_filters import is_repeated
from monitor.extract.blocks import HEADINGS, BlockTree, TextBlock
from monitor.extract.boilerplate_lines import boilerplate_kind, closing_kind
from monitor.extract.document import normalize
from monitor.extract.roles import STANDFIRST
from monitor.extract.vocabulary import word_set

MIN_CHARS: Final = 40
MAX_CHARS: Final = 800
MAX_LINK_SHARE: Final = 0.3
SHARED_LETTERS: Final = 40  # by which the description and a block are one text
MAX_ANCESTORS: Final = 3  # containers round a block whose names are read
PLAIN_TAGS: Final = HEADINGS | word_set("div header hgroup p section")
MAX_BLOCKS_BELOW_HEADLINE: Final = 6  # the standfirst, with byline, date and picture before it


def find_standfirst(
    tree: BlockTree, first: int, kept_blocks: Sequence[TextBlock], *, title_key: str, description: str
) -> TextBlock | None:
    """Returns the block above the index `first` that is the standfirst, or None.

    It begins like the page's description, else it has a name for it, else it is the first sentence below the headline. A
    block whose text is repeated by `kept_blocks`, the text of the article, is not one.
    """
    candidates = [
        block
        for block in reversed(tree.blocks[:first])
        if MIN_CHARS <= len(block.text) <= MAX_CHARS and block.link_share <= MAX_LINK_SHARE
    ]
    opening = normalize(description)[:SHARED_LETTERS]
    described = (block for block in candidates if len(opening) == SHARED_LETTERS and block.key.startswith(opening))
    named = (block for block in candidates if has_standfirst_name(tree, block))
    below_headline = (
        block
        for block in sentences_below_headline(tree, first)
        if block in candidates and is_standfirst_text(block, title_key)
    )
    for blocks in (described, named, below_headline):
        block = next((block for block in blocks if not boilerplate_kind(block.text)), None)
        if block is not None and not is_repeated(block.key, kept_blocks):
            return block
    return None


def has_standfirst_name(tree: BlockTree, block: TextBlock) -> bool:
    """Whether a container close round a block is named as a standfirst."""
    return any(container.role is STANDFIRST for container in islice(tree.ancestors(block), MAX_ANCESTORS))


def sentences_below_headline(tree: BlockTree, first: int) -> Iterator[TextBlock]:
    """Yields the sentences among the few blocks below the last headline above the text."""
    above = tree.blocks[:first]
    headline = next((block.index for block in reversed(above) if block.tag == "h1"), first)
    for block in above[headline + 1 : headline + 1 + MAX_BLOCKS_BELOW_HEADLINE]:
        if block.is_sentence and block.pruned_with is None:
            yield block


def is_standfirst_text(block: TextBlock, title_key: str) -> bool:
    """Whether a block is neither a list item, nor the headline in other words, nor the biography of its writer."""
    return block.tag in PLAIN_TAGS and title_key not in block.key and not closing_kind(block.text)
