"""The fate of a text block: kept in the article, or dropped for a reason."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class DropReason(Enum):
    """Why a block is not in the text of the article. `explain` has the sentences."""

    OUTSIDE_ARTICLE = auto()
    PRUNED_CONTAINER = auto()  # `TextBlock.pruned_with` is the container
    BOILERPLATE_LINE = auto()  # detail: the kind of line
    NO_SENTENCE = auto()
    MOSTLY_LINKS = auto()
    HEADLINE = auto()
    ABOVE_HEADLINE = auto()
    REPEATS_HEADLINE = auto()
    DATE = auto()
    DATELINE = auto()
    UNDER_OTHER_HEADING = auto()  # detail: the heading
    NOT_IN_STRUCTURED_DATA = auto()
    EMPTY_HEADING = auto()
    ABOVE_DROPPED_LINKS = auto()
    OPENING = auto()  # detail: the kind of line
    CLOSING = auto()  # detail: the kind of line
    NO_LETTERS = auto()
    REPEATS_PARAGRAPH = auto()
    REPEATED_BY_TEXT = auto()
    SITE_LINE = auto()  # detail: on how many pages of the site the line was seen, this one included
    SELECTOR = auto()
    PAGE_REFUSED = auto()  # detail: why the page has no article


@dataclass(frozen=True, slots=True)
class Kept:
    """The block is in the text of the article, `standfirst` as the lead above it."""

    standfirst: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """The block is not in the text of the article."""

    reason: DropReason
    detail: str = ""


Fate = Kept | Dropped

# Most blocks of a page share these values, so each is made once.
KEPT: Final = Kept()
STANDFIRST: Final = Kept(standfirst=True)
OUTSIDE: Final = Dropped(DropReason.OUTSIDE_ARTICLE)
PRUNED: Final = Dropped(DropReason.PRUNED_CONTAINER)
NO_SENTENCE: Final = Dropped(DropReason.NO_SENTENCE)
