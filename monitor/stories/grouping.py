"""Places an item: the story and thread of the window that it joins, and the reasons."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.model import Placement, StoryFeatures
from monitor.stories.duplicates import DuplicateIndex, containment, is_other_day
from monitor.stories.same_event import EventIndex, StoryMatch, event_types_of, prominent_terms, shared_facts
from monitor.stories.tfidf import MIN_EVENT_SIMILARITY, MIN_THREAD_SIMILARITY, TfidfIndex
from monitor.stories.threads import ThreadIndex

MAX_REASON_FACTS = 6
MAX_GAP_HOURS_SHOWN = 48  # longer gaps are shown in days

NEW_STORY = Placement(story=0, thread=0, reasons=("no recent story reports this event or its affair",))


def place(window: Sequence[StoryFeatures], features: StoryFeatures) -> Placement:
    """Returns the story and thread of an item among the recent ones, whatever their order.

    An item that already has a story (a revised text) keeps it, because readers know the story by it. If the returned
    thread differs from that of the returned story, both threads are about one affair and shall be merged.
    """
    return StoryWindow(window).place(features)


class StoryWindow:
    """The features of recent items, indexed once for many placements; items without a story are ignored.

    The index never forgets an item: to drop old ones, build a new index from the others.
    """

    def __init__(self, items: Iterable[StoryFeatures] = ()) -> None:
        self._duplicates, self._events, self._threads = DuplicateIndex(), EventIndex(), ThreadIndex()
        self._tfidf: dict[str, TfidfIndex] = {}  # by language
        self._stories: dict[int, list[StoryFeatures]] = defaultdict(list)
        for features in sorted(items, key=lambda features: (features.at, features.item)):
            self.add(features)

    def add(self, features: StoryFeatures) -> None:
        """Adds an item that has been placed."""
        if not features.story:
            return
        self._stories[features.story].append(features)
        self._duplicates.add(features)
        self._tfidf_of(features.language).add(features)
        self._threads.add(features)
        self._events.add(features)

    def place(self, features: StoryFeatures) -> Placement:
        """Returns the story and thread of an item; see the function `place`."""
        original = self._duplicates.find_original(features)
        if features.story:
            return self._keep_story(features, original)
        if original:
            share = containment(features, original)
            reason = f"repeats the text of {original.item}: {share:.0%} of the shorter one"
            return self._join(features, original, original, reason)
        # The next call between the same ministers has the words of the last one, and is another event of their affair.
        apart = self._duplicates.other_matters(features)
        nearest = self._tfidf_of(features.language).nearest(features, excluded=apart)
        if nearest and all(is_other_day(features, member) for member in self._stories[nearest.nearest.story]):
            return self._join_thread(features, nearest) or NEW_STORY
        return self._join_event(features, nearest) or self._join_thread(features, nearest) or NEW_STORY

    def _keep_story(self, features: StoryFeatures, original: StoryFeatures | None) -> Placement:
        """Returns the placement of a revised text: its own story, whose thread may be found or merged now."""
        placement = self._join(features, features, original, "it stays in its story")
        if self._threads.is_only_story(features):
            return merge_thread(features, placement, self._threads.find_thread(features))
        return merge_thread(features, placement, self._threads.find_merge(features.thread, features))

    def _join_event(self, features: StoryFeatures, nearest: StoryMatch | None) -> Placement | None:
        """Returns the placement in the story of the same event, in this language or another; or None."""
        if nearest and nearest.score >= MIN_EVENT_SIMILARITY:
            match, reason = nearest, reason_for(features, nearest, "same event as", "words")
        elif found_match := self._events.find_event(features):
            match = found_match
            reason = reason_for(features, match, "probably the same event as", "names and event types")
        else:
            return None
        placement = self._join(features, match.nearest, None, reason)
        return merge_thread(features, placement, self._threads.find_merge(placement.thread, features))

    def _join_thread(self, features: StoryFeatures, nearest: StoryMatch | None) -> Placement | None:
        """Returns the placement as a new story of an existing thread; or None."""
        match, evidence = self._threads.find_thread(features), "names and event types"
        if not match and nearest and nearest.score >= MIN_THREAD_SIMILARITY:
            match, evidence = nearest, "words"
        if not match:
            return None
        reasons = ("no story reports this event", reason_for(features, match, "same affair as", evidence))
        return Placement(story=0, thread=match.nearest.thread, reasons=reasons)

    def _tfidf_of(self, language: str) -> TfidfIndex:
        return self._tfidf.setdefault(language, TfidfIndex(language, self._events))

    def _join(
        self, features: StoryFeatures, member: StoryFeatures, original: StoryFeatures | None, reason: str
    ) -> Placement:
        """Returns the placement in the story and thread of a member."""
        return Placement(
            story=member.story,
            thread=member.thread,
            copy_of=original.item if original else 0,
            reasons=(reason,),
            new_facts=self._new_facts(features, member.story),
        )

    def _new_facts(self, features: StoryFeatures, story: int) -> tuple[str, ...]:
        """Returns the prominent names, event types and numbers of a text that no other text of its story has."""
        # Terms further down in the text are background: who was named earlier in the affair, how it came about.
        members = [member for member in self._stories.get(story, ()) if member.item != features.item]
        known_facts = {fact for member in members for fact in (*member.names, *member.numbers, *event_types_of(member))}
        facts = (*prominent_terms(features), *features.numbers)
        return tuple(dict.fromkeys(fact for fact in facts if fact not in known_facts))


def merge_thread(features: StoryFeatures, placement: Placement, match: StoryMatch | None) -> Placement:
    """Returns a placement with the thread of a match, if there is one: the two threads are about one affair."""
    if not match:
        return placement
    reasons = (*placement.reasons, reason_for(features, match, "same affair as", "names and event types"))
    return replace(placement, thread=match.nearest.thread, reasons=reasons)


def reason_for(features: StoryFeatures, match: StoryMatch, relation: str, evidence: str) -> str:
    """Returns a reason for `monitor why`: "same event as 12: shares jilani, panjgur; words 0.41; 6 h apart"."""
    nearest = match.nearest
    language = f" ({nearest.language})" if nearest.language != features.language else ""
    facts = shared_facts(features, nearest)
    shared = f"shares {', '.join(facts[:MAX_REASON_FACTS])}; " if facts else ""
    hours = round(abs(features.at - nearest.at).total_seconds() / 3600)
    gap = f"{hours} h" if hours < MAX_GAP_HOURS_SHOWN else f"{round(hours / 24)} days"
    return f"{relation} {nearest.item}{language}: {shared}{evidence} {match.score:.2f}; {gap} apart"
