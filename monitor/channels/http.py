"""Posting a message over HTTP: shared by the kinds whose recipients are URLs."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from monitor.channels.kind import Transports
from monitor.errors import FetchError, Refused, Unreachable
from monitor.model import Ambiguous, Channel, Message, Rejected
from monitor.net import Response
from monitor.text import clean

DEADLINE_S = 30.0  # for the whole exchange
# A URL path from this length on may be the only thing that proves who sends: chat services give each sender a path of
# its own. A path as short as "/hook" is not a secret, and masking it would tear holes in every log line.
MIN_SECRET_PATH_CHARS = 20
MAX_REASON_CHARS = 200


async def post(
    message: Message,
    channel: Channel,
    transports: Transports,
    *,
    headers: Mapping[str, str],
    max_reply_bytes: int,
    deadline_s: float = DEADLINE_S,
) -> Response | Rejected | Ambiguous:
    """Post the body of a message to its recipient once.

    Returns the response, whatever its status; Rejected if the request was never sent; Ambiguous if it was sent and no
    complete response came. Redirects are not followed: they would turn the POST into a GET that looks delivered.
    """
    try:
        return await transports.http.request(
            "POST",
            message.recipient,
            headers=headers,
            content=message.body,
            deadline=deadline_s,
            limit=max_reply_bytes,
            proxy=channel.proxy,
            allow=channel.allow_private,
        )
    except Refused as error:
        return Rejected(reason=clean(error.reason, limit=MAX_REASON_CHARS), permanent=error.permanent)
    except FetchError as error:
        reason = clean(error.reason, limit=MAX_REASON_CHARS)
        if isinstance(error, Unreachable) and not error.request_sent:
            return Rejected(reason=reason, permanent=False, retry_after=error.retry_after)
        return Ambiguous(reason=reason)


def secret_paths(channel: Channel) -> set[str]:
    """The paths (with queries) of the recipients that are long enough to be secrets."""
    paths = {recipient.partition(urlsplit(recipient).netloc)[2] for recipient in channel.recipients}
    return {path for path in paths if len(path) >= MIN_SECRET_PATH_CHARS}
