"""Messages that wait to be delivered or were given up: list, retry, drop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.channels import public_recipient
from monitor.store import Store, outbox
from monitor.store.outbox import DeliveryState

OPEN_STATES = ("waiting", "dead")
ALL_STATES = ("waiting", "sent", "dead", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxChange:
    """The ids of the messages that a request named, and those of them that it changed."""

    requested: tuple[int, ...]
    changed: frozenset[int]


def list_messages(store: Store, *, all_states: bool) -> list[DeliveryState]:
    """Returns the messages that wait or are dead; with `all_states` those sent and dropped too.

    Of a recipient that is a URL only the part that cannot be a secret is shown.
    """
    deliveries = store.call(outbox.list_deliveries, states=ALL_STATES if all_states else OPEN_STATES)
    return [replace(delivery, recipient=public_recipient(delivery.recipient)) for delivery in deliveries]


def retry_messages(store: Store, ids: Sequence[int], *, all_dead: bool, now: datetime) -> OutboxChange:
    """Make dead messages wait again under their old ids: those named, or `all_dead`."""
    if all_dead:
        ids = [message.id for message in store.call(outbox.list_deliveries, states=("dead",))]
    revived = frozenset(number for number in ids if store.call(outbox.revive, number, now=now))
    return OutboxChange(requested=tuple(ids), changed=revived)


def drop_messages(store: Store, ids: Sequence[int], *, now: datetime) -> OutboxChange:
    """Mark waiting or dead messages as dropped: they will never be sent."""
    dropped = frozenset(number for number in ids if store.call(outbox.drop, number, now=now))
    return OutboxChange(requested=tuple(ids), changed=dropped)
