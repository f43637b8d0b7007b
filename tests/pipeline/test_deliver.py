"""Delivery: what is recorded of each attempt, whatever the database and the configuration do meanwhile."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from monitor.channels import MailServer
from monitor.errors import StoreUnavailable
from monitor.model import Channel
from monitor.net import HttpClient
from monitor.pipeline import deliver
from monitor.pipeline.context import ActClock
from monitor.store import digests, open_store, outbox
from tests.channels.servers import Mailbox, Receiver, listening, real_mail_server
from tests.store.builders import NOW, a_composed, a_message

DESK = Channel(id="desk", kind="email", recipients=("a@desk.example",))


@dataclass
class RestartingStore:
    """A store whose database is not available for the next calls of some functions."""

    store: Any
    outages: dict[Any, int] = field(default_factory=dict)

    async def run(self, fn, *args, **kwargs):
        if self.outages.get(fn, 0):
            self.outages[fn] -= 1
            raise StoreUnavailable("the server restarts")
        return await self.store.run(fn, *args, **kwargs)


@asynccontextmanager
async def a_context(*channels: Channel) -> AsyncIterator[tuple[SimpleNamespace, Mailbox]]:
    """A context that delivers to a real mail server, and what the server received."""
    mailbox = Mailbox()
    store = open_store("sqlite://")
    async with real_mail_server(mailbox) as port:
        mail = MailServer(host="127.0.0.1", port=port, tls="none", sender="monitor@desk.example")
        yield (
            SimpleNamespace(
                store=RestartingStore(store),
                channels={channel.id: channel for channel in channels},
                mail=mail,
                delivery_client=HttpClient(user_agent="test"),
                clock=ActClock(NOW),
                rng=random.Random(1),
                lease=timedelta(minutes=5),
            ),
            mailbox,
        )
    store.close()


def compose(context: SimpleNamespace, *messages: Any) -> None:
    context.store.store.call(digests.save_digest, a_composed(messages=messages), now=NOW)


async def test_an_acceptance_is_recorded_after_an_outage():
    """The receiver has accepted when the database restarts: the message is marked as soon as it is back, and sent once."""
    async with a_context(DESK) as (context, mailbox):
        compose(context, a_message("a@desk.example", body=b"Subject: x\r\n\r\nx\r\n"))
        context.store.outages[outbox.mark_sent] = 3
        assert (await deliver.step(context)).done == {"sent": 1}
        assert (await deliver.step(context)).done == {}
        assert len(mailbox.envelopes) == 1


def states(context: SimpleNamespace) -> list[tuple[str, str, str]]:
    """Recipient, state and reason of each delivery."""
    stored = context.store.store.call(outbox.list_deliveries, states=[*outbox.DeliveryStatus])
    return [(delivery.recipient, delivery.state, delivery.reason) for delivery in stored]


async def test_an_address_that_cannot_be_written_to_stops_no_other():
    """A recipient that the configuration names as a fault ends in the outbox; its neighbour gets the message."""
    bad = Channel(id="desk", kind="email", recipients=("x..y@desk.example", "a@desk.example"))
    async with a_context(bad) as (context, mailbox):
        compose(context, *(a_message(recipient, body=b"Subject: x\r\n\r\nx\r\n") for recipient in bad.recipients))
        assert (await deliver.step(context)).done == {"dead": 1, "sent": 1}
        assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["a@desk.example"]]
        assert states(context)[0] == (
            "x..y@desk.example",
            "dead",
            "it is not an address such as desk@example.org",
        )


async def test_a_receiver_that_is_gone_gets_no_more():
    """After 410 later messages end without a request, until a person retries one of them."""
    receiver = Receiver()
    async with a_context() as (context, _), listening(receiver) as port:
        url = f"http://127.0.0.1:{port}/"
        allowed = {"secret": "whsec_bW9uaXRvcg==", "allow_private": (("127.0.0.1", port),)}
        hook = Channel(id="desk", kind="webhook", recipients=(url,), **allowed)
        context.channels = {"desk": hook}

        def compose_one(number: int) -> None:
            message = a_message(url, id=f"msg_{number}", body=b"{}")
            digest = a_composed(channel_kind="webhook", kind="alert", day=None, slot=None, messages=[message])
            context.store.store.call(digests.save_digest, digest, now=NOW)

        receiver.answer = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
        compose_one(1)
        assert (await deliver.step(context)).done == {"dead": 1}
        receiver.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
        compose_one(2)
        assert (await deliver.step(context)).done == {"dead": 1}
        assert len(receiver.requests) == 1
        assert "has ended this address (HTTP 410)" in states(context)[1][2]
        for delivery in context.store.store.call(outbox.list_deliveries, states=["dead"]):
            assert context.store.store.call(outbox.revive, delivery.id, now=context.clock())
        assert (await deliver.step(context)).done == {"sent": 2}
