"""Poll: look at the sources that are due, and store the entries that they show.

A source's entries, sightings and validators are committed together: a validator kept without its entries would hide
behind a 304 what was never stored.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from monitor import parse
from monitor.errors import BadStatus, FetchError, ParseError, PoolError
from monitor.model import Entry, Failed, Fetched, Looked, NotModified, Parsed, Read, Source, SourceKind, Validators
from monitor.notify import schedule
from monitor.pipeline import ingest
from monitor.pipeline.context import Kit, Step
from monitor.pipeline.runner import each
from monitor.store import sources
from monitor.store.outcomes import Outcome
from monitor.store.sources import GONE, Committed, DueSource, PolledSource, SeenEntry

log = structlog.get_logger()

# Some feeds keep one ETag for ever (Last-Modified in 2041): after a day without a change we look once without it.
WITHOUT_VALIDATORS = timedelta(hours=24)
HTTP_GONE = 410


async def step(kit: Kit, *, only: Collection[str] = (), force: bool = False) -> Step:
    """Poll the sources that are due, each committed as it completes; say how many and when the next is due.

    `only` bounds the step to some sources; `force` polls those once although they are not due (the one-shot).
    """
    left = set(only)

    async def claim(limit: int) -> list[DueSource]:
        if force and not left:
            return []
        due = await kit.store.run(sources.claim, now=kit.clock(), lease=kit.lease, limit=limit, only=left, force=force)
        if force:
            left.difference_update(row.source.id for row in due)
        return due

    worked = await each(claim, partial(_poll, kit), put_back=partial(_put_back, kit), places=kit.width)
    rows = tuple(row.source.id for row in worked.rows)
    next_due = None if force and not left else await kit.store.run(sources.next_due, only=left, force=force)
    return Step(rows=rows, done=worked.done, next_due=next_due)


async def _poll(kit: Kit, due: DueSource) -> str:
    source = due.source
    looked = await kit.web.look(
        due.url,
        host=due.host,
        validators=_validators(due, now=kit.clock()),
        robots=source.kind is SourceKind.LISTING,  # feeds and sitemaps are there to be polled; a listing is a page
        proxy=source.proxy,
    )
    kit.point("poll.fetched")
    polled = await _polled(kit, due, looked)
    committed, moved_to = await kit.store.run(_commit, polled, now=kit.clock())
    kit.point("poll.committed")
    log.info("source.polled", source=source.id, status=polled.status, new=committed.new, reason=polled.reason or None)
    if moved_to:
        log.warning("source.moved", source=source.id, url=moved_to)
    if polled.status == GONE:
        log.error("source.gone", source=source.id, reason=polled.reason)
    for entry_id, seen in committed.fresh:
        await ingest.at_once(kit, entry_id, seen, source)
    return polled.status


def _commit(conn: Connection, polled: PolledSource, *, now: datetime) -> tuple[Committed, str]:
    """Store a poll, and follow the source where it has moved for good: what was stored, and the new URL or ""."""
    committed = sources.commit(conn, polled, now=now)
    if committed.lost or not polled.moved_to:
        return committed, ""
    source_id = polled.due.source.id
    moved_to = schedule.moved(sources.moved(conn, source_id))
    if moved_to:
        sources.follow(conn, source_id, url=moved_to)
    return committed, moved_to


def _validators(due: DueSource, *, now: datetime) -> Validators | None:
    stale = due.last_full is not None and now - due.last_full >= WITHOUT_VALIDATORS
    return None if stale else due.validators


async def _polled(kit: Kit, due: DueSource, looked: Looked) -> PolledSource:
    match looked.outcome:
        case NotModified(validators=validators):
            return _unchanged(kit, due, looked, validators=validators)
        case Failed(error=error):
            return _failed(kit, due, looked, error)
        case Fetched() as fetched:
            return await _read(kit, due, looked, fetched)


async def parsed_in_worker(kit: Kit, source: Source, fetched: Fetched, *, now: datetime) -> Parsed:
    """The entries of a source's body. Raises ParseError, or PoolError where its worker was killed."""
    return await kit.pool.run(
        parse.source,
        source.kind,
        fetched.body,
        url=fetched.final_url,
        headers=fetched.headers,
        zone=source.zone,
        language=source.language,
        now=now,
        listing=source.listing,
    )


async def _read(kit: Kit, due: DueSource, looked: Looked, fetched: Fetched) -> PolledSource:
    """What a body holds. The same bytes as last time are not parsed again."""
    body_hash = hashlib.sha256(fetched.body).hexdigest()
    if body_hash == due.body_hash:
        return _unchanged(kit, due, looked, validators=fetched.validators, full=True, moved_to=fetched.moved_to)
    source, now = due.source, kit.clock()
    try:
        parsed = await parsed_in_worker(kit, source, fetched, now=now)
    except (ParseError, PoolError) as error:
        return _failed(kit, due, looked, error)
    # A body that was cut short is polled again in full: its validators would hide the missing rest.
    kept = parsed.complete
    return PolledSource(
        due=due,
        host=looked.host,
        next_at=_next(kit, due, ttl=parsed.ttl),
        ok=True,
        status="new",
        reason="; ".join(parsed.notes),
        validators=fetched.validators if kept else None,
        body_hash=body_hash if kept else "",
        full=True,
        moved_to=fetched.moved_to,
        seen=_seen(kit, due, parsed, now=now),
    )


def _seen(kit: Kit, due: DueSource, parsed: Parsed, *, now: datetime) -> list[SeenEntry]:
    baseline = due.polls == 0
    return [_see(kit, due, entry, baseline=baseline, now=now) for entry in parsed.entries]


def _see(kit: Kit, due: DueSource, entry: Entry, *, baseline: bool, now: datetime) -> SeenEntry:
    """Title and summary are judged at once: they order the reading, and may alert before the page is read."""
    source = due.source
    verdict = kit.judge(
        title=entry.title,
        summary=entry.summary,
        language=entry.language or source.language,
        country=source.country,
        outlet=source.name,
        source=source.id,
    )
    outcome = None
    if schedule.is_archive(entry.published, now):
        outcome = Outcome.TOO_OLD
    elif source.read is Read.HINTED and not verdict.hits:
        outcome = Outcome.UNREAD
    return SeenEntry(entry=entry, verdict=verdict, baseline=baseline, outcome=outcome)


def _unchanged(
    kit: Kit,
    due: DueSource,
    looked: Looked,
    *,
    validators: Validators | None,
    full: bool = False,
    moved_to: str = "",
) -> PolledSource:
    return PolledSource(
        due=due,
        host=looked.host,
        next_at=_next(kit, due),
        ok=True,
        status="unchanged",
        validators=validators,
        body_hash=due.body_hash,
        full=full,
        moved_to=moved_to,
    )


def _failed(kit: Kit, due: DueSource, looked: Looked, error: FetchError | ParseError | PoolError) -> PolledSource:
    """A failed look keeps what was known of the source; back-off decides when again, and never "never".

    One answer ends a source at once: 410, by which its outlet says that it is gone for good.
    """
    gone = isinstance(error, BadStatus) and error.status == HTTP_GONE
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    return PolledSource(
        due=due,
        host=looked.host,
        next_at=_next(kit, due, failures=due.failures + 1, retry_after=retry_after),
        ok=False,
        status=GONE if gone else "failed",
        reason=f"{error}: gone for good, and polled no more" if gone else str(error),
        validators=due.validators,
        body_hash=due.body_hash,
    )


def _next(
    kit: Kit,
    due: DueSource,
    *,
    failures: int = 0,
    retry_after: timedelta | None = None,
    ttl: timedelta | None = None,
) -> datetime:
    return schedule.next_poll(
        kit.clock(), every=due.source.every, failures=failures, retry_after=retry_after, ttl=ttl, rng=kit.rng
    )


async def _put_back(kit: Kit, due: DueSource, reason: str) -> None:
    await kit.store.run(
        sources.release, due, next_at=_next(kit, due, failures=due.failures + 1), reason=reason, now=kit.clock()
    )
