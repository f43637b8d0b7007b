"""Read: fetch the page of an entry, extract the article, judge it, and give the entry its outcome."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

import structlog

from monitor import extract, urls
from monitor.errors import ExtractError, FetchError, PoolError, Refused
from monitor.extract.furniture import REMEMBERED
from monitor.model import Article, Failed, Fetched, HostState, Read
from monitor.notify import schedule
from monitor.pipeline.context import Kit, Step
from monitor.pipeline.ingest import Subject, admit, from_feed, judged
from monitor.pipeline.runner import each
from monitor.store import entries, furniture
from monitor.store.entries import DueEntry
from monitor.store.outcomes import Outcome

log = structlog.get_logger()


async def step(kit: Kit, *, only: Collection[str] = ()) -> Step:
    """Read the entries that are due, those with a hit first; say how many and when the next is due.

    `only` bounds the step to the entries of some sources.
    """

    async def claim(limit: int) -> list[DueEntry]:
        return await kit.store.run(entries.claim, now=kit.clock(), lease=kit.lease, limit=limit, only_sources=only)

    worked = await each(claim, partial(_read, kit), put_back=partial(_put_back, kit), places=kit.width)
    next_due = await kit.store.run(entries.next_due, only_sources=only)
    return Step(rows=tuple(str(row.id) for row in worked.rows), done=worked.done, next_due=next_due)


async def _read(kit: Kit, due: DueEntry) -> str:
    if due.source.read is Read.NEVER:
        return await _end(kit, due, from_feed(due.entry), due.host)
    looked = await kit.web.look(due.entry.link, host=due.host, robots=True, proxy=due.source.proxy)
    kit.point("read.fetched")
    match looked.outcome:
        case Fetched() as fetched:
            return await _extract(kit, due, fetched, looked.host)
        case Failed(error=error):
            return await _unread(kit, due, error, looked.host)
        case unasked:  # we sent no validators, so a 304 answers a question that was not put
            return await _unread(kit, due, FetchError(unasked.url, "304 without validators"), looked.host)


async def _extract(kit: Kit, due: DueEntry, fetched: Fetched, host: HostState) -> str:
    try:
        article = await _article(kit, due, fetched)
    except (ExtractError, PoolError) as error:
        return await _fall_back(kit, due, Outcome.EXTRACTION_FAILED, str(error), host)
    return await _end(kit, due, _completed(article, due), host)


async def _article(kit: Kit, due: DueEntry, fetched: Fetched) -> Article:
    """The article of a page, read by a worker with what is remembered of its site, which then remembers this page too.

    Raises ExtractError, or PoolError where the worker was killed.
    """
    site = urls.site(fetched.final_url)
    known = await kit.store.run(furniture.known, site, apart_from=due.entry.url, most=REMEMBERED)
    article, sketch = await kit.pool.run(
        extract.remembered,
        fetched.body,
        url=fetched.final_url,
        content_type=fetched.header("content-type"),
        zone=due.source.zone,
        language=due.source.language,
        now=kit.clock(),
        page=due.source.page,
        known=known,
    )
    if sketch:
        await kit.store.run(furniture.learn, site, sketch, entry=due.entry.url, now=kit.clock(), most=REMEMBERED)
    return article


def _completed(article: Article, due: DueEntry) -> Article:
    """The article with what only the source knew: some pages carry no date, some no headline."""
    return replace(
        article,
        title=article.title or due.entry.title,
        published=article.published or due.entry.published,
        published_from=article.published_from or ("feed" if due.entry.published else ""),
        language=article.language or due.entry.language or due.source.language,
    )


async def _end(kit: Kit, due: DueEntry, article: Article, host: HostState) -> str:
    subject = _subject(due)
    verdict = judged(kit.judge, subject.source, article)
    outcome = Outcome.HELD if verdict.digest else Outcome.REJECTED
    admitted = await admit(kit, subject, _storable(article), verdict, outcome=outcome, settle=(host, due.lease))
    kit.point("read.committed")
    return str(admitted.outcome)


def _subject(due: DueEntry) -> Subject:
    return Subject(
        entry_id=due.id, entry=due.entry, source=due.source, baseline=due.baseline, first_seen=due.first_seen
    )


def _storable(article: Article) -> Article:
    """What of an article may be kept: a page that reserves its text is judged and not stored."""
    if article.noarchive:
        return replace(article, text="", lead="")
    return article if article.free else replace(article, text=article.lead)


async def _unread(kit: Kit, due: DueEntry, error: FetchError, host: HostState) -> str:
    again = schedule.next_read(
        kit.clock(), failures=due.attempts + 1, retry_after=error.retry_after, permanent=error.permanent
    )
    if again is not None:
        await kit.store.run(entries.postpone, due, host=host, next_at=again, reason=str(error), now=kit.clock())
        return "postponed"
    outcome = Outcome.REFUSED if isinstance(error, Refused) else Outcome.FETCH_FAILED
    return await _fall_back(kit, due, outcome, str(error), host)


async def _fall_back(kit: Kit, due: DueEntry, outcome: Outcome, reason: str, host: HostState) -> str:
    """No page to be had: what the source itself said is judged. Over the line it is told, marked partial."""
    subject, article = _subject(due), from_feed(due.entry)
    verdict = judged(kit.judge, subject.source, article)
    log.info("entry.unread", url=due.entry.link, outcome=outcome, reason=reason)
    if verdict.digest:
        settle = (host, due.lease)
        admitted = await admit(
            kit, subject, article, verdict, partial=True, outcome=Outcome.HELD, reason=reason, settle=settle
        )
        return str(admitted.outcome)
    await kit.store.run(entries.finish, due, outcome=outcome, reason=reason, host=host, now=kit.clock())
    return outcome


async def _put_back(kit: Kit, due: DueEntry, reason: str) -> None:
    again = schedule.next_read(kit.clock(), failures=due.attempts + 1, retry_after=None, permanent=False)
    if again is None:
        outcome = Outcome.EXTRACTION_FAILED
        await kit.store.run(entries.finish, due, outcome=outcome, reason=reason, host=due.host, now=kit.clock())
    else:
        await kit.store.run(entries.postpone, due, host=due.host, next_at=again, reason=reason, now=kit.clock())
