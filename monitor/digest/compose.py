"""Choose and order the stories of a digest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.model import Channel, Coverage, Digest, DigestArticle, DigestStory, NearMiss, NoticeKind


def compose(
    channel: Channel,
    *,
    kind: Literal["digest", "alert"],
    start: datetime,
    end: datetime,
    stories: Sequence[DigestStory],
    near_misses: Sequence[NearMiss],
    coverage: Coverage,
) -> Digest:
    """Returns a digest of the stories: updates first, then by number of outlets, then by score, then the newest.

    Each item appears once. At most `channel.max_stories` stories are taken; `overflow` counts the others, whose
    notices stay pending for the next digest.
    """
    ordered = list(without_repeats(sorted(map(best_first, stories), key=sort_key)))
    return Digest(
        channel=channel.id,
        name=channel.name or channel.id,
        kind=kind,
        start=start,
        end=end,
        zone=channel.zone,
        stories=tuple(ordered[: channel.max_stories]),
        near_misses=tuple(sorted(near_misses, key=lambda near_miss: -near_miss.score)),
        overflow=len(ordered[channel.max_stories :]),
        coverage=coverage,
    )


def seen_at(article: DigestArticle) -> datetime:
    """When an article was published, or first seen if that is unknown."""
    return article.published or article.first_seen


def outlets(story: DigestStory) -> set[str]:
    """The names of all outlets that carry a story, copies included."""
    copies = {name for article in story.articles for name, _ in article.copies}
    return {article.source for article in story.articles} | copies


def sort_key(story: DigestStory) -> tuple[bool, int, float, float]:
    """The order of stories in a digest; the lowest key comes first."""
    # Updates come first because their readers know the story. The number of outlets measures importance better than
    # the score, which measures only how surely a text is about both countries.
    newest = max(map(seen_at, story.articles)).timestamp() if story.articles else 0.0
    return story.kind is not NoticeKind.UPDATE, -len(outlets(story)), -story.score, -newest


def best_first(story: DigestStory) -> DigestStory:
    """The story with the article first that represents it best."""
    # An article read in full before a headline alone, one without flags before a flagged one, then the earliest.
    articles = sorted(story.articles, key=lambda article: (article.partial, bool(article.flags), seen_at(article)))
    return replace(story, articles=tuple(articles))


def without_repeats(stories: Iterable[DigestStory]) -> Iterator[DigestStory]:
    """The stories without articles that an earlier one has; a story with none left is dropped."""
    # A split or merge between two notices can put one item into two stories.
    earlier_items: set[int] = set()
    for story in stories:
        articles = tuple(
            {article.item: article for article in story.articles if article.item not in earlier_items}.values()
        )
        earlier_items.update(article.item for article in articles)
        if articles:
            yield replace(story, articles=articles)
