"""What holds, and where each value comes from."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from monitor.config.check import fill
from monitor.config.load import CHANNELS, SETTINGS, load, settings_document
from monitor.config.yaml import Document, Trail, read


def show(folder: Path, *, env: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Key, value and origin of every setting and channel, secrets masked. Raises ConfigErrors as `load` does."""
    load(folder, env=env)
    settings, channels = settings_document(folder, env), _channels(folder)
    parts = ((settings, fill(SETTINGS, settings)), (channels, fill(CHANNELS, channels)))
    return [
        (_dotted(trail), value, _origin(document, trail))
        for document, form in parts
        for trail, value in _leaves(form, ())
    ]


def _channels(folder: Path) -> Document:
    path = folder / "channels.yaml"
    return read(path) if path.exists() else Document()


def _leaves(value: object, trail: Trail) -> Iterator[tuple[Trail, str]]:
    match value:
        case BaseModel():
            for name, inner in value:
                yield from _leaves(inner, (*trail, name))
        case tuple() if value and isinstance(value[0], BaseModel):
            for number, inner in enumerate(value):
                yield from _leaves(inner, (*trail, number))
        case tuple():
            yield trail, f"[{', '.join(map(str, value))}]"
        case _:
            yield trail, str(value)  # a SecretStr writes itself as asterisks


def _origin(document: Document, trail: Trail) -> str:
    place = document.places.get(trail)
    if place is None:
        return "default"
    return f"{place.file}:{place.line}" if place.line else place.file


def _dotted(trail: Trail) -> str:
    return ".".join(map(str, trail))
