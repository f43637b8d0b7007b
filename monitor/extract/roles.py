"""What an element is by its names: class and id."""

import re
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

from monitor.extract import words


class Role(Enum):
    """What the names of an element say of it."""

    PLAIN = auto()
    LEAD = auto()  # the standfirst
    JUNK = auto()  # to be dropped, unless it holds much of the page's text
    NEVER = auto()  # comments and dialogs: to be dropped, however long
    POST = auto()  # an embedded post of a social network


# Ordered: what a later one says outweighs what an earlier one says.
_WEIGHT = {role: weight for weight, role in enumerate(Role)}
_LONGEST = 100  # characters of a token; longer ones are hashes or data
_PART = re.compile(r"[A-Z]?[a-z]+\d?[a-z]*|[A-Z]+(?![a-z])")


@lru_cache(maxsize=16384)
def of_box(names: str) -> Role:
    """The role of a block-level element by its class and id, joined by a blank."""
    return max(map(_of_token, names.split()), key=_WEIGHT.__getitem__, default=Role.PLAIN)


@lru_cache(maxsize=8192)
def of_line(names: str) -> Role:
    """The role of a paragraph, heading, list item or inline element, on which only a few words count."""
    return max(map(_of_line_token, names.split()), key=_WEIGHT.__getitem__, default=Role.PLAIN)


@lru_cache(maxsize=16384)
def _of_token(token: str) -> Role:
    if token.lower() in words.POSTS:
        return Role.POST
    parts = _parts(token)
    if not parts:
        return Role.PLAIN
    if any(part in words.NEVER or part.startswith(words.NEVER_STEMS) for part in parts):
        return Role.NEVER
    if _paired(parts, words.LEAD_PAIRS):
        return Role.LEAD
    if (
        any(part in words.JUNK or part.startswith(words.JUNK_STEMS) for part in parts)
        or parts[0] in words.JUNK_FIRST
        or _paired(parts, words.JUNK_PAIRS)
    ):
        return Role.JUNK
    return Role.LEAD if words.LEADS.intersection(parts) else Role.PLAIN


def _of_line_token(token: str) -> Role:
    parts = _parts(token)
    if _paired(parts, words.LEAD_PAIRS):
        return Role.LEAD
    if words.NARROW_JUNK.intersection(parts) or words.UNSEEN.intersection(parts) or _paired(parts, words.JUNK_PAIRS):
        return Role.JUNK
    return Role.LEAD if words.LEADS.intersection(parts) else Role.PLAIN


def _paired(parts: list[str], pairs: frozenset[str]) -> bool:
    return any(f"{one}-{other}" in pairs for one, other in pairwise(parts))


def _parts(token: str) -> list[str]:
    """The words of a token; none where it is a utility class or states something of the page."""
    # Tailwind writes `mr-[--sidebar-width]` and `md:hidden` on the article itself.
    if "[" in token or ":" in token or len(token) > _LONGEST:
        return []
    parts = [part.lower() for part in _PART.findall(token)]
    return [] if parts and parts[0] in words.STATES else parts


@lru_cache(maxsize=4096)
def unseen(names: str) -> bool:
    """Whether an inline element speaks to screen readers only."""
    return any(
        words.UNSEEN.intersection(parts) or _paired(parts, words.UNSEEN_PAIRS) for parts in map(_parts, names.split())
    )
