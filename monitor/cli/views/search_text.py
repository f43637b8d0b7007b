"""Search results as text, CSV rows and JSON values."""

from collections.abc import Iterable, Iterator

from monitor.cli.views.output import to_number
from monitor.services.times import format_time
from monitor.store.search import SearchHit

# The columns of --csv and the keys of --json.
COLUMNS = (
    "item",
    "at",
    "source",
    "language",
    "country",
    "score",
    "topics",
    "flags",
    "outcome",
    "story",
    "title",
    "url",
)


def hit_values(hit: SearchHit) -> dict[str, object]:
    """Returns a search result by column."""
    return {
        "item": hit.item,
        "at": hit.at,
        "source": hit.source.id,
        "language": hit.article.language or hit.source.language,
        "country": hit.source.country,
        "score": to_number(hit.verdict.score),
        "topics": [topic.code for topic in hit.verdict.topics],
        "flags": [flag.code for flag in hit.verdict.flags],
        "outcome": str(hit.status or "waiting"),
        "story": hit.story,
        "title": hit.article.title or hit.entry.title,
        "url": hit.entry.link,
    }


def hit_lines(hits: Iterable[SearchHit]) -> Iterator[str]:
    """Yields two lines for each result: the headline, and the link with the verdict in short."""
    for hit in hits:
        codes = [topic.code for topic in hit.verdict.topics] + [flag.code for flag in hit.verdict.flags]
        verdict = ", ".join([str(hit.status or "waiting"), f"score {hit.verdict.score:.2f}", *codes])
        yield f"{format_time(hit.at)}  {hit.source.id}  {hit.article.title or hit.entry.title}"
        yield f"    {hit.entry.link}  ({verdict}; item {hit.item})"
