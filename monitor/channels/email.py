"""Mail: a digest as a MIME message, and the message handed to a mail server."""

import asyncio
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from monitor.model import Ambiguous, Delivered, Message, Rejected, Rendered, Sent
from monitor.text import clean

_SUBJECT = 200  # characters
# ASCII alone: letters beyond it need SMTPUTF8, which few servers of our readers speak.
_ADDRESS = re.compile(r"[!#-;=?A-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_AUTHENTICATION_REQUIRED = 530


class _Policy(EmailPolicy):
    """The library's own, but ids and URLs in headers go out as they are, one to a line.

    It takes an id that does not fit on a line for a long word and encodes it: threads come apart, and no mailbox
    finds the way to unsubscribe (seen in Python 3.11).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _IDS:
            return f"{name}: {f'{self.linesep} '.join(value.split())}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_IDS = {"message-id", "in-reply-to", "references", "list-id", "list-unsubscribe"}
_MAIL = _Policy(linesep="\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over. With "starttls" and "tls" nothing is said in the clear, the certificate is checked."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str  # an address, with or without a name: "Monitor <monitor@desk.example>"
    timeout: float = 60.0  # seconds for all that comes before the message itself
    # Seconds to wait for the yes after the message. RFC 5321 allows ten minutes; a delivery must end within its lease
    # of five, and an answer that comes too late makes a duplicate.
    patience: float = 180.0
    ca_file: str = ""  # roots of trust in place of the machine's: an office with its own authority


def message(
    rendered: Rendered,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    list_id: str,
    unsubscribe: str = "",
    references: Sequence[str] = (),
) -> bytes:
    """The MIME message, byte for byte as it is to be kept and sent, however often.

    `message_id` and `references` come with their angle brackets; `list_id` is a name such as "desk.monitor.example";
    `unsubscribe` is a mailto: or https: URL. Nothing in the digest can add a header or break one.
    """
    mail = EmailMessage(policy=_MAIL)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id
    mail["From"] = _address(sender)
    mail["To"] = _address(recipient)
    mail["Subject"] = clean(rendered.subject, limit=_SUBJECT)
    mail["List-Id"] = f"<{list_id}>"
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    if unsubscribe.startswith("https:"):  # RFC 8058: one click, which is a POST
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if references:
        mail["In-Reply-To"] = references[-1]
        mail["References"] = " ".join(references)
    mail["Auto-Submitted"] = "auto-generated"
    # Without this some mailboxes answer each digest with a holiday note.
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(rendered.text, cte=_encoding(rendered.text))
    mail.add_alternative(rendered.html, subtype="html", cte=_encoding(rendered.html))
    return mail.as_bytes()


async def send(message: Message, *, server: MailServer) -> Delivered:
    """Hand a message to the mail server for its one recipient.

    Sent right after the server's 250, whatever follows. Rejected before that: for good where the server refuses this
    recipient or this message (5xx), for now in all other cases, ours among them (login, TLS, sender). Ambiguous where
    the message was given over and no answer came.
    """
    sender = parseaddr(server.sender)[1]
    for address, permanent in ((sender, False), (message.recipient, True)):
        if not _ADDRESS.fullmatch(address):  # config refuses it too, but a row of the outbox may be older
            return Rejected(reason=f"{clean(address, limit=100)}: no plain address", permanent=permanent)
    smtp = _client(server)
    try:
        return await _envelope(smtp, sender, message.recipient, server) or await _content(smtp, message, server)
    finally:
        _leave(smtp)


async def login(server: MailServer) -> Sent | Rejected:
    """Go as far as there is no message: name, TLS, login, and whether mail from us is taken. Nothing is sent."""
    smtp = _client(server)
    try:
        refused = await _envelope(smtp, parseaddr(server.sender)[1], None, server)
    finally:
        _leave(smtp)
    return refused or Sent(detail=f"takes mail from {server.sender}")


def _client(server: MailServer) -> SMTP:
    return SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls == "tls",
        start_tls=server.tls == "starttls",
        username=server.username or None,
        password=server.password or None,
        # The name we greet with: the machine's own would be looked up in the DNS, which can block.
        local_hostname=parseaddr(server.sender)[1].rpartition("@")[2],
        timeout=server.timeout,
        cert_bundle=server.ca_file or None,
    )


async def _envelope(smtp: SMTP, sender: str, recipient: str | None, server: MailServer) -> Rejected | None:
    """Open the way for the message; what stands in it, or None where the server waits for more."""
    step, ours = "connect", True
    try:
        async with asyncio.timeout(server.timeout):
            await smtp.connect()
            step = "MAIL FROM"
            await smtp.mail(sender)
            if recipient is not None:
                step, ours = "RCPT TO", False
                await smtp.rcpt(recipient)
    except SMTPResponseException as refusal:
        return _refused(step, refusal, permanent=not ours and _for_good(refusal))
    except TimeoutError:
        return Rejected(reason=f"{step}: no answer within {server.timeout:g} s", permanent=False)
    except (SMTPException, OSError, ssl.SSLError) as error:
        # A server without STARTTLS comes by here: we do not fall back to clear text.
        return Rejected(reason=f"{step}: {_line(error)}", permanent=False)
    return None


async def _content(smtp: SMTP, message: Message, server: MailServer) -> Delivered:
    try:
        async with asyncio.timeout(server.patience):
            response = await smtp.data(message.body, timeout=server.patience)
    except SMTPResponseException as refusal:
        if refusal.code // 100 in (4, 5):
            return _refused("DATA", refusal, permanent=_for_good(refusal))
        return Ambiguous(reason=f"DATA: an answer that is no answer: {refusal.code} {_line(refusal)}")
    except TimeoutError:
        return Ambiguous(reason=f"DATA: no answer within {server.patience:g} s")
    except (SMTPException, OSError) as error:
        return Ambiguous(reason=f"DATA: {_line(error)}")
    return Sent(detail=clean(response.message, limit=200))


def _leave(smtp: SMTP) -> None:
    """Say QUIT and hang up without waiting: a server may answer 421 to QUIT after its 250, and the yes stands."""
    if smtp.protocol is not None and smtp.protocol.is_connected:
        smtp.protocol.write(b"QUIT\r\n")
    smtp.close()


def _for_good(refusal: SMTPResponseException) -> bool:
    return refusal.code // 100 == 5 and refusal.code != _AUTHENTICATION_REQUIRED  # noqa: PLR2004 the 5xx of RFC 5321


def _refused(step: str, refusal: SMTPResponseException, *, permanent: bool) -> Rejected:
    return Rejected(reason=f"{step}: {refusal.code} {_line(refusal)}", permanent=permanent)


def _line(error: Exception) -> str:
    """What a server or library said, fit for a log: servers send colours and megabytes."""
    return clean(str(getattr(error, "message", "") or error), limit=200)


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=clean(name), addr_spec=address)


def _encoding(text: str) -> Literal["quoted-printable", "base64"]:
    """The shorter one: quoted-printable triples every byte of Urdu, and the library looks at ten lines only."""
    raw = text.encode()
    foreign = sum(byte >= 0x80 for byte in raw)  # noqa: PLR2004 the end of ASCII
    return "quoted-printable" if 3 * foreign + len(raw) - foreign <= len(raw) * 4 // 3 else "base64"
