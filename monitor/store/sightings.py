"""Sightings: which source showed which entry. Entries are created here, one for each canonical URL."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from monitor import urls
from monitor.model import Entry, Verdict
from monitor.store import hosts
from monitor.store.schema import entry, sighting
from monitor.store.sql import insert
from monitor.store.statuses import EntryStatus

# Fields that one source may leave empty and another one fills.
COMPLETED_FIELDS = ("title", "summary", "content", "author", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """An entry as a poll saw it, judged by title and summary. Status None: its page is to be read."""

    entry: Entry
    verdict: Verdict
    baseline: bool
    status: EntryStatus | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """What a stored entry lacks: its empty fields among COMPLETED_FIELDS, and its time if that is None."""

    status: EntryStatus | None
    empty_fields: frozenset[str]
    published: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSightings:
    """The result of a poll: entries new to the store, how many were known, and how many this source had shown before."""

    new_entries: tuple[tuple[int, SeenEntry], ...]
    known_count: int
    overlap: int


def url_key(url: str) -> str:
    """Returns the key of a canonical URL: 32 hexadecimal digits, short enough for any index."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def record_sightings(
    conn: Connection, source_id: str, sighted: Sequence[SeenEntry], *, now: datetime
) -> RecordedSightings:
    """Store the entries that a source showed; an entry that it shows twice counts once."""
    # Reversed: of two entries with one URL, the first one in the feed counts.
    by_key = {url_key(entry_seen.entry.url): entry_seen for entry_seen in reversed(sighted)}
    new_ids = add_entries(conn, source_id, by_key, now=now)
    known_by_key = {name: sighted_entry for name, sighted_entry in by_key.items() if name not in new_ids}
    ids = new_ids | complete_entries(conn, known_by_key, now=now)
    overlap = len(ids) - add_sightings(conn, source_id, list(ids.values()), now=now)
    fresh_entries = tuple((number, by_key[name]) for name, number in new_ids.items())
    return RecordedSightings(new_entries=fresh_entries, known_count=len(known_by_key), overlap=overlap)


def was_shown(conn: Connection, source_id: str, sighted: Sequence[SeenEntry], *, at: datetime) -> bool:
    """Returns whether the source had shown any of these entries by a time."""
    earlier = select(sighting.c.entry).join(entry).where(sighting.c.source == source_id, sighting.c.at <= at)
    return (
        conn.scalar(earlier.where(entry.c.key.in_([url_key(entry_seen.entry.url) for entry_seen in sighted])).limit(1))
        is not None
    )


def add_entries(conn: Connection, source_id: str, by_key: Mapping[str, SeenEntry], *, now: datetime) -> dict[str, int]:
    """Insert the entries that no source showed before. Returns their ids by key."""
    # Read before writing: most entries of a poll are known, and readers of SQLite do not wait for a SELECT.
    stored = set(conn.scalars(select(entry.c.key).where(entry.c.key.in_(by_key))))
    # Sorted: two polls that insert the same URLs lock them in one order and cannot deadlock.
    missing = [entry_values(by_key[name], name, source_id, now=now) for name in sorted(by_key.keys() - stored)]
    if not missing:
        return {}
    hosts.ensure(conn, {row["host"] for row in missing})
    added = insert(conn, entry).on_conflict_do_nothing().returning(entry.c.key, entry.c.id)
    return {row.key: row.id for row in conn.execute(added, missing)}


def entry_values(sighted: SeenEntry, name: str, source_id: str, *, now: datetime) -> dict[str, Any]:
    announced = sighted.entry
    return {
        "key": name,
        "url": announced.url,
        "link": announced.link,
        "published": announced.published,
        "published_text": announced.published_text,
        "guid": announced.guid,
        **{field: getattr(announced, field) for field in COMPLETED_FIELDS},
        "source": source_id,
        "host": urls.host(announced.link),
        "first_seen": now,
        "baseline": sighted.baseline,
        "headline_verdict": sighted.verdict,
        "headline_matched": bool(sighted.verdict.hits),
        "reason": sighted.reason,
        "status": sighted.status,
        "read_at": None if sighted.status else now,
        "ended_at": now if sighted.status else None,
    }


def complete_entries(conn: Connection, known_by_key: Mapping[str, SeenEntry], *, now: datetime) -> dict[str, int]:
    """Fill the empty fields of known entries. Returns their ids by key."""
    is_empty = [(entry.c[field] == "").label(field) for field in COMPLETED_FIELDS]
    wanted = (entry.c.id, entry.c.key, entry.c.published, entry.c.status, *is_empty)
    rows = conn.execute(select(*wanted).where(entry.c.key.in_(known_by_key)).order_by(entry.c.id)).all()
    for row in rows:
        known = KnownEntry(
            status=row.status and EntryStatus(row.status),
            empty_fields=frozenset(field for field in COMPLETED_FIELDS if getattr(row, field)),
            published=row.published,
        )
        values = missing_fields(known, known_by_key[row.key], now=now)
        if values:
            conn.execute(update(entry).where(entry.c.id == row.id).values(values))
    return {row.key: row.id for row in rows}


def missing_fields(known: KnownEntry, sighted: SeenEntry, *, now: datetime) -> dict[str, Any]:
    """Returns the columns of a known entry that another sighting fills or changes."""
    # Forgotten on request: no source may bring the text back.
    if known.status is EntryStatus.FORGOTTEN:
        return {}
    announced = sighted.entry
    values: dict[str, Any] = {
        field: getattr(announced, field)
        for field in COMPLETED_FIELDS
        if field in known.empty_fields and getattr(announced, field)
    }
    if known.published is None and announced.published is not None:
        values |= {"published": announced.published, "published_text": announced.published_text}
    if values.keys() & {"title", "summary"}:
        values |= {"headline_verdict": sighted.verdict, "headline_matched": bool(sighted.verdict.hits)}
    # One source announced it without a hit, so its page was not read; another source announces more.
    if known.status is EntryStatus.NOT_READ and sighted.status is None:
        values |= {"status": None, "ended_at": None, "read_at": now, "reason": ""}
        values |= {"headline_verdict": sighted.verdict, "headline_matched": bool(sighted.verdict.hits)}
    return values


def add_sightings(conn: Connection, source_id: str, ids: Sequence[int], *, now: datetime) -> int:
    """Record that the source shows these entries. Returns how many of them it had not shown before."""
    rows = [{"source": source_id, "entry": number, "at": now} for number in ids]
    noted = insert(conn, sighting).on_conflict_do_nothing().returning(sighting.c.entry)
    return len(conn.execute(noted, rows).all())
