"""The parts of a channel kind. Each kind is one file in this package and one line in `registry`.

A setting that no other kind has is a field of `model.Channel` too.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Annotated, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict

from monitor import urls
from monitor.channels.mail_server import MailServer
from monitor.model import Channel, DeliveryResult, Message, Rendered
from monitor.net import HttpClient


def parse_endpoint(value: object) -> object:
    """Returns "host:port" as a pair. Raises ValueError for anything else."""
    host, colon, port = str(value).rpartition(":")
    if not (colon and host and port.isdigit()):
        raise ValueError(f"must be host:port, not {value!r}")
    return host.lower(), int(port)


def check_web_url(value: object) -> object:
    """The value itself. Raises ValueError if it is neither an http or https URL nor empty."""
    if value and not urls.canonicalize(str(value)):
        raise ValueError(f"is not an http or https URL: {value!r}")
    return value


Endpoint = Annotated[tuple[str, int], BeforeValidator(parse_endpoint, json_schema_input_type=str)]
WebUrl = Annotated[str, BeforeValidator(check_web_url)]


class ChannelSettings(BaseModel):
    """The keys in channels.yaml that one kind has beside those of all channels.

    Each is a field of `model.Channel` too. A key `<field>_file` names a file from which the loader reads the field.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpSettings(ChannelSettings):
    """The keys of kinds that post to a URL."""

    allow_private: tuple[Endpoint, ...] = ()
    proxy: WebUrl = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingSetting:
    """A setting without which a channel cannot work."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFault:
    """A value with which some messages of a channel cannot be delivered; `path` leads to it inside the channel."""

    path: tuple[str | int, ...]
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """A digest or alert for one recipient, before it is written in the form of the channel."""

    channel: Channel
    recipient: str
    rendered: Rendered
    name: str  # 32 hex digits: the same digest to the same recipient has the same name, whoever composes it
    written_at: datetime
    thread: int | None = None  # the thread of an alert's only story: mail programs group its messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Transports:
    """The ways out that the kinds share."""

    http: HttpClient
    mail_server: MailServer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCheck:
    """The result of trying one receiver, and how to fix it if it did not accept."""

    name: str
    result: DeliveryResult
    fix: str


class Send(Protocol):
    """Sends one frozen message once; an answer of the receiver is returned, never raised."""

    def __call__(
        self, message: Message, channel: Channel, transports: Transports, *, now: datetime
    ) -> Awaitable[DeliveryResult]: ...


class CheckReceivers(Protocol):
    """Tries the receivers of all channels of a kind without sending a digest."""

    def __call__(
        self, channels: Sequence[Channel], transports: Transports, *, now: datetime, rng: Random
    ) -> Awaitable[list[ChannelCheck]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """One way to deliver messages: its settings and its functions."""

    id: str  # the value of `kind:` in channels.yaml; stored with each delivery
    settings: type[ChannelSettings]
    recipient_form: str  # for errors: "an address such as desk@example.org"
    is_valid_recipient: Callable[[str], bool]  # the one rule, for the configuration and for sending
    find_faults: Callable[[Channel], Iterable[SettingFault]]  # beside recipients that are not valid
    find_missing_setting: Callable[[Channel, MailServer | None], MissingSetting | None]
    build_message: Callable[[MessageDraft, MailServer | None], Message]
    send: Send
    check: CheckReceivers
    retry_schedule: tuple[timedelta, ...]  # the waits between attempts; after the last one the message is given up
    secrets: Callable[[Channel], set[str]]  # texts that must not appear in a log
