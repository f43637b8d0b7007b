"""Column types: aware times, texts that both databases accept, and dataclasses as JSON."""

import struct
from datetime import UTC as UTC_ZONE
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from monitor.store import json_codec


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC. A naive one raises ValueError: its zone could not be known later."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value}: a time without a zone is not stored")
        # SQLite compares times as text: all of them have to be written in one zone and without it.
        return value.astimezone(UTC_ZONE).replace(tzinfo=None if dialect.name == "sqlite" else UTC_ZONE)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        # SQLite returns naive times, PostgreSQL times in the zone of its session.
        return value.replace(tzinfo=UTC_ZONE) if value.tzinfo is None else value.astimezone(UTC_ZONE)


class SafeText(TypeDecorator[str]):
    """Text from outside, without NUL and lone surrogates.

    PostgreSQL refuses NUL and no driver encodes surrogates, so one poisoned title would fail every poll of its source.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else remove_unstorable(value)


class JsonColumn(TypeDecorator[Any]):
    """A frozen dataclass, or a tuple of plain values, as JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else remove_unstorable(json_codec.encode(value, self.kind))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        del dialect
        return None if value is None else json_codec.decode(self.kind, value)


class Hashes(TypeDecorator[frozenset[int]]):
    """A set of 64-bit hashes, eight bytes each; as JSON they would take three times as much."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: frozenset[int] | None, dialect: Dialect) -> bytes | None:
        del dialect
        # Sorted: equal sets give equal bytes.
        return None if value is None else struct.pack(f"<{len(value)}Q", *sorted(value))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> frozenset[int] | None:
        del dialect
        return None if value is None else frozenset(struct.unpack(f"<{len(value) // 8}Q", value))


def remove_unstorable(text: str) -> str:
    """Returns the text without NUL; lone surrogates become question marks."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
