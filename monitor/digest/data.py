"""A digest as JSON: what webhooks carry.

    version      1; raised when a key goes or changes its meaning, not when one is added
    channel      id of the channel                      kind        "digest" or "alert"
    start, end   the period                             held        stories over the cap, left for the next digest
    stories[]    story, thread, kind ("alert", "digest", "update"), score, late, reasons[],
                 why[{before, match, after, name, side}],
                 earlier[{title, url}]: stories of the same affair told before,
                 items[{id, url, title, lead, source, owner, country, language, published_at, first_seen_at, partial,
                        copies[{source, url}]: the same text elsewhere, flags[{code, evidence}]}], the first leads
    near[]       title, url, source, language, score, missing: just under the line
    coverage     sources, healthy, entries, judged, blind[{source, since, reason}], gaps[{source, start, end}]

Times are ISO 8601 in UTC or null where unknown. Texts are plain text, never HTML; a url is "" where there is no web link.
"""

from dataclasses import asdict
from datetime import UTC, datetime

from monitor.model import Coverage, Digest, Line, ToldStory

VERSION = 1


def data(digest: Digest) -> dict[str, object]:
    """The digest in the form above."""
    return {
        "version": VERSION,
        "channel": digest.channel,
        "kind": digest.kind,
        "start": _time(digest.start),
        "end": _time(digest.end),
        "held": digest.held,
        "stories": [_story(story) for story in digest.stories],
        "near": [asdict(miss) for miss in digest.near],
        "coverage": _coverage(digest.coverage),
    }


def _story(story: ToldStory) -> dict[str, object]:
    return {
        "story": story.story,
        "thread": story.thread,
        "kind": story.kind.value,
        "score": story.score,
        "late": story.late,
        "reasons": list(story.reasons),
        "why": [asdict(context) for context in story.why],
        "earlier": [{"title": title, "url": url} for title, url in story.earlier],
        "items": [_item(line) for line in story.lines],
    }


def _item(line: Line) -> dict[str, object]:
    return {
        "id": line.item,
        "url": line.url,
        "title": line.title,
        "lead": line.lead,
        "source": line.source,
        "owner": line.owner,
        "country": line.country,
        "language": line.language,
        "published_at": _time(line.published),
        "first_seen_at": _time(line.first_seen),
        "partial": line.partial,
        "copies": [{"source": source, "url": url} for source, url in line.copies],
        "flags": [asdict(flag) for flag in line.flags],
    }


def _coverage(coverage: Coverage) -> dict[str, object]:
    return {
        "sources": coverage.sources,
        "healthy": coverage.healthy,
        "entries": coverage.entries,
        "judged": coverage.judged,
        "blind": [
            {"source": blind.source, "since": _time(blind.since), "reason": blind.reason} for blind in coverage.blind
        ],
        "gaps": [{"source": gap.source, "start": _time(gap.start), "end": _time(gap.end)} for gap in coverage.gaps],
    }


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
