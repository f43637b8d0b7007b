"""What a digest tells, and in which order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.model import Channel, Coverage, Digest, Line, NearMiss, NoticeKind, ToldStory


def compose(
    channel: Channel,
    *,
    kind: Literal["digest", "alert"],
    start: datetime,
    end: datetime,
    stories: Sequence[ToldStory],
    near: Sequence[NearMiss],
    coverage: Coverage,
) -> Digest:
    """A digest of the stories: updates first, then by importance, then the newest; every item once.

    At most `channel.most` stories are taken. `held` counts the rest: their notices are to be left for the next one.
    """
    ordered = list(_once(sorted(map(_lead_first, stories), key=_order)))
    return Digest(
        channel=channel.id,
        name=channel.name or channel.id,
        kind=kind,
        start=start,
        end=end,
        zone=channel.zone,
        stories=tuple(ordered[: channel.most]),
        near=tuple(sorted(near, key=lambda miss: -miss.score)),
        held=len(ordered[channel.most :]),
        coverage=coverage,
    )


def seen_at(line: Line) -> datetime:
    """When a line was published, or first seen where that is unknown."""
    return line.published or line.first_seen


def outlets(story: ToldStory) -> set[str]:
    """The names of all outlets that carry a story, copies included."""
    return {line.source for line in story.lines} | {name for line in story.lines for name, _ in line.copies}


def _order(story: ToldStory) -> tuple[bool, int, float, float]:
    newest = max(map(seen_at, story.lines)).timestamp() if story.lines else 0.0
    return story.kind is not NoticeKind.UPDATE, -len(outlets(story)), -story.score, -newest


def _lead_first(story: ToldStory) -> ToldStory:
    # Who read the page before who saw a headline, a clean text before a flagged one, then who had it first.
    lines = sorted(story.lines, key=lambda line: (line.partial, bool(line.flags), seen_at(line)))
    return replace(story, lines=tuple(lines))


def _once(stories: Iterable[ToldStory]) -> Iterator[ToldStory]:
    """The stories without lines that an earlier one has told; a story with nothing left is told already."""
    told: set[int] = set()
    for story in stories:
        lines = tuple({line.item: line for line in story.lines if line.item not in told}.values())
        told.update(line.item for line in lines)
        if lines:
            yield replace(story, lines=lines)
