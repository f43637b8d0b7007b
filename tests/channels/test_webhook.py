"""Webhooks: the official library accepts the signature, and each reply of a receiver has one meaning."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from monitor.channels import MessageDraft, Transports, webhook
from monitor.model import Ambiguous, Channel, Message, Rejected, Rendered, Sent
from monitor.net import HttpClient

from .servers import DROP, SILENCE, Receiver, listening

SECRET = "whsec_b25lIHNlY3JldCBmb3IgdGhlIHRlc3Rz"
OTHER = "whsec_YW5vdGhlciBvbmUgZm9yIHRoZSB0ZXN0cw=="
BODY = '{"title":"سفیروں کی واپسی"}'.encode()


def a_message(url: str) -> Message:
    return Message(channel="desk", recipient=url, id="msg_1", body=BODY)


def a_channel(**given) -> Channel:
    return Channel(**{"id": "desk", "kind": "webhook", "recipients": (), "secret": SECRET, **given})


async def posted(receiver: Receiver, *, now: datetime | None = None, deadline_s: float = 30.0, **given):
    """The result of one delivery to this receiver, which is on loopback and allowed."""
    client = HttpClient(user_agent="Monitor/test")
    async with listening(receiver) as port:
        channel = a_channel(**{"allow_private": (("127.0.0.1", port),), **given})
        result = await webhook.send(
            a_message(f"http://127.0.0.1:{port}/hook?a=1"),
            channel,
            Transports(http=client),
            now=now or datetime.now(UTC),
            deadline_s=deadline_s,
        )
    await client.aclose()
    return result


def http(status: str, *headers: str, body: bytes = b"") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"])
    return head.encode() + b"\r\n\r\n" + body


def test_body_names_event_time_and_digest():
    """The body names its event, its time and its digest, and keeps Urdu readable."""
    rendered = Rendered(subject="سفیر", text="", html="", data={"version": 1, "kind": "alert", "stories": []})
    draft = MessageDraft(
        channel=a_channel(),
        recipient="https://a.example/hook",
        rendered=rendered,
        name="d7",
        written_at=datetime(2026, 11, 21, 13, tzinfo=UTC),
    )
    message = webhook.build_message(draft)
    raw = message.body
    assert message.id == "msg_d7"
    assert "سفیر".encode() in raw
    assert json.loads(raw) == {
        "type": "monitor.alert",
        "timestamp": "2026-11-21T13:00:00Z",
        "data": {"digest": "d7", "subject": "سفیر", "version": 1, "kind": "alert", "stories": []},
    }


async def test_receiver_can_verify_what_it_got():
    """The official library verifies the headers over the very bytes that arrived."""
    receiver = Receiver()
    assert await posted(receiver) == Sent(detail="HTTP 204")
    [(first, headers, content)] = receiver.requests
    assert first == "POST /hook?a=1 HTTP/1.1"
    assert content == BODY
    assert headers["webhook-id"] == "msg_1"
    assert Webhook(SECRET).verify(content, headers) == json.loads(BODY)


async def test_two_secrets_sign_twice():
    """While a receiver changes its secret, the old one and the new one both verify."""
    receiver = Receiver()
    await posted(receiver, secret=f"{OTHER} {SECRET}")
    [(_, headers, content)] = receiver.requests
    assert Webhook(SECRET).verify(content, headers)
    assert Webhook(OTHER).verify(content, headers)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_a", "whsec_!!!"])
async def test_unusable_secret_sends_nothing(secret):
    """Without a usable secret nothing is sent, and the message waits."""
    receiver = Receiver()
    answer = await posted(receiver, secret=secret)
    assert isinstance(answer, Rejected)
    assert not answer.permanent
    assert not receiver.requests


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content"])
async def test_2xx_is_an_acceptance(status):
    """Any 2xx accepts the message."""
    assert isinstance(await posted(Receiver(http(status))), Sent)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_redirects_are_rejections_and_not_followed(status):
    """A redirect is a rejection: following it would turn the POST into a GET that looks delivered."""
    receiver = Receiver(http(status, "Location: /elsewhere"))
    answer = await posted(receiver)
    assert answer == Rejected(reason=f"HTTP {status[:3]}", permanent=False)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", ["400 Bad", "401 Who", "404 Where", "429 Slow", "500 Oops", "502 Bad", "503 Busy"])
async def test_other_statuses_are_temporary(status):
    """Every other status is temporary: receivers are deployed, their keys changed."""
    answer = await posted(Receiver(http(status)))
    assert answer == Rejected(reason=f"HTTP {status[:3]}", permanent=False)


async def test_410_is_permanent():
    """410 asks for no further messages."""
    assert await posted(Receiver(http("410 Gone"))) == Rejected(reason="HTTP 410", permanent=True, ended=True)


NOW = datetime(2026, 11, 21, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", None),  # no delay
        ("99999999999999999999", timedelta(hours=24)),
        ("Sat, 21 Nov 2026 13:10:00 GMT", timedelta(minutes=10)),
        ("Sat, 21 Nov 2026 12:00:00 GMT", None),
        ("Sat, 21 Nov 2036 12:00:00 GMT", timedelta(hours=24)),
        ("-5", None),
        ("soon", None),
        ("1²", None),
        ("", None),
    ],
)
async def test_retry_after(value, wait):
    """Retry-After counts in seconds or as a date, up to a day; invalid values are ignored."""
    answer = await posted(Receiver(http("503 Busy", f"Retry-After: {value}").decode().encode("latin-1")), now=NOW)
    assert isinstance(answer, Rejected)
    assert answer.retry_after == wait


@pytest.mark.parametrize("fault", [DROP, SILENCE, b"nonsense\r\n\r\n", http("200 OK")[:10]])
async def test_no_answer_after_the_request_is_ambiguous(fault):
    """Once the request was sent, a broken or missing reply may hide an acceptance."""
    receiver = Receiver(fault)
    assert isinstance(await posted(receiver, deadline_s=0.3), Ambiguous)
    assert len(receiver.requests) == 1


async def test_endless_answer_is_cut():
    """Only the status counts: an endless reply is not read, and the message counts as sent."""
    endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 300_000
    assert isinstance(await posted(Receiver(endless)), Sent)


async def test_nobody_listens():
    """A refused connection cannot have delivered anything: it is temporary."""
    async with listening(Receiver()) as port:
        pass
    client = HttpClient(user_agent="Monitor/test")
    channel = a_channel(allow_private=(("127.0.0.1", port),))
    answer = await webhook.send(a_message(f"http://127.0.0.1:{port}/"), channel, Transports(http=client), now=NOW)
    await client.aclose()
    assert isinstance(answer, Rejected)
    assert not answer.permanent
    assert answer.reason.startswith("connect:")


async def test_private_receiver_must_be_allowed():
    """A receiver on a private network gets no request unless its exact host and port are allowed."""
    receiver = Receiver()
    answer = await posted(receiver, allow_private=())
    assert isinstance(answer, Rejected)
    assert not receiver.requests
