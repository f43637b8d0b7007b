"""Dataclasses of `model` as JSON: how a column stores one, and returns an equal one.

Unknown keys are ignored and missing keys take their default, so that older rows are still read after a type has grown.
"""

import json
from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import PydanticSerializationError

T = TypeVar("T")

# Durations are seconds and times ISO 8601, as in the rows of every release; a NaN or an infinity survives as Python writes it.
CONFIG = ConfigDict(ser_json_timedelta="float", ser_json_inf_nan="constants")


def encode(value: object, kind: Any = None) -> str:
    """Returns a dataclass, or a tuple type such as `tuple[str, ...]` named by `kind`, as compact JSON.

    Letters stay readable. Lone surrogates stay as they are: the column decides about them.
    """
    try:
        return adapter(cast("Hashable", kind or type(value))).dump_json(value).decode()
    except PydanticSerializationError:
        # Seen in feeds: "\ud800" cut out of an emoji. pydantic writes UTF-8 and cannot write it.
        return json.dumps(value, default=to_plain, ensure_ascii=False, separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """Returns the value that `encode` wrote; `kind` is a dataclass or a tuple type such as `tuple[str, ...]`.

    Raises pydantic's ValidationError if the text is not the JSON of that type.
    """
    return cast("T", adapter(cast("Hashable", kind)).validate_json(text))


# Building an adapter takes milliseconds, and a window reads thousands of rows of one type.
@cache
def adapter(kind: Hashable) -> TypeAdapter[Any]:
    """Returns the pydantic adapter of a type or of None."""
    # pydantic takes no settings for a bare dataclass, only for a type that contains one.
    return TypeAdapter(cast("Any", kind) | None, config=CONFIG)


def to_plain(value: object) -> object:
    """Returns a value that `json` does not know in a form that it knows. Raises TypeError if there is none."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON")
