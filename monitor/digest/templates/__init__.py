"""The templates that are shipped with Monitor, as package data."""

from importlib.resources import files


def load() -> dict[str, str]:
    """Returns the sources of the templates by name. It reads files: call it once, when the service starts."""
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in files(__package__).iterdir()
        if file.name.endswith(".j2")
    }
