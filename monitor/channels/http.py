"""Posting a message over HTTP: shared by the kinds whose recipients are URLs."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from monitor import urls
from monitor.channels.kind import SettingFault, Transports
from monitor.errors import FetchError, Refused, Unreachable
from monitor.model import Ambiguous, Channel, Message, Rejected
from monitor.net import Response
from monitor.net.addresses import is_non_public, parse_ip
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


def private_recipients(channel: Channel) -> Iterator[SettingFault]:
    """Yields the recipients at addresses that are not public, without leave to post there: no message would be sent."""
    for position, url in enumerate(channel.recipients):
        parts = urls.parse_url(url)
        address = parse_ip(parts.host) if parts else ""
        if not (parts and address and is_non_public(address)):
            continue
        endpoint = (parts.host, parts.port or (443 if parts.scheme == "https" else 80))
        if endpoint not in channel.allow_private:
            yield SettingFault(
                path=("recipients", position),
                message=f"{parts.host} is not a public address, so nothing is posted there",
                hint=f"if it is yours, add allow_private: [{endpoint[0]}:{endpoint[1]}]",
            )


def public_recipient(recipient: str) -> str:
    """Returns a recipient as logs and tables show it: of a URL the scheme, the host and a path too short for a secret."""
    if "://" not in recipient:
        return recipient
    parts = urlsplit(recipient)
    host = parts.netloc.rpartition("@")[2]
    is_secret = bool(parts.query) or len(parts.path) >= MIN_SECRET_PATH_CHARS
    return f"{parts.scheme}://{host}/…" if is_secret else f"{parts.scheme}://{host}{parts.path}"


def secret_paths(channel: Channel) -> set[str]:
    """The paths of the recipients that are long enough to be secrets, and their queries."""
    parts = [urlsplit(recipient) for recipient in channel.recipients]
    paths = {f"{part.path}?{part.query}" if part.query else part.path for part in parts}
    return {path for path in paths if len(path) >= MIN_SECRET_PATH_CHARS} | {part.query for part in parts if part.query}
