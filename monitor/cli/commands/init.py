"""`monitor init`."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.lazy_group import new_app
from monitor.config import is_contact
from monitor.services.config_files import contact_of, write_starter

QUESTION = "An address or page where an outlet can reach you (every request carries it)"
CONTACT_FORM = "is neither a mail address (desk@example.org) nor the URL of a page"

app = new_app()


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Where to write. [default: --config, else ./config]")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask anything.")] = False,
    contact: Annotated[str, typer.Option(help="Address or page that every request carries.")] = "",
    rules: Annotated[bool, typer.Option("--rules", help="Copy the rules too, to edit them.")] = False,
) -> None:
    """Write a commented configuration to start from.

    Existing files are never changed: if monitor.yaml exists with another contact, the command says so, and fails if that
    contact is empty. Without --rules the bundled rules apply, and improve with each release.

    Example: monitor init config --contact desk@example.org --yes
    """
    target = folder or context.obj.config or Path("config")
    if contact and not is_contact(contact):
        raise typer.BadParameter(f"{contact!r} {CONTACT_FORM}", param_hint="--contact")
    if not contact and not yes and not contact_of(target):
        contact = typer.prompt(QUESTION, value_proc=parse_contact)
    for file in write_starter(target, contact=contact, with_rules=rules):
        typer.echo(f"{'written  ' if file.written else 'kept     '}{file.path}")
    effective = contact_of(target)
    if contact and effective != contact:
        typer.echo(f"{target / 'monitor.yaml'} was kept as it is: set contact: {contact} in it yourself", err=True)
    if not effective:
        typer.echo(
            f"contact: is empty in {target / 'monitor.yaml'}, so nothing will be fetched until you set it", err=True
        )
    typer.echo(f"Next: monitor --config {target} config check, then monitor --config {target} fetch")
    raise typer.Exit(1 if contact and not effective else 0)


def parse_contact(answer: str) -> str:
    """Returns the answer, if it is a contact; else typer asks again."""
    if not is_contact(answer):
        raise typer.BadParameter(f"{answer!r} {CONTACT_FORM}")
    return answer.strip()
