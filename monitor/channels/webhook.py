"""Webhooks: a digest as JSON, signed as standardwebhooks.com describes, posted over our own client."""

import json
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from monitor.errors import FetchError, Refused, Unreachable
from monitor.model import Ambiguous, Delivered, Message, Rejected, Rendered, Sent
from monitor.net import Answer, Net
from monitor.text import clean

DEADLINE = 30.0  # seconds, for all of it
REPLY_LIMIT = 0  # bytes of the answer: its status says all, and a long reply must not make a delivery doubtful
LONGEST_WAIT = timedelta(hours=24)  # a receiver that asks for more is asked again after this

_GONE = 410


def body(rendered: Rendered, *, digest: str, at: datetime) -> bytes:
    """The JSON of a delivery, byte for byte as it is to be kept and sent. The form of `data`: see digest/data.py."""
    event = {
        "type": f"monitor.{rendered.data['kind']}",
        "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {"digest": digest, "subject": rendered.subject, **rendered.data},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


async def send(
    message: Message,
    *,
    net: Net,
    secret: str,
    allow_private: Collection[tuple[str, int]],
    proxy: str,
    now: datetime,
    deadline: float = DEADLINE,
) -> Delivered:
    """Post a message to its receiver once. Never follows a redirect: it would turn the POST into a GET that looks
    delivered.

    All of it happens within `deadline` seconds. `secret` is one whsec_… or, while a receiver changes over, several
    parted by blanks: each signs. Sent on any 2xx; Rejected on every other answer, for good where asking again is no
    use (410: gone); Ambiguous where the request went out and no answer came.
    """
    try:
        headers = _headers(message, secret, now)
    except (ValueError, EmptyWebhookSecretError):
        return Rejected(reason="the channel's secret is no whsec_ with base64 after it", permanent=False)
    try:
        answer = await net.exchange(
            "POST",
            message.recipient,
            headers=headers,
            content=message.body,
            deadline=deadline,
            limit=REPLY_LIMIT,
            proxy=proxy,
            allow=allow_private,
        )
    except FetchError as error:
        return _unanswered(error)
    return _judge(answer, now)


def _headers(message: Message, secret: str, now: datetime) -> dict[str, str]:
    # The library takes the digits of the time as UTC whatever its zone says, and a secret of no bytes is an error.
    moment, text = now.astimezone(UTC), message.body.decode()
    signatures = [Webhook(one).sign(message.id, moment, text) for one in secret.split() or [""]]
    return {
        "content-type": "application/json; charset=utf-8",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _unanswered(error: FetchError) -> Rejected | Ambiguous:
    reason = clean(error.reason, limit=200)
    match error:
        case Refused():
            return Rejected(reason=reason, permanent=error.permanent)
        case Unreachable() if reason.startswith("connect:"):
            return Rejected(reason=reason, permanent=False, retry_after=error.retry_after)
    return Ambiguous(reason=reason)


def _judge(answer: Answer, now: datetime) -> Delivered:
    if answer.status // 100 == 2:  # noqa: PLR2004 any 2xx is a yes
        return Sent(detail=f"HTTP {answer.status}")
    gone = answer.status == _GONE
    # All others may pass: a receiver is being deployed (404, 502) or its keys are being changed (401).
    return Rejected(
        reason=f"HTTP {answer.status}",
        permanent=gone,
        gone=gone,
        retry_after=_retry_after(answer.header("retry-after"), now),
    )


def _retry_after(value: str, now: datetime) -> timedelta | None:
    """How long a receiver asks us to wait: seconds or an HTTP date, at most a day; None for anything else."""
    if value.strip().isascii() and value.strip().isdigit():
        return min(timedelta(seconds=int(value.strip()[:9])), LONGEST_WAIT)
    with suppress(ValueError, OverflowError):
        moment = parsedate_to_datetime(value)
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
        return min(wait, LONGEST_WAIT) if wait > timedelta() else None
    return None
