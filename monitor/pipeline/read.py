"""Read: fetch the page of an entry, extract its article, judge it, and give the entry its status."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

import structlog

from monitor import urls
from monitor.errors import BadStatus, Challenge, ExtractError, FetchError, Refused, WorkerError
from monitor.extract import MAX_FINGERPRINTS_PER_SITE, PageRequest, extract
from monitor.model import Article, Failed, Fetched, HostState, NotModified, PageSelectors, ReadPolicy
from monitor.notify import schedule
from monitor.pipeline.articles import article_from_feed, judge_article, storable_part
from monitor.pipeline.context import Context, StepResult
from monitor.pipeline.ingest import EntryRef, store_article
from monitor.pipeline.runner import run_due
from monitor.pipeline.witnesses import feed_alone, is_thin, reconcile, with_further_page
from monitor.store import entries, fingerprints
from monitor.store.entries import DueEntry
from monitor.store.statuses import EntryStatus

log = structlog.get_logger()

MAX_FURTHER_PAGES = 4  # of one article
REFUSAL_STATUSES = frozenset({401, 403, 406, 429, 451})  # some outlets answer so to every reader but a browser


async def step(context: Context, *, only: Collection[str] = ()) -> StepResult:
    """Read the entries that are due, those with a matching headline first; returns how many, and when the next is due.

    `only` limits the step to the entries of some sources.
    """

    async def claim(limit: int) -> list[DueEntry]:
        return await context.store.run(
            entries.claim, now=context.clock(), lease=context.lease, limit=limit, only_sources=only
        )

    result = await run_due(
        claim,
        partial(read_entry, context),
        reschedule=partial(_reschedule, context),
        concurrency=context.concurrency,
    )
    next_due = await context.store.run(entries.next_due, only_sources=only)
    return StepResult(rows=tuple(str(row.id) for row in result.rows), done=result.done, next_due=next_due)


async def read_entry(context: Context, due: DueEntry) -> str:
    """Fetch and judge the page of one entry; returns the status of the entry, or "postponed"."""
    # Where several entries share a page, or there is none, the words of the feed are the text.
    if due.source.fetch_pages is ReadPolicy.NEVER or due.page_is_shared or not due.entry.link:
        return await _finish(context, due, article_from_feed(due.entry), due.host)
    outcome = await context.web.fetch(due.entry.link, host=due.host, robots=True, proxy=due.source.proxy)
    match outcome.result:
        case Fetched() as fetched:
            try:
                article = await extract_article(context, due, fetched)
                article, host = await read_further_pages(context, due, article, outcome.host)
            except (ExtractError, WorkerError) as error:
                return await _fall_back(context, due, EntryStatus.EXTRACTION_FAILED, str(error), outcome.host)
            reconciled = reconcile(article, due.entry, due.source)
            # The worse witness never takes back what the better one said: an error page whose words are unknown, or an
            # application's shell, used to reject the story and cancel its alert.
            if reconciled.doubt and (is_thin(article) or is_relevant(context, due, reconciled.article)):
                return await _fall_back(context, due, EntryStatus.EXTRACTION_FAILED, reconciled.doubt, host)
            # A long text under another headline may be the article all the same: a listing called its link "Read the story".
            chosen = article if reconciled.doubt else reconciled.article
            return await _finish(context, due, chosen, host)
        case Failed(error=error):
            return await _postpone_or_fall_back(context, due, error, outcome.host)
        case NotModified(url=url):  # we send no validators for pages, so a 304 is a fault of the server
            fault = FetchError(url, "304 without validators")
            return await _postpone_or_fall_back(context, due, fault, outcome.host)


def is_relevant(context: Context, due: DueEntry, article: Article) -> bool:
    """Returns whether the verdict on an article brings it into a digest."""
    return judge_article(context.judge, due.source, article).digest


async def read_further_pages(
    context: Context, due: DueEntry, article: Article, host: HostState
) -> tuple[Article, HostState]:
    """Returns the article with the text of its further pages, and the state of the host after their requests.

    They are on the host of the first page, and few. If one is not read, its address stays as the `next_page`.
    """
    first_page = article.url
    for _ in range(MAX_FURTHER_PAGES):
        if not article.next_page or urls.host(article.next_page) != urls.host(first_page):
            break
        outcome = await context.web.fetch(article.next_page, host=host, robots=True, proxy=due.source.proxy)
        host = outcome.host
        if not isinstance(outcome.result, Fetched):
            break
        extraction = await context.workers.run(
            extract, page_request(context, due, outcome.result, first_page=first_page)
        )
        if extraction.article is None:
            break
        article = with_further_page(article, extraction.article)
    if article.next_page:
        article = replace(
            article, notes=(*article.notes, f"the article goes on at {article.next_page}, which was not read")
        )
    return article, host


def page_request(context: Context, due: DueEntry, fetched: Fetched, *, first_page: str = "") -> PageRequest:
    """Returns the request to extract a fetched page of an entry."""
    return PageRequest(
        html=fetched.body,
        url=fetched.final_url,
        content_type=fetched.header("content-type"),
        zone=due.source.zone,
        language=due.source.language,
        now=context.clock(),
        selectors=due.source.page or PageSelectors(),
        first_page=first_page,
    )


async def extract_article(context: Context, due: DueEntry, fetched: Fetched) -> Article:
    """Returns the article of a page; loads the fingerprints of its site for that, and saves the one of this page.

    Raises ExtractError, or WorkerError if the worker was killed.
    """
    site = urls.site(fetched.final_url)
    site_pages = await context.store.run(
        fingerprints.load, site, apart_from=due.entry.url, limit=MAX_FINGERPRINTS_PER_SITE
    )
    request = replace(page_request(context, due, fetched), fingerprints=site_pages)
    extraction = await context.workers.run(extract, request)
    if extraction.fingerprint:
        await context.store.run(
            fingerprints.save,
            site,
            extraction.fingerprint,
            entry=due.entry.url,
            now=context.clock(),
            limit=MAX_FINGERPRINTS_PER_SITE,
        )
    return extraction.require_article()


async def _finish(context: Context, due: DueEntry, article: Article, host: HostState) -> str:
    verdict = judge_article(context.judge, due.source, article)
    record = await store_article(
        context,
        _entry_ref(due),
        storable_part(article),
        verdict,
        status=EntryStatus.PENDING if verdict.digest else EntryStatus.REJECTED,
        settle=(host, due.lease),
    )
    return str(record.status)


def _entry_ref(due: DueEntry) -> EntryRef:
    return EntryRef(
        entry_id=due.id,
        entry=due.entry,
        source=due.source,
        baseline=due.baseline,
        first_seen=due.first_seen,
        revisions=due.revisions,
        escalated_at=due.escalated_at,
    )


async def _postpone_or_fall_back(context: Context, due: DueEntry, error: FetchError, host: HostState) -> str:
    next_at = schedule.next_read_at(
        context.clock(), failures=due.attempts + 1, retry_after=error.retry_after, permanent=error.permanent
    )
    if next_at is not None:
        await judge_meanwhile(context, due, error)
        await context.store.run(
            entries.postpone, due, host=host, next_at=next_at, reason=str(error), now=context.clock()
        )
        return "postponed"
    status = EntryStatus.REFUSED if isinstance(error, Refused) else EntryStatus.FETCH_FAILED
    return await _fall_back(context, due, status, str(error), host)


async def judge_meanwhile(context: Context, due: DueEntry, error: FetchError) -> None:
    """Judge what the feed said while the page is waited for: at the first refusal, or the second failure of another kind.

    The retries take most of a day, and the page decides again when it is read.
    """
    is_refusal = isinstance(error, Challenge) or (isinstance(error, BadStatus) and error.status in REFUSAL_STATUSES)
    if due.attempts != (0 if is_refusal else 1):
        return
    article = feed_alone(due.entry, due.source, f"the page was not read yet: {error.reason}").article
    verdict = judge_article(context.judge, due.source, article)
    if verdict.digest:
        await store_article(context, _entry_ref(due), article, verdict, partial=True, status=None)


async def _fall_back(context: Context, due: DueEntry, status: EntryStatus, reason: str, host: HostState) -> str:
    """Judge the feed's text of an entry without a page; if it is relevant, store it, marked partial."""
    article = feed_alone(due.entry, due.source, reason).article
    verdict = judge_article(context.judge, due.source, article)
    log.info("page.failed", url=due.entry.link, status=status, reason=reason)
    if not verdict.digest:
        await context.store.run(entries.finish, due, status=status, reason=reason, host=host, now=context.clock())
        return status
    record = await store_article(
        context,
        _entry_ref(due),
        article,
        verdict,
        partial=True,
        status=EntryStatus.PENDING,
        reason=reason,
        settle=(host, due.lease),
    )
    return str(record.status)


async def _reschedule(context: Context, due: DueEntry, reason: str) -> None:
    now = context.clock()
    next_at = schedule.next_read_at(now, failures=due.attempts + 1, retry_after=None, permanent=False)
    if next_at is None:
        status = EntryStatus.EXTRACTION_FAILED
        await context.store.run(entries.finish, due, status=status, reason=reason, host=due.host, now=now)
    else:
        await context.store.run(entries.postpone, due, host=due.host, next_at=next_at, reason=reason, now=now)
