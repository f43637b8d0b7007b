"""Messages to recipients, and the results of sending them."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One frozen message to one recipient: its id and body never change, however often it is sent."""

    channel: str
    recipient: str
    id: str  # Message-ID (with <>) or webhook-id
    body: bytes  # the MIME message or the JSON, byte for byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The receiver accepted the message."""

    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The receiver did not accept the message. Permanent: a retry cannot succeed. Ended: nor can a later message."""

    reason: str
    permanent: bool
    retry_after: timedelta | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """The message was sent and no answer came: it may have arrived, so the retry waits longer."""

    reason: str


DeliveryResult = Sent | Rejected | Ambiguous
