"""Telegram: messages within its documented limits, and the meaning of each of its replies."""

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import pytest

from monitor.channels import MessageDraft, Transports, registry, telegram
from monitor.model import Ambiguous, Channel, Message, NoticeKind, Rejected, Rendered, Sent
from monitor.net import HttpClient
from tests.digest.builders import a_coverage, a_digest, a_full_digest, a_line, a_story
from tests.digest.golden import written

from .servers import DROP, SILENCE, Receiver, listening

GOLDEN = Path(__file__).parent / "golden" / "telegram.txt"
NOW = datetime(2026, 11, 21, 13, tzinfo=UTC)
TOKEN = "123456789:AAExampleExampleExampleExample-Example"
POSTED = b'{"ok":true,"result":{"message_id":42,"chat":{"id":-1001}}}'
# All that Telegram's HTML style knows and we use.
TAGS = {"b", "i", "a"}


def a_channel(**given) -> Channel:
    return Channel(**{"id": "room", "kind": "telegram", "recipients": ("@desk_news",), "secret": TOKEN, **given})


def text_of(rendered: Rendered) -> str:
    """The text of a digest, after the checks that hold for every message."""
    draft = MessageDraft(channel=a_channel(), recipient="@desk_news", rendered=rendered, name="d7", written_at=NOW)
    message = telegram.build_message(draft)
    assert (message.id, message.recipient) == ("telegram_d7", "@desk_news")
    parameters = json.loads(message.body)
    assert_documented_form(parameters)
    return parameters["text"]


class Markup(HTMLParser):
    """Checks that all tags are known and closed, and collects the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS
        assert {name for name, _ in attrs} <= {"href"}
        self.open.append(tag)
        self.links += [value or "" for _, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def assert_documented_form(parameters: dict) -> None:
    """Check the parameters against the reference of sendMessage."""
    assert set(parameters) == {"chat_id", "text", "parse_mode", "link_preview_options"}
    assert parameters["parse_mode"] == "HTML"
    assert 0 < len(Markup(parameters["text"]).text) <= 4096


def http(status: str, body: bytes = POSTED, *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"])
    return head.encode() + b"\r\n\r\n" + body


async def posted(receiver: Receiver, *, deadline_s: float = 30.0):
    """The result of one delivery to this server, which is on loopback and allowed."""
    client = HttpClient(user_agent="Monitor/test")
    async with listening(receiver) as port:
        channel = a_channel(server=f"http://127.0.0.1:{port}/", allow_private=(("127.0.0.1", port),))
        draft = MessageDraft(
            channel=channel, recipient="@desk_news", rendered=written(a_full_digest()), name="d", written_at=NOW
        )
        message = telegram.build_message(draft)
        result = await telegram.send(message, channel, Transports(http=client), now=NOW, deadline_s=deadline_s)
    await client.aclose()
    for first, headers, content in receiver.requests:
        assert first == f"POST /bot{TOKEN}/sendMessage HTTP/1.1"
        assert headers["content-type"].startswith("application/json")
        assert_documented_form(json.loads(content))
    return result


# --- the message ------------------------------------------------------------------------------------------------------


def test_golden_text():
    """A digest in three languages has the text that was read and accepted."""
    assert text_of(written(a_full_digest())) + "\n" == GOLDEN.read_text("utf-8")


def test_markup_is_escaped():
    """What an outlet writes never becomes a tag or a link."""
    line = a_line(title="<b>A & B", lead="<a href='https://evil.example'>x</a>", url='https://a.example/?a=1&b="2"')
    text = text_of(written(a_digest(stories=(a_story(articles=(line,)),))))
    assert "&lt;b&gt;A &amp; B" in text
    assert "evil.example" in Markup(text).text
    assert all("evil" not in link for link in Markup(text).links)


@pytest.mark.parametrize("filler", ["x", "&", "<", "پ", "😀"])
def test_long_digests_stay_within_the_limit(filler):
    """Of many long stories the first are shown and the others counted; at least one is always shown."""
    line = {"lead": filler * 3000, "url": "https://a.example/" + "x" * 1900, "source": filler * 500}
    stories = tuple(
        a_story(
            story=number,
            thread=number,
            articles=tuple(a_line(item=10 * number + n, title=filler * 900, **line) for n in range(4)),
        )
        for number in range(40)
    )
    text = text_of(written(a_digest(stories=stories)))
    shown = len(re.findall("<a href", text))
    assert shown >= 1
    assert re.search(r"3\d more stories did not fit", text)


def test_an_update_names_its_facts():
    """An update is marked and says what is new; a gloss stands below a headline in another language."""
    story = a_story(kind=NoticeKind.UPDATE, new_facts=("26 November",), gloss="A. Name (AA): diplomacy")
    text = text_of(written(a_digest(stories=(story,))))
    assert "New: 26 November" in text
    assert "update" in text
    assert "A. Name (AA): diplomacy" in text


def test_an_empty_digest_explains_the_silence():
    """A digest without stories has its subject and its coverage; an alert has no coverage."""
    assert "43 of 43 sources answered." in text_of(written(a_digest(stories=())))
    assert "sources answered" not in text_of(written(a_digest(kind="alert", coverage=a_coverage())))


# --- the delivery -----------------------------------------------------------------------------------------------------


async def test_ok_is_an_acceptance():
    """A reply with ok accepts the message, and its number in the chat is kept."""
    receiver = Receiver(http("200 OK"))
    assert await posted(receiver) == Sent(detail="message 42")
    assert len(receiver.requests) == 1


async def test_429_waits_as_long_as_telegram_asks():
    """A rate limit is temporary, and the wait in its parameters is kept."""
    body = b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 30","parameters":{"retry_after":30}}'
    result = await posted(Receiver(http("429 Too Many Requests", body)))
    assert isinstance(result, Rejected)
    assert (result.permanent, result.retry_after) == (False, timedelta(seconds=30))


@pytest.mark.parametrize(
    ("status", "description"),
    [
        ("400 Bad Request", "Bad Request: chat not found"),
        ("401 Unauthorized", "Unauthorized"),
        ("403 Forbidden", "Forbidden: bot was kicked from the channel chat"),
        ("404 Not Found", "Not Found"),
    ],
)
async def test_errors_that_telegram_names_are_permanent(status, description):
    """No retry helps against a 4xx that Telegram explains; the reason is its own words."""
    body = json.dumps({"ok": False, "error_code": int(status[:3]), "description": description}).encode()
    result = await posted(Receiver(http(status, body)))
    assert result == Rejected(reason=f"HTTP {status[:3]} {description}", permanent=True)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("404 Not Found", b"<html>"),
        ("500 Oops", b'{"ok":false,"description":"Internal"}'),
        ("502 Bad Gateway", b""),
        ("400 Bad", b"[" * 5000),
    ],
)
async def test_other_errors_are_temporary(status, body):
    """A 4xx that Telegram did not write, and any 5xx, may pass."""
    result = await posted(Receiver(http(status, body)))
    assert isinstance(result, Rejected)
    assert not result.permanent


@pytest.mark.parametrize("fault", [DROP, SILENCE, http("200 OK")[:10], http("200 OK", b"<html>sign in</html>")])
async def test_a_missing_or_foreign_reply_is_ambiguous(fault):
    """Once the request was sent, a missing reply may hide an acceptance, and so may that of a proxy."""
    assert isinstance(await posted(Receiver(fault), deadline_s=0.3), Ambiguous)


# --- the kind ---------------------------------------------------------------------------------------------------------


def test_the_registry_has_telegram():
    """Configuration, delivery, doctor and logs find the kind by its id."""
    assert registry.get("telegram") is telegram.KIND


@pytest.mark.parametrize("recipient", ["@desk_news", "-1001234567890", "42"])
def test_chats_are_recipients(recipient):
    """A chat is a number or an @name."""
    assert telegram.is_valid_recipient(recipient)


@pytest.mark.parametrize("recipient", ["desk_news", "@1", "https://t.me/desk_news", "", "@desk news", "-"])
def test_other_recipients_are_refused(recipient):
    """A link to a chat or a name without @ is no chat of the Bot API."""
    assert not telegram.is_valid_recipient(recipient)


@pytest.mark.parametrize("secret", ["", "whsec_abc", "123456789"])
def test_a_missing_token_is_named(secret):
    """Without the token of a bot the channel cannot work, and the hint says who gives it out."""
    missing = telegram.find_missing_setting(a_channel(secret=secret), None)
    assert "BotFather" in missing.hint
    assert telegram.find_missing_setting(a_channel(), None) is None


def test_the_token_is_a_secret():
    """The token is a part of every URL, so it is masked in logs."""
    assert telegram.secrets(a_channel()) == {TOKEN}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http("200 OK", b'{"ok":true,"result":{"id":-1001,"type":"channel"}}'), Sent(detail="the bot sees the chat")),
        (
            http("400 Bad Request", b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'),
            Rejected(reason="HTTP 400 Bad Request: chat not found", permanent=True),
        ),
    ],
)
async def test_the_check_posts_nothing(answer, expected):
    """`doctor` asks whether the bot sees the chat."""
    receiver, client = Receiver(answer), HttpClient(user_agent="Monitor/test")
    async with listening(receiver) as port:
        channel = a_channel(server=f"http://127.0.0.1:{port}", allow_private=(("127.0.0.1", port),))
        [result] = await telegram.check([channel], Transports(http=client), now=NOW, rng=Random(0))
    await client.aclose()
    assert result.result == expected
    [(first, _, content)] = receiver.requests
    assert first == f"POST /bot{TOKEN}/getChat HTTP/1.1"
    assert json.loads(content) == {"chat_id": "@desk_news"}


def test_no_message_names_another_chat():
    """The recipient of a stored message is the chat, never the URL with the token."""
    draft = MessageDraft(channel=a_channel(), recipient="42", rendered=written(a_digest()), name="d", written_at=NOW)
    message = telegram.build_message(draft)
    assert isinstance(message, Message)
    assert TOKEN.encode() not in message.body
    assert message.recipient == "42"
