"""The templates that come with Monitor, as package data."""

from importlib.resources import files


def load() -> dict[str, str]:
    """Name and source of each template. It reads files: to be called once, where the service is put together."""
    return {
        found.name: found.read_text(encoding="utf-8")
        for found in files(__package__).iterdir()
        if found.name.endswith(".j2")
    }
