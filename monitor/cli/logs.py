"""Logs: events on stderr, as JSON or for people; nothing else writes there while a service runs."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

# Names whose values are never written out, wherever they turn up.
SECRET = {"password", "secret", "authorization", "token"}


def set_up(*, json: bool, level: int) -> None:
    """Log from `level` on; JSON lines for machines (letters stay readable), short lines for people."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # httpx logs every URL with its query, keys included, at INFO.
    for name in ("httpx", "httpcore", "apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {key: "***" if key in SECRET else value for key, value in event.items()}
