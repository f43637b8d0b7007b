"""Why each piece of a page is in its article or not: for whoever looks into a reading."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from monitor.extract.density import weigh
from monitor.extract.ladder import Found, Part
from monitor.extract.outline import LINES, Box, Outline
from monitor.extract.paragraphs import shape
from monitor.extract.passages import OUTSIDE, PRUNED, sentences
from monitor.extract.residue import is_heading_of_others
from monitor.extract.roles import Role, of_box, of_line
from monitor.model import Article, Method, Shape
from monitor.text import clean

_ELEMENTS: Final = {
    "address": "address",
    "aside": "aside",
    "caption": "caption",
    "dialog": "dialog",
    "figcaption": "caption",
    "figure": "figure",
    "footer": "footer",
    "form": "form",
    "legend": "form",
    "menu": "menu",
    "nav": "navigation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text of a page. `reason` says why it was left out, or why it was taken; "" is plain text of the article."""

    text: str
    kept: bool
    shape: Shape
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All the pieces of a page, in its order, with the article that they make, if any."""

    article: Article | None
    refused: str = ""  # why there is no article
    places: Mapping[str, str]  # where title, authors, published, language and lead stand on the page
    pieces: tuple[Piece, ...]


def pieces(before: Outline, whole: Outline, found: Found) -> Iterator[Piece]:
    """Every block of a page with what became of it.

    `before` is the page as it came, `whole` without what selectors took away. A text that is not of the page's body
    comes first.
    """
    if not found.parts:
        for paragraph in found.paragraphs:
            yield Piece(text=paragraph.text, kept=True, shape=paragraph.shape, reason=f"from the {found.method}")
    standing = [block.text for block in whole.blocks][::-1]
    reasons = list(_reasons(whole, found))[::-1]
    for block in before.blocks:
        why, kept = "taken away by a selector", False
        if standing and standing[-1] == block.text:
            standing.pop()
            why, kept = reasons.pop()
        yield Piece(text=clean(block.text), kept=kept, shape=shape(before, block), reason=why)


def nothing(whole: Outline, refused: str) -> Found:
    """What is found where there is no article: no block stays, and that for which there is no other reason tells that."""
    weighed = weigh(whole, prune=True)
    why = [reason or refused for reason in sentences(weighed, title="")]
    return Found(paragraphs=(), method=Method.PARAGRAPHS, parts=(Part(weighed=weighed, why=why),))


def _reasons(whole: Outline, found: Found) -> Iterator[tuple[str, bool]]:
    """For each block of the page the reason, and whether it is in the text."""
    if len(found.parts) == 1 and found.parts[0].weighed.outline is whole:
        yield from _of_part(found.parts[0])
        return
    # The parts that a selector chose are outlines of their own.
    told = {
        block.text: why
        for part in found.parts
        for block, why in zip(part.weighed.outline.blocks, _of_part(part), strict=True)
    }
    yield from (told.get(block.text, (OUTSIDE, False)) for block in whole.blocks)


def _of_part(part: Part) -> Iterator[tuple[str, bool]]:
    for index, why in enumerate(part.why):
        box = part.weighed.dropped[index]
        if index == part.lead:
            yield "standfirst", True
        elif box is not None and why in (PRUNED, OUTSIDE):
            yield _of_box(part.weighed.outline, box), False
        else:
            yield why, not why


def _of_box(outline: Outline, box: Box) -> str:
    """Why a box went, by its element, its names, or the heading that it begins with."""
    if element := _ELEMENTS.get(box.tag):
        return element
    role = of_line if box.tag in LINES else of_box
    for name in box.names.split():
        if role(name) in (Role.JUNK, Role.NEVER):
            return f'name "{name}"'
    if box.role is Role.PICTURE:
        return "caption"
    if box.role is Role.LEAD:
        return "one of several leads"
    if box.role is Role.PLAIN:
        first = outline.blocks[box.start].text
        return f'under "{first}"' if is_heading_of_others(first) else "headlines of other articles"
    return "hidden, or no part of the article by its role"
