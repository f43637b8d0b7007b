"""Messages to recipients and how their delivery ended."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One frozen message to one recipient: its id and body never change, however often it is tried."""

    channel: str
    recipient: str
    id: str  # Message-ID (with <>) or webhook-id
    body: bytes  # the MIME message or the JSON, byte for byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The receiver said yes."""

    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The receiver said no. Permanent: trying again is no use. Gone: the endpoint asks to be left alone (410)."""

    reason: str
    permanent: bool
    retry_after: timedelta | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """The message was given over but no answer came: it may have arrived, so the retry waits longer."""

    reason: str


Delivered = Sent | Rejected | Ambiguous
