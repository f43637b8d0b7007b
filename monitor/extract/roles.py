"""What an element is by its names: class and id."""

import re
from collections.abc import Iterator
from enum import IntEnum, auto
from functools import lru_cache
from itertools import pairwise

from monitor.extract import words


class Role(IntEnum):
    """What the names of an element say of it. What a later one says outweighs what an earlier one says."""

    PLAIN = auto()
    PICTURE = auto()  # its caption is to be dropped, a text that stands in its box is not
    LEAD = auto()  # the standfirst
    JUNK = auto()  # to be dropped, unless it holds much of the page's text
    NEVER = auto()  # comments and dialogs: to be dropped, however long
    POST = auto()  # an embedded post of a social network


# By names of their own: Python 3.11 takes longer to look a member up in its enumeration than to compare two.
PLAIN, PICTURE, LEAD, JUNK, NEVER, POST = Role

_LONGEST = 100  # characters of a token; longer ones are hashes or data
_NARROW = words.NARROW_JUNK | words.UNSEEN
_PAIRS = words.LEAD_PAIRS | words.JUNK_PAIRS
_OPENING_PAIRS = frozenset(pair.split("-")[0] for pair in _PAIRS)
# A part of each word of UNSEEN and UNSEEN_PAIRS: few names have one.
_HINT = re.compile("|".join(sorted(words.UNSEEN | {pair.split("-")[0] for pair in words.UNSEEN_PAIRS})))
_PART = re.compile(r"[A-Z]?[a-z]+\d?[a-z]*|[A-Z]+(?![a-z])")


@lru_cache(maxsize=1024)
def of_box(names: str) -> Role:
    """The role of a block-level element by its class and id, joined by a blank."""
    return max(map(_of_token, names.split()), default=PLAIN)


@lru_cache(maxsize=1024)
def of_line(names: str) -> Role:
    """The role of a paragraph, heading, list item or inline element, on which only a few words count."""
    return max(map(_of_line_token, names.split()), default=PLAIN)


@lru_cache(maxsize=1024)
def unseen(names: str) -> bool:
    """Whether an inline element speaks to screen readers only."""
    return _HINT.search(names.lower()) is not None and any(map(_is_unseen, names.split()))


# Names are many, of few tokens; and a token has several words, of which a page has some sixty.
@lru_cache(maxsize=1024)
def _of_token(token: str) -> Role:
    if token.lower() in words.POSTS:
        return POST
    if token in words.HIDDEN:
        return JUNK
    parts = _parts(token)
    if not parts:
        return PLAIN
    role = max(map(_of_part, parts))
    if role is NEVER:
        return role
    if parts[0] in words.JUNK_FIRST:
        role = JUNK
    return _of_pairs(parts) or role


@lru_cache(maxsize=1024)
def _of_line_token(token: str) -> Role:
    if token in words.HIDDEN:
        return JUNK
    parts = _parts(token)
    role = PLAIN if words.LEADS.isdisjoint(parts) else LEAD
    if not _NARROW.isdisjoint(parts):
        role = JUNK
    return _of_pairs(parts) or role


def _is_unseen(token: str) -> bool:
    parts = _parts(token)
    return not (words.UNSEEN.isdisjoint(parts) and words.UNSEEN_PAIRS.isdisjoint(_pairs(parts)))


@lru_cache(maxsize=1024)
def _of_part(part: str) -> Role:
    if part in words.NEVER or part.startswith(words.NEVER_STEMS):
        return NEVER
    if part in words.JUNK or part.startswith(words.JUNK_STEMS):
        return JUNK
    if part in words.LEADS:
        return LEAD
    return PICTURE if part in words.PICTURES else PLAIN


def _of_pairs(parts: list[str]) -> Role | None:
    """The role that two words side by side tell, or None."""
    if _OPENING_PAIRS.isdisjoint(parts) or _PAIRS.isdisjoint(_pairs(parts)):
        return None
    return JUNK if words.LEAD_PAIRS.isdisjoint(_pairs(parts)) else LEAD


def _pairs(parts: list[str]) -> Iterator[str]:
    return map("-".join, pairwise(parts))


def _parts(token: str) -> list[str]:
    """The words of a token; none where it is a utility class or states something of the page."""
    # Tailwind writes `mr-[--sidebar-width]` and `md:hidden` on the article itself.
    if "[" in token or ":" in token or len(token) > _LONGEST:
        return []
    parts = _PART.findall(token)
    if not token.islower():
        parts = [part.lower() for part in parts]
    return [] if parts and parts[0] in words.STATES else parts
