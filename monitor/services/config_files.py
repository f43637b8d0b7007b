"""Write a first configuration from the bundled files."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from monitor.config import bundled, read_yaml

CONTACT_LINE = 'contact: ""'  # of the bundled monitor.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterFile:
    """A file of the first configuration; `written` is False if it existed already and was left as it was."""

    path: Path
    written: bool


def write_starter(folder: Path, *, contact: str, with_rules: bool) -> list[StarterFile]:
    """Copy the bundled configuration into a folder, with the contact filled in. Existing files are never changed.

    Without `with_rules` the bundled rules apply, and improve with each release.
    """
    origin = bundled("config")
    files: list[StarterFile] = []
    # Beside a configuration that works, --rules adds the rules and not the catalogue, which its owner may have left out.
    only_rules = with_rules and (folder / "monitor.yaml").exists()
    for source in sorted(origin.rglob("*.*")):
        relative = source.relative_to(origin)
        is_rule = relative.parts[0] == "rules"
        if not source.is_file() or (is_rule and not with_rules) or (only_rules and not is_rule):
            continue
        target = folder / relative
        files.append(StarterFile(path=target, written=not target.exists()))
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text("utf-8")
        if contact:
            # The bundled file has one such line, with comments that parsing and writing YAML would lose.
            text = text.replace(CONTACT_LINE, f"contact: {json.dumps(contact)}", 1)
        if source.suffix == ".service":
            text = text.replace("/etc/monitor", str(folder.absolute())).replace(
                "/usr/local/bin/monitor", program_path()
            )
        target.write_text(text, "utf-8")
    return files


def contact_of(folder: Path) -> str:
    """Returns the contact in a folder's monitor.yaml; "" if it is empty, or the file is missing or invalid."""
    contact = read_yaml(folder / "monitor.yaml").data.get("contact")
    return contact if isinstance(contact, str) else ""


def program_path() -> str:
    """Returns the path of the program that runs, for the unit file of systemd."""
    program = Path(sys.argv[0]).absolute()
    return str(program) if program.name == "monitor" and program.is_file() else "/usr/local/bin/monitor"
