"""Which story and thread of the last weeks an item joins, and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.model import Mark, Placement
from monitor.stories import words
from monitor.stories.affairs import Affairs
from monitor.stories.copies import Texts, contained
from monitor.stories.events import Events, Match, leading, shared, told
from monitor.stories.words import Words

_ALONE = Placement(story=0, thread=0, reasons=("no story of these weeks tells this event or its affair",))


def place(window: Sequence[Mark], mark: Mark) -> Placement:
    """Where an item belongs among the marks of the last weeks, whatever their order.

    An item that has a story already (an edited text) stays there: what was told is not told under another name.
    Where the thread named is not that of the story named, the two threads are one affair.
    """
    return Window(window).place(mark)


class Window:
    """The marks of the last weeks, indexed once for many placements; marks without a story are left out.

    A window keeps what it is given: to forget old marks, build it anew from those that are left.
    """

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._texts, self._events, self._affairs = Texts(), Events(), Affairs()
        self._words: dict[str, Words] = {}  # by language
        self._stories: dict[int, list[Mark]] = defaultdict(list)
        for mark in sorted(marks, key=lambda mark: (mark.at, mark.item)):
            self.add(mark)

    def add(self, mark: Mark) -> None:
        """Take in an item that has been placed."""
        if not mark.story:
            return
        self._stories[mark.story].append(mark)
        self._texts.add(mark)
        self._told_in(mark.language).add(mark)
        self._affairs.add(mark)
        self._events.add(mark)

    def place(self, mark: Mark) -> Placement:
        """Where an item belongs; see the function `place`."""
        original = self._texts.original(mark)
        if mark.story:
            return self._stayed(mark, original)
        if original:
            reason = f"repeats the text of {original.item}: {contained(mark, original):.0%} of the shorter one"
            return self._placed(mark, original, original, reason)
        told = self._told_in(mark.language).nearest(mark)
        return self._joined(mark, told) or self._linked(mark, told) or _ALONE

    def _stayed(self, mark: Mark, original: Mark | None) -> Placement:
        """In the story that it has; a story alone in its thread may find its affair when more of it is read."""
        placed = self._placed(mark, mark, original, "it stays in its story")
        alone = self._affairs.is_alone(mark)
        return _united(mark, placed, self._affairs.same(mark) if alone else self._affairs.same_as(mark.thread, mark))

    def _joined(self, mark: Mark, told: Match | None) -> Placement | None:
        """In the story that tells the same event, in this language or another."""
        if told and told.score >= words.SAME_EVENT:
            nearest, reason = told.nearest, _because(mark, told, "same event as", "words")
        elif found := self._events.same(mark):
            nearest, reason = found.nearest, _because(mark, found, "probably the same event as", "names and acts")
        else:
            return None
        placed = self._placed(mark, nearest, None, reason)
        return _united(mark, placed, self._affairs.same_as(placed.thread, mark))

    def _linked(self, mark: Mark, told: Match | None) -> Placement | None:
        """A new story in the thread of the same affair."""
        if found := self._affairs.same(mark):
            return _opened(found, _because(mark, found, "same affair as", "names and acts"))
        if told and told.score >= words.SAME_AFFAIR:
            return _opened(told, _because(mark, told, "same affair as", "words"))
        return None

    def _told_in(self, language: str) -> Words:
        return self._words.setdefault(language, Words(language, self._events))

    def _placed(self, mark: Mark, host: Mark, original: Mark | None, reason: str) -> Placement:
        """In the story and thread of another mark."""
        return Placement(
            story=host.story,
            thread=host.thread,
            copy_of=original.item if original else 0,
            reasons=(reason,),
            fresh=self._fresh(mark, host.story),
        )

    def _fresh(self, mark: Mark, story: int) -> tuple[str, ...]:
        """What an item adds to its story: the names of its headline and lead, the acts of its headline, and its counts.

        What stands further down is told again: who was named before in the affair, how it came about.
        """
        others = [other for other in self._stories.get(story, ()) if other.item != mark.item]
        known = {known for other in others for known in (*other.names, *other.numbers, *told(other))}
        return tuple(dict.fromkeys(new for new in (*leading(mark), *mark.numbers) if new not in known))


def _united(mark: Mark, placed: Placement, found: Match | None) -> Placement:
    """In the story where it was placed, whose thread is one with that of another."""
    if not found:
        return placed
    reasons = (*placed.reasons, _because(mark, found, "same affair as", "names and acts"))
    return replace(placed, thread=found.nearest.thread, reasons=reasons)


def _opened(found: Match, reason: str) -> Placement:
    """A new story in the thread of another."""
    return Placement(story=0, thread=found.nearest.thread, reasons=("no story tells this event", reason))


def _because(mark: Mark, found: Match, what: str, by: str) -> str:
    """A sentence for `why`: "same event as 12: shares jilani, panjgur; words 0.41; 6 h apart"."""
    nearest = found.nearest
    language = f" ({nearest.language})" if nearest.language != mark.language else ""
    common = f"shares {', '.join(shared(mark, nearest)[:6])}; " if shared(mark, nearest) else ""
    return f"{what} {nearest.item}{language}: {common}{by} {found.score:.2f}; {_apart(mark, nearest)} apart"


def _apart(one: Mark, other: Mark) -> str:
    hours = round(abs(one.at - other.at).total_seconds() / 3600)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"  # noqa: PLR2004 - two days are counted in hours
