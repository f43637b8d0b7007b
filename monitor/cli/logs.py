"""Logs: events on stderr, as JSON or for people; nothing else writes there while a service runs."""

import json as codec
import logging
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import structlog
from structlog.typing import EventDict, Processor

from monitor.config import Config
from monitor.model import ChannelKind

# Names whose values are never written out, wherever they turn up.
SECRET = {"password", "secret", "authorization", "token"}
# The same in URLs, which stand in the middle of error texts: the user before the host, and the keys of a query.
_USER = re.compile(r"(?<=://)[^/\s@\"']+@")
_KEY = re.compile(r"([?&][\w.-]*(?:key|token|secret|password|passwd|auth|sig|signature)=)[^&\s\"'\\]+", re.IGNORECASE)
# Chat services know a sender by the path of the webhook alone; a path as short as "/hook" is no secret.
_SECRET_PATH = 20


def set_up(*, json: bool, level: int, secrets: Collection[str] = ()) -> None:
    """Log from `level` on; JSON lines for machines (letters stay readable), short lines for people.

    `secrets` are masked wherever they stand, also inside a traceback. What libraries log comes out the same way.
    """
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        # Plain tracebacks: the coloured ones print the values of all variables, passwords among them.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _redact,
        structlog.processors.format_exc_info,
        renderer,
        _masking(secrets),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(_Patient()),  # type: ignore[arg-type]  # a file that is written to
    )
    _take_in(processors, max(level, logging.WARNING))
    # httpx logs every URL with its query, keys included, at INFO.
    for name in ("httpx", "httpcore", "apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def secrets(config: Config) -> set[str]:
    """What of a configuration must not stand in a log."""
    kept = {channel.secret for channel in config.channels} | set(_paths(config))
    if config.mail:
        kept.add(config.mail.password)
    return kept - {""}


def _paths(config: Config) -> Iterator[str]:
    for channel in config.channels:
        for recipient in channel.recipients if channel.kind is ChannelKind.WEBHOOK else ():
            parts = urlsplit(recipient)
            path = recipient.partition(parts.netloc)[2]
            if len(path) >= _SECRET_PATH:
                yield path


def _redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {key: "***" if key in SECRET else value for key, value in event.items()}


def _masking(secrets: Collection[str]) -> Any:
    """A last processor over the finished line."""
    # JSON and Python write a quote or a backslash of a secret each in their way, JSON also within a traceback.
    plain = {spelling for one in secrets for spelling in (one, repr(one)[1:-1])}
    spellings = plain | {codec.dumps(one, ensure_ascii=False)[1:-1] for one in plain}
    known = re.compile("|".join(sorted(map(re.escape, spellings), key=len, reverse=True)) or r"(?!)")

    def mask(_logger: Any, _method: str, line: str) -> str:
        return _KEY.sub(r"\1***", _USER.sub("***@", known.sub("***", line)))

    return mask


class _Patient:
    """Stderr, for as long as somebody takes it: a log on a full disk must not stop the work."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def _take_in(processors: list[Processor], level: int) -> None:
    """Let what libraries log through `logging` come out as our own lines."""
    handler = logging.StreamHandler(_Patient())
    handler.set_name("monitor")
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *processors]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last))
    root = logging.getLogger()
    for other in [one for one in root.handlers if one.get_name() == "monitor"]:
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(level)
