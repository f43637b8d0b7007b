"""`monitor story`: what was grouped as one event."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import ago, moment, print_json, print_table, row
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.store.notices import StoredItem, StoryToTell

story_app = typer.Typer(no_args_is_help=True, help="See the stories: the items of one event.")
app.add_typer(story_app, name="story")


@story_app.command("list")
def list_(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(help="With an item seen from then on: 7d, 12h, or a date, UTC. [default: a day]")
    ] = "",
    until: Annotated[str, typer.Option(help="… and until then, UTC. [default: now]")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """List the stories of a period, those with the newest item first.

    Example: monitor story list --since 2024-01-16 --until 2024-01-20
    """
    from monitor.store import stories

    where: Where = context.obj
    now = datetime.now(UTC)
    end = ago(until, now=now, default=now)
    start = ago(since, now=now, default=end - timedelta(days=1))
    with where.open_store() as store:
        found = store.call(stories.within, since=start, until=end)
    if as_json:
        print_json([_plain(one) for one in found])
        return
    head = ("story", "thread", "items", "last", "headline of the first")
    print_table(head, [_row(one) for one in found])


@story_app.command()
def show(
    context: typer.Context,
    story: Annotated[int, typer.Argument(help="Number of a story; `monitor why URL` tells that of an item.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show the items of a story, what repeats what, and the earlier stories of its thread.

    Example: monitor story show 12
    """
    from monitor.store import stories

    where: Where = context.obj
    with where.open_store() as store:
        found = store.call(stories.find, story)
    if found is None:
        raise typer.BadParameter(f"there is no story {story}; `monitor story list --since DATE` shows them")
    if as_json:
        print_json(_plain(found))
    else:
        typer.echo("\n".join(_told(found)))


def _row(story: "StoryToTell") -> tuple[str, ...]:
    last = max(item.first_seen for item in story.items)
    title = story.items[0].article.title
    return (str(story.story), str(story.thread), str(len(story.items)), moment(last), title)


def _told(story: "StoryToTell") -> Iterator[str]:
    yield row("story", f"{story.story} of thread {story.thread}")
    if not story.items:
        yield row("", "none of its items is relevant any more")
    for item in story.items:
        yield row(moment(item.published)[:16] or "no time", f"{item.source.id}: {item.article.title}")
        yield row("", f"{item.entry.link}  ({_said(item)})")
    for title, url in story.earlier:
        yield row("earlier", f"{title}  {url}")


def _said(item: "StoredItem") -> str:
    copy = f", its text repeats item {item.copy_of}" if item.copy_of else ""
    partial = ", title and summary only" if item.partial else ""
    return f"item {item.item}, score {item.verdict.score:.2f}{copy}{partial}"


def _plain(story: "StoryToTell") -> dict[str, object]:
    return {
        "story": story.story,
        "thread": story.thread,
        "items": [_item(item) for item in story.items],
        "earlier": [{"title": title, "url": url} for title, url in story.earlier],
    }


def _item(item: "StoredItem") -> dict[str, object]:
    return {
        "item": item.item,
        "source": item.source.id,
        "title": item.article.title,
        "url": item.entry.link,
        "language": item.article.language,
        "published": item.published,
        "first_seen": item.first_seen,
        "score": item.verdict.score,
        "copy_of": item.copy_of or None,
        "partial": item.partial,
    }
