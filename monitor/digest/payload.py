"""A digest as JSON: the body of webhooks. Keys keep their names when the attributes behind them change.

    version      1; raised when a key goes or changes its meaning, not when one is added
    channel      id of the channel                      kind        "digest" or "alert"
    start, end   the period                             held        stories over max_stories, left for the next digest
    stories[]    story, thread, kind ("alert", "digest", "update"), score, late, reasons[],
                 why[{before, match, after, name, side}], topics[], new_facts[], gloss: English,
                 earlier[{title, url, opened_at}]: stories of the same affair that began before,
                 items[{id, url, title, lead, source, owner, country, language, published_at, first_seen_at, partial,
                        copies[{source, url}]: the same text elsewhere, flags[{code, evidence}]}], the first leads
    alerted[]    story, title, url, source, language, alerted_at: stories that alerts of the period have shown
    near[]       title, url, source, language, score, missing: texts just below the threshold
    coverage     of the period: sources, healthy (answered), failed, never_asked, entries, judged, blind[{source, since, reason}], gaps[{source, start, end}]

A message to the operator has the kind "outage" or "recovery", no stories, and `text`, `sources` (their number) and
`silent[{source, since, reason}]` in place of `coverage`.

Times are ISO 8601 in UTC or null where unknown. Texts are plain text, never HTML; a url is "" where there is no web link.
"""

from dataclasses import asdict
from datetime import UTC, datetime

from monitor.model import Coverage, Digest, DigestArticle, DigestStory

# Receivers compare it, so it changes only when a key is removed or gets another meaning.
VERSION = 1


def to_json(digest: Digest) -> dict[str, object]:
    """The digest in the form that the module describes."""
    return {
        "version": VERSION,
        "channel": digest.channel,
        "kind": digest.kind,
        "start": iso_time(digest.start),
        "end": iso_time(digest.end),
        "held": digest.overflow,
        "stories": [story_json(story) for story in digest.stories],
        "alerted": [asdict(story) | {"alerted_at": iso_time(story.alerted_at)} for story in digest.alerted],
        "near": [asdict(near_miss) for near_miss in digest.near_misses],
        "coverage": coverage_json(digest.coverage),
    }


def story_json(story: DigestStory) -> dict[str, object]:
    """One of `stories`."""
    return {
        "story": story.story,
        "thread": story.thread,
        "kind": story.kind.value,
        "score": story.score,
        "late": story.late,
        "reasons": list(story.reasons),
        "why": [asdict(excerpt) for excerpt in story.excerpts],
        "topics": list(story.topics),
        "new_facts": list(story.new_facts),
        "gloss": story.gloss,
        "earlier": [
            {"title": earlier.title, "url": earlier.url, "opened_at": iso_time(earlier.opened_at)}
            for earlier in story.earlier
        ],
        "items": [article_json(article) for article in story.articles],
    }


def article_json(article: DigestArticle) -> dict[str, object]:
    """One of `items`."""
    return {
        "id": article.item,
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "source": article.source,
        "owner": article.owner,
        "country": article.country,
        "language": article.language,
        "published_at": iso_time(article.published),
        "first_seen_at": iso_time(article.first_seen),
        "partial": article.partial,
        "copies": [{"source": source, "url": url} for source, url in article.copies],
        "flags": [asdict(flag) for flag in article.flags],
    }


def coverage_json(coverage: Coverage) -> dict[str, object]:
    """The `coverage`."""
    return {
        "sources": coverage.sources,
        "healthy": coverage.healthy,
        "failed": coverage.failed,
        "never_asked": coverage.never_asked,
        "entries": coverage.entries,
        "judged": coverage.judged,
        "blind": [
            {"source": silent.source, "since": iso_time(silent.since), "reason": silent.reason}
            for silent in coverage.silent
        ],
        "gaps": [
            {"source": gap.source, "start": iso_time(gap.start), "end": iso_time(gap.end)} for gap in coverage.gaps
        ],
    }


def iso_time(moment: datetime | None) -> str | None:
    """A time in UTC with a Z, as receivers in all languages parse it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
