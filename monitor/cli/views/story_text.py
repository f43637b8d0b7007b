"""Stories as text, table rows and JSON values."""

from collections.abc import Iterator

from monitor.cli.views.output import field_line, to_number
from monitor.cli.views.source_text import short_time
from monitor.services.times import format_time
from monitor.store.notices import StoryItem, StoryRecord

STORY_HEAD = ("story", "thread", "items", "last", "headline of the first")


def story_row(story: StoryRecord) -> tuple[str, ...]:
    """Returns a story as a row below STORY_HEAD."""
    latest = max(item.first_seen for item in story.items)
    title = story.items[0].article.title
    return (str(story.story), str(story.thread), str(len(story.items)), format_time(latest), title)


def story_lines(story: StoryRecord) -> Iterator[str]:
    """Yields a story as lines of text: its items, and the earlier stories of its thread."""
    yield field_line("story", f"{story.story} of thread {story.thread}")
    if not story.items:
        yield field_line("", "none of its items is relevant any more")
    for item in story.items:
        yield field_line(short_time(item.published), f"{item.source.id}: {item.article.title}")
        copy = f", its text repeats item {item.copy_of}" if item.copy_of else ""
        partial = ", title and summary only" if item.partial else ""
        yield field_line("", f"{item.entry.link}  (item {item.item}, score {item.verdict.score:.2f}{copy}{partial})")
    for earlier in story.earlier:
        yield field_line("earlier", f"{earlier.title}  {earlier.url}")


def story_json(story: StoryRecord) -> dict[str, object]:
    """Returns a story as a JSON value."""
    return {
        "story": story.story,
        "thread": story.thread,
        "items": [item_json(item) for item in story.items],
        "earlier": [{"title": earlier.title, "url": earlier.url} for earlier in story.earlier],
    }


def item_json(item: StoryItem) -> dict[str, object]:
    """Returns an item of a story as a JSON value."""
    return {
        "item": item.item,
        "source": item.source.id,
        "title": item.article.title,
        "url": item.entry.link,
        "language": item.article.language,
        "published": item.published,
        "first_seen": item.first_seen,
        "score": to_number(item.verdict.score),
        "copy_of": item.copy_of or None,
        "partial": item.partial,
    }
