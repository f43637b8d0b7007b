"""The features by which items are grouped into stories, and the result of grouping."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFeatures:
    """The features of one item. They are small, and equal whether just extracted or loaded from the store."""

    item: int  # 0: not stored yet
    story: int  # 0: none yet
    thread: int
    at: datetime  # published, else first seen
    language: str
    source: str
    title: str
    # Tuples instead of dicts: features are compared, cached by value and stored as JSON.
    words: tuple[tuple[str, float], ...]  # heaviest terms, unit length; @ names, ! event types, > headline signals
    # Hashes of four-word sequences. Long texts keep one in four, which is enough to see a copy and keeps the row small.
    shingles: tuple[int, ...]  # sampled, sorted
    names: tuple[str, ...]  # ids of the people, groups and places of the rules in the text, sorted
    numbers: tuple[str, ...] = ()
    length: int = 0  # words of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The story and thread of an item. 0 means a new one."""

    story: int
    thread: int
    copy_of: int = 0  # the item whose text it repeats
    reasons: tuple[str, ...] = ()  # for `why`
    new_facts: tuple[str, ...] = ()  # names, event types and numbers that no earlier item of the story has
