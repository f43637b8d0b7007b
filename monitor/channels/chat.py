"""The parts of a digest as chats show them, and how often a chat is tried: shared by the kinds that post to chats."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from monitor.text import clean

JSON_HEADERS = {"content-type": "application/json; charset=utf-8"}
# Chat services ask to retry after a minute at the latest; an outage rarely lasts longer than a working day.
RETRY_SCHEDULE = (
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10)),
)


def outlet_name(item: Mapping[str, Any], *, limit: int) -> str:
    """The outlet of an item of `digest/payload.py`, with its ownership, unless it is simply private, and its country."""
    details = [item["owner"] if item["owner"] != "private" else "", item["country"]]
    detail = ", ".join(filter(None, details))
    name = clean(item["source"], limit=limit)
    return f"{name} ({detail})" if detail else name


def name_list(names: Sequence[str], *, most: int, write: Callable[[str], str]) -> str:
    """The first `most` names of a list, each once and as `write` writes it, and the count of the others."""
    unique = list(dict.fromkeys(names))
    listed = ", ".join(map(write, unique[:most]))
    return f"{listed} and {len(unique) - most} more" if len(unique) > most else listed
