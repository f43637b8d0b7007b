"""Bad recipients, from the configuration to the mailbox: nobody else waits for them, and what happened is shown."""

from typing import Any

from tests.quality import entry
from tests.quality.test_entry import a_script


def with_channels(*channels: dict[str, Any]) -> dict[str, Any]:
    """A scripted world with these email channels, each of which is alerted."""
    defaults = {"kind": "email", "zone": "Asia/Karachi", "times": ["07:30"]}
    return a_script() | {"channels": [defaults | channel for channel in channels]}


def test_an_address_that_mail_cannot_carry_stops_nobody():
    """The other channel and the other recipient get their mails; health names the messages that were given up."""
    world = entry.world(
        with_channels(
            {"id": "bad", "recipients": ["desk@desk.example.", "x..y@desk.example", "also@desk.example"]},
            {"id": "good", "recipients": ["good@desk.example"]},
        )
    )
    by_channel = [message["channel"] for message in world["messages"]]
    assert by_channel.count("good") == by_channel.count("bad") > 0
    assert not world["health"]["outbox"]["ok"]
    assert "given up" in world["health"]["outbox"]["detail"]
    assert world["health"]["steps"]["ok"]


def test_a_recipient_that_is_listed_twice_gets_each_message_once():
    """In one spelling or in two: as many mails as a channel with one recipient gets."""
    world = entry.world(
        with_channels(
            {"id": "twice", "recipients": ["x@desk.example", "X@desk.example", "x@desk.example"]},
            {"id": "once", "recipients": ["y@desk.example"]},
        )
    )
    by_channel = [message["channel"] for message in world["messages"]]
    assert by_channel.count("twice") == by_channel.count("once") > 0
    assert world["health"]["outbox"]["ok"]


def test_a_receiver_that_cannot_be_reached_stops_nobody():
    """A webhook at a private address without leave ends in the outbox; the mails arrive."""
    hook = {"kind": "webhook", "recipients": ["http://192.168.1.5:5678/hook"], "secret": "whsec_bW9uaXRvcg=="}
    world = entry.world(with_channels({"id": "hook"} | hook, {"id": "good", "recipients": ["good@desk.example"]}))
    assert {message["channel"] for message in world["messages"]} == {"good"}
    assert not world["health"]["outbox"]["ok"]
