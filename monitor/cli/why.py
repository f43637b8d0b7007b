"""`monitor why`: the way that an entry took, stage by stage, with the words that decided."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import moment, print_json, row
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.model import Hit, Verdict
    from monitor.store.trails import ItemTrail, Trail


@app.command()
def why(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="URL of an article, in any spelling, or the number of an item.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Tell what became of an entry and why: seen where, read how, judged by which words, grouped, told to whom.

    Example: monitor why https://tribune.com.pk/story/2453520/
    """
    trail = _find(context.obj, url)
    if trail is None:
        unseen = f"No source has shown {url}. `monitor try {url}` tells what would become of it."
        typer.echo(f"No item has the number {url}." if url.isdecimal() else unseen, err=True)
        raise typer.Exit(1)
    left_out = _left_out(context.obj, trail)
    if as_json:
        print_json({field.name: getattr(trail, field.name) for field in fields(trail)} | {"left_out": left_out})
    else:
        typer.echo("\n".join(told(trail, left_out)))


def _find(where: Where, url: str) -> "Trail | None":
    from monitor.store import trails

    with where.open_store() as store:
        return store.call(trails.find, url)


def _left_out(where: Where, trail: "Trail") -> dict[str, str]:
    """Why each channel that has no notice of a relevant item is not told of it, where its choice leaves it out."""
    from monitor.notify.channel_filter import left_out

    if not (trail.item and trail.item.verdict.digest and where.configured()):
        return {}
    noted = {notice.channel for notice in trail.item.notices}
    others = [channel for channel in where.load().channels if channel.id not in noted]
    return {channel.id: why for channel in others if (why := left_out(channel, trail.item.verdict))}


def told(trail: "Trail", left_out: Mapping[str, str]) -> Iterator[str]:
    """The trail in lines for people, oldest stage first; `left_out` names the channels that do not choose it, and why."""
    yield trail.entry.title or trail.entry.link
    yield trail.entry.link
    yield ""
    yield from _seen(trail)
    if trail.item:
        yield from _read(trail.item)
        yield from judged("judged", trail.item.verdict)
        yield from _grouped(trail.item)
        yield from _telling(trail.item)
        yield from (row("notice", f"not for channel {channel}: {why}") for channel, why in left_out.items())
    else:
        yield from judged("title and summary", trail.hint)
    yield from _ended(trail)


def _seen(trail: "Trail") -> Iterator[str]:
    for sighting in trail.sightings:
        first = (
            " (its first poll: a baseline, never alerted)" if trail.baseline and sighting.source == trail.source else ""
        )
        yield row("seen", f"{moment(sighting.at)} at {sighting.source}{first}")
    published = trail.entry.published
    yield row("published", moment(published) if published else "unknown; ordered by first sight")


def _read(item: "ItemTrail") -> Iterator[str]:
    article = item.article
    words = item.versions[-1].words
    size = "text no longer kept" if words is None else f"{words} words"
    yield row("read", f"{moment(item.read_at)} by {article.method}, {size}, quality {article.quality:.2f}")
    for note in article.notes:
        yield row("", note)
    if item.partial:
        yield row("", "partial: title and summary only")
    for version in item.versions[1:]:
        yield row("changed", f"{moment(version.at)} version {version.number}: {version.title}")


def judged(name: str, verdict: "Verdict") -> Iterator[str]:
    """A verdict in lines for people: how it came about, and each hit."""
    yield from weighed(name, verdict)
    for hit in verdict.hits:
        yield row(
            "", f"{hit.field} {hit.start}-{hit.end}: {hit.text!r} = {hit.name} ({hit.side or hit.kind}){_worth(hit)}"
        )


def weighed(name: str, verdict: "Verdict") -> Iterator[str]:
    """How a verdict came about: the score, each reason, topic and flag, what was lacking."""
    line = "alert line" if verdict.alert else "digest line" if verdict.digest else "below the line"
    yield row(name, f"score {verdict.score:.2f}, {line} (rules {verdict.rules})")
    for reason in verdict.reasons:
        yield row("", f"{reason.points:+.2f}  {reason.text}")
    for topic in verdict.topics:
        yield row("", f"topic: {topic.code}: {topic.evidence}" if topic.evidence else f"topic: {topic.code}")
    for flag in verdict.flags:
        yield row("", f"flag: {flag.code}: {flag.evidence}")
    if verdict.missing:
        yield row("", f"missing: {verdict.missing}")


def _worth(hit: "Hit") -> str:
    return f", {hit.points:+.2f}" if hit.points else ""


def _grouped(item: "ItemTrail") -> Iterator[str]:
    if item.story is None:
        return
    yield row("story", f"{item.story} of thread {item.thread}")
    for reason in item.grouping:
        yield row("", reason)
    if item.copy_of:
        yield row("", f"its text repeats {item.copy_of}")


def _telling(item: "ItemTrail") -> Iterator[str]:
    for notice in item.notices:
        state = f"digest {notice.digest}" if notice.digest else f"waiting, not before {moment(notice.not_before)}"
        yield row("notice", f"{notice.kind} for {notice.channel}: {state}")
    for delivery in item.deliveries:
        reason = f": {delivery.reason}" if delivery.reason else ""
        yield row("delivery", f"{delivery.state} {moment(delivery.ended_at)} to {delivery.recipient}{reason}")


def _ended(trail: "Trail") -> Iterator[str]:
    if trail.outcome is None:
        yield row("outcome", f"none yet: its page is due {moment(trail.read_at)}, {trail.attempts} tries so far")
    else:
        yield row("outcome", f"{trail.outcome} {moment(trail.ended_at)}")
    if trail.reason:
        yield row("", trail.reason)
