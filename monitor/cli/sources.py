"""`monitor sources`: the sources there are, how they are doing, and what one would give now."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import app
from monitor.cli.output import moment, print_json, print_table
from monitor.cli.settings import Where

if TYPE_CHECKING:
    from monitor.cli.look import Look
    from monitor.config import Config
    from monitor.model import Source
    from monitor.store import Store
    from monitor.store.sources import SourceState

LATELY = timedelta(days=30)  # pages since then are looked at; a slow source shows three in them

sources_app = typer.Typer(no_args_is_help=True, help="See, check, add and pause the sources.")
app.add_typer(sources_app, name="sources")


@sources_app.command("list")
def list_(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False
) -> None:
    """List the sources with their state: on, new (not polled yet), failing, changed (layout), blind, paused or off.

    Example: monitor sources list --json
    """
    states = known(context.obj)
    if as_json:
        print_json([_plain(state) for state in states])
        return
    head = ("source", "state", "last ok", "last new", "why")
    print_table(
        head,
        [(one.source.id, word(one), moment(one.last_ok), moment(one.last_new), _why(one)) for one in states],
    )


@sources_app.command()
def check(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Id of a source, or the URL of a feed or of a page that names one.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Look at a source once and say what a poll would give: entries, newest, language, what was odd. Stores nothing.

    Example: monitor sources check https://www.dawn.com
    """
    import asyncio

    from monitor.cli.look import told

    where: Where = context.obj
    seen = asyncio.run(_check(where.load(), source))
    if as_json:
        print_json(seen.report())
    else:
        typer.echo("\n".join(told(seen)))
    raise typer.Exit(1 if seen.error else 0)


@sources_app.command()
def pause(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Id of a source.")],
    reason: Annotated[str, typer.Option(help="Why, for whoever wonders later.")] = "",
) -> None:
    """Stop polling a source until it is resumed. The pause is kept in the store; no file is changed.

    Example: monitor sources pause fars --reason "an HTML shell since Monday"
    """
    from monitor.store import sources

    where: Where = context.obj
    with where.open_store() as store:
        _follow(where, store)
        done = store.call(sources.pause, source, reason=reason, now=datetime.now(UTC))
    _said(done, source, "paused")


@sources_app.command()
def resume(context: typer.Context, source: Annotated[str, typer.Argument(help="Id of a source.")]) -> None:
    """Poll a paused source again, from the next poll on.

    Example: monitor sources resume fars
    """
    from monitor.store import sources

    where: Where = context.obj
    with where.open_store() as store:
        _follow(where, store)
        done = store.call(sources.resume, source, now=datetime.now(UTC))
    _said(done, source, "resumed")


def known(where: Where) -> "list[SourceState]":
    """The sources of the store as the configuration has them now, and those that the store has not met yet, by id.

    Nothing is changed by looking.
    """
    from dataclasses import replace

    from monitor.store import readings, sources

    now = datetime.now(UTC)
    with where.open_store() as store:
        changed = store.call(readings.changed, since=now - LATELY)
        met = store.call(sources.health, now=now)
    states = {one.source.id: replace(one, changed=changed.get(one.source.id, "")) for one in met}
    for source in where.load().sources if where.configured() else ():
        state = states.get(source.id) or _unmet(source, now=now)
        states[source.id] = replace(state, source=source, enabled=source.enabled)
    return sorted(states.values(), key=lambda state: state.source.id)


def _unmet(source: "Source", *, now: datetime) -> "SourceState":
    from monitor.store.sources import SourceState

    return SourceState(
        source=source,
        enabled=source.enabled,
        paused_at=None,
        paused_reason="",
        status="",
        reason="",
        failures=0,
        polls=0,
        overlap=0,
        last_poll=None,
        last_ok=None,
        last_new=None,
        next_at=now,
        blind=None,
    )


def word(state: "SourceState") -> str:
    """How a source is doing, in one word."""
    if not state.enabled:
        return "off"
    if state.paused_at:
        return "paused"
    if state.blind:
        return "blind"
    if not state.polls:
        return "new"
    if state.changed:
        return "changed"
    return "failing" if state.failures else "on"


def _why(state: "SourceState") -> str:
    if not state.enabled:
        return state.source.note
    if state.paused_at:
        return state.paused_reason
    if state.blind:
        return "; ".join(filter(None, (state.blind.reason, state.changed)))
    return state.changed or state.reason


def _plain(state: "SourceState") -> dict[str, object]:
    source = state.source
    about = {name: getattr(source, name) for name in ("id", "name", "url", "kind", "language", "country", "owner")}
    names = ("failures", "polls", "last_poll", "last_ok", "last_new", "next_at")
    return about | {"state": word(state), "why": _why(state)} | {name: getattr(state, name) for name in names}


async def _check(config: "Config", name: str) -> "Look":
    from monitor.app import open_app
    from monitor.cli.look import find, look

    async with open_app(config, store="sqlite://") as kit:
        configured = next((source for source in config.sources if source.id == name), None)
        if configured:
            return await look(kit, configured, {})
        return await find(kit, web_address(name, no="source of `monitor sources list`"), {})


def web_address(text: str, *, no: str) -> str:
    """A URL as people type it, with or without its scheme. Wrong usage where it is none, and `no` other thing either."""
    from monitor import urls

    address = urls.absolute("", text if "://" in text else f"https://{text}")
    host = urls.host(address)
    if "." not in host or host.endswith((".html", ".htm")):  # no host is called so, but a file that is not there
        raise typer.BadParameter(f"{text!r} is no {no} and no URL")
    return address


def _follow(where: Where, store: "Store") -> None:
    """Let the store know the sources of the configuration, so that one never polled can be paused."""
    from monitor.store import sources

    if where.configured():
        store.call(sources.sync, where.load().sources, now=datetime.now(UTC))


def _said(done: bool, source: str, what: str) -> None:  # noqa: FBT001 - what the store answered
    if not done:
        raise typer.BadParameter(f"no source is called {source}; see `monitor sources list`")
    typer.echo(f"{source}: {what}")
