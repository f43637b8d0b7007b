"""Set up logging: events on stderr, as JSON or as short lines, with all secrets masked."""

import json as json_codec
import logging
import re
import sys
from collections.abc import Collection
from contextlib import suppress
from enum import Enum
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from monitor.channels import registry
from monitor.config import Config
from monitor.errors import MASK, mask_secrets

# Values under these names are masked whether or not they are configured secrets.
SECRET_NAMES = {"password", "secret", "authorization", "token"}
FIRST_KEYS = ("timestamp", "level", "event")
# These log every request at INFO, httpx with the full URL; our own events already cover the requests.
NOISY_LOGGERS = ("httpx", "httpcore", "apscheduler", "alembic")


def set_up(*, json: bool, level: int, secrets: Collection[str] = (), routine: bool = True) -> None:
    """Log events from `level` on: JSON lines for machines, or short lines for people. Log records of libraries follow.

    Without `routine`, polls that brought nothing and finished rounds are left out. `secrets` are masked in every line, tracebacks included. Calling it again replaces the set-up.
    """
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        # structlog's coloured tracebacks print the values of local variables, passwords among them.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
        )
    )
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tidy,
        *([] if routine else [drop_routine]),
        mask_secret_names,
        structlog.processors.format_exc_info,
        renderer,
        # Last, over the finished line: a secret can be inside any value, and in the text of a traceback.
        masking_processor(secrets),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(FaultTolerantStderr()),  # type: ignore[arg-type]  # only write() and flush() are called
    )
    redirect_standard_logging(processors, max(level, logging.WARNING))
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def drop_routine(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Returns the event, or drops it if it happens every second; of a day's log such events were three lines in four."""
    is_routine = event["event"] == "step.finished" or (
        event["event"] == "source.polled" and event.get("status") == "unchanged"
    )
    if is_routine:
        raise structlog.DropEvent
    return event


def tidy(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Returns the event with time, level and name first, enums as their values, and without values that are None."""
    ordered = {key: event[key] for key in FIRST_KEYS if key in event} | dict(event)
    return {
        key: value.value if isinstance(value, Enum) else value for key, value in ordered.items() if value is not None
    }


def secrets(config: Config) -> set[str]:
    """Returns the values of a configuration that must not appear in a log."""
    values = {value for channel in config.channels for value in registry.get(channel.kind).secrets(channel)}
    if config.mail:
        values.add(config.mail.password)
    return values - {""}


def mask_secret_names(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Returns the event with the values of SECRET_NAMES masked."""
    return {key: MASK if key in SECRET_NAMES else value for key, value in event.items()}


def masking_processor(secrets: Collection[str]) -> Processor:
    """Returns the processor that masks secrets in a finished line."""
    # A secret with a quote or a backslash is spelled differently by repr() (in tracebacks), by JSON, and by JSON around a
    # traceback.
    plain = {spelling for secret in secrets for spelling in (secret, repr(secret)[1:-1])}
    spellings = plain | {json_codec.dumps(spelling, ensure_ascii=False)[1:-1] for spelling in plain}
    # Longest first: a short secret that is part of a longer one would leave the rest of it readable.
    alternatives = sorted(map(re.escape, spellings), key=len, reverse=True)
    pattern = re.compile("|".join(alternatives) or r"(?!)")

    def mask(_logger: Any, _method: str, line: Any) -> str:
        return mask_secrets(pattern.sub(MASK, line))

    return mask


class FaultTolerantStderr:
    """Stderr that drops lines which cannot be written: a full disk below the log must not stop the service."""

    def write(self, text: str) -> None:
        """Write a line, if possible."""
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush, if possible."""
        with suppress(OSError):
            sys.stderr.flush()


def redirect_standard_logging(processors: list[Processor], level: int) -> None:
    """Write the records that libraries send to `logging` in the form of our own events."""
    handler = logging.StreamHandler(FaultTolerantStderr())
    handler.set_name("monitor")
    final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *processors]
    # Our own records carry their values in `extra`.
    fields: list[Processor] = [structlog.stdlib.ExtraAdder()]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=final, foreign_pre_chain=fields))
    root = logging.getLogger()
    # SIGHUP sets logging up again with the secrets of the new configuration.
    for previous in [existing for existing in root.handlers if existing.get_name() == "monitor"]:
        root.removeHandler(previous)
    root.addHandler(handler)
    root.setLevel(level)
    # A migration and its backup are shown whatever the level: they happen once, and the backup may be needed.
    logging.getLogger("monitor.store").setLevel(logging.WARNING)
