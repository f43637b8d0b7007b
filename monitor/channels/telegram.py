"""Telegram: a digest as one message of a bot, by the method sendMessage (https://core.telegram.org/bots/api#sendmessage).

Recipients are chats, the secret is the token of the bot. Telegram knows no message ids of senders: if a message is retried
after its response was lost, the chat may show it twice.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from random import Random
from typing import Any

from monitor.channels.chat import JSON_HEADERS, RETRY_SCHEDULE, name_list, outlet_name
from monitor.channels.http import DEADLINE_S, post
from monitor.channels.kind import (
    ChannelCheck,
    ChannelKind,
    HttpSettings,
    MessageDraft,
    MissingSetting,
    SettingFault,
    Transports,
    WebUrl,
)
from monitor.channels.mail_server import MailServer
from monitor.model import Ambiguous, Channel, DeliveryResult, Message, Rejected, Sent
from monitor.net import Response
from monitor.net.retry_after import parse_retry_after
from monitor.text import clean

SERVER = "https://api.telegram.org"
# Of a message, counted after the markup is parsed; ours stays below it with the markup, so that it never depends on the count.
MAX_MESSAGE_CHARS = 4_096
# For the lines about stories that are left out and about coverage.
RESERVED_CHARS = 500
MAX_TITLE_CHARS = 300
MAX_LEAD_CHARS = 400
MAX_NAME_CHARS = 80  # of an outlet
MAX_SILENT_NAME_CHARS = 40
SEPARATOR = "\n\n"
MAX_LISTED = 5  # outlets with the same text, and silent sources
MAX_OTHERS = 3  # headlines below the first of a story
MAX_REPLY_BYTES = 64_000  # the reply holds the message as it was posted

HTTP_TOO_MANY_REQUESTS = 429
# "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", as BotFather hands it out.
TOKEN = re.compile(r"\d{3,20}:[\w-]{20,100}", re.ASCII)
CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,40}", re.ASCII)


class TelegramSettings(HttpSettings):
    """The keys of a Telegram channel."""

    secret: str = ""  # the token of the bot
    secret_file: str = ""
    server: WebUrl = ""  # of the Bot API, if the bot has one of its own; empty: Telegram's


# --- the message ------------------------------------------------------------------------------------------------------


def build_message(draft: MessageDraft, _mail_server: MailServer | None = None) -> Message:
    """The parameters of sendMessage, as they are stored and sent."""
    parameters = {
        "chat_id": draft.recipient,
        "text": message_text(draft.rendered.subject, draft.rendered.data),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    body = json.dumps(parameters, ensure_ascii=False, separators=(",", ":")).encode()
    return Message(channel=draft.channel.id, recipient=draft.recipient, id=f"telegram_{draft.name}", body=body)


def message_text(subject: str, digest: Mapping[str, Any]) -> str:
    """The digest in the form of `digest/payload.py` as Telegram's HTML, with as many stories as fit."""
    stories: Sequence[Mapping[str, Any]] = digest["stories"]
    parts = [f"<b>{plain(subject, MAX_TITLE_CHARS)}</b>"]
    length = len(parts[0])
    for story in stories:
        room = MAX_MESSAGE_CHARS - RESERVED_CHARS - length
        text = next((text for text in (story_text(story), brief_text(story)) if len(text) <= room), None)
        if text is None:
            break
        parts.append(text)
        length += len(text) + len(SEPARATOR)
    left_out = len(stories) + 1 - len(parts) + digest["held"]
    if left_out:
        parts.append(f"{left_out} more {'story' if left_out == 1 else 'stories'} did not fit into this message.")
    if digest["kind"] == "digest":
        parts.append(coverage_text(digest["coverage"]))
    return SEPARATOR.join(parts)


def story_text(story: Mapping[str, Any]) -> str:
    """A story: its headline as a link, gloss, new facts, first words, outlet, and the headlines of other articles."""
    lead, *others = story["items"]
    facts = ", ".join(story["new_facts"])
    copies = [copy["source"] for item in story["items"] for copy in item["copies"]]
    lines = [
        headline(lead),
        plain(story["gloss"], MAX_TITLE_CHARS),
        plain(f"New: {facts}", MAX_TITLE_CHARS) if facts else "",
        plain(lead["lead"], MAX_LEAD_CHARS),
        f"<i>{outlet(lead)}{' · update' if story['kind'] == 'update' else ''}</i>",
        *(f"• {headline(item)} <i>{outlet(item)}</i>" for item in others[:MAX_OTHERS]),
        f"{len(others) - MAX_OTHERS} more articles" if len(others) > MAX_OTHERS else "",
        f"<i>Same text: {listed(copies, MAX_NAME_CHARS)}</i>" if copies else "",
    ]
    return "\n".join(filter(None, lines))


def brief_text(story: Mapping[str, Any]) -> str:
    """A story by its first headline alone, where all of it does not fit."""
    lead = story["items"][0]
    return f"{headline(lead)}\n<i>{outlet(lead)}</i>"


def headline(item: Mapping[str, Any]) -> str:
    """The headline of an article, as a link if it has one."""
    title = plain(item["title"], MAX_TITLE_CHARS)
    return f'<a href="{escape(item["url"])}">{title}</a>' if item["url"] else f"<b>{title}</b>"


def outlet(item: Mapping[str, Any]) -> str:
    """The outlet of an article, escaped."""
    return plain(outlet_name(item, limit=MAX_NAME_CHARS), 2 * MAX_NAME_CHARS)


def listed(names: Sequence[str], limit: int) -> str:
    """The first names of a list, each of at most `limit` characters, and the count of the others."""
    return name_list(names, most=MAX_LISTED, write=lambda name: plain(name, limit))


def coverage_text(coverage: Mapping[str, Any]) -> str:
    """The coverage of a digest with its silent sources."""
    text = f"{coverage['healthy']} of {coverage['sources']} sources answered."
    silent = [source["source"] for source in coverage["blind"]]
    return f"{text} Silent: {listed(silent, MAX_SILENT_NAME_CHARS)}." if silent else text


def plain(text: str, limit: int) -> str:
    """A text of at most `limit` characters as Telegram's HTML shows it unchanged; with its markup at most half as many more."""
    cleaned = clean(text, limit=limit)
    escaped = escape(cleaned, quote=False)
    # `&` takes five characters when it is escaped.
    return escaped if len(escaped) <= limit * 3 // 2 else escape(cleaned[: limit * 3 // 10], quote=False)


# --- the delivery -----------------------------------------------------------------------------------------------------


async def send(
    message: Message, channel: Channel, transports: Transports, *, now: datetime, deadline_s: float = DEADLINE_S
) -> DeliveryResult:
    """Post a message to its chat once, within `deadline_s` seconds."""
    reply = await call("sendMessage", message, channel, transports, deadline_s=deadline_s)
    return to_result(reply, now) if isinstance(reply, Response) else reply


async def call(
    method: str, message: Message, channel: Channel, transports: Transports, *, deadline_s: float = DEADLINE_S
) -> Response | Rejected | Ambiguous:
    """Call a method of the Bot API with the body of a message."""
    url = f"{(channel.server or SERVER).rstrip('/')}/bot{channel.secret}/{method}"
    return await post(
        replace(message, recipient=url),
        channel,
        transports,
        headers=JSON_HEADERS,
        max_reply_bytes=MAX_REPLY_BYTES,
        deadline_s=deadline_s,
    )


def to_result(response: Response, now: datetime) -> DeliveryResult:
    """The meaning of Telegram's reply.

    Sent if it says so. Rejected if Telegram names an error, permanent unless it is 429 or its own (5xx). Any other body is from
    something on the way: Ambiguous with a 2xx, else Rejected for now.
    """
    reply = reply_fields(response)
    if reply.get("ok") is True:
        number = dict(reply["result"]).get("message_id") if isinstance(reply.get("result"), dict) else None
        return Sent(detail=f"message {number}" if number else "ok")
    reason = f"HTTP {response.status} {clean(str(reply.get('description', '')), limit=MAX_TITLE_CHARS)}".strip()
    is_success = response.status // 100 == 2  # noqa: PLR2004 any 2xx
    if is_success and "ok" not in reply:
        return Ambiguous(reason=f"HTTP {response.status}, but the body is not Telegram's")
    parameters = reply.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    is_named = reply.get("ok") is False
    is_client_error = response.status // 100 == 4 and response.status != HTTP_TOO_MANY_REQUESTS  # noqa: PLR2004 any 4xx
    return Rejected(
        reason=reason,
        permanent=is_named and is_client_error,
        retry_after=timedelta(seconds=seconds)
        if isinstance(seconds, int) and 0 < seconds < timedelta(days=1).total_seconds()
        else parse_retry_after(response.header("retry-after"), now=now),
    )


def reply_fields(response: Response) -> Mapping[str, Any]:
    """The JSON object of a reply; empty if it is none."""
    try:
        reply = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return reply if isinstance(reply, dict) else {}


async def check(
    channels: Sequence[Channel],
    transports: Transports,
    *,
    now: datetime,
    rng: Random,  # noqa: ARG001 - part of the interface
) -> list[ChannelCheck]:
    """Ask for every chat whether the bot sees it (getChat); nothing is posted."""
    return [
        ChannelCheck(
            name=f"telegram {channel.id} chat {chat}",
            result=await check_chat(channel, chat, transports, now),
            fix=f"check secret: and recipients: of {channel.id} in channels.yaml, and that the bot is a member of the chat",
        )
        for channel, chat in chats(channels)
    ]


def chats(channels: Sequence[Channel]) -> Iterator[tuple[Channel, str]]:
    """Each chat of each channel."""
    return ((channel, chat) for channel in channels for chat in channel.recipients)


async def check_chat(channel: Channel, chat: str, transports: Transports, now: datetime) -> DeliveryResult:
    """Sent if the bot sees the chat."""
    body = json.dumps({"chat_id": chat}).encode()
    probe = Message(channel=channel.id, recipient=chat, id="telegram_check", body=body)
    reply = await call("getChat", probe, channel, transports)
    if not isinstance(reply, Response):
        return reply
    result = to_result(reply, now)
    return Sent(detail="the bot sees the chat") if isinstance(result, Sent) else result


# --- the kind ---------------------------------------------------------------------------------------------------------


def is_valid_recipient(recipient: str) -> bool:
    """Whether a recipient is the number of a chat or the @name of a channel or group."""
    return bool(CHAT.fullmatch(recipient))


def find_missing_setting(channel: Channel, _mail_server: MailServer | None) -> MissingSetting | None:
    """The token of the bot, if it is missing or has another form."""
    if TOKEN.fullmatch(channel.secret):
        return None
    return MissingSetting(
        message="the token of a bot is missing" if not channel.secret else "secret: is not the token of a bot",
        hint="@BotFather gives it out: secret: 123456:ABC…, or its file in secret_file:",
    )


def find_faults(_channel: Channel) -> tuple[SettingFault, ...]:
    """None: the chats are the only recipients, and they are addresses of nothing on a network."""
    return ()


def secrets(channel: Channel) -> set[str]:
    """The token: it is a part of every URL."""
    return {channel.secret} if channel.secret else set()


KIND = ChannelKind(
    id="telegram",
    settings=TelegramSettings,
    recipient_form="the number of a chat such as -1001234567890, or @channelname",
    is_valid_recipient=is_valid_recipient,
    find_missing_setting=find_missing_setting,
    find_faults=find_faults,
    build_message=build_message,
    send=send,
    check=check,
    retry_schedule=RETRY_SCHEDULE,
    secrets=secrets,
)
