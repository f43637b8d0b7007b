"""Which source showed which entry: entries are made here, once for each canonical URL."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from monitor import urls
from monitor.model import Entry, Verdict
from monitor.store import hosts
from monitor.store.schema import entry, sighting
from monitor.store.sql import insert
from monitor.store.statuses import EntryStatus

# What an entry may lack when one source shows it and have when another does.
_FILLED = ("title", "summary", "content", "author", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """An entry as a poll saw it, judged by title and summary. No outcome yet: it is to be read."""

    entry: Entry
    verdict: Verdict
    baseline: bool
    status: EntryStatus | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSightings:
    """What a poll added: entries new to the store, how many were known, how many this source had shown before."""

    new_entries: tuple[tuple[int, SeenEntry], ...]
    known_count: int
    overlap: int


def url_key(url: str) -> str:
    """The key of a canonical URL."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def record_sightings(
    conn: Connection, source_id: str, seen: Sequence[SeenEntry], *, now: datetime
) -> RecordedSightings:
    """Store what a source showed; an entry that it shows twice counts once."""
    by_key = {url_key(one.entry.url): one for one in reversed(seen)}
    fresh = _add(conn, source_id, by_key, now=now)
    known = {name: one for name, one in by_key.items() if name not in fresh}
    ids = fresh | _complete(conn, known, now=now)
    overlap = len(ids) - _sight(conn, source_id, list(ids.values()), now=now)
    fresh_entries = tuple((number, by_key[name]) for name, number in fresh.items())
    return RecordedSightings(new_entries=fresh_entries, known_count=len(known), overlap=overlap)


def was_shown(conn: Connection, source_id: str, seen: Sequence[SeenEntry], *, at: datetime) -> bool:
    """Whether the source had shown any of these entries by then."""
    shown = select(sighting.c.entry).join(entry).where(sighting.c.source == source_id, sighting.c.at <= at)
    return conn.scalar(shown.where(entry.c.key.in_([url_key(one.entry.url) for one in seen])).limit(1)) is not None


def _add(conn: Connection, source_id: str, by_key: Mapping[str, SeenEntry], *, now: datetime) -> dict[str, int]:
    """Insert the entries that no source showed before; their ids by key."""
    stored = set(conn.scalars(select(entry.c.key).where(entry.c.key.in_(by_key))))
    # Sorted: two polls that bring the same URLs meet them in one order, so neither waits for the other in a ring.
    missing = [_row(by_key[name], name, source_id, now=now) for name in sorted(by_key.keys() - stored)]
    if not missing:
        return {}
    hosts.ensure(conn, {row["host"] for row in missing})
    added = insert(conn, entry).on_conflict_do_nothing().returning(entry.c.key, entry.c.id)
    return {row.key: row.id for row in conn.execute(added, missing)}


def _row(one: SeenEntry, name: str, source_id: str, *, now: datetime) -> dict[str, Any]:
    shown = one.entry
    return {
        "key": name,
        "url": shown.url,
        "link": shown.link,
        "published": shown.published,
        "published_text": shown.published_text,
        "guid": shown.guid,
        **{field: getattr(shown, field) for field in _FILLED},
        "source": source_id,
        "host": urls.host(shown.link),
        "first_seen": now,
        "baseline": one.baseline,
        "headline_verdict": one.verdict,
        "headline_matched": bool(one.verdict.hits),
        "reason": one.reason,
        "status": one.status,
        "read_at": None if one.status else now,
        "ended_at": now if one.status else None,
    }


def _complete(conn: Connection, known: Mapping[str, SeenEntry], *, now: datetime) -> dict[str, int]:
    """Fill in what known entries lacked; their ids by key."""
    lacking = [(entry.c[field] == "").label(field) for field in _FILLED]
    wanted = (entry.c.id, entry.c.key, entry.c.published, entry.c.status, *lacking)
    rows = conn.execute(select(*wanted).where(entry.c.key.in_(known)).order_by(entry.c.id)).all()
    for row in rows:
        values = missing_fields(row, known[row.key], now=now)
        if values:
            conn.execute(update(entry).where(entry.c.id == row.id).values(values))
    return {row.key: row.id for row in rows}


def missing_fields(row: Row[Any], one: SeenEntry, *, now: datetime) -> dict[str, Any]:
    if row.status == EntryStatus.FORGOTTEN:
        return {}
    shown = one.entry
    values: dict[str, Any] = {
        field: getattr(shown, field) for field in _FILLED if getattr(row, field) and getattr(shown, field)
    }
    if row.published is None and shown.published is not None:
        values |= {"published": shown.published, "published_text": shown.published_text}
    if values.keys() & {"title", "summary"}:
        values |= {"headline_verdict": one.verdict, "headline_matched": bool(one.verdict.hits)}
    # One source showed it without a hit, so it was left unread; another tells more of it.
    if row.status == EntryStatus.NOT_READ and one.status is None:
        values |= {"status": None, "ended_at": None, "read_at": now, "reason": ""}
        values |= {"headline_verdict": one.verdict, "headline_matched": bool(one.verdict.hits)}
    return values


def _sight(conn: Connection, source_id: str, ids: Sequence[int], *, now: datetime) -> int:
    """Note that the source shows these entries; how many of them it had not shown before."""
    rows = [{"source": source_id, "entry": number, "at": now} for number in ids]
    noted = insert(conn, sighting).on_conflict_do_nothing().returning(sighting.c.entry)
    return len(conn.execute(noted, rows).all())
