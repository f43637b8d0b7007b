"""Identity: which stored entry an announced one is. Pure.

An entry is identified by its canonical URL together with its guid. Most links lead to one article, whatever guids and
headlines sources give it. Some outlets link all their entries to one page (their front page, a live page), and some
entries have no link: there the guid, the fragment of the link or the title tells one entry from the next.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from monitor import urls
from monitor.model import Entry
from monitor.text import fold

# A guid that so many titles of one link share identifies none of them. Two: the feed shows an entry before and after an edit.
MIN_TITLES_OF_USELESS_GUID = 3
# A source whose known entries come with other guids than before gives them anew at every poll.
MIN_UNSTABLE_SHARE = 1 / 2


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """The evidence that identifies one entry among those of its link. An empty field says nothing."""

    title: str = ""
    guid: str = ""  # as this source gave it
    first_guid: str = ""  # as the first source gave it
    fragment: str = ""
    published: datetime | None = None

    @cached_property
    def folded_title(self) -> str:
        """The title without case, punctuation and variants of letters."""
        return fold(self.title).text

    def has_title_of(self, second: "Fingerprint") -> bool:
        """Returns whether the two titles have the same words."""
        return self.title == second.title or self.folded_title == second.folded_title

    def has_guid_of(self, second: "Fingerprint") -> bool:
        """Returns whether the two have a guid, and the same one."""
        return not guids_of(self).isdisjoint(guids_of(second))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedEntry:
    """An entry as one body shows it, with whether others of the body have its link, or its page."""

    entry: Entry
    shared_url: str = ""  # the canonical URL that the source gave, if the guid gives the entry a page of its own
    link_is_shared: bool = False  # as announced
    page_is_shared: bool = False  # so its page is not its text


def url_key(url: str) -> str:
    """Returns the key of a canonical URL: 32 hexadecimal digits, short enough for any index."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:32]


def link_key(entry: Entry, source_id: str) -> str:
    """Returns the key that the entries of one link share; the entries of a source that have no link share one as well."""
    return url_key(entry.url or f"source:{source_id}")


def entry_key(entry: Entry, source_id: str) -> str:
    """Returns the key of an entry that shares its link."""
    identity = fingerprint(entry)
    parts = (entry.url or f"source:{source_id}", identity.guid, identity.fragment, identity.folded_title)
    return url_key("\n".join(parts))


def words_key(entry: Entry) -> str:
    """Returns the key of the words of an entry, which changes with every edit."""
    return url_key(f"{entry.title}\n{entry.summary}\n{entry.content}")


def fingerprint(entry: Entry) -> Fingerprint:
    """Returns the evidence that identifies an entry among those of its link."""
    # A guid that is the link with a counter (#3) is another one after every edit, as in the feeds of the BBC.
    guid = "" if entry.url and urls.canonicalize(entry.guid) == entry.url else entry.guid
    fragment = urls.fragment(entry.link)
    return Fingerprint(title=entry.title, guid=guid, fragment=fragment, published=entry.published)


# --- the entries of one body ------------------------------------------------------------------------------------------


def distinct_entries(entries: Sequence[Entry], *, is_feed: bool) -> list[AnnouncedEntry]:
    """Returns the entries of a body, each once, in the order of the body.

    Only feeds have several entries for one link: a listing that links a page twice shows one article twice.
    """
    distinct = merge_repeats(without_useless_guids(entries)) if is_feed else first_of_each_link(entries)
    links = Counter(entry.url for entry in distinct)
    announced = []
    for entry in distinct:
        link_is_shared = links[entry.url] > 1 or not entry.url or urls.is_front_page(entry.url)
        page = own_page(entry) if link_is_shared else ""
        announced.append(
            AnnouncedEntry(
                entry=replace(entry, url=urls.canonicalize(page), link=page) if page else entry,
                shared_url=entry.url if page else "",
                link_is_shared=link_is_shared,
                page_is_shared=link_is_shared and not page,
            )
        )
    return announced


def without_useless_guids(entries: Sequence[Entry]) -> list[Entry]:
    """Returns the entries without the guids that are on several links or on many titles of one link."""
    links: dict[str, set[str]] = defaultdict(set)
    titles: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in entries:
        links[entry.guid].add(entry.url)
        titles[entry.url, entry.guid].add(entry.title)

    def is_useless(entry: Entry) -> bool:
        return len(links[entry.guid]) > 1 or len(titles[entry.url, entry.guid]) >= MIN_TITLES_OF_USELESS_GUID

    return [replace(entry, guid="") if entry.guid and is_useless(entry) else entry for entry in entries]


def merge_repeats(entries: Sequence[Entry]) -> list[Entry]:
    """Returns the entries of a feed, each once: a feed may list an article in two sections, or before and after an edit."""
    distinct: list[Entry] = []
    by_url: dict[str, list[Fingerprint]] = defaultdict(list)
    for entry in entries:
        identity = fingerprint(entry)
        # In one body even a guid with a counter tells two entries apart.
        in_body = replace(identity, guid=entry.guid)
        if not any(is_same_entry(in_body, second) for second in by_url[entry.url]):
            distinct.append(entry)
            by_url[entry.url].append(in_body)
    return distinct


def first_of_each_link(entries: Sequence[Entry]) -> list[Entry]:
    """Returns the first entry of each link."""
    firsts: dict[str, Entry] = {}
    for entry in entries:
        firsts.setdefault(entry.url, entry)
    return list(firsts.values())


def own_page(entry: Entry) -> str:
    """Returns the URL of the guid if it can be the entry's own page: another page of the same site; else ""."""
    page = urls.resolve("", entry.guid)
    is_other_page = urls.canonicalize(page) != entry.url and not urls.is_front_page(page)
    return page if page and urls.is_same_site(page, entry.link) and is_other_page else ""


# --- announced and stored ---------------------------------------------------------------------------------------------


def is_same_entry(first: Fingerprint, second: Fingerprint) -> bool:
    """Returns whether two of the entries that share a link are the same entry."""
    if first.fragment and second.fragment and first.fragment != second.fragment:
        return first.has_guid_of(second) and first.has_title_of(second)
    if first.has_title_of(second) or first.has_guid_of(second):
        return True
    # The title is another one: only the fragment can show that it was edited.
    return bool(first.fragment) and first.fragment == second.fragment and not (first.guid and second.guid)


def is_edit(first: Fingerprint, second: Fingerprint, *, guids_stable: bool) -> bool:
    """Returns whether an entry with another title is the only stored entry of its link, edited."""
    if first.fragment and second.fragment and first.fragment != second.fragment:
        return False
    is_same_time = first.published is not None and first.published == second.published
    return is_same_time or not (guids_stable and first.guid and second.guid)


def match_entries(
    announced: Sequence[Fingerprint],
    stored: Sequence[Fingerprint],
    *,
    link_is_shared: bool,
    guids_stable: bool = True,
) -> list[int | None]:
    """Returns for each announced entry of a link the place of the stored entry that it is, or None if it is new.

    `guids_stable` is whether another guid of the source means another entry.
    """
    matches: list[int | None] = [None] * len(announced)
    taken: set[int | None] = set()
    # The surest evidence of all entries first: an edited title must not take the entry of a neighbour.
    for evidence in (guids_of, titles_of, fragments_of):
        by_evidence: dict[str, list[int]] = defaultdict(list)
        for number, stored_entry in enumerate(stored):
            for key in evidence(stored_entry):
                by_evidence[key].append(number)
        for place, entry in enumerate(announced):
            candidates = (number for key in evidence(entry) for number in by_evidence[key] if number not in taken)
            if matches[place] is None:
                matches[place] = next((number for number in candidates if is_same_entry(entry, stored[number])), None)
                taken.add(matches[place])
    is_single = len(announced) == len(stored) == 1 and not link_is_shared
    if is_single and matches == [None] and is_edit(announced[0], stored[0], guids_stable=guids_stable):
        return [0]
    return matches


def guids_of(entry: Fingerprint) -> set[str]:
    """Returns the guids that the sources of an entry gave it."""
    return {entry.guid, entry.first_guid} - {""}


def titles_of(entry: Fingerprint) -> set[str]:
    """Returns the title of an entry, folded."""
    return {entry.folded_title}


def fragments_of(entry: Fingerprint) -> set[str]:
    """Returns the fragment that names an entry on its page."""
    return {entry.fragment} - {""}


def are_guids_stable(pairs: Sequence[tuple[Fingerprint, Fingerprint]]) -> bool:
    """Returns whether known entries of a source come with the guids of their last sighting.

    `pairs` are entries as announced and as stored, of links with one entry.
    """
    same_titles = [
        (announced_entry, stored_entry)
        for announced_entry, stored_entry in pairs
        if announced_entry.guid and announced_entry.has_title_of(stored_entry)
    ]
    changed = sum(announced_entry.guid != stored_entry.guid for announced_entry, stored_entry in same_titles)
    return not changed or changed < MIN_UNSTABLE_SHARE * len(same_titles)
