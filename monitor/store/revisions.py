"""Revisions: the changes that another sighting makes to a stored entry. Pure.

Flashes grow under one address, and live pages change their headline: an entry whose words change is judged again, and its
page is read again where that can matter. A new date alone changes nothing: some feeds date their whole archive anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Entry, Verdict
from monitor.store.statuses import EntryStatus
from monitor.text import fold

WORD_FIELDS = ("title", "summary", "content", "author", "language")
# Summaries carry ages ("5 minutes ago") and counters, which change at every poll; an edit of a text brings more words.
MIN_NEW_WORDS = 4
MAX_REVISION_AGE = timedelta(days=30)  # an older entry is archive, whatever its source changes about it
# A live page changes all day: after some revisions its page is read once in an hour, unless its headline makes it news.
MAX_PROMPT_REVISIONS = 5
LATE_REVISION_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """An entry as a poll saw it, judged by title and summary. Status None: its page is to be read."""

    entry: Entry
    verdict: Verdict
    baseline: bool
    status: EntryStatus | None = None
    reason: str = ""
    shared_url: str = ""  # see identity.AnnouncedEntry
    link_is_shared: bool = False
    page_is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisableEntry:
    """A stored entry, with the verdict on its item if it has one."""

    id: int
    entry: Entry
    status: EntryStatus | None
    first_seen: datetime
    revisions: int
    headline_verdict: Verdict
    item_verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The changes of a stored entry. Judge again: it waits to be read once more."""

    entry: Entry
    verdict: Verdict  # on title and summary
    judge_again: bool = False
    escalates: bool = False  # its title and summary lift it over a line (digest, alert) for the first time
    delay: timedelta = timedelta(0)  # until its page is read again


class EarlierSighting(StrEnum):
    """How an earlier sighting of an entry by the same source compares with this one."""

    NONE = "none"
    OTHER_WORDS = "other_words"
    NOT_RECORDED = "not_recorded"  # by a version of Monitor that did not record the words


def revise(stored: RevisableEntry, seen: SeenEntry, *, earlier: EarlierSighting, now: datetime) -> Revision | None:
    """Returns the changes that a sighting makes to a stored entry, or None."""
    # Forgotten on request: no source may bring the text back.
    if stored.status is EntryStatus.FORGOTTEN:
        return None
    lifts = rank(seen.verdict) > max(rank(stored.headline_verdict), rank(stored.item_verdict))
    if earlier is EarlierSighting.OTHER_WORDS or (earlier is EarlierSighting.NONE and lifts):
        revision = edit(stored, seen, lifts=lifts, now=now)
    else:
        revision = complete(stored, seen)
    # One source announced it without a hit, so its page was not read; another source announces more.
    if earlier is EarlierSighting.NONE and stored.status is EntryStatus.NOT_READ and seen.status is None:
        return replace(revision or Revision(entry=stored.entry, verdict=seen.verdict), judge_again=True)
    return revision


def complete(stored: RevisableEntry, seen: SeenEntry) -> Revision | None:
    """Returns the revision that fills the empty fields of an entry, or None."""
    added = {name: getattr(seen.entry, name) for name in WORD_FIELDS if not getattr(stored.entry, name)}
    merged = with_date(replace(stored.entry, **added), seen.entry)
    if merged == stored.entry:
        return None
    has_new_headline = (merged.title, merged.summary) != (stored.entry.title, stored.entry.summary)
    return Revision(entry=merged, verdict=seen.verdict if has_new_headline else stored.headline_verdict)


def edit(stored: RevisableEntry, seen: SeenEntry, *, lifts: bool, now: datetime) -> Revision | None:
    """Returns the revision by which an entry takes the words that its source shows now, or None if they are the same."""
    words = {name: getattr(seen.entry, name) or getattr(stored.entry, name) for name in WORD_FIELDS}
    merged = with_date(replace(stored.entry, **words), seen.entry)
    if merged == stored.entry:
        return None
    is_archive = now - (stored.entry.published or stored.first_seen) > MAX_REVISION_AGE
    is_old = is_archive or EntryStatus.TOO_OLD in (stored.status, seen.status)
    # A headline without a hit is not read by a source that reads only those with one, unless its readers know the text.
    is_read = seen.status is None or rank(stored.item_verdict) > 0
    judge_again = not is_old and is_read and (lifts or has_new_words(stored.entry, merged))
    return Revision(
        entry=merged,
        verdict=seen.verdict,
        judge_again=judge_again,
        escalates=judge_again and lifts and not seen.baseline,
        delay=timedelta(0) if lifts or stored.revisions < MAX_PROMPT_REVISIONS else LATE_REVISION_DELAY,
    )


def with_date(entry: Entry, announced: Entry) -> Entry:
    """Returns an entry with the time of publication of a sighting if it has none."""
    if entry.published is not None or announced.published is None:
        return entry
    return replace(entry, published=announced.published, published_text=announced.published_text)


def has_new_words(before: Entry, after: Entry) -> bool:
    """Returns whether an edit changed the title, or added more to the text than a counter or an age."""
    title_before, title_after = fold(before.title).text, fold(after.title).text
    if title_before != title_after:
        return True
    new_words = word_set(after.summary, after.content) - word_set(title_before, before.summary, before.content)
    return len(new_words) >= MIN_NEW_WORDS


def word_set(*texts: str) -> set[str]:
    """Returns the folded words of some texts, without numbers."""
    return {word for word in fold(" ".join(texts)).text.split() if not word.isdecimal()}


def rank(verdict: Verdict | None) -> int:
    """Returns how far up a verdict brings a text: 2 alert, 1 digest, 0 neither."""
    return 0 if verdict is None else 2 if verdict.alert else int(verdict.digest)
