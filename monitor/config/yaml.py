"""YAML files to plain data with the place of every value.

Scalars stay strings: YAML 1.1 would read the country `NO` as false and the time `07:30` as 450. What type a value has is
said by the form it is checked against, never guessed from its looks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import ConfigError

Trail = tuple[str | int, ...]  # keys and positions from the top of a document to a value

MOST_VALUES = 200_000  # aliases of aliases grow without end ("billion laughs")
NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a key or value stands, counted from 1."""

    file: str
    line: int
    column: int


@dataclass(slots=True, kw_only=True)
class Document:
    """Plain data (dict, list, str, None), the places of its values and keys, and what was wrong with it."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Trail, Place] = field(default_factory=dict)
    errors: list[ConfigError] = field(default_factory=list)

    def place(self, trail: Trail) -> Place:
        """The place of a value, or of the nearest thing round it."""
        for length in range(len(trail), -1, -1):
            if trail[:length] in self.places:
                return self.places[trail[:length]]
        return Place(file="", line=0, column=0)


def read(path: Path) -> Document:
    """One YAML file whose top is a mapping (or nothing). Faults are in `errors`; this raises nothing."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return Document(errors=[ConfigError(f"cannot be read: {error.strerror}", file=path)])
    except UnicodeDecodeError as error:
        return Document(errors=[ConfigError(f"is not UTF-8 (byte {error.start})", file=path, hint="save it as UTF-8")])
    return parse(text, str(path))


def parse(text: str, file: str) -> Document:
    """The same, from text."""
    document = Document(places={(): Place(file=file, line=1, column=1)})
    try:
        top = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        document.errors.append(_fault(error, file))
        return document
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: libyaml on odd escapes
        document.errors.append(ConfigError(f"is not YAML: {error}", file=file))
        return document
    if top is not None:
        _Reader(document, file).read(top)
    return document


def merge(documents: Iterable[Document]) -> Document:
    """Several files as one: lists are joined, mappings united, and a value set twice is an error."""
    whole = Document()
    for document in documents:
        whole.errors += document.errors
        whole.places.setdefault((), document.place(()))
        moved: dict[Trail, Trail] = {}
        _unite(whole, document, (), moved)
        _carry(whole, document, moved)
    return whole


def _unite(whole: Document, part: Document, trail: Trail, moved: dict[Trail, Trail]) -> None:
    into, data = _inner(whole.data, trail), _inner(part.data, trail)
    for key, value in data.items():
        here = (*trail, key)
        if key not in into:
            into[key] = value
        elif isinstance(value, list) and isinstance(into[key], list):
            for number, item in enumerate(value):
                moved[*here, number] = (*here, len(into[key]))
                into[key].append(item)
        elif isinstance(value, dict) and isinstance(into[key], dict):
            _unite(whole, part, here, moved)
        else:
            first, again = whole.place(here), part.place(here)
            message = f"{_dotted(here)}: set a second time; first in {first.file}:{first.line}"
            whole.errors.append(ConfigError(message, file=again.file, line=again.line, column=again.column))


def _inner(data: dict[str, Any], trail: Trail) -> dict[str, Any]:
    for step in trail:
        data = data[str(step)]
    return data


def _carry(whole: Document, part: Document, moved: dict[Trail, Trail]) -> None:
    for trail, place in part.places.items():
        lengths = (length for length in range(len(trail), 0, -1) if trail[:length] in moved)
        length = next(lengths, 0)
        whole.places.setdefault(moved.get(trail[:length], ()) + trail[length:], place)


def _dotted(trail: Sequence[str | int]) -> str:
    return ".".join(map(str, trail))


def _fault(error: yaml.MarkedYAMLError, file: str) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    message = f"is not YAML: {error.problem or error.context}"
    if mark is None:
        return ConfigError(message, file=file)
    return ConfigError(message, file=file, line=mark.line + 1, column=mark.column + 1)


class _Reader:
    """Walks a node tree once and fills the document."""

    def __init__(self, document: Document, file: str) -> None:
        self._document, self._file = document, file
        self._open: set[int] = set()
        self._count = 0

    def read(self, top: yaml.Node) -> None:
        if not isinstance(top, yaml.MappingNode):
            self._error("the top of the file must be a mapping (key: value)", top)
            return
        try:
            self._document.data = self._mapping(top, ())
        except _TooMuchError as error:
            self._error(str(error), top)
        except RecursionError:
            self._error("is nested too deeply", top)

    def _value(self, node: yaml.Node, trail: Trail) -> Any:
        self._count += 1
        if self._count > MOST_VALUES:
            raise _TooMuchError(f"holds more than {MOST_VALUES:,} values")
        self._document.places.setdefault(trail, self._place(node))
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in NULLS else node.value
        if id(node) in self._open:
            raise _TooMuchError("holds an anchor that contains itself")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, trail)
            return [self._value(item, (*trail, number)) for number, item in enumerate(node.value)]
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.MappingNode, trail: Trail) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._error("a key must be a plain word", key)
            elif key.value == "<<" and not key.style:
                self._merge_key(merged, value, trail)
            elif key.value in found:
                self._error(f"{_dotted((*trail, key.value))}: this key stands twice", key)
            else:
                # The place of a pair is its key: that is where a reader looks for "unknown key" and for a bad value.
                self._document.places[(*trail, key.value)] = self._place(key)
                found[key.value] = self._value(value, (*trail, key.value))
        return merged | found

    def _merge_key(self, into: dict[str, Any], node: yaml.Node, trail: Trail) -> None:
        for one in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            value = self._value(one, (*trail, "<<"))
            if isinstance(value, dict):
                into.update({key: item for key, item in value.items() if key not in into})
            else:
                self._error("<< takes a mapping", one)

    def _place(self, node: yaml.Node) -> Place:
        return Place(file=self._file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)

    def _error(self, message: str, node: yaml.Node) -> None:
        place = self._place(node)
        self._document.errors.append(ConfigError(message, file=place.file, line=place.line, column=place.column))


class _TooMuchError(Exception):
    pass
