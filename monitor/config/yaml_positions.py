"""Read YAML files into plain data, with the file, line and column of every value.

Scalars stay strings: YAML 1.1 would read the country `NO` as false and the time `07:30` as 450. The schema of a file
decides the type of each value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import ConfigError

KeyPath = tuple[str | int, ...]  # keys and list positions from the top of a document to a value

MAX_VALUES = 200_000  # aliases of aliases grow exponentially ("billion laughs"); the shipped rules have about 9,000
# Plain scalars that YAML 1.2 reads as null; in quotes they are strings.
NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """The position of a key or value; line and column count from 1, and are 0 for an environment variable."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigWarning:
    """A setting that still works but should be changed, such as a renamed key."""

    message: str
    file: str
    line: int
    column: int
    old: str = ""  # the key as the file has it
    new: str = ""  # the key that replaces it; empty if the key has no effect

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


@dataclass(slots=True, kw_only=True)
class YamlDocument:
    """Plain data (dict, list, str, None), the locations of its values and keys, its errors and warnings."""

    data: dict[str, Any] = field(default_factory=dict)
    locations: dict[KeyPath, Location] = field(default_factory=dict)
    errors: list[ConfigError] = field(default_factory=list)
    faults: list[ConfigError] = field(default_factory=list)  # errors that stop one recipient or channel alone
    warnings: list[ConfigWarning] = field(default_factory=list)

    def location(self, path: KeyPath) -> Location:
        """The location of a value, or of the nearest value that contains it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.locations:
                return self.locations[path[:length]]
        return Location(file="", line=0, column=0)

    def mapping(self, path: KeyPath) -> dict[str, Any]:
        """The mapping at a path of keys."""
        mapping: dict[str, Any] = self.data
        for key in path:
            mapping = mapping[str(key)]
        return mapping


def read_yaml(path: Path) -> YamlDocument:
    """Read one YAML file; its top must be a mapping or empty. Faults are returned in `errors`, nothing is raised."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return YamlDocument(errors=[ConfigError(f"cannot be read: {error.strerror}", file=path)])
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte {error.start})"
        return YamlDocument(errors=[ConfigError(message, file=path, hint="save it as UTF-8")])
    return parse_yaml(text, str(path))


def parse_yaml(text: str, file: str) -> YamlDocument:
    """Read YAML from a string; `file` names it in errors."""
    document = YamlDocument(locations={(): Location(file=file, line=1, column=1)})
    try:
        top = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        document.errors.append(syntax_error(error, file))
        return document
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: libyaml raises it for odd escapes
        document.errors.append(ConfigError(f"is not YAML: {error}", file=file))
        return document
    if top is not None:
        _NodeReader(document, file).read(top)
    return document


def syntax_error(error: yaml.MarkedYAMLError, file: str) -> ConfigError:
    """A syntax error of PyYAML as a ConfigError with its position."""
    mark = error.problem_mark or error.context_mark
    message = f"is not YAML: {error.problem or error.context}"
    if mark is None:
        return ConfigError(message, file=file)
    return ConfigError(message, file=file, line=mark.line + 1, column=mark.column + 1)


def merge_documents(documents: Iterable[YamlDocument]) -> YamlDocument:
    """Several files as one document: lists are joined, mappings united, and a value set twice is an error."""
    merged = YamlDocument()
    for document in documents:
        merged.errors += document.errors
        merged.warnings += document.warnings
        merged.locations.setdefault((), document.location(()))
        moved: dict[KeyPath, KeyPath] = {}  # list items that get a new position
        _merge_mapping(merged, document, (), moved)
        for path, location in document.locations.items():
            moved_lengths = (length for length in range(len(path), 0, -1) if path[:length] in moved)
            length = next(moved_lengths, 0)
            merged.locations.setdefault(moved.get(path[:length], ()) + path[length:], location)
    return merged


def _merge_mapping(merged: YamlDocument, document: YamlDocument, path: KeyPath, moved: dict[KeyPath, KeyPath]) -> None:
    """Add the values of a document's mapping at `path` to that of the merged document."""
    target, source = merged.mapping(path), document.mapping(path)
    for key, value in source.items():
        key_path = (*path, key)
        if key not in target:
            target[key] = value
        elif isinstance(value, list) and isinstance(target[key], list):
            for number, item in enumerate(value):
                moved[*key_path, number] = (*key_path, len(target[key]))
                target[key].append(item)
        elif isinstance(value, dict) and isinstance(target[key], dict):
            _merge_mapping(merged, document, key_path, moved)
        else:
            first, second = merged.location(key_path), document.location(key_path)
            message = f"{dotted(key_path)}: set a second time; first in {first.file}:{first.line}"
            merged.errors.append(ConfigError(message, file=second.file, line=second.line, column=second.column))


def warning_at(location: Location, message: str, *, old: str, new: str = "") -> ConfigWarning:
    """A warning about the key or variable at a location."""
    return ConfigWarning(
        message=message, file=location.file, line=location.line, column=location.column, old=old, new=new
    )


def dotted(path: Sequence[str | int]) -> str:
    """A key path as people write it: "channels.0.times"."""
    return ".".join(map(str, path))


class _NodeReader:
    """Walks the node tree of one file once and fills its document."""

    def __init__(self, document: YamlDocument, file: str) -> None:
        self._document, self._file = document, file
        self._open_nodes: set[int] = set()
        self._value_count = 0

    def read(self, top: yaml.Node) -> None:
        if not isinstance(top, yaml.MappingNode):
            self._add_error("the top of the file must be a mapping (key: value)", top)
            return
        try:
            self._document.data = self._mapping(top, ())
        except _TooManyValuesError as error:
            self._add_error(str(error), top)
        except RecursionError:
            self._add_error("is nested too deeply", top)

    def _value(self, node: yaml.Node, path: KeyPath) -> Any:
        self._value_count += 1
        if self._value_count > MAX_VALUES:
            raise _TooManyValuesError(f"contains more than {MAX_VALUES:,} values")
        self._document.locations.setdefault(path, self._location(node))
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in NULLS else node.value
        if id(node) in self._open_nodes:
            raise _TooManyValuesError("contains an anchor that contains itself")
        self._open_nodes.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            return [self._value(item, (*path, number)) for number, item in enumerate(node.value)]
        finally:
            self._open_nodes.discard(id(node))

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        inherited: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._add_error("a key must be a plain word", key)
            elif key.value == "<<" and not key.style:
                self._merge_key(inherited, value, path)
            elif key.value in values:
                self._add_error(f"{dotted((*path, key.value))}: this key is set twice", key)
            else:
                # A pair is located at its key: people look there for "unknown key" and for a bad value alike.
                self._document.locations[(*path, key.value)] = self._location(key)
                values[key.value] = self._value(value, (*path, key.value))
        return inherited | values

    def _merge_key(self, target: dict[str, Any], node: yaml.Node, path: KeyPath) -> None:
        for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            value = self._value(item, (*path, "<<"))
            # Of several merged mappings the first one wins, as YAML defines it.
            if isinstance(value, dict):
                target.update({key: inner for key, inner in value.items() if key not in target})
            else:
                self._add_error("<< takes a mapping", item)

    def _location(self, node: yaml.Node) -> Location:
        return Location(file=self._file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)

    def _add_error(self, message: str, node: yaml.Node) -> None:
        location = self._location(node)
        error = ConfigError(message, file=location.file, line=location.line, column=location.column)
        self._document.errors.append(error)


class _TooManyValuesError(Exception):
    pass
