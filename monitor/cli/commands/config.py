"""`monitor config`."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from monitor import config as configuration
from monitor.cli.context import CliContext
from monitor.cli.lazy_group import new_app
from monitor.cli.views.json_output import print_json
from monitor.cli.views.output import print_table
from monitor.services.rule_codes import list_codes

app = new_app(no_args_is_help=True, help="Check and show the configuration.")


@app.command()
def check(context: typer.Context) -> None:
    """Check the whole configuration and list every error with file, line and column.

    The exit code is 2 if there is an error.

    Example: monitor --config /etc/monitor config check
    """
    cli: CliContext = context.obj
    config = cli.load()
    if config.faults:  # printed already, as warnings: the service runs without these recipients
        count = len(config.faults)
        typer.echo(f"{count} error{'s' if count > 1 else ''} in the configuration", err=True)
        raise typer.Exit(2)
    enabled = sum(source.enabled for source in config.sources)
    typer.echo(
        f"{cli.folder()}: no errors. {enabled} of {len(config.sources)} sources enabled, "
        f"{len(config.rules.terms)} terms, {len(config.channels)} channels."
    )
    if not config.contact:
        typer.echo("contact: is empty, so nothing will be fetched from the network.", err=True)
    elif not configuration.is_contact(config.contact):
        origins = {key: origin for key, _, origin in configuration.show(cli.folder(), env=os.environ)}
        form = "is neither a mail address nor the URL of a page; outlets cannot reach you"
        typer.echo(f"{origins['contact']}: contact: {config.contact!r} {form}", err=True)
        raise typer.Exit(2)


@app.command()
def schema(name: Annotated[str, typer.Argument(help="monitor.yaml, channels.yaml, sources or rules")]) -> None:
    """Print the JSON schema of a kind of file, for editors that check YAML while you type.

    Example: monitor config schema sources > sources.schema.json
    """
    schemas = configuration.schema()
    if name not in schemas:
        raise typer.BadParameter(f"one of {', '.join(schemas)}")
    typer.echo(json.dumps(schemas[name], indent=2, ensure_ascii=False))


@app.command()
def show(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False
) -> None:
    """Print effective settings with their source; secrets are masked.

    Example: monitor config show
    """
    settings = configuration.show(context.obj.folder(), env=os.environ)
    if as_json:
        print_json([{"key": key, "value": value, "origin": origin} for key, value, origin in settings])
        return
    for key, value, origin in settings:
        typer.echo(f"{key} = {value}  # {origin}")


@app.command()
def codes(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False
) -> None:
    """List the topics, flags and @names that searches, rules and channels can use.

    Example: monitor config codes
    """
    listed = list_codes(context.obj.rules())
    if as_json:
        print_json(listed)
    else:
        print_table(("kind", "code", "name"), ((code.kind, code.code, code.name) for code in listed))


@app.command()
def upgrade(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="YAML files of a configuration.", exists=True, dir_okay=False),
    ],
    print_text: Annotated[bool, typer.Option("--print", help="Print the new text of the files.")] = False,
) -> None:
    """Show configuration files with their renamed keys replaced.

    Monitor never changes a file of yours: the new text is printed, and you replace the file.

    Example: monitor config upgrade config/channels.yaml --print > channels.new.yaml
    """
    if not print_text:
        raise typer.BadParameter(
            "add --print to see the new text; Monitor never changes your files, so replace each file yourself",
            param_hint="--print",
        )
    for file in files:
        typer.echo(configuration.upgrade(file.read_text("utf-8"), file=str(file)), nl=False)
