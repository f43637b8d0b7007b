"""Slack: payloads within its documented limits, and the meaning of each of its replies."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from monitor.channels import MessageDraft, Transports, registry, slack
from monitor.model import Ambiguous, Channel, Message, Rejected, Rendered, Sent
from monitor.net import HttpClient
from tests.digest.builders import a_digest, a_full_digest, a_line, a_story
from tests.digest.golden import written

from .servers import DROP, SILENCE, Receiver, listening

GOLDEN = Path(__file__).parent / "golden" / "slack.json"
NOW = datetime(2026, 11, 21, 13, tzinfo=UTC)
HOOK = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
TEXT_TYPES = {"header": "plain_text", "section": "mrkdwn"}


def a_channel(**given) -> Channel:
    return Channel(**{"id": "room", "kind": "slack", "recipients": (HOOK,), **given})


def payload(rendered: Rendered) -> dict:
    """The JSON of a digest, after the checks that hold for every payload."""
    draft = MessageDraft(channel=a_channel(), recipient=HOOK, rendered=rendered, name="d7", written_at=NOW)
    message = slack.build_message(draft)
    assert (message.id, message.recipient) == ("slack_d7", HOOK)
    content = json.loads(message.body)
    assert_documented_form(content)
    return content


def assert_documented_form(content: dict) -> None:
    """Check a payload against the Block Kit reference."""
    assert content["text"]
    assert 0 < len(content["blocks"]) <= 50
    for block in content["blocks"]:
        if block["type"] == "context":
            assert 0 < len(block["elements"]) <= 10
            texts = block["elements"]
        else:
            texts = [block["text"]]
            assert texts[0]["type"] == TEXT_TYPES[block["type"]]
        limit = 150 if block["type"] == "header" else 3000
        assert all(0 < len(text["text"]) <= limit for text in texts)


def http(status: str, body: bytes = b"ok", *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"])
    return head.encode() + b"\r\n\r\n" + body


async def posted(receiver: Receiver, *, deadline_s: float = 30.0):
    """The result of one delivery to this receiver, which is on loopback and allowed."""
    draft = MessageDraft(
        channel=a_channel(), recipient=HOOK, rendered=written(a_full_digest()), name="d", written_at=NOW
    )
    body = slack.build_message(draft).body
    client = HttpClient(user_agent="Monitor/test")
    async with listening(receiver) as port:
        channel = a_channel(allow_private=(("127.0.0.1", port),))
        message = Message(channel="room", recipient=f"http://127.0.0.1:{port}/services/T/B/X", id="slack_d", body=body)
        result = await slack.send(message, channel, Transports(http=client), now=NOW, deadline_s=deadline_s)
    await client.aclose()
    for first, headers, content in receiver.requests:
        assert first == "POST /services/T/B/X HTTP/1.1"
        assert headers["content-type"].startswith("application/json")
        assert_documented_form(json.loads(content))
    return result


# --- the message ------------------------------------------------------------------------------------------------------


def test_golden_payload():
    """A digest in three languages has the payload that was read and accepted."""
    content = json.dumps(payload(written(a_full_digest())), ensure_ascii=False, indent=2) + "\n"
    assert content == GOLDEN.read_text("utf-8")


def test_markup_of_slack_is_escaped():
    """`&`, `<` and `>` in an outlet's text cannot become links or mentions."""
    line = a_line(
        title="<!channel> A & B", lead="<https://evil.example|x>", source="<@U1>", url="https://a.example/?a=1&b=2"
    )
    section, context = payload(written(a_digest(stories=(a_story(articles=(line,)),))))["blocks"][1:3]
    text = section["text"]["text"]
    assert text.startswith("<https://a.example/?a=1&amp;b=2|&lt;!channel&gt; A &amp; B>\n")
    assert "<https://evil" not in text
    assert "&lt;@U1&gt;" in context["elements"][0]["text"]


def test_a_bar_in_a_url_does_not_end_the_link():
    """A `|` in a URL is encoded, because Slack separates URL and text by it."""
    line = a_line(url="https://a.example/x|y", title="Title")
    section = payload(written(a_digest(stories=(a_story(articles=(line,)),))))["blocks"][1]
    assert section["text"]["text"].startswith("<https://a.example/x%7Cy|Title>")


@pytest.mark.parametrize("filler", ["x", "&", "<", "پ"])
def test_long_digests_stay_within_the_limits(filler):
    """Of many long stories the first are shown and the others counted; no block is longer than Slack allows."""
    line = {"lead": filler * 3000, "url": "https://a.example/" + "&" * 1900, "source": filler * 500}
    stories = tuple(
        a_story(story=number, articles=(a_line(item=number, title=filler * 900, **line),)) for number in range(40)
    )
    blocks = payload(written(a_digest(stories=stories)))["blocks"]
    assert [block["type"] for block in blocks].count("section") == slack.MAX_STORIES
    assert f"{40 - slack.MAX_STORIES} more stories" in blocks[-2]["elements"][0]["text"]


def test_an_empty_digest_explains_the_silence():
    """A digest without stories has its subject and its coverage."""
    header, coverage = payload(written(a_digest(stories=())))["blocks"]
    assert "nothing new" in header["text"]["text"]
    assert "43 of 43 sources answered" in coverage["elements"][0]["text"]


def test_an_alert_has_no_coverage():
    """An alert is one story."""
    assert [block["type"] for block in payload(written(a_digest(kind="alert")))["blocks"]] == [
        "header",
        "section",
        "context",
    ]


# --- the delivery -----------------------------------------------------------------------------------------------------


async def test_ok_is_an_acceptance():
    """200 with the body "ok" accepts the message, which arrives as Slack documents it."""
    receiver = Receiver(http("200 OK"))
    assert await posted(receiver) == Sent(detail="ok")
    assert len(receiver.requests) == 1


async def test_200_without_ok_is_ambiguous():
    """200 with another body may come from a proxy on the way."""
    assert isinstance(await posted(Receiver(http("200 OK", b"<html>sign in</html>"))), Ambiguous)


async def test_429_waits_as_long_as_slack_asks():
    """A rate limit is temporary, and Retry-After is kept."""
    result = await posted(Receiver(http("429 Too Many Requests", b"rate_limited", "Retry-After: 30")))
    assert result == Rejected(reason="HTTP 429 rate_limited", permanent=False, retry_after=timedelta(seconds=30))


@pytest.mark.parametrize(
    ("status", "code", "ended"),
    [
        ("400 Bad Request", "invalid_payload", False),
        ("403 Forbidden", "action_prohibited", False),
        ("404 Not Found", "no_service", True),
        ("410 Gone", "channel_is_archived", True),
    ],
)
async def test_errors_that_slack_names_are_permanent(status, code, ended):
    """No retry helps against a 4xx with an error code of Slack; some say that the webhook is gone."""
    result = await posted(Receiver(http(status, code.encode())))
    assert result == Rejected(reason=f"HTTP {status[:3]} {code}", permanent=True, ended=ended)


@pytest.mark.parametrize(
    ("status", "body"), [("404 Not Found", b"<html>"), ("500 Oops", b"rollup_error"), ("503 Busy", b"")]
)
async def test_other_errors_are_temporary(status, body):
    """A 4xx that Slack did not write, and any 5xx, may pass."""
    result = await posted(Receiver(http(status, body)))
    assert isinstance(result, Rejected)
    assert not result.permanent


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_redirects_are_not_followed(status):
    """A redirect would turn the POST into a GET that looks delivered."""
    receiver = Receiver(http(status, b"", "Location: /services/elsewhere"))
    assert await posted(receiver) == Rejected(reason=f"HTTP {status[:3]}", permanent=False)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("fault", [DROP, SILENCE, http("200 OK")[:10]])
async def test_no_reply_after_the_request_is_ambiguous(fault):
    """Once the request was sent, a missing reply may hide an acceptance."""
    assert isinstance(await posted(Receiver(fault), deadline_s=0.3), Ambiguous)


# --- the kind ---------------------------------------------------------------------------------------------------------


def test_the_registry_has_slack():
    """Configuration, delivery, doctor and logs find the kind by its id."""
    assert registry.get("slack") is slack.KIND


@pytest.mark.parametrize(
    ("recipient", "valid"),
    [
        (HOOK, True),
        ("https://chat.example/hooks/x", True),
        ("http://hooks.slack.com/services/T", False),
        ("#general", False),
    ],
)
def test_recipients_are_https_urls(recipient, valid):
    """An incoming webhook is an https URL with a path; it must not travel unencrypted."""
    assert slack.is_valid_recipient(recipient) is valid


def test_the_url_is_a_secret():
    """The path of the URL, which lets anybody post, is masked in logs."""
    assert slack.KIND.secrets(a_channel()) == {"/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"}


@pytest.mark.parametrize(
    ("answer", "works"), [(http("400 Bad", b"no_text"), True), (http("404 No", b"no_service"), False)]
)
async def test_doctor_finds_out_whether_the_webhook_exists(answer, works):
    """The check posts a message without text, which Slack refuses and does not show."""
    receiver = Receiver(answer)
    client = HttpClient(user_agent="Monitor/test")
    async with listening(receiver) as port:
        recipients = (f"http://127.0.0.1:{port}/services/T/B/X",)
        channel = a_channel(recipients=recipients, allow_private=(("127.0.0.1", port),))
        [check] = await slack.check([channel], Transports(http=client), now=NOW, rng=Random(1))
    await client.aclose()
    assert isinstance(check.result, Sent) is works
    assert check.name == "slack room at 127.0.0.1"
