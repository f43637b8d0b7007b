"""What the settings say, once they have been read and checked."""

from dataclasses import dataclass
from datetime import timedelta

from monitor.channels.email import MailServer
from monitor.model import Channel, Source
from monitor.relevance.rules import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one run; the defaults suit a small server."""

    width: int = 16  # looks, readings and deliveries under way at once, at most one for each host
    workers: int = 2  # parser processes
    parse_seconds: float = 10.0  # after which a parser is killed
    parse_memory: int = 1 << 30  # bytes of address space of a parser
    body: int = 10 << 20  # bytes of a body, unpacked
    gap: timedelta = timedelta(seconds=5)  # between two requests to one host


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of one Monitor."""

    contact: str  # address or URL that the User-Agent carries; empty: nothing is fetched live
    zone: str = "UTC"  # of times shown where no channel has its own
    store: str = ""  # database URL; empty: SQLite in the user's data folder
    mail: MailServer | None = None
    limits: Limits = Limits()
    sources: tuple[Source, ...]
    rules: RuleSet
    channels: tuple[Channel, ...] = ()
