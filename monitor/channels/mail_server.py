"""The mail server that takes our messages."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Address, login and time limits of a mail server.

    With "starttls" and "tls" nothing is sent unencrypted, and the certificate is checked.
    """

    host: str
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str  # an address, with or without a name: "Monitor <monitor@desk.example>"
    timeout: float = 60.0  # seconds for everything before the message itself
    # Seconds to wait for the reply after the message. RFC 5321 allows ten minutes; but a delivery must end within its
    # lease of five, and a reply that comes later would cause a duplicate.
    reply_timeout: float = 180.0
    # Where readers ask to be taken off: a mailto: or https: URL; the loader sets the default, a mail to the contact.
    unsubscribe: str = ""
    ca_file: str = ""  # certificate authorities in place of the machine's, for an office that has its own
