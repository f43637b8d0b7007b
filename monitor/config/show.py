"""The effective settings, each with the place that it comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from monitor.channels import public_recipient
from monitor.config.loader import CHANNELS, SETTINGS, inherit_zone, load, read_channels, read_settings
from monitor.config.validation import validate
from monitor.config.yaml_positions import KeyPath, YamlDocument, dotted
from monitor.errors import mask_secrets

# Of one length: the number of asterisks must not reveal the length of a secret.
MASK = "**********"


def show(folder: Path, *, env: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Returns key, value and origin of every setting and channel, secrets masked. Raises ConfigErrors as `load` does."""
    load(folder, env=env)
    settings, channels = read_settings(folder, env), read_channels(folder)
    inherit_zone(channels, settings)
    parts = ((settings, validate(SETTINGS, settings)), (channels, validate(CHANNELS, channels)))
    return [
        (dotted(path), value, origin(document, path))
        for document, values in parts
        for path, value in [*leaves(values, ()), *secret_files(document.data, ())]
    ]


def leaves(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """The single values below a value. Fields that are kept out of a `repr` are secrets."""
    match value:
        case BaseModel():
            for name, child in value:
                yield from leaves(child, (*path, name))
        case tuple() if value and is_dataclass(value[0]):
            for number, child in enumerate(value):
                yield from leaves(child, (*path, number))
        case tuple():
            yield path, f"[{', '.join(public_recipient(str(part)) for part in value)}]"
        case _ if is_dataclass(value):
            for field in fields(value):
                child = getattr(value, field.name)
                yield from (
                    [((*path, field.name), MASK)] if child and not field.repr else leaves(child, (*path, field.name))
                )
        case _:
            yield path, mask_secrets(str(value))


def secret_files(data: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """The names of the files that secrets were read from: keys that the validated values no longer have."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if isinstance(key, str) and key.endswith("_file"):
            yield (*path, key), str(value)
        else:
            yield from secret_files(value, (*path, key))


def origin(document: YamlDocument, path: KeyPath) -> str:
    """The file and line of a value, its environment variable, or "default"."""
    location = document.locations.get(path)
    if location is None:
        return "default"
    return f"{location.file}:{location.line}" if location.line else location.file
