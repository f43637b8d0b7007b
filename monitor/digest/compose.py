"""Choose and order the stories of a digest."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.model import AlertedStory, Channel, Coverage, Digest, DigestArticle, DigestStory, NearMiss, NoticeKind


def compose(
    channel: Channel,
    *,
    kind: Literal["digest", "alert"],
    start: datetime,
    end: datetime,
    stories: Sequence[DigestStory],
    near_misses: Sequence[NearMiss],
    coverage: Coverage,
    alerted: Sequence[AlertedStory] = (),
) -> Digest:
    """Returns a digest of the stories, the most important affair first: see `sort_key`.

    The stories of one affair are together, in order of time. Each item appears once, and an earlier story only if the
    digest does not show it anyway. At most `channel.max_stories` stories are taken; `overflow` counts the others, whose
    notices stay pending for the next digest.
    """
    ranked = list(without_repeats(sorted(map(best_first, stories), key=sort_key)))
    shown = by_affair(ranked[: channel.max_stories])
    numbers = {story.story for story in shown}
    return Digest(
        channel=channel.id,
        name=channel.name or channel.id,
        kind=kind,
        start=start,
        end=end,
        zone=channel.zone,
        stories=tuple(without_shown_stories(story, numbers) for story in shown),
        alerted=tuple(story for story in alerted if story.story not in numbers),
        near_misses=tuple(sorted(near_misses, key=lambda near_miss: -near_miss.score)),
        overflow=len(ranked[channel.max_stories :]),
        coverage=coverage,
    )


def seen_at(article: DigestArticle) -> datetime:
    """When an article was published, or first seen if that is unknown."""
    return article.published or article.first_seen


def outlets(story: DigestStory) -> set[str]:
    """The names of all outlets that carry a story, copies included."""
    copies = {name for article in story.articles for name, _ in article.copies}
    return {article.source for article in story.articles} | copies


def sort_key(story: DigestStory) -> tuple[bool, bool, int, int, float, float]:
    """The order of stories in a digest; the lowest key comes first.

    Stories that deserve an alert come first, then updates, then by number of countries whose outlets carry the story, by
    number of outlets, by score, and the newest first.
    """
    # A recalled ambassador once stood below a recipe farm's copy of a border story, because both had one outlet. Updates
    # come early because their readers know the story. The number of outlets measures importance better than the score,
    # which measures only how surely a text is about both countries.
    countries = {article.country for article in story.articles if article.country}
    newest = max(map(seen_at, story.articles)).timestamp() if story.articles else 0.0
    return (
        not story.urgent,
        story.kind is not NoticeKind.UPDATE,
        -len(countries),
        -len(outlets(story)),
        -story.score,
        -newest,
    )


def by_affair(ranked: Sequence[DigestStory]) -> list[DigestStory]:
    """The stories with those of one thread together, the oldest of them first; threads keep the rank of their best story."""
    threads: dict[int, list[DigestStory]] = {}
    for story in ranked:
        threads.setdefault(story.thread, []).append(story)
    return [story for stories in threads.values() for story in sorted(stories, key=opened_at)]


def opened_at(story: DigestStory) -> datetime:
    """When the first of the shown articles of a story was published."""
    return min(map(seen_at, story.articles))


def without_shown_stories(story: DigestStory, shown: Collection[int]) -> DigestStory:
    """The story without those of its earlier stories that the digest shows in full."""
    return replace(story, earlier=tuple(earlier for earlier in story.earlier if earlier.story not in shown))


def best_first(story: DigestStory) -> DigestStory:
    """The story with the article first that represents it best."""
    return replace(story, articles=tuple(in_order(story.articles, story.kind)))


def in_order(articles: Iterable[DigestArticle], kind: NoticeKind) -> list[DigestArticle]:
    """The articles of a story that is shown as this kind; the first one represents it, and gives its evidence."""
    # What raised an alert or update before other articles: an alert on a morning's strike once had the headline of a
    # feature of the day before, the oldest text of its story. Then an article read in full before a headline alone, one without
    # flags before a flagged one, then the earliest.
    is_new_story = kind is NoticeKind.DIGEST

    def rank(article: DigestArticle) -> tuple[bool, bool, bool, datetime]:
        is_context = not is_new_story and not article.raised_notice
        return is_context, article.partial, bool(article.flags), seen_at(article)

    return sorted(articles, key=rank)


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
