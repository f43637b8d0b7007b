"""The short lines of a page where bylines and dates stand that no name gives away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.extract.ladder import Found
from monitor.extract.outline import Block, Outline
from monitor.extract.page import BESIDE_NAMES, letters

_LINE: Final = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Short lines of a page."""

    near: Sequence[str] = ()  # round the headline, those below it first
    last: Sequence[str] = ()  # behind the text


def lines_of(whole: Outline, found: Found, *, title: str) -> Lines:
    """The lines round the headline and behind the text of a page."""
    return Lines(near=_near(whole, title), last=_last(found))


def _near(whole: Outline, title: str) -> list[str]:
    at = _headline(whole, title)
    if at is None:
        return []
    # Old pages part the headline from its date by a line break only.
    rest = whole.blocks[at].text.removeprefix(title)
    # What stands above it may be of the page: the day of today in its head.
    above = [block for block in whole.blocks[max(0, at - 6) : at][::-1] if not _is_beside(whole, block, at)]
    lines = (rest, *(block.text for block in (*whole.blocks[at + 1 : at + 13], *above)))
    return [text for text in lines if 0 < len(text) <= _LINE]


def _is_beside(whole: Outline, block: Block, headline: int) -> bool:
    """Whether a block stands in a box that says so, and that does not hold the headline."""
    index = block.box
    while index >= 0:
        box = whole.boxes[index]
        if box.start <= headline < box.end:
            return False
        if box.tag == "nav" or BESIDE_NAMES.search(box.names):
            return True
        index = box.parent
    return False


def _headline(whole: Outline, title: str) -> int | None:
    """The block that is the headline or begins with it, else the `h1` that tells a part of it or more, or the only one."""
    key, start = letters(title), title[:1].casefold()
    if not key:
        return None
    begun = (
        index
        for index, block in enumerate(whole.blocks)
        if block.text[:1].casefold() == start and letters(block.text[:_LINE]).startswith(key)
    )
    if (at := next(begun, None)) is not None:
        return at
    firsts = [(index, letters(block.text[:_LINE])) for index, block in enumerate(whole.blocks) if block.tag == "h1"]
    akin = (index for index, text in firsts if text in key or key in text or len(firsts) == 1)
    return next(akin, None)


def _last(found: Found) -> list[str]:
    """The short lines behind the text."""
    if not found.parts:
        return []
    part = found.parts[-1]
    end = max((index for index, why in enumerate(part.why) if not why), default=-1)
    return [block.text for block in part.weighed.outline.blocks[end + 1 : end + 5] if len(block.text) <= _LINE]
