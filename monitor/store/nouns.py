"""Nouns as JSON: how a column holds a frozen dataclass of `model`, and gives the equal one back.

Names that a reader does not know are passed over and names that are missing take their default, so that an older
row is still read after a noun has grown.
"""

import json
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


def dump(noun: object) -> str:
    """A noun, or a tuple of plain values, as compact JSON; letters stay readable."""
    return json.dumps(noun, default=_plain, ensure_ascii=False, separators=(",", ":"))


def load(kind: type[T], text: str) -> T:
    """The noun that `dump` wrote; `kind` is a dataclass or a tuple type such as `tuple[str, ...]`."""
    read: Callable[[Any], T] = _reader(cast("Hashable", kind))
    return read(json.loads(text))


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in the store")


def _same(value: Any) -> Any:
    return value


@cache
def _reader(kind: Any) -> Reader:
    """How to read one type back from JSON. Compiled once: a window reads thousands of marks."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin in (Union, UnionType):
        inner = _reader(next(argument for argument in arguments if argument is not NoneType))
        return lambda value: None if value is None else inner(value)
    if is_dataclass(kind):
        return _noun_reader(kind)
    if kind in (datetime, time):
        return cast("Reader", kind.fromisoformat)
    if kind is timedelta:
        return lambda seconds: timedelta(seconds=seconds)
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else _same


def _tuple_reader(arguments: tuple[Any, ...]) -> Reader:
    if arguments[-1] is not ...:
        readers = [_reader(argument) for argument in arguments]
        if all(reader is _same for reader in readers):
            return tuple
        return lambda values: tuple(reader(value) for reader, value in zip(readers, values, strict=True))
    reader = _reader(arguments[0])
    return tuple if reader is _same else lambda values: tuple(map(reader, values))


def _noun_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    return lambda data: kind(**{name: readers[name](value) for name, value in data.items() if name in readers})
