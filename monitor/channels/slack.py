"""Slack: a digest as blocks, posted to an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).

The URL of an incoming webhook is the recipient and at the same time the secret. Slack knows no message ids: if a
message is retried after its response was lost, the Slack channel may show it twice.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import urlsplit

from monitor import urls
from monitor.channels.chat import JSON_HEADERS, RETRY_SCHEDULE, name_list, outlet_name
from monitor.channels.http import DEADLINE_S, post, private_recipients, secret_paths
from monitor.channels.kind import (
    ChannelCheck,
    ChannelKind,
    HttpSettings,
    MessageDraft,
    MissingSetting,
    Transports,
)
from monitor.channels.mail_server import MailServer
from monitor.model import Ambiguous, Channel, DeliveryResult, Message, Rejected, Sent
from monitor.net import Response
from monitor.net.retry_after import parse_retry_after
from monitor.text import clean

# The limits of Slack's Block Kit (https://docs.slack.dev/reference/block-kit/blocks).
MAX_BLOCKS = 50
MAX_HEADER_CHARS = 150
MAX_SECTION_CHARS = 3000
# A story takes two blocks; the header, the count of stories left out and the coverage take one each.
MAX_STORIES = (MAX_BLOCKS - 3) // 2
MAX_TITLE_CHARS = 300
MAX_LEAD_CHARS = 500
MAX_NAME_CHARS = 100  # of an outlet
MAX_LISTED = 10  # outlets beside a story, and silent sources
MAX_OTHERS = 5  # headlines below the first of a story
MAX_REPLY_BYTES = 4096  # the replies are "ok" or an error code

ACCEPTED = "ok"  # the whole body of a response with which Slack accepts a message
HTTP_OK, HTTP_TOO_MANY_REQUESTS = 200, 429
# The body of a 4xx of Slack: no_service, invalid_payload, channel_is_archived and others. A reply in any other form
# is not from Slack but from a proxy on the way, and may pass.
ERROR_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
# The errors for a message without text: Slack looks at the message only after it has found the webhook.
WEBHOOK_EXISTS = {"no_text", "invalid_payload", "missing_text_or_fallback_or_attachments"}
# The errors of a webhook that was revoked, or whose channel was archived or deleted.
WEBHOOK_ENDED = {
    "channel_is_archived",
    "channel_not_found",
    "no_active_hooks",
    "no_service",
    "no_team",
    "team_disabled",
}


class SlackSettings(HttpSettings):
    """The keys of a Slack channel: those of every kind that posts to a URL."""


# --- the message ------------------------------------------------------------------------------------------------------


def build_message(draft: MessageDraft, _mail_server: MailServer | None = None) -> Message:
    """The JSON for chat clients: blocks, and a text for notifications and screen readers."""
    payload = {
        "text": escape(clean(draft.rendered.subject, limit=MAX_TITLE_CHARS)),
        "blocks": list(blocks(draft.rendered.subject, draft.rendered.data)),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return Message(channel=draft.channel.id, recipient=draft.recipient, id=f"slack_{draft.name}", body=body)


def blocks(subject: str, digest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The blocks of a digest in the form of `digest/payload.py`: a header, then a section and a context per story."""
    header = clean(subject, limit=MAX_HEADER_CHARS)
    yield {"type": "header", "text": {"type": "plain_text", "text": header, "emoji": False}}
    if "text" in digest:  # a message to the operator
        yield context(escape(digest["text"]))
    stories: Sequence[Mapping[str, Any]] = digest["stories"]
    for story in stories[:MAX_STORIES]:
        yield {"type": "section", "text": mrkdwn(section_text(story))}
        yield context(context_text(story))
    left_out = len(stories[MAX_STORIES:]) + digest["held"]
    if left_out:
        noun = "story" if left_out == 1 else "stories"
        yield context(f"{left_out} more {noun} did not fit into this message.")
    if digest["kind"] == "digest":
        yield context(coverage_text(digest["coverage"]))


def section_text(story: Mapping[str, Any]) -> str:
    """The headline as a link, its gloss, the new facts, the first words of the article, and the other headlines."""
    lead, *others = story["items"]
    facts = ", ".join(story["new_facts"])
    lines = [
        escape(clean(story["gloss"], limit=MAX_TITLE_CHARS)),
        escape(clean(f"New: {facts}", limit=MAX_TITLE_CHARS)) if facts else "",
        escape(clean(lead["lead"], limit=MAX_LEAD_CHARS)),
        *(f"• {headline_link(item)} ({outlet(item)})" for item in others[:MAX_OTHERS]),
    ]
    headline = headline_link(lead)
    full = "\n".join(filter(None, [headline, *lines]))
    # `&` takes five characters when it is escaped, so the bounds above do not bound the section.
    shorter = (full, headline, escape(clean(lead["title"], limit=MAX_TITLE_CHARS)))
    return next(part for part in shorter if len(part) <= MAX_SECTION_CHARS)


def headline_link(item: Mapping[str, Any]) -> str:
    """The headline of an article as a link, or as text if it has no link."""
    title = escape(clean(item["title"], limit=MAX_TITLE_CHARS))
    # Inside <…|…> only the first | separates the URL from its text, so a | in the URL must be encoded.
    return f"<{escape(item['url']).replace('|', '%7C')}|{title}>" if item["url"] else title


def context_text(story: Mapping[str, Any]) -> str:
    """Outlet, time, copies, articles that are not shown, flags and the first reason of a story."""
    lead, *others = story["items"]
    names = [copy["source"] for item in story["items"] for copy in item["copies"]]
    left_out = len(others[MAX_OTHERS:])
    parts = [
        "Update" if story["kind"] == "update" else "",
        outlet(lead),
        local_time(lead["published_at"] or lead["first_seen_at"]),
        f"same text: {listed(names)}" if names else "",
        f"{left_out} more {'article' if left_out == 1 else 'articles'}" if left_out else "",
        *(f"caution: {escape(flag['code'])}" for flag in lead["flags"]),
        escape(clean(story["reasons"][0], limit=MAX_TITLE_CHARS)) if story["reasons"] else "",
    ]
    return " · ".join(filter(None, parts))


def outlet(item: Mapping[str, Any]) -> str:
    """The outlet of an article, escaped."""
    return escape(outlet_name(item, limit=MAX_NAME_CHARS))


def listed(names: Sequence[str]) -> str:
    """The first names of a list, escaped, and the count of the others."""
    return name_list(names, most=MAX_LISTED, write=lambda name: escape(clean(name, limit=MAX_NAME_CHARS)))


def local_time(iso: str) -> str:
    """A time that each reader sees in the time zone of their own Slack."""
    moment = datetime.fromisoformat(iso)
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}}, {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"


def coverage_text(coverage: Mapping[str, Any]) -> str:
    """The coverage of a digest with its silent sources, so that silence is explained here too."""
    silent = [source["source"] for source in coverage["blind"]]
    text = (
        f"{coverage['healthy']} of {coverage['sources']} sources answered; "
        f"{coverage['entries']} entries seen, {coverage['judged']} judged."
    )
    return f"{text} Silent: {listed(silent)}." if silent else text


def context(text: str) -> dict[str, Any]:
    """A context block: small grey text."""
    return {"type": "context", "elements": [mrkdwn(text[:MAX_SECTION_CHARS])]}


def mrkdwn(text: str) -> dict[str, Any]:
    """A text object. With `verbatim`, Slack does not turn names in foreign text into mentions and channels."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def escape(text: str) -> str:
    """A text with the three characters replaced that Slack reads as its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- the delivery -----------------------------------------------------------------------------------------------------


async def send(
    message: Message, channel: Channel, transports: Transports, *, now: datetime, deadline_s: float = DEADLINE_S
) -> DeliveryResult:
    """Post a message to its incoming webhook once, within `deadline_s` seconds."""
    response = await post(
        message, channel, transports, headers=JSON_HEADERS, max_reply_bytes=MAX_REPLY_BYTES, deadline_s=deadline_s
    )
    return to_result(response, now) if isinstance(response, Response) else response


def to_result(response: Response, now: datetime) -> DeliveryResult:
    """The meaning of Slack's reply.

    Sent on 200 with "ok". Ambiguous on 200 with another body: something on the way answered, and Slack may have too.
    Rejected otherwise, permanent if Slack names its error with a 4xx other than 429.
    """
    if response.status == HTTP_OK:
        accepted = reply_text(response) == ACCEPTED
        return Sent(detail=ACCEPTED) if accepted else Ambiguous(reason='HTTP 200, but the body is not "ok"')
    code = error_code(response)
    is_client_error = response.status // 100 == 4 and response.status != HTTP_TOO_MANY_REQUESTS  # noqa: PLR2004 any 4xx
    return Rejected(
        reason=f"HTTP {response.status} {code}".strip(),
        permanent=bool(code) and is_client_error,
        ended=code in WEBHOOK_ENDED and is_client_error,
        retry_after=parse_retry_after(response.header("retry-after"), now=now),
    )


def reply_text(response: Response) -> str:
    """The body of a response as clean text."""
    return clean(response.body.decode("utf-8", "replace"), limit=MAX_TITLE_CHARS)


def error_code(response: Response) -> str:
    """The code by which Slack names an error, or "" if the response is not in that form."""
    reply = reply_text(response)
    return reply if ERROR_CODE.fullmatch(reply) else ""


async def check(
    channels: Sequence[Channel],
    transports: Transports,
    *,
    now: datetime,
    rng: Random,  # noqa: ARG001 - part of the interface
) -> list[ChannelCheck]:
    """Post a message without text to every recipient: Slack answers `no_text` if the webhook works, and shows nothing."""
    checks = []
    for channel in channels:
        for url in channel.recipients:
            probe = Message(channel=channel.id, recipient=url, id="slack_check", body=b"{}")
            reply = await post(probe, channel, transports, headers=JSON_HEADERS, max_reply_bytes=MAX_REPLY_BYTES)
            result: DeliveryResult
            if not isinstance(reply, Response):
                result = reply
            elif error_code(reply) in WEBHOOK_EXISTS:
                result = Sent(detail="the webhook exists")
            else:
                result = to_result(reply, now)
            fix = f"check recipients: of {channel.id} in channels.yaml; Slack may have revoked the webhook"
            # The rest of such a URL is a secret.
            checks.append(ChannelCheck(name=f"slack {channel.id} at {urls.host(url)}", result=result, fix=fix))
    return checks


# --- the kind ---------------------------------------------------------------------------------------------------------


def is_valid_recipient(recipient: str) -> bool:
    """Whether a recipient is an https URL with a path, as incoming webhooks of Slack and its relatives have."""
    return (
        bool(urls.canonicalize(recipient))
        and urlsplit(recipient).scheme == "https"
        and len(urlsplit(recipient).path) > 1
    )


def find_missing_setting(_channel: Channel, _mail_server: MailServer | None) -> MissingSetting | None:
    """None: the URL is all that Slack needs."""
    return None


KIND = ChannelKind(
    id="slack",
    settings=SlackSettings,
    recipient_form="an https URL such as https://hooks.slack.com/services/…",
    is_valid_recipient=is_valid_recipient,
    find_missing_setting=find_missing_setting,
    find_faults=private_recipients,
    build_message=build_message,
    send=send,
    check=check,
    retry_schedule=RETRY_SCHEDULE,
    secrets=secret_paths,
)
