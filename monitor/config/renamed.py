"""Keys and values of the configuration that were renamed, and the step from the old names to the new ones.

Old names work for one release with a warning. This module is the only place that knows them: the loader applies the
tables to the data of a file, `config upgrade` to its text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitor.config.yaml_positions import ConfigWarning, KeyPath, Location, YamlDocument, dotted, warning_at
from monitor.errors import ConfigError


class FileKind(StrEnum):
    """The kinds of configuration files."""

    SETTINGS = "monitor.yaml"
    CHANNELS = "channels.yaml"
    SOURCES = "sources"
    RULES = "rules"


# The path of a key, with * for any list position or key, and its new name. The parents of a path carry new names.
RENAMED_KEYS: Mapping[FileKind, Mapping[str, str]] = {
    FileKind.SETTINGS: {
        "limits.width": "concurrency",
        "limits.gap": "host_delay",
        "limits.body": "max_body_size",
    },
    FileKind.CHANNELS: {
        "channels.*.quiet": "quiet_hours",
        "channels.*.most": "max_stories",
        "channels.*.when_empty": "send_empty",
    },
    FileKind.SOURCES: {
        "sources.*.every": "interval",
        "sources.*.read": "fetch_pages",
    },
    FileKind.RULES: {
        "masks": "false_friends",
        "others": "third_countries",
        "cues": "word_sets",
        "cautions": "flags",
        "before_both": "prepositions_before",
        "behind_both": "postpositions_after",
        "terms.*.never_alone": "ambiguous_forms",
        "word_sets.*.of": "includes",
        "rules.*.most": "max_matches",
        "rules.*.body": "body_factor",
        "flags.*.least": "min_markers",
        "flags.*.hints": "hint_set",
        "flags.*.sourced": "attributions",
        "weights.near": "near_miss",
        "weights.mass": "frequency",
        "weights.mass_from": "frequency_min_sentences",
        "weights.part": "adjacent",
        "weights.weak": "ambiguous",
        "weights.apart": "max_distance_chars",
        "weights.lead": "lead_sentences",
        "weights.pairs_most": "pairs_max",
        "weights.list_from": "list_min_countries",
    },
}
# The path of a key (its new name) and the new names of its values.
RENAMED_VALUES: Mapping[FileKind, Mapping[str, Mapping[str, str]]] = {
    FileKind.SETTINGS: {},
    FileKind.CHANNELS: {},
    FileKind.SOURCES: {"sources.*.fetch_pages": {"hinted": "if_matched"}},
    FileKind.RULES: {
        "terms.*.strength": {"weak": "ambiguous", "context": "needs_side", "home": "domestic_only"},
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """One old name that a file contains: a key, or the value of a key."""

    path: KeyPath  # of the key; its parents carry new names, its last step is the old name of a key
    old: str
    new: str
    is_value: bool


def find_key_rename(kind: FileKind, path: KeyPath) -> str:
    """The new name of the key at a path, or "" if the key was not renamed."""
    return next((new for pattern, new in RENAMED_KEYS[kind].items() if _matches(pattern, path)), "")


def find_value_rename(kind: FileKind, path: KeyPath, value: object) -> str:
    """The new name of a value of the key at a path, or "" if the value was not renamed."""
    tables = RENAMED_VALUES[kind].items()
    return next((names.get(str(value), "") for pattern, names in tables if _matches(pattern, path)), "")


def apply_renames(document: YamlDocument, kind: FileKind) -> None:
    """Give the renamed keys and values of a document their new names, each with a warning.

    An error is added if a file sets both the old and the new key: the loader cannot know which one was meant.
    """
    document.data = _renamed(document.data, (), (), document, kind)


def apply_variable_rename(path: KeyPath) -> KeyPath:
    """The path of a setting (monitor.yaml) that an environment variable sets, with the new name of its key."""
    new = find_key_rename(FileKind.SETTINGS, path)
    return (*path[:-1], new) if new else path


def rename_error(rename: Rename, location: Location) -> ConfigError:
    """The error for a file that sets both the old and the new key."""
    message = f"{dotted(rename.path)}: this is the old name of {rename.new}, and both are set"
    hint = f"remove {rename.old}"
    return ConfigError(message, file=location.file, line=location.line, column=location.column, hint=hint)


def rename_warning(rename: Rename, location: Location) -> ConfigWarning:
    """The warning for one old name."""
    name = f"{dotted(rename.path)}: {rename.old}" if rename.is_value else dotted(rename.path)
    message = f"{name} is now {rename.new}; the old name stops working with the next release"
    return warning_at(location, message, old=rename.old, new=rename.new)


def _renamed(value: Any, path: KeyPath, old_path: KeyPath, document: YamlDocument, kind: FileKind) -> Any:
    """The value with new names. `old_path` is its path in the file: the locations are listed under it."""
    match value:
        case dict():
            return dict(_renamed_items(value, path, old_path, document, kind))
        case list():
            return [_renamed(item, (*path, n), (*old_path, n), document, kind) for n, item in enumerate(value)]
    if new := find_value_rename(kind, path, value):
        rename = Rename(path=path, old=str(value), new=new, is_value=True)
        document.warnings.append(rename_warning(rename, document.location(old_path)))
        return new
    return value


def _renamed_items(
    mapping: Mapping[str, Any], path: KeyPath, old_path: KeyPath, document: YamlDocument, kind: FileKind
) -> Iterator[tuple[str, Any]]:
    for key, value in mapping.items():
        key_path, old_key_path = (*path, key), (*old_path, key)
        new = find_key_rename(kind, key_path)
        if new:
            rename = Rename(path=key_path, old=key, new=new, is_value=False)
            location = document.location(old_key_path)
            # Taking either silently could change how often outlets are polled, or who is notified.
            if new in mapping:
                document.errors.append(rename_error(rename, location))
                continue
            document.warnings.append(rename_warning(rename, location))
            key_path = (*path, new)
        # Locations are looked up under the new path: by the validation, and by `config show`.
        if key_path != old_key_path and old_key_path in document.locations:
            document.locations[key_path] = document.locations[old_key_path]
        yield str(key_path[-1]), _renamed(value, key_path, old_key_path, document, kind)


def _matches(pattern: str, path: KeyPath) -> bool:
    steps = pattern.split(".")
    return len(steps) == len(path) and all(step in ("*", key) for step, key in zip(steps, path, strict=True))
