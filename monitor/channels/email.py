"""Email: a digest as a MIME message, and its delivery to a mail server."""

import asyncio
import base64
import re
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from random import Random
from typing import Literal
from urllib.parse import quote, unquote

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from monitor import urls
from monitor.channels.kind import (
    ChannelCheck,
    ChannelKind,
    ChannelSettings,
    MessageDraft,
    MissingSetting,
    Transports,
)
from monitor.channels.mail_server import MailServer
from monitor.model import Ambiguous, Channel, DeliveryResult, Message, Rejected, Rendered, Sent
from monitor.text import clean

MAX_SUBJECT_CHARS = 200
MAX_PLAIN_SUBJECT_CHARS = 69  # with "Subject: " 78 octets
# Of UTF-8: 52 in base64, 12 around them and "Subject: " make 73 of the 76 that RFC 2047 allows on a line.
MAX_ENCODED_WORD_OCTETS = 39
MAX_REPLY_CHARS = 200  # of a server's reply in a reason: servers send colours and megabytes
# RFC 5321, 4.5.4.1: give up after four to five days; greylisting wants the first retry soon. 3 days 21 h in all.
RETRY_SCHEDULE = tuple(timedelta(minutes=min(5 * 2**attempt, 180)) for attempt in range(36))
# The addresses that can be delivered to: ASCII only, because letters beyond it need SMTPUTF8, which few servers of our
# readers support.
DELIVERABLE_ADDRESS = re.compile(r"[!#-;=?A-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+|[^@\s<>]+@localhost")
MAX_ADDRESS_CHARS = 254  # RFC 5321 with its errata
MAX_LOCAL_PART_CHARS = 64
UNSUBSCRIBE_URL = re.compile(r"(?:mailto|https):[!#-;=?-~]+")  # printable ASCII without quotes and angle brackets
NAMED_ADDRESS = re.compile(r"(.*)<([^<>]*)>\s*", re.DOTALL)
AUTHENTICATION_REQUIRED = 530
ID_HEADERS = {"message-id", "in-reply-to", "references", "list-id", "list-unsubscribe"}


class HeaderPolicy(EmailPolicy):
    """The library's own policy, but ids in headers are written unencoded, one to a line, and subjects folded by us.

    The library takes an id that does not fit on a line for a long word and encodes it: mail programs then cannot group
    the messages of a thread (seen in Python 3.11). It also loses or adds blanks where it folds a subject between encoded
    and plain words: one of six right-to-left headlines arrived with words run together (Python 3.11 to 3.13).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in ID_HEADERS:
            return f"{name}: {f'{self.linesep} '.join(value.split())}{self.linesep}".encode("ascii")
        if name.lower() == "subject":
            return f"{name}: {f'{self.linesep} '.join(subject_lines(str(value)))}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


def subject_lines(subject: str) -> list[str]:
    """The lines of a Subject header, without its name and line ends.

    A short line of printable ASCII stays as it is. Everything else becomes encoded words (RFC 2047) of whole characters, one on
    a line; blanks between encoded words do not count, so a decoder returns exactly the subject.
    """
    is_plain = subject.isascii() and subject.isprintable() and "=?" not in subject
    # 78 octets a line with the name of the header (RFC 5322, 2.1.1); a blank at an end would be lost.
    if is_plain and len(subject) <= MAX_PLAIN_SUBJECT_CHARS and subject == subject.strip():
        return [subject]
    words, octets = [], b""
    for character in subject:
        encoded = character.encode()
        if len(octets) + len(encoded) > MAX_ENCODED_WORD_OCTETS:
            words.append(octets)
            octets = b""
        octets += encoded
    return [f"=?utf-8?b?{base64.b64encode(part).decode('ascii')}?=" for part in (*words, octets)]


MAIL_POLICY = HeaderPolicy(linesep="\r\n")


class EmailSettings(ChannelSettings):
    """An email channel has no keys of its own: `smtp:` in monitor.yaml serves all of them."""


# --- the message ------------------------------------------------------------------------------------------------------


def build_message(draft: MessageDraft, mail_server: MailServer | None) -> Message:
    """The MIME message and its Message-ID, which contains the sender's domain."""
    sender = mail_server.sender if mail_server else f"monitor@{draft.channel.id}.invalid"
    domain = split_sender(sender)[1].rpartition("@")[2]
    message_id = f"<{draft.name}@{domain}>"
    body = mime_message(
        draft.rendered,
        sender=sender,
        recipient=draft.recipient,
        message_id=message_id,
        date=draft.written_at,
        list_id=f"{draft.channel.id}.{domain}",
        # Mail programs group by references: all alerts of one thread refer to a message that never existed.
        unsubscribe=mail_server.unsubscribe if mail_server else "",
        references=[f"<thread-{draft.thread}@{domain}>"] if draft.thread is not None else [],
    )
    return Message(channel=draft.channel.id, recipient=draft.recipient, id=message_id, body=body)


def mime_message(
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
    """The MIME message, byte for byte as it is stored and sent, however often.

    `message_id` and `references` include their angle brackets; `list_id` is a name such as "desk.monitor.example".
    Nothing in the digest can add a header or break one.
    """
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id
    mail["From"] = to_address(sender)
    mail["To"] = to_address(recipient)
    mail["Subject"] = clean(rendered.subject, limit=MAX_SUBJECT_CHARS)
    mail["List-Id"] = f"<{list_id}>"
    if unsubscribe:
        # RFC 2369. No List-Unsubscribe-Post: that promises that a POST to the URL is enough.
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    if references:
        mail["In-Reply-To"] = references[-1]
        mail["References"] = " ".join(references)
    mail["Auto-Submitted"] = "auto-generated"
    # Without this header some mailboxes answer each digest with an out-of-office reply.
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(rendered.text, cte=shorter_encoding(rendered.text))
    mail.add_alternative(rendered.html, subtype="html", cte=shorter_encoding(rendered.html))
    return mail.as_bytes()


def split_sender(text: str) -> tuple[str, str]:
    """Returns the name, or "", and the address of "Name <address>" or of an address alone."""
    # `parseaddr` of the library reads "Monitor, Desk <m@desk.example>" as a list of addresses and returns "Monitor".
    named = NAMED_ADDRESS.fullmatch(text)
    if named is None:
        return "", text.strip()
    return clean(named[1]).strip('" '), named[2].strip()


def is_deliverable(address: str) -> bool:
    """Whether a mail can be addressed to an address: the one rule, for the configuration and for sending."""
    # No control characters and nothing beyond ASCII: both match the pattern.
    if not (ADDRESS.fullmatch(address) and DELIVERABLE_ADDRESS.fullmatch(address)):
        return False
    local_part, _, domain = address.rpartition("@")
    if len(address) > MAX_ADDRESS_CHARS or len(local_part) > MAX_LOCAL_PART_CHARS or not urls.normalize_host(domain):
        return False
    try:
        return Address(addr_spec=address).addr_spec == address
    except (HeaderParseError, ValueError, IndexError):  # IndexError: the library, for some misplaced brackets
        return False


def is_valid_sender(sender: str) -> bool:
    """Whether mail can be sent from "Name <address>" or an address alone."""
    return is_deliverable(split_sender(sender)[1])


def unsubscribe_url(contact: str, sender: str) -> str:
    """Returns the default of `unsubscribe`: a mail to the contact, or to the sender if the contact is a page."""
    addresses = (split_sender(text)[1] for text in (contact, sender))
    address = next(filter(is_deliverable, addresses), "")
    return f"mailto:{quote(address, safe='@')}?subject=unsubscribe" if address else ""


def is_unsubscribe_url(url: str) -> bool:
    """Whether a text can be the URL in a List-Unsubscribe header."""
    scheme, _, rest = url.partition(":")
    if not UNSUBSCRIBE_URL.fullmatch(url):
        return False
    return bool(urls.parse_url(url)) if scheme == "https" else is_deliverable(unquote(rest.partition("?")[0]))


def to_address(text: str) -> Address:
    """An address header from "Name <address>" or an address alone."""
    name, address = split_sender(text)
    return Address(display_name=name, addr_spec=address)


def shorter_encoding(text: str) -> Literal["quoted-printable", "base64"]:
    """The encoding with the shorter result."""
    # Quoted-printable triples every byte of Urdu, and the library decides by the first ten lines only.
    raw = text.encode()
    non_ascii = sum(byte >= 0x80 for byte in raw)  # noqa: PLR2004 the end of ASCII
    return "quoted-printable" if 3 * non_ascii + len(raw) - non_ascii <= len(raw) * 4 // 3 else "base64"


# --- the delivery -----------------------------------------------------------------------------------------------------


async def send(message: Message, channel: Channel, transports: Transports, *, now: datetime) -> DeliveryResult:  # noqa: ARG001 - part of the interface
    """Deliver a message over the configured mail server."""
    if transports.mail_server is None:
        return Rejected(reason="no mail server is configured: add smtp: to monitor.yaml", permanent=False)
    return await send_mail(message, server=transports.mail_server)


async def send_mail(message: Message, *, server: MailServer) -> DeliveryResult:
    """Hand a message to a mail server for its one recipient.

    Returns Sent right after the server's 250, whatever follows. Returns Rejected before that: permanent if the server
    refuses this recipient or this message (5xx), temporary in all other cases, which include our own mistakes (login,
    TLS, sender). Returns Ambiguous if the message was transmitted and no reply came.
    """
    sender = split_sender(server.sender)[1]
    for address, permanent in ((sender, False), (message.recipient, True)):
        if not is_deliverable(address):
            return Rejected(reason=f"{clean(address, limit=100)}: not a plain address", permanent=permanent)
    smtp = smtp_client(server)
    try:
        refusal = await send_envelope(smtp, sender, message.recipient, server)
        return refusal or await send_content(smtp, message, server)
    finally:
        hang_up(smtp)


async def log_in(server: MailServer) -> Sent | Rejected:
    """Go through connection, TLS, login and MAIL FROM, and stop before a recipient is named. Nothing is sent."""
    smtp = smtp_client(server)
    try:
        refusal = await send_envelope(smtp, split_sender(server.sender)[1], None, server)
    finally:
        hang_up(smtp)
    return refusal or Sent(detail=f"accepts mail from {server.sender}")


def smtp_client(server: MailServer) -> SMTP:
    """A client for a server, not yet connected."""
    return SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls == "tls",
        start_tls=server.tls == "starttls",
        username=server.username or None,
        password=server.password or None,
        # For EHLO. The machine's own name would be looked up in the DNS, which can block the event loop.
        local_hostname=split_sender(server.sender)[1].rpartition("@")[2],
        timeout=server.timeout,
        cert_bundle=server.ca_file or None,
    )


async def send_envelope(smtp: SMTP, sender: str, recipient: str | None, server: MailServer) -> Rejected | None:
    """Connect, log in and name sender and recipient. Returns the refusal, or None if the server wants the message."""
    step, about_recipient = "connect", False
    try:
        async with asyncio.timeout(server.timeout):
            await smtp.connect()
            step = "MAIL FROM"
            await smtp.mail(sender)
            if recipient is not None:
                step, about_recipient = "RCPT TO", True
                await smtp.rcpt(recipient)
    except SMTPResponseException as refusal:
        return to_rejected(step, refusal, permanent=about_recipient and is_permanent(refusal))
    except TimeoutError:
        return Rejected(reason=f"{step}: no reply within {server.timeout:g} s", permanent=False)
    except (SMTPException, OSError, ssl.SSLError) as error:
        # A server without STARTTLS ends here: we do not fall back to an unencrypted connection.
        return Rejected(reason=f"{step}: {reply_line(error)}", permanent=False)
    return None


async def send_content(smtp: SMTP, message: Message, server: MailServer) -> DeliveryResult:
    """Transmit the message itself; from here on a missing reply may hide an acceptance."""
    try:
        async with asyncio.timeout(server.reply_timeout):
            response = await smtp.data(message.body, timeout=server.reply_timeout)
    except SMTPResponseException as refusal:
        if refusal.code // 100 in (4, 5):
            return to_rejected("DATA", refusal, permanent=is_permanent(refusal))
        return Ambiguous(reason=f"DATA: a reply that is neither yes nor no: {refusal.code} {reply_line(refusal)}")
    except TimeoutError:
        return Ambiguous(reason=f"DATA: no reply within {server.reply_timeout:g} s")
    except (SMTPException, OSError) as error:
        return Ambiguous(reason=f"DATA: {reply_line(error)}")
    return Sent(detail=clean(response.message, limit=MAX_REPLY_CHARS))


def hang_up(smtp: SMTP) -> None:
    """Send QUIT and close without waiting: a server may reply 421 to QUIT after its 250, which still counts."""
    if smtp.protocol is not None and smtp.protocol.is_connected:
        smtp.protocol.write(b"QUIT\r\n")
    smtp.close()


def is_permanent(refusal: SMTPResponseException) -> bool:
    """Whether a retry cannot succeed: any 5xx (RFC 5321) but the one about our own login."""
    return refusal.code // 100 == 5 and refusal.code != AUTHENTICATION_REQUIRED  # noqa: PLR2004 the 5xx of RFC 5321


def to_rejected(step: str, refusal: SMTPResponseException, *, permanent: bool) -> Rejected:
    """A refusal with the SMTP command that it answers."""
    return Rejected(reason=f"{step}: {refusal.code} {reply_line(refusal)}", permanent=permanent)


def reply_line(error: Exception) -> str:
    """The message of a server or library, clean and short enough for a log."""
    return clean(str(getattr(error, "message", "") or error), limit=MAX_REPLY_CHARS)


# --- the kind ---------------------------------------------------------------------------------------------------------


async def check(
    channels: Sequence[Channel],  # noqa: ARG001 - part of the interface
    transports: Transports,
    *,
    now: datetime,  # noqa: ARG001 - part of the interface
    rng: Random,  # noqa: ARG001 - part of the interface
) -> list[ChannelCheck]:
    """Log in to the mail server once, whether or not a channel uses it yet; no mail is sent."""
    server = transports.mail_server
    if server is None:
        return []
    return [
        ChannelCheck(
            name=f"mail {server.host}:{server.port}",
            result=await log_in(server),
            fix="check smtp: in monitor.yaml: host, port, tls, username, password",
        )
    ]


def find_missing_setting(_channel: Channel, mail_server: MailServer | None) -> MissingSetting | None:
    """An email channel needs a mail server."""
    if mail_server:
        return None
    return MissingSetting(message="an email channel needs a mail server", hint="add smtp: to monitor.yaml")


def secrets(_channel: Channel) -> set[str]:
    """None: the password of the mail server is not a setting of the channel."""
    return set()


KIND = ChannelKind(
    id="email",
    settings=EmailSettings,
    recipient_form="an address such as desk@example.org",
    is_valid_recipient=is_deliverable,
    find_faults=lambda _channel: (),
    find_missing_setting=find_missing_setting,
    build_message=build_message,
    send=send,
    check=check,
    retry_schedule=RETRY_SCHEDULE,
    secrets=secrets,
)
