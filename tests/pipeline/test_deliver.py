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
from tests.channels.servers import Mailbox, real_mail_server
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
