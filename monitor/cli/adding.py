"""`monitor sources add`, `import` and `export`: new files with sources; a file of the user is never rewritten."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.settings import Where
from monitor.cli.sources import sources_app, web_address

if TYPE_CHECKING:
    from monitor.cli.look import Look
    from monitor.cli.opml import Outline
    from monitor.config import Config
    from monitor.model import Source


@sources_app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="URL of a feed, or of a page that names one.")],
    name: Annotated[str, typer.Option("--id", help="Id of the source. [default: from its title]")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Find the feed of an outlet, show its last entries, and write sources/added-ID.yaml beside your other files.

    Example: monitor sources add https://www.dawn.com --id dawn --yes
    """
    import asyncio

    from monitor.cli.look import told

    where: Where = context.obj
    config = where.load()
    seen = asyncio.run(_find(config, web_address(url, no="domain")))
    typer.echo("\n".join(told(seen)))
    if seen.error:
        raise typer.Exit(1)
    source = found_source(seen, config.sources, name=name)
    if not yes:
        typer.confirm(f"Add it as {source.id}?", abort=True)
    said = (
        f"Added on {datetime.now(UTC):%Y-%m-%d} by `monitor sources add`; country, owner and zone are for you to say."
    )
    file = write_new(where.folder() / "sources", f"added-{source.id}", written([source], comment=said))
    typer.echo(f"written  {file}")


@sources_app.command("import")
def import_(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="An OPML file.", exists=True, dir_okay=False)]
) -> None:
    """Take over the feeds of an OPML file into a new file of sources; what is there already is passed over.

    Example: monitor sources import reader.opml
    """
    from monitor.cli import opml

    where: Where = context.obj
    outlines = opml.read(file.read_bytes())
    taken, passed = imported(outlines, where.load().sources)
    for line in passed:
        typer.echo(f"left out  {line}", err=True)
    if not taken:
        typer.echo(f"{file}: none of its {len(outlines)} feeds is new; nothing was written")
        return
    said = f"Imported from {file.name} on {datetime.now(UTC):%Y-%m-%d}."
    name = f"imported-{_slug(file.stem) or 'opml'}"
    path = write_new(where.folder() / "sources", name, written(taken, comment=said))
    typer.echo(f"written  {path}: {len(taken)} of {len(outlines)} feeds")


@sources_app.command()
def export(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="A new file to write to. [default: print it]")] = None,
) -> None:
    """Write the feeds of the configuration as OPML, for other readers.

    Example: monitor sources export > monitor.opml
    """
    from monitor.cli import opml
    from monitor.model import SourceKind

    sources = context.obj.load().sources
    text = opml.write(sources)
    if out:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    else:
        typer.echo(text, nl=False)
    for source in sources:
        if source.kind is not SourceKind.FEED:
            typer.echo(f"left out  {source.id}: OPML knows feeds only, not a {source.kind}", err=True)


async def _find(config: "Config", url: str) -> "Look":
    from monitor.app import open_app
    from monitor.cli.look import find

    async with open_app(config, store="sqlite://") as kit:
        return await find(kit, url, {})


def found_source(seen: "Look", configured: "Sequence[Source]", *, name: str = "") -> "Source":
    """The source to be written for what was found. Wrong usage where its URL or the wanted id is there already."""
    from monitor import urls
    from monitor.text import clean

    url = seen.moved_to or seen.source.url
    for source in configured:
        if urls.canonical(source.url) == urls.canonical(url):
            raise typer.BadParameter(f"{url} is there already, as {source.id}")
        if source.id == name:
            raise typer.BadParameter(f"the id {name} is taken, by {source.url}")
    title = clean(seen.title, limit=100) or seen.source.name
    return replace(
        seen.source,
        id=name or _free(title, url, {source.id for source in configured}),
        name=title,
        url=url,
        language=_language(seen.language),
    )


def imported(
    outlines: "Sequence[Outline]", configured: "Sequence[Source]"
) -> "tuple[tuple[Source, ...], tuple[str, ...]]":
    """The sources for the feeds that are new, and a line for each that is left out."""
    from monitor import urls
    from monitor.model import Source

    ids = {urls.canonical(source.url): source.id for source in configured}
    taken: list[Source] = []
    passed: list[str] = []
    for outline in outlines:
        key = urls.canonical(outline.url)
        if not key:
            passed.append(f"{outline.title or 'a feed without a title'}: its xmlUrl is no http or https URL")
        elif key in ids:
            passed.append(f"{outline.title}: {outline.url} is there already, as {ids[key]}")
        else:
            ids[key] = _free(outline.title, outline.url, ids.values())
            language = _language(outline.language)
            taken.append(Source(id=ids[key], name=outline.title, url=outline.url, language=language))
    return tuple(taken), tuple(passed)


def written(sources: "Sequence[Source]", *, comment: str) -> str:
    """Sources as the text of a file in sources/. Values stand in double quotes, which YAML shares with JSON."""
    lines = [f"# {comment}", "sources:"]
    for source in sources:
        values = {"id": source.id, "name": source.name, "url": source.url, "kind": source.kind.value}
        values |= {"language": source.language} if source.language else {}
        pairs = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
        lines += [f"  - {pairs[0]}", *(f"    {pair}" for pair in pairs[1:])]
    return "\n".join(lines) + "\n"


def write_new(folder: Path, stem: str, text: str) -> Path:
    """Write a YAML file under a name that is free yet; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    names = (f"{stem}.yaml", *(f"{stem}-{number}.yaml" for number in range(2, 1000)))
    path = next(folder / name for name in names if not (folder / name).exists())
    with path.open("x", encoding="utf-8") as file:  # x: never over a file that came in between
        file.write(text)
    return path


def _free(title: str, url: str, taken: Collection[str]) -> str:
    """An id of the letters of a title, or of the site where it has none that an id may have; counted up where taken."""
    from monitor import urls

    stem = _slug(title) or _slug(urls.site(url)) or "source"
    ids = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in ids if name not in taken)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:40].strip("-")


def _language(tag: str) -> str:
    """The primary subtag of a language tag, or ""."""
    found = re.match(r"[a-z]{2,3}(?![a-z])", tag.lower())
    return found[0] if found else ""
