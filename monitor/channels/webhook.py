"""Webhooks: a digest as JSON, signed as standardwebhooks.com describes."""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from monitor import urls
from monitor.channels.http import DEADLINE_S, post, private_recipients, secret_paths
from monitor.channels.kind import (
    ChannelCheck,
    ChannelKind,
    HttpSettings,
    MessageDraft,
    MissingSetting,
    SettingFault,
    Transports,
)
from monitor.channels.mail_server import MailServer
from monitor.model import Channel, DeliveryResult, Message, Rejected, Sent
from monitor.net import Response
from monitor.net.retry_after import parse_retry_after

# Only the status of a response counts; reading a long reply could make a delivery that was accepted look doubtful.
MAX_REPLY_BYTES = 0
GONE = 410
KEY_PREFIX = "whsec_"
# The example schedule of the Standard Webhooks specification: ten attempts over 75 hours.
RETRY_SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)


class WebhookSettings(HttpSettings):
    """The keys of a webhook channel."""

    secret: str = ""  # whsec_…; two of them, separated by a blank, while a receiver changes its secret
    secret_file: str = ""


def body(draft: MessageDraft) -> bytes:
    """The JSON of a delivery, byte for byte as it is stored and sent. `digest/payload.py` describes its `data`."""
    rendered = draft.rendered
    event = {
        "type": f"monitor.{rendered.data['kind']}",
        "timestamp": draft.written_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {"digest": draft.name, "subject": rendered.subject, **rendered.data},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def build_message(draft: MessageDraft, _mail_server: MailServer | None = None) -> Message:
    """The message with its webhook-id."""
    return Message(channel=draft.channel.id, recipient=draft.recipient, id=f"msg_{draft.name}", body=body(draft))


async def send(
    message: Message, channel: Channel, transports: Transports, *, now: datetime, deadline_s: float = DEADLINE_S
) -> DeliveryResult:
    """Post a message to its receiver once, within `deadline_s` seconds.

    The secret of the channel is one whsec_… or several separated by blanks; each of them signs. Returns Sent on any
    2xx, Rejected on every other status (permanent on 410) or if the request was never sent, Ambiguous if it was sent
    and no response came.
    """
    try:
        headers = signed_headers(message, channel.secret, now)
    except (ValueError, EmptyWebhookSecretError):
        return Rejected(reason="the channel's secret is not whsec_ followed by base64", permanent=False)
    response = await post(
        message, channel, transports, headers=headers, max_reply_bytes=MAX_REPLY_BYTES, deadline_s=deadline_s
    )
    return to_result(response, now) if isinstance(response, Response) else response


def signed_headers(message: Message, secret: str, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks. Raises ValueError or EmptyWebhookSecretError for an unusable secret."""
    # The library takes the digits of the time as UTC whatever its zone is, so it must get UTC.
    moment, text = now.astimezone(UTC), message.body.decode()
    # Without any secret, Webhook("") raises the error that we want.
    signatures = [Webhook(part).sign(message.id, moment, text) for part in secret.split() or [""]]
    return {
        "content-type": "application/json; charset=utf-8",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def to_result(response: Response, now: datetime) -> Sent | Rejected:
    """Sent for any 2xx, else Rejected; only 410 is permanent.

    All other statuses may pass: a receiver is being deployed (404, 502), or its keys are being changed (401).
    """
    if response.status // 100 == 2:  # noqa: PLR2004 any 2xx
        return Sent(detail=f"HTTP {response.status}")
    return Rejected(
        reason=f"HTTP {response.status}",
        permanent=response.status == GONE,
        ended=response.status == GONE,
        retry_after=parse_retry_after(response.header("retry-after"), now=now),
    )


async def check(
    channels: Sequence[Channel], transports: Transports, *, now: datetime, rng: Random
) -> list[ChannelCheck]:
    """Post a signed "monitor.ping" to every recipient, as a delivery is posted."""
    checks = []
    for channel in channels:
        for url in channel.recipients:
            ping = json.dumps({"type": "monitor.ping", "timestamp": now.isoformat(), "data": {}}).encode()
            message = Message(channel=channel.id, recipient=url, id=f"ping_{rng.getrandbits(64):016x}", body=ping)
            checks.append(
                ChannelCheck(
                    name=f"webhook {channel.id} at {urls.host(url)}",  # the rest of such a URL is often a secret
                    result=await send(message, channel, transports, now=now),
                    fix=f"check recipients: and secret: of {channel.id} in channels.yaml, and the receiver's own log",
                )
            )
    return checks


def find_missing_setting(channel: Channel, _mail_server: MailServer | None) -> MissingSetting | None:
    """A webhook needs a secret."""
    if channel.secret:
        return None
    return MissingSetting(
        message="a webhook needs a secret; without one its receiver cannot verify who sends",
        hint="secret: whsec_… or secret_file: PATH",
    )


def find_faults(channel: Channel) -> Iterator[SettingFault]:
    """Yields private recipients, and a secret by which no receiver could verify a message."""
    yield from private_recipients(channel)
    if channel.secret and not all(map(is_signing_secret, channel.secret.split())):
        yield SettingFault(
            path=("secret",),
            message="must be whsec_ followed by base64; no receiver could verify a message",
            hint="several secrets are separated by blanks",
        )


def is_signing_secret(secret: str) -> bool:
    """Whether a secret has the form of Standard Webhooks: `whsec_` and at least one byte in base64."""
    # The library takes any text as base64, and then signs with a key that the receiver does not have.
    try:
        return secret.startswith(KEY_PREFIX) and bool(base64.b64decode(secret.removeprefix(KEY_PREFIX), validate=True))
    except ValueError:
        return False


def secrets(channel: Channel) -> set[str]:
    """The signing secret, and the paths of URLs that may be secrets themselves."""
    return {channel.secret} | secret_paths(channel)


KIND = ChannelKind(
    id="webhook",
    settings=WebhookSettings,
    recipient_form="an http or https URL",
    is_valid_recipient=lambda recipient: bool(urls.canonicalize(recipient)),
    find_missing_setting=find_missing_setting,
    find_faults=find_faults,
    build_message=build_message,
    send=send,
    check=check,
    retry_schedule=RETRY_SCHEDULE,
    secrets=secrets,
)
