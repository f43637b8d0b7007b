"""The role of an HTML element by its names: class and id."""

import re
from collections.abc import Iterator
from enum import IntEnum, auto
from functools import lru_cache
from itertools import pairwise
from typing import Final

from monitor.extract import vocabulary


class Role(IntEnum):
    """The role that the names of an element give it. If they give several, the last in this order counts."""

    PLAIN = auto()
    PICTURE = auto()  # its caption is dropped, a text in its container is not
    STANDFIRST = auto()
    HIDDEN = auto()  # dropped as junk is, unless it is the rest of the text above it, behind "read more"
    JUNK = auto()  # dropped, unless it has much of the page's text
    ALWAYS_DROP = auto()  # comments and dialogs: dropped, however long
    POST = auto()  # an embedded post of a social network


# Module names: Python 3.11 takes longer to look a member up in its enumeration than to compare two members.
PLAIN, PICTURE, STANDFIRST, HIDDEN, JUNK, ALWAYS_DROP, POST = Role

MAX_TOKEN_CHARS: Final = 100  # longer tokens are hashes or data
INLINE_JUNK_WORDS: Final = vocabulary.INLINE_JUNK | vocabulary.SCREEN_READER_WORDS
PAIRS: Final = vocabulary.STANDFIRST_PAIRS | vocabulary.JUNK_PAIRS
FIRST_WORDS_OF_PAIRS: Final = frozenset(pair.split("-")[0] for pair in PAIRS)
# A part of each screen-reader word and pair. Few names contain one, so this search spares most names the exact check.
SCREEN_READER_HINT: Final = re.compile(
    "|".join(sorted(vocabulary.SCREEN_READER_WORDS | {pair.split("-")[0] for pair in vocabulary.SCREEN_READER_PAIRS}))
)
WORD: Final = re.compile(r"[A-Z]?[a-z]+\d?[a-z]*|[A-Z]+(?![a-z])")


# The caches: a site has many different names of few different tokens, and the same ones on each of its pages.
@lru_cache(maxsize=1024)
def role_of_block(names: str) -> Role:
    """Returns the role of a block-level element by its class and id, separated by a blank."""
    return max(map(role_of_token, names.split()), default=PLAIN)


@lru_cache(maxsize=1024)
def role_of_inline(names: str) -> Role:
    """Returns the role of a paragraph, heading, list item or inline element, for which only a few words count."""
    return max(map(role_of_inline_token, names.split()), default=PLAIN)


@lru_cache(maxsize=1024)
def is_screen_reader_only(names: str) -> bool:
    """Whether an inline element is shown to screen readers only."""
    if SCREEN_READER_HINT.search(names.lower()) is None:
        return False
    return any(
        not vocabulary.SCREEN_READER_WORDS.isdisjoint(words)
        or not vocabulary.SCREEN_READER_PAIRS.isdisjoint(pairs_of(words))
        for words in map(words_of_token, names.split())
    )


@lru_cache(maxsize=1024)
def role_of_token(token: str) -> Role:
    """Returns the role of a block-level element with this class or id."""
    if token.lower() in vocabulary.POST_TOKENS:
        return POST
    if token in vocabulary.HIDDEN_TOKENS:
        return HIDDEN
    words = words_of_token(token)
    if not words:
        return PLAIN
    role = max(map(role_of_word, words))
    if role is ALWAYS_DROP:
        return role
    if words[0] in vocabulary.JUNK_FIRST_WORDS:
        role = JUNK
    return role_of_pairs(words) or role


@lru_cache(maxsize=1024)
def role_of_inline_token(token: str) -> Role:
    """Returns the role of an inline element with this class or id."""
    if token in vocabulary.HIDDEN_TOKENS:
        return HIDDEN
    words = words_of_token(token)
    role = PLAIN if vocabulary.STANDFIRST_WORDS.isdisjoint(words) else STANDFIRST
    if not INLINE_JUNK_WORDS.isdisjoint(words):
        role = JUNK
    return role_of_pairs(words) or role


@lru_cache(maxsize=1024)
def role_of_word(word: str) -> Role:
    """Returns the role that one word of a class name gives a block-level element."""
    if word in vocabulary.ALWAYS_DROP or word.startswith(vocabulary.ALWAYS_DROP_STEMS):
        return ALWAYS_DROP
    if word in vocabulary.JUNK or word.startswith(vocabulary.JUNK_STEMS):
        return JUNK
    if word in vocabulary.STANDFIRST_WORDS:
        return STANDFIRST
    return PICTURE if word in vocabulary.PICTURE_WORDS else PLAIN


def role_of_pairs(words: list[str]) -> Role | None:
    """Returns the role that two neighbouring words give together, or None."""
    if FIRST_WORDS_OF_PAIRS.isdisjoint(words) or PAIRS.isdisjoint(pairs_of(words)):
        return None
    return JUNK if vocabulary.STANDFIRST_PAIRS.isdisjoint(pairs_of(words)) else STANDFIRST


def pairs_of(words: list[str]) -> Iterator[str]:
    """Yields each two neighbouring words, joined by a hyphen."""
    return map("-".join, pairwise(words))


def words_of_token(token: str) -> list[str]:
    """Returns the words of a class name in lower case; none for a utility class or a state of the page."""
    # Tailwind writes `mr-[--sidebar-width]` and `md:hidden` on the article itself.
    if "[" in token or ":" in token or len(token) > MAX_TOKEN_CHARS:
        return []
    words = WORD.findall(token)
    if not token.islower():
        words = [word.lower() for word in words]
    return [] if words and words[0] in vocabulary.STATE_WORDS else words
