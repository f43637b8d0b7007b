"""What grouping knows of an item, and where it belongs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What grouping knows of an item: small, and the same whether just computed or read back from the store."""

    item: int  # 0: not stored yet
    story: int  # 0: none yet
    thread: int
    at: datetime  # published, else first seen
    language: str
    source: str
    title: str
    words: tuple[tuple[str, float], ...]  # heaviest terms, unit length; @ names, ! acts, > signs of no language
    shingles: tuple[int, ...]  # sampled, sorted
    names: tuple[str, ...]  # ids of people, groups and places of the rules that it names, sorted
    numbers: tuple[str, ...] = ()
    length: int = 0  # words of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an item belongs. 0 stands for a new one."""

    story: int
    thread: int
    copy_of: int = 0  # the item whose text it repeats
    reasons: tuple[str, ...] = ()  # for `why`
    fresh: tuple[str, ...] = ()  # what it adds to the story: names and numbers not told before
