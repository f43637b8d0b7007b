"""Sightings: which source showed which entry, and with which words. Entries are created and revised here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select, update

from monitor import urls
from monitor.model import Entry, Source
from monitor.store import hosts
from monitor.store.entries import ENTRY_FIELDS, entry_from_row
from monitor.store.identity import (
    Fingerprint,
    are_guids_stable,
    entry_key,
    fingerprint,
    link_key,
    match_entries,
    url_key,
    words_key,
)
from monitor.store.revisions import EarlierSighting, RevisableEntry, Revision, SeenEntry, revise
from monitor.store.schema import entry, item, sighting, source
from monitor.store.sql import insert
from monitor.store.statuses import EntryStatus

MAX_ENTRIES_OF_A_LINK = 1_000  # the newest ones, with which announced entries are compared: a feed shows fewer
MAX_ROUNDS = 4  # of inserting entries beside other writers
PASSED_OVER = "a version of Monitor that took all entries of a link for one had passed it over"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """A stored entry of an announced link, with the last sighting by the source."""

    id: int
    key: str
    link: str  # key
    fingerprint: Fingerprint
    page_is_shared: bool
    is_forgotten: bool
    words: str | None  # key; None: never seen there; "": an older version of Monitor did not record them


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEntry:
    """An announced entry that is not stored. `joins_known`: others of its link are."""

    seen: SeenEntry
    key: str
    link: str  # key
    joins_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedEntry:
    """A stored entry that is to be judged again, as it is now."""

    id: int
    seen: SeenEntry
    source: Source  # that showed it first
    first_seen: datetime
    revisions: int
    escalated_at: datetime | None  # when a revision lifted it over a line


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSightings:
    """The result of a poll: new and revised entries, how many were known, and how many this source had shown before."""

    new_entries: tuple[tuple[int, SeenEntry], ...]
    revised_entries: tuple[RevisedEntry, ...]
    known_count: int
    overlap: int


def record_sightings(
    conn: Connection, source_id: str, sighted: Sequence[SeenEntry], *, now: datetime
) -> RecordedSightings:
    """Store the entries that a source showed: add the new ones, and revise those whose words changed."""
    matched_entries: list[tuple[SeenEntry, KnownEntry]] = []
    added: list[tuple[int, SeenEntry]] = []
    unmatched = sighted
    for _ in range(MAX_ROUNDS):
        matched, unknown = match_sightings(conn, source_id, unmatched)
        matched_entries += matched
        inserted = add_entries(conn, source_id, unknown, now=now)
        added += [(inserted[new.key], new.seen) for new in unknown if new.key in inserted]
        # Where another writer has inserted the key of an entry since, the announced one is compared once more.
        unmatched = [new.seen for new in unknown if new.key not in inserted]
        if not unmatched:
            break
    revised = revise_entries(conn, matched_entries, now=now)
    shown_before = [row.id for _, row in matched_entries if row.words is not None]
    save_sightings(conn, source_id, matched_entries, added, now=now)
    return RecordedSightings(
        new_entries=tuple(added), revised_entries=revised, known_count=len(matched_entries), overlap=len(shown_before)
    )


def was_shown(conn: Connection, source_id: str, sighted: Sequence[SeenEntry], *, at: datetime) -> bool:
    """Returns whether the source had shown an entry with the link of one of these by a time."""
    links = {link_key(seen.entry, source_id) for seen in sighted}
    earlier = select(sighting.c.entry).join(entry).where(sighting.c.source == source_id, sighting.c.at <= at)
    return conn.scalar(earlier.where(entry.c.link_key.in_(links)).limit(1)) is not None


# --- matching ---------------------------------------------------------------------------------------------------------


def match_sightings(
    conn: Connection, source_id: str, sighted: Sequence[SeenEntry]
) -> tuple[list[tuple[SeenEntry, KnownEntry]], list[UnknownEntry]]:
    """Returns the announced entries that are stored, each with its stored entry, and the others."""
    groups: dict[str, list[SeenEntry]] = defaultdict(list)
    for seen in sighted:
        group = groups[link_key(seen.entry, source_id)]
        # Where the link is not shared, two entries are one: the first in the body counts.
        if not group or seen.link_is_shared:
            group.append(seen)
    stored = load_known(conn, source_id, groups)
    identities = {link: [fingerprint(seen.entry) for seen in group] for link, group in groups.items()}
    singles = [
        (identities[link][0], rows[0].fingerprint)
        for link, rows in stored.items()
        if len(rows) == len(identities[link]) == 1
    ]
    guids_stable = are_guids_stable(singles)
    matched_entries: list[tuple[SeenEntry, KnownEntry]] = []
    unknown: list[UnknownEntry] = []
    for link, group in groups.items():
        rows = stored.get(link, [])
        is_shared = any(seen.link_is_shared for seen in group) or any(row.page_is_shared for row in rows)
        fingerprints = [row.fingerprint for row in rows]
        matches = match_entries(identities[link], fingerprints, link_is_shared=is_shared, guids_stable=guids_stable)
        keys = {row.key for row in rows}
        for seen, match in zip(group, matches, strict=True):
            if match is not None:
                matched_entries.append((seen, rows[match]))
                continue
            # Forgotten on request: no entry of the link may come back.
            if rows and rows[0].is_forgotten:
                matched_entries.append((seen, rows[0]))
                continue
            # The first entry of a link has the key of the link: two writers that insert it at once make one entry.
            key = link if seen.entry.url and link not in keys else entry_key(seen.entry, source_id)
            unknown.append(UnknownEntry(seen=seen, key=key, link=link, joins_known=bool(rows)))
            keys.add(key)
    # Two statements more, in the rare poll that shows a new entry on a known or shared link, or without one.
    if not any(new.joins_known or new.seen.shared_url or not new.seen.entry.url for new in unknown):
        return matched_entries, unknown
    upgraded = settle_passed_over(conn, source_id, unknown) or any(row.words == "" for _, row in matched_entries)
    return matched_entries, [without_notice(new) for new in unknown] if upgraded else unknown


def settle_passed_over(conn: Connection, source_id: str, unknown: Sequence[UnknownEntry]) -> bool:
    """Returns whether an older version, which took all entries of a link for one, has passed over some of these.

    It did if it left a sighting without words of their link. That is so in the first poll after the upgrade only: now the
    sighting gets a value.
    """
    links = {new.link for new in unknown} | {url_key(new.seen.shared_url) for new in unknown}
    of_links = select(entry.c.id).where(entry.c.link_key.in_(links))
    not_recorded = and_(sighting.c.source == source_id, sighting.c.words == "", sighting.c.entry.in_(of_links))
    return conn.execute(update(sighting).where(not_recorded).values(words=PASSED_OVER)).rowcount > 0


def without_notice(unknown: UnknownEntry) -> UnknownEntry:
    """Returns an entry that an older version has passed over, as one that causes no notice; others unchanged."""
    seen = unknown.seen
    if not seen.entry.url:
        return replace(unknown, seen=replace(seen, baseline=True))
    if seen.status is None and (unknown.joins_known or seen.link_is_shared):
        return replace(unknown, seen=replace(seen, status=EntryStatus.NOT_READ, reason=PASSED_OVER))
    return unknown


def load_known(
    conn: Connection, source_id: str, groups: Mapping[str, Sequence[SeenEntry]]
) -> dict[str, list[KnownEntry]]:
    """Returns the stored entries of some links, by link."""
    firsts = conn.execute(_KNOWN.where(entry.c.key.in_(groups)), {"source": source_id}).all()
    stored_entries = [known_entry(row) for row in firsts]
    shared = {stored.link for stored in stored_entries if stored.page_is_shared}
    shared |= {link for link, group in groups.items() if any(not seen.entry.url for seen in group)}
    # Few links lead to several entries, so most polls ask once.
    if shared:
        place = func.row_number().over(partition_by=entry.c.link_key, order_by=entry.c.id.desc()).label("place")
        newest = select(entry.c.id, place).where(entry.c.link_key.in_(shared)).subquery()
        others = _KNOWN.where(entry.c.id.in_(select(newest.c.id).where(newest.c.place <= MAX_ENTRIES_OF_A_LINK)))
        ids = {stored.id for stored in stored_entries}
        rows = conn.execute(others.order_by(entry.c.id), {"source": source_id})
        stored_entries += [known_entry(row) for row in rows if row.id not in ids]
    by_link: dict[str, list[KnownEntry]] = defaultdict(list)
    for stored in stored_entries:
        by_link[stored.link].append(stored)
    return by_link


def known_entry(row: Any) -> KnownEntry:
    """The known entry of a row of `_KNOWN`."""
    announced = Entry(url=row.url, link=row.link, title=row.title, guid=row.guid, published=row.published)
    identity = fingerprint(announced)
    return KnownEntry(
        id=row.id,
        key=row.key,
        link=row.link_key,
        fingerprint=replace(identity, guid=row.shown_guid or "", first_guid=identity.guid),
        page_is_shared=row.page_is_shared,
        is_forgotten=row.status == EntryStatus.FORGOTTEN,
        words=row.shown_words,
    )


_OWN_SIGHTING = and_(sighting.c.entry == entry.c.id, sighting.c.source == bindparam("source"))
_KNOWN = select(
    *(entry.c.id, entry.c.key, entry.c.link_key, entry.c.url, entry.c.link, entry.c.title, entry.c.guid),
    *(entry.c.published, entry.c.page_is_shared, entry.c.status),
    *(sighting.c.guid.label("shown_guid"), sighting.c.words.label("shown_words")),
).select_from(entry.outerjoin(sighting, _OWN_SIGHTING))


# --- writing ----------------------------------------------------------------------------------------------------------


def add_entries(conn: Connection, source_id: str, unknown: Sequence[UnknownEntry], *, now: datetime) -> dict[str, int]:
    """Insert entries that no source showed before. Returns their ids by key; other writers may have inserted some."""
    if not unknown:
        return {}
    # Sorted: two polls that insert the same entries lock them in one order and cannot deadlock.
    rows = [entry_values(new, source_id, now=now) for new in sorted(unknown, key=lambda new: new.key)]
    source_host: str = conn.execute(select(source.c.host).where(source.c.id == source_id)).scalar_one()
    for row in rows:
        row["host"] = row["host"] or source_host
    hosts.ensure(conn, {row["host"] for row in rows})
    added = insert(conn, entry).on_conflict_do_nothing().returning(entry.c.key, entry.c.id)
    ids = {row.key: row.id for row in conn.execute(added, rows)}
    joined = {new.link for new in unknown if new.joins_known}
    if joined:
        conn.execute(update(entry).where(entry.c.link_key.in_(joined)).values(page_is_shared=True))
    return ids


def entry_values(unknown: UnknownEntry, source_id: str, *, now: datetime) -> dict[str, Any]:
    """The row of a new entry."""
    seen, announced = unknown.seen, unknown.seen.entry
    return {
        **{field: getattr(announced, field) for field in ENTRY_FIELDS},
        "key": unknown.key,
        "link_key": unknown.link,
        "page_is_shared": seen.page_is_shared or unknown.joins_known,
        "source": source_id,
        "host": urls.host(announced.link),
        "first_seen": now,
        "baseline": seen.baseline,
        "headline_verdict": seen.verdict,
        "headline_matched": bool(seen.verdict.hits),
        "reason": seen.reason,
        "status": seen.status,
        "read_at": None if seen.status else now,
        "ended_at": now if seen.status else None,
    }


def revise_entries(
    conn: Connection, matched_entries: Sequence[tuple[SeenEntry, KnownEntry]], *, now: datetime
) -> tuple[RevisedEntry, ...]:
    """Store the changes that sightings make to known entries. Returns those that are to be judged again."""
    changed = {row.id: (seen, row) for seen, row in matched_entries if row.words != words_key(seen.entry)}
    if not changed:
        return ()
    # By id, as everywhere: two transactions that write the same entries cannot deadlock.
    locked = _STORED.where(entry.c.id.in_(changed)).order_by(entry.c.id).with_for_update(of=entry, key_share=True)
    rows = conn.execute(locked).all()
    values: list[dict[str, Any]] = []
    revised: list[RevisedEntry] = []
    for row in rows:
        seen, known_row = changed[row.id]
        revision = revise(revisable_entry(row), seen, earlier=earlier_sighting(known_row), now=now)
        if revision is None:
            continue
        values.append(revised_values(row, revision, now=now))
        if revision.judge_again:
            revised.append(revised_entry(row, seen, revision, now=now))
    if values:
        conn.execute(update(entry).where(entry.c.id == bindparam("row_id")), values)
    return tuple(revised)


def earlier_sighting(stored: KnownEntry) -> EarlierSighting:
    """Returns how the last sighting compares, for an entry whose words are not those of it."""
    if stored.words is None:
        return EarlierSighting.NONE
    return EarlierSighting.OTHER_WORDS if stored.words else EarlierSighting.NOT_RECORDED


def revised_values(row: Row[Any], revision: Revision, *, now: datetime) -> dict[str, Any]:
    """The columns of an entry after a revision."""
    read_at = min(filter(None, (row.read_at, now + revision.delay)))
    reopened = {"status": None, "ended_at": None, "read_at": read_at, "attempts": 0, "reason": ""}
    unchanged = {name: row._mapping[name] for name in reopened}  # noqa: SLF001 - SQLAlchemy's name for a row as a mapping
    return {
        **{field: getattr(revision.entry, field) for field in ENTRY_FIELDS},
        **(reopened if revision.judge_again else unchanged),
        "row_id": row.id,
        "headline_verdict": revision.verdict,
        "headline_matched": bool(revision.verdict.hits),
        "revisions": row.revisions + counts_as_revision(row, revision),
        "escalated_at": now if revision.escalates else row.escalated_at,
    }


def counts_as_revision(row: Row[Any], revision: Revision) -> bool:
    """Returns whether an entry that was judged before is to be judged again."""
    return revision.judge_again and (row.status is not None or row.item_verdict is not None)


def revised_entry(row: Row[Any], seen: SeenEntry, revision: Revision, *, now: datetime) -> RevisedEntry:
    """The entry of a row after a revision."""
    return RevisedEntry(
        id=row.id,
        seen=replace(seen, entry=revision.entry, baseline=row.baseline, status=None),
        source=row.definition,
        first_seen=row.first_seen,
        revisions=row.revisions + counts_as_revision(row, revision),
        escalated_at=now if revision.escalates else row.escalated_at,
    )


def revisable_entry(row: Row[Any]) -> RevisableEntry:
    """The stored entry of a row of `_STORED`."""
    return RevisableEntry(
        id=row.id,
        entry=entry_from_row(row),
        status=row.status and EntryStatus(row.status),
        first_seen=row.first_seen,
        revisions=row.revisions,
        headline_verdict=row.headline_verdict,
        item_verdict=row.item_verdict,
    )


_STORED = (
    select(entry, source.c.definition, item.c.verdict.label("item_verdict"))
    .join(source, source.c.id == entry.c.source)
    .outerjoin(item, item.c.entry == entry.c.id)
)


def save_sightings(
    conn: Connection,
    source_id: str,
    matched_entries: Sequence[tuple[SeenEntry, KnownEntry]],
    added: Sequence[tuple[int, SeenEntry]],
    *,
    now: datetime,
) -> None:
    """Record which entries the source shows, and with which guid and words."""
    latest_sightings = [
        (row.id, seen.entry, shown_guid(row, seen.entry))
        for seen, row in matched_entries
        if is_changed(row, seen.entry)
    ]
    latest_sightings += [(number, seen.entry, fingerprint(seen.entry).guid) for number, seen in added]
    if not latest_sightings:
        return
    rows = [
        {"source": source_id, "entry": number, "at": now, "guid": guid, "words": words_key(announced)}
        for number, announced, guid in sorted(latest_sightings, key=itemgetter(0))
    ]
    saved = insert(conn, sighting)
    latest = {name: saved.excluded[name] for name in ("guid", "words")}
    conn.execute(saved.on_conflict_do_update(index_elements=["source", "entry"], set_=latest), rows)


def is_changed(stored: KnownEntry, announced: Entry) -> bool:
    """Returns whether a source shows an entry for the first time, or with another guid or other words than before."""
    return stored.words != words_key(announced) or stored.fingerprint.guid != shown_guid(stored, announced)


def shown_guid(stored: KnownEntry, announced: Entry) -> str:
    """Returns the guid by which a source identifies an entry; "" once it gave two, because it gives a new one each time."""
    guid = fingerprint(announced).guid
    return guid if not stored.words or guid == stored.fingerprint.guid else ""
