"""The settings of one Monitor, after they were read and checked."""

import re
from dataclasses import dataclass
from datetime import timedelta

from monitor.channels import MailServer
from monitor.config.yaml_positions import ConfigWarning
from monitor.errors import ConfigError
from monitor.model import Channel, Source
from monitor.relevance.rules import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one run. The defaults suit a server with two cores and 2 GB."""

    concurrency: int = 16  # polls and page reads at the same time, at most one of each host
    workers: int = 2  # parser processes
    parse_seconds: float = 10.0  # a parser that needs longer for one document is killed
    parse_memory: int = 1 << 30  # bytes of address space of one parser
    max_body_size: int = 10 << 20  # bytes of one response body, after unpacking
    host_delay: timedelta = timedelta(seconds=5)  # between two requests to one host


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of one Monitor."""

    contact: str  # address or URL in the User-Agent; if empty, nothing is fetched from the network
    zone: str = "UTC"  # for times shown to people, if no channel is involved
    store: str = ""  # database URL; empty: SQLite in the user's data folder
    mail: MailServer | None = None
    limits: Limits = Limits()
    sources: tuple[Source, ...]
    rules: RuleSet
    channels: tuple[Channel, ...] = ()
    operator_channel: str = ""  # id of the channel that is notified when many sources fall silent
    # Errors that stop one recipient or channel alone: the service goes on with the others.
    faults: tuple[ConfigError, ...] = ()
    warnings: tuple[ConfigWarning, ...] = ()  # renamed keys and keys without effect


# An address or a URL anywhere in the text: "Desk <desk@example.org>" and "+https://example.org/bot" are contacts too.
CONTACT = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+|https?://[^\s/]+\.[^\s/]+", re.IGNORECASE)


def is_contact(text: str) -> bool:
    """Returns whether a text names a mail address or a page by which an outlet can reach the operator."""
    return bool(CONTACT.search(text))
