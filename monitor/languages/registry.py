"""Which languages there are, and the data files in their folders.

`monitor/languages/<code>/` holds the words of one language, one TOML file for each aspect (dates, numbers, page, ...).
The modules beside this one give each aspect its type. Files are read once per process.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def codes() -> tuple[str, ...]:
    """The codes of all languages that have a folder, sorted (ISO 639-1)."""
    folders = (folder for folder in files(__package__).iterdir() if folder.is_dir())
    return tuple(sorted(folder.name for folder in folders if folder.joinpath("language.toml").is_file()))


@cache
def read(code: str, aspect: str) -> Mapping[str, Any]:
    """The data file of one aspect of a language; empty if the language has no such file."""
    file = files(__package__).joinpath(code, f"{aspect}.toml")
    if not file.is_file():
        return {}
    return tomllib.loads(file.read_text("utf-8"))


def read_all(aspect: str) -> Mapping[str, Mapping[str, Any]]:
    """The data files of one aspect by language code, for all languages that have one."""
    return {code: content for code in codes() if (content := read(code, aspect))}
