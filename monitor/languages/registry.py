"""The languages of the service, and the data files in their folders.

`monitor/languages/<code>/` has the words of one language, one TOML file for each aspect (dates, page, events, ...). A
folder with a `language.toml` is a language of the service. The folder `other` has none: its files have the words of
further languages that pages are met in. The modules in this package give each aspect its type. Each file is read once
in a process.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def codes() -> tuple[str, ...]:
    """Returns the codes of the languages of the service (ISO 639-1), sorted."""
    # Read from the folders and not from a list, so that adding a language touches its folder alone.
    return tuple(name for name in folder_names() if files(__package__).joinpath(name, "language.toml").is_file())


@cache
def folder_names() -> tuple[str, ...]:
    """Returns the names of all folders with language data, sorted: the languages of the service, then `other`."""
    # Further languages come last, so that their words never override those of a language of the service.
    folders = [folder.name for folder in files(__package__).iterdir() if folder.is_dir()]
    return tuple(
        sorted((name for name in folders if not name.startswith("_")), key=lambda name: (name == "other", name))
    )


def read(code: str, aspect: str) -> Mapping[str, Any]:
    """Returns the data file of one aspect of a language (or of `other`); empty if there is no such file."""
    # Codes come from web pages: an unknown one must neither become a path nor fill the cache.
    return _load(code, aspect) if code in folder_names() else {}


@cache
def _load(folder: str, aspect: str) -> Mapping[str, Any]:
    file = files(__package__).joinpath(folder, f"{aspect}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def read_all(aspect: str) -> Mapping[str, Mapping[str, Any]]:
    """Returns the data files of one aspect by folder name (a language code or `other`), for all folders that have one."""
    return {name: content for name in folder_names() if (content := read(name, aspect))}
