"""Recipients and senders: the configuration accepts what can be sent to, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from string import printable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.channels import public_recipient, registry
from monitor.channels.email import is_deliverable, is_valid_sender, mime_message, split_sender
from monitor.channels.webhook import is_signing_secret
from monitor.model import Channel, Rendered

EMPTY = Rendered(subject="News", text="text", html="<p>text</p>", data={})


@pytest.mark.parametrize(
    "address", ["desk@example.org", "o'brien+pk@mail.example.org", "a@localhost", "x_y@sub-1.example"]
)
def test_plain_addresses_are_deliverable(address: str):
    """The usual characters of addresses, subaddresses, and a mail server on this machine."""
    assert is_deliverable(address)


@pytest.mark.parametrize(
    "address",
    [
        "desk@example.org.",
        "desk@example..org",
        "desk@-example.org",
        "x..y@example.org",
        ".x@example.org",
        "x.@example.org",
        "\u06cc@example.org",
        "o\u2019brien@example.org",
        "desk@b\u00fccher.example",
        "Desk <desk@example.org>",
        "desk@example.org, other@example.org",
        "desk(comment)@example.org",
        "[desk@example.org",
        "desk@example.org\nBcc: other@example.org",
        f"{'x' * 65}@example.org",
        f"x@{'a.' * 130}example",
        "@example.org",
        "desk@",
        "",
    ],
)
def test_addresses_that_mail_cannot_carry_are_not(address: str):
    """Dots at wrong places, letters beyond ASCII, lists, comments, line breaks, and parts that are too long."""
    assert not is_deliverable(address)


@settings(deadline=None)
@given(st.text(st.sampled_from(printable + "\u06cc\u2019<>@."), max_size=40))
def test_whatever_is_deliverable_can_be_written_into_a_mail(text: str):
    """The check never fails, and what it accepts is the address of a message."""
    for address in (text, f"{text}@example.org", f"desk@{text}"):
        if is_deliverable(address):
            names = {"sender": "m@example.org", "message_id": "<1@example.org>", "list_id": "desk.example.org"}
            mail = mime_message(EMPTY, recipient=address, date=datetime(2026, 12, 1, tzinfo=UTC), **names)
            assert f"To: {address}".encode() in mail


@pytest.mark.parametrize(
    ("sender", "parts"),
    [
        ("m@desk.example", ("", "m@desk.example")),
        ("Monitor <m@desk.example>", ("Monitor", "m@desk.example")),
        ("Monitor, Desk <m@desk.example>", ("Monitor, Desk", "m@desk.example")),
        ('"Monitor (South Asia)" <m@desk.example>', ("Monitor (South Asia)", "m@desk.example")),
    ],
)
def test_a_sender_has_a_name_of_any_form(sender: str, parts: tuple[str, str]):
    """A comma or brackets in the name do not make a list of addresses of it."""
    assert split_sender(sender) == parts
    assert is_valid_sender(sender)


@pytest.mark.parametrize("sender", ["Alert Manager - INT", "Monitor <>", "<m@desk.example", "Monitor <m@desk>", ""])
def test_a_sender_without_an_address_is_invalid(sender: str):
    """A name alone, or an address that no server accepts."""
    assert not is_valid_sender(sender)


@pytest.mark.parametrize("secret", ["hunter2", "bW9uaXRvcg==", "whsec_", "whsec_%%%", "whsec_bW9uaXRvcg", "whsec_ü"])
def test_a_secret_in_another_form_signs_nothing(secret: str):
    """The library would sign with a key that the receiver does not have."""
    assert not is_signing_secret(secret)
    assert is_signing_secret("whsec_bW9uaXRvcg==")


PRIVATE = [
    "http://192.168.1.5:5678/webhook/x",
    "http://127.1/x",
    "https://[::1]/x",
    "http://0x7f.1:8080/x",
    "http://10.1/x",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_receiver_needs_leave(url: str):
    """The address guard would refuse it at the first message; the fault names the key that allows it."""
    hook = Channel(id="n8n", kind="webhook", recipients=(url,), secret="whsec_bW9uaXRvcg==")
    (fault,) = registry.get("webhook").find_faults(hook)
    assert fault.path == ("recipients", 0)
    endpoint = fault.hint.partition("[")[2].removesuffix("]")
    host, _, port = endpoint.rpartition(":")
    assert not list(registry.get("webhook").find_faults(replace(hook, allow_private=((host, int(port)),))))


@pytest.mark.parametrize(
    ("recipient", "shown"),
    [
        ("desk@desk.example", "desk@desk.example"),
        ("https://hooks.example/hook", "https://hooks.example/hook"),
        ("https://hooks.example/services/T000/B000/abcdefghijkl", "https://hooks.example/…"),
        ("https://hooks.example/hook?t=1", "https://hooks.example/…"),
        ("https://user:word@hooks.example:8443/hook", "https://hooks.example:8443/hook"),
    ],
)
def test_the_secret_part_of_a_recipient_is_not_shown(recipient: str, shown: str):
    """Logs and tables name the host of a webhook, and not what proves who sends."""
    assert public_recipient(recipient) == shown
