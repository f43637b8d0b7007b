"""Admit: a judged article is grouped and stored, and the channels that must hear of it get their notices.

Item, story, outcome and notices are one transaction: what matched cannot be stored and then forgotten.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor import stories
from monitor.model import Article, Entry, HostState, Method, Source, Verdict
from monitor.notify import decide, schedule
from monitor.pipeline.context import Kit
from monitor.relevance import Judge
from monitor.store import hosts, items
from monitor.store.items import Admission, Admitted
from monitor.store.outcomes import Outcome
from monitor.store.sources import SeenEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The entry that an article was read for."""

    entry_id: int
    entry: Entry
    source: Source
    baseline: bool
    first_seen: datetime


def from_feed(entry: Entry) -> Article:
    """The article as far as the source itself tells it."""
    return Article(
        url=entry.link,
        title=entry.title,
        text=entry.content or entry.summary,
        lead=entry.summary,
        authors=(entry.author,) if entry.author else (),
        published=entry.published,
        published_text=entry.published_text,
        published_from="feed" if entry.published else "",
        language=entry.language,
        method=Method.FEED,
        quality=0.8 if entry.content else 0.3,
    )


def judged(judge: Judge, source: Source, article: Article) -> Verdict:
    """The verdict on an article of a source; offsets of its hits count in `title`, `lead` and `text`.

    Whoever judges a stored article again, or one that is tried, asks what the service asks.
    """
    return judge(
        title=article.title,
        summary=article.lead,
        text=article.text,
        language=article.language or source.language,
        country=source.country,
        outlet=article.site or source.name,
        source=source.id,
    )


async def at_once(kit: Kit, entry_id: int, seen: SeenEntry, source: Source) -> None:
    """Admit what title and summary alone put over the alert line, marked partial; its page is still to be read."""
    now = kit.clock()
    entry = seen.entry
    published = schedule.latest(entry.published, zone=source.zone)
    fresh = schedule.is_alertable(published, now, baseline=seen.baseline, now=now)
    if seen.verdict.alert and fresh and seen.outcome is None:
        subject = Subject(entry_id=entry_id, entry=entry, source=source, baseline=seen.baseline, first_seen=now)
        await admit(kit, subject, from_feed(entry), seen.verdict, partial=True, outcome=None)


async def admit(
    kit: Kit,
    subject: Subject,
    article: Article,
    verdict: Verdict,
    *,
    outcome: Outcome | None,
    reason: str = "",
    partial: bool = False,
    settle: tuple[HostState, datetime] | None = None,
) -> Admitted:
    """Store an article with its verdict; group it and write its notices where it is relevant.

    `outcome` None: the entry goes on (its page is still to be read). `settle` lets the host go that the entry was
    claimed with.
    """
    at = article.published or subject.entry.published or subject.first_seen
    mark = stories.mark(
        item=0,
        at=at,
        language=article.language or subject.source.language,
        source=subject.source.id,
        title=article.title,
        text=article.text or article.lead,
        hits=verdict.hits,
    )
    admission = Admission(
        entry_id=subject.entry_id,
        article=article,
        verdict=verdict,
        mark=mark if verdict.digest else None,
        partial=partial,
        outcome=outcome,
        reason=reason,
    )
    return await kit.store.run(_commit, kit, subject, admission, settle=settle, now=kit.clock())


def _commit(
    conn: Connection,
    kit: Kit,
    subject: Subject,
    admission: Admission,
    *,
    settle: tuple[HostState, datetime] | None,
    now: datetime,
) -> Admitted:
    if settle:
        hosts.settle(conn, settle[0], lease=settle[1])
    if admission.mark is None:
        return items.admit(conn, admission, now=now)
    placement = kit.groups.place(conn, subject.entry_id, admission.mark)
    named = admission.article.published or subject.entry.published
    published = schedule.latest(named, zone=subject.source.zone)
    if schedule.is_backlog(published, baseline=subject.baseline, now=now) or _is_archive(subject, admission.article):
        outcome = admission.outcome and Outcome.TOO_OLD
        return _write(conn, kit, replace(admission, placement=placement, outcome=outcome), now=now)
    # Most pages are read within seconds: a spun page whose title alerts is flagged by then, and goes to the digest.
    waits = admission.partial and admission.outcome is None
    if not admission.partial:
        items.take_back(conn, subject.entry_id)
    tellings = decide.tellings(
        tuple(kit.channels.values()),
        verdict=admission.verdict,
        placement=placement,
        told=items.told(conn, placement.story),
        fresh=schedule.is_alertable(published, subject.first_seen, baseline=subject.baseline, now=now),
        late=schedule.is_late(published, subject.first_seen, baseline=subject.baseline),
        partial=admission.partial,
        now=now + schedule.PAGE_FIRST if waits else now,
    )
    return _write(conn, kit, replace(admission, placement=placement, tellings=tellings), now=now)


def _is_archive(subject: Subject, article: Article) -> bool:
    """Its page may tell that an undated entry is old; where source and page differ, the later time counts."""
    told = max(filter(None, (article.published, subject.entry.published)), default=None)
    return schedule.is_archive(told, subject.first_seen)


def _write(conn: Connection, kit: Kit, admission: Admission, *, now: datetime) -> Admitted:
    assert admission.mark
    try:
        admitted = items.admit(conn, admission, now=now)
        known = replace(admission.mark, item=admitted.item, story=admitted.story, thread=admitted.thread)
        kit.groups.add(conn, known)
    except BaseException:
        kit.groups.forget()
        raise
    return admitted
