"""Poll: fetch the sources that are due, and store the entries that they show.

A source's entries, sightings and validators are committed together: validators kept without their entries would hide
behind a 304 the entries that were never stored.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

import structlog
from sqlalchemy import Connection

from monitor import dates, parse
from monitor.errors import BadStatus, FetchError, ParseError, WorkerError
from monitor.model import (
    Entry,
    Failed,
    Fetched,
    FetchOutcome,
    HostState,
    NotModified,
    ParseResult,
    ReadPolicy,
    Source,
    Validators,
    Verdict,
)
from monitor.notify import freshness, schedule
from monitor.pipeline import ingest
from monitor.pipeline.articles import judge_headline
from monitor.pipeline.context import Context, StepResult
from monitor.pipeline.runner import run_due
from monitor.pipeline.source_body import read_source
from monitor.relevance import Judge
from monitor.store import clock_skew, identity, polls, rhythm
from monitor.store.polls import DueSource, PollCommit, PolledSource
from monitor.store.revisions import SeenEntry
from monitor.store.statuses import EntryStatus, PollStatus

log = structlog.get_logger()

HTTP_GONE = 410


async def step(context: Context, *, only: Collection[str] = (), force: bool = False) -> StepResult:
    """Poll the sources that are due, each committed as it completes; returns how many, and when the next is due.

    `only` limits the step to some sources; `force` polls those once although they are not due (the one-shot).
    """
    pending = set(only)
    # Before each round, because the clock may be wrong when the service starts, and right a minute later.
    ahead = await context.store.run(clock_skew.pull_back, now=context.clock())
    if ahead:
        log.warning("clock.times_pulled_back", latest=ahead.isoformat())

    async def claim(limit: int) -> list[DueSource]:
        if force and not pending:
            return []
        due = await context.store.run(
            polls.claim, now=context.clock(), lease=context.lease, limit=limit, only=pending, force=force
        )
        if force:
            pending.difference_update(row.source.id for row in due)
        return due

    result = await run_due(
        claim,
        partial(poll_source, context),
        reschedule=partial(_reschedule, context),
        concurrency=context.concurrency,
    )
    rows = tuple(row.source.id for row in result.rows)
    is_done = force and not pending
    next_due = None if is_done else await context.store.run(polls.next_due, only=pending, force=force)
    return StepResult(rows=rows, done=result.done, next_due=next_due)


async def poll_source(context: Context, due: DueSource) -> PollStatus:
    """Poll one source, store the result, and send early alerts of its new and changed entries."""
    source = due.source
    outcome = await context.web.fetch(
        due.url,
        host=due.host,
        validators=await _current_validators(context, due),
        # Feeds and sitemaps are published to be polled; a listing is a page, so robots.txt counts for it.
        robots=parse.SOURCE_KINDS[source.kind].obeys_robots,
        proxy=source.proxy,
    )
    parsed, host = await _read_new_body(context, due, outcome)
    polled = to_result(
        due, replace(outcome, host=host), parsed, judge=context.judge, now=context.clock(), rng=context.rng
    )
    committed, moved_to = await context.store.run(commit_poll, polled, now=context.clock())
    log.info(
        "source.polled",
        source=source.id,
        status=polled.status,
        new=committed.new_count,
        reason=polled.reason or None,
    )
    if moved_to:
        log.warning("source.moved", source=source.id, url=moved_to)
    if polled.status is PollStatus.GONE:
        log.error("source.ended", source=source.id, reason=polled.reason)
    for entry_id, seen_entry in committed.new_entries:
        await ingest.alert_early(
            context, ingest.entry_ref(entry_id, seen_entry, source, first_seen=context.clock()), seen_entry
        )
    for revised in committed.revised_entries:
        log.info("entry.revised", entry=revised.id, title=revised.seen.entry.title)
        await ingest.alert_early(context, ingest.revised_ref(revised), revised.seen)
    return polled.status


async def _current_validators(context: Context, due: DueSource) -> Validators | None:
    """The validators of a source; None if it has had no body for so long that a 304 is no longer believed."""
    if due.validators is None or due.last_full is None:
        return due.validators
    usual_pause = await context.store.run(rhythm.usual_pause, due.source.id)
    age = context.clock() - due.last_full
    is_old = age >= schedule.max_validator_age(usual_pause, interval=due.source.interval)
    return None if is_old else due.validators


async def _read_new_body(
    context: Context, due: DueSource, outcome: FetchOutcome
) -> tuple[ParseResult | ParseError | WorkerError | None, HostState]:
    """The entries of a source or the error of reading them, and its host; None if there is no body, or the same as before."""
    if not isinstance(outcome.result, Fetched) or _hash(outcome.result) == due.body_hash:
        return None, outcome.host
    try:
        # Without a hash the last body was cut short, or the source has another address now: all of it is read.
        known_items = due.item_hashes if due.body_hash else ()
        return await read_source(context, due.source, outcome.result, outcome.host, known_items=known_items)
    except (ParseError, WorkerError) as error:
        return error, outcome.host


def commit_poll(conn: Connection, polled: PolledSource, *, now: datetime) -> tuple[PollCommit, str]:
    """Store a poll, and follow a confirmed move of the source; returns the commit and the new URL or ""."""
    committed = polls.commit(conn, polled, now=now)
    if committed.lost or not polled.moved_to:
        return committed, ""
    source_id = polled.due.source.id
    moved_to = schedule.confirmed_redirect(polls.permanent_redirects(conn, source_id))
    if moved_to:
        polls.follow_redirect(conn, source_id, url=moved_to)
    return committed, moved_to


# --- from an answer to a result ---------------------------------------------------------------------------------------


def to_result(
    due: DueSource,
    outcome: FetchOutcome,
    parsed: ParseResult | ParseError | WorkerError | None,
    *,
    judge: Judge,
    now: datetime,
    rng: Random,
) -> PolledSource:
    """Returns the result of a poll, to be stored. `parsed` is None if there was no body, or the same as last time.

    A failed poll keeps the validators and the hash of the last body; its next time is backed off, and never "never".
    Only one answer ends a source at once: 410, by which its outlet ends it for good.
    """
    error = _error(outcome, parsed)
    new = parsed if isinstance(parsed, ParseResult) else None
    polled = PolledSource(
        due=due,
        host=outcome.host,
        next_at=schedule.next_poll_at(
            now,
            interval=due.source.interval,
            failures=due.failures + 1 if error else 0,
            retry_after=error.retry_after if isinstance(error, FetchError) else None,
            ttl=new.ttl if new and not due.source.interval_is_configured else None,
            rng=rng,
        ),
        ok=error is None,
        status=PollStatus.NEW if new else PollStatus.UNCHANGED,
        validators=due.validators,
        body_hash=due.body_hash,
        item_hashes=due.item_hashes,
    )
    if error:
        if isinstance(error, BadStatus) and error.status == HTTP_GONE:
            return replace(polled, status=PollStatus.GONE, reason=f"{error}: gone for good, and polled no more")
        return replace(polled, status=PollStatus.FAILED, reason=str(error))
    if isinstance(outcome.result, NotModified):
        return replace(polled, validators=outcome.result.validators)
    assert isinstance(outcome.result, Fetched)
    validators = trusted_validators(
        due.validators, outcome.result.validators, changed=_hash(outcome.result) != due.body_hash
    )
    polled = replace(polled, full=True, moved_to=outcome.result.moved_to, validators=validators)
    if new is None:
        return polled
    return replace(
        polled,
        parsed=True,
        reason="; ".join(new.notes),
        # A body that was cut short is polled again in full: its validators would hide the missing rest.
        validators=validators if new.complete else None,
        body_hash=_hash(outcome.result) if new.complete else "",
        item_hashes=new.item_hashes,
        known_count=new.known_count,
        sighted=judge_entries(due, new.entries, judge=judge, now=now),
    )


def _error(
    outcome: FetchOutcome, parsed: ParseResult | ParseError | WorkerError | None
) -> FetchError | ParseError | WorkerError | None:
    if isinstance(outcome.result, Failed):
        return outcome.result.error
    return parsed if isinstance(parsed, ParseError | WorkerError) else None


def trusted_validators(known: Validators | None, received: Validators | None, *, changed: bool) -> Validators | None:
    """Returns the validators to store. Those that stayed the same while the body changed are stored without a URL.

    Without a URL they are never sent: a server that does not change them would answer 304 to the next news as well. They
    are trusted again as soon as the server sends others.
    """
    if known is None or received is None:
        return received
    is_same = (known.etag, known.last_modified) == (received.etag, received.last_modified)
    return replace(received, url="") if is_same and (changed or not known.url) else received


def _hash(fetched: Fetched) -> str:
    return hashlib.sha256(fetched.body).hexdigest()


def judge_entries(due: DueSource, entries: Sequence[Entry], *, judge: Judge, now: datetime) -> list[SeenEntry]:
    """Returns the entries of a body, each once, with the verdict on title and summary, which orders the reading."""
    seen_entries = []
    for announced in identity.distinct_entries(entries, is_feed=parse.SOURCE_KINDS[due.source.kind].is_feed):
        verdict = judge_headline(judge, due.source, announced.entry)
        seen_entries.append(
            SeenEntry(
                entry=announced.entry,
                verdict=verdict,
                baseline=due.polls == 0,
                status=status_without_reading(due.source, announced.entry, verdict, now=now),
                shared_url=announced.shared_url,
                link_is_shared=announced.link_is_shared,
                page_is_shared=announced.page_is_shared,
            )
        )
    return seen_entries


def status_without_reading(source: Source, entry: Entry, verdict: Verdict, *, now: datetime) -> EntryStatus | None:
    """Returns the status of an entry whose page need not be fetched; None if it is to be fetched."""
    # Feeds that date their archive anew leave the day in its addresses.
    if freshness.is_archive(entry.published, now) or freshness.is_archive(day_in_url(source, entry, now=now), now):
        return EntryStatus.TOO_OLD
    if source.fetch_pages is ReadPolicy.IF_MATCHED and not verdict.hits:
        return EntryStatus.NOT_READ
    return None


def day_in_url(source: Source, entry: Entry, *, now: datetime) -> datetime | None:
    """Returns the end of the day that the address of an entry names, or None."""
    written = dates.find_in_path(entry.url)
    day = dates.plausible_or_none(dates.parse(written, zone=source.zone, now=now), now=now) if written else None
    return day + timedelta(days=1) if day else None


async def _reschedule(context: Context, due: DueSource, reason: str) -> None:
    next_at = schedule.next_poll_at(
        context.clock(),
        interval=due.source.interval,
        failures=due.failures + 1,
        retry_after=None,
        ttl=None,
        rng=context.rng,
    )
    await context.store.run(polls.release, due, next_at=next_at, reason=reason, now=context.clock())
