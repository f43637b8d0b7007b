"""`monitor config` and `monitor init`: see, check and start a configuration."""

import json
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import app
from monitor.cli.output import print_json
from monitor.cli.settings import Where

config_app = typer.Typer(no_args_is_help=True, help="Check and show the configuration.")
app.add_typer(config_app, name="config")


@config_app.command()
def check(context: typer.Context) -> None:
    """Read the whole configuration; every error is named with file, line and column. Exit code 2 where there is one.

    Example: monitor --config /etc/monitor config check
    """
    where: Where = context.obj
    loaded = where.load()
    on = sum(source.enabled for source in loaded.sources)
    typer.echo(
        f"{where.folder()}: fine. {on} of {len(loaded.sources)} sources on, {len(loaded.rules.terms)} terms, "
        f"{len(loaded.channels)} channels."
    )
    if not loaded.contact:
        typer.echo("contact: is empty, so nothing will be fetched from the network.", err=True)


@config_app.command()
def schema(name: Annotated[str, typer.Argument(help="monitor.yaml, channels.yaml, sources or rules")]) -> None:
    """Print the JSON schema of a kind of file, for editors that check YAML while you write.

    Example: monitor config schema sources > sources.schema.json
    """
    from monitor.config import schema as schemas

    known = schemas()
    if name not in known:
        raise typer.BadParameter(f"one of {', '.join(known)}")
    typer.echo(json.dumps(known[name], indent=2, ensure_ascii=False))


@config_app.command()
def show(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False
) -> None:
    """Print the settings that hold, each with where it comes from; secrets are masked.

    Example: monitor config show
    """
    import os

    from monitor.config import show as shown

    settings = shown(context.obj.folder(), env=os.environ)
    if as_json:
        print_json([{"key": key, "value": value, "origin": origin} for key, value, origin in settings])
        return
    for key, value, origin in settings:
        typer.echo(f"{key} = {value}  # {origin}")


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Where to. [default: --config, else ./config]")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    contact: Annotated[str, typer.Option(help="Address or page that every request carries.")] = "",
    rules: Annotated[bool, typer.Option("--rules", help="Copy the rules too, to edit them.")] = False,
) -> None:
    """Write a commented configuration to start from. A file that is there is never touched.

    Without --rules the rules that come with Monitor hold, and get better with it.

    Example: monitor init config --contact desk@example.org --yes
    """
    from monitor.config import bundled

    target = folder or context.obj.config or Path("config")
    if not contact and not yes:
        contact = typer.prompt(
            "An address or page where an outlet can reach you (every request carries it)", default=""
        )
    for source in sorted(bundled("config").rglob("*.*")):
        part = source.relative_to(bundled("config"))
        if source.is_file() and (part.parts[0] != "rules" or rules):
            typer.echo(_write(source, target / part, contact))
    typer.echo(f"Next: monitor --config {target} config check, then monitor --config {target} fetch")


def _write(source: Path, copy: Path, contact: str) -> str:
    """Copy one file of the configuration to where none is, with the contact filled in; what was done."""
    if copy.exists():
        return f"kept     {copy}"
    copy.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text("utf-8")
    if contact:
        text = text.replace('contact: ""', f"contact: {json.dumps(contact)}", 1)
    copy.write_text(text, "utf-8")
    return f"written  {copy}"
