"""The history of an entry, and why the filters of channels leave its item out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.channels import public_recipient
from monitor.config import Config
from monitor.model import Channel
from monitor.notify.channel_filter import exclusion_reason
from monitor.notify.explain import explain_decision
from monitor.notify.schedule import next_slot_at
from monitor.store import Store, entry_history
from monitor.store.entry_history import EntryHistory


def find_history(store: Store, url_or_item: str) -> EntryHistory | None:
    """Returns the history of an entry, given by URL or item number; None if no source has shown it.

    A URL may lack its scheme, and have or lack "www." and the last slash: people copy it from a printed page or a browser.
    Of a recipient that is a URL only the part that cannot be a secret is shown.
    """
    history = find_by_any_spelling(store, url_or_item)
    if history is None or history.item is None:
        return history
    deliveries = tuple(
        replace(delivery, recipient=public_recipient(delivery.recipient)) for delivery in history.item.deliveries
    )
    return replace(history, item=replace(history.item, deliveries=deliveries))


def find_by_any_spelling(store: Store, url_or_item: str) -> EntryHistory | None:
    """Returns the history of the first spelling of a URL that is known, or of an item."""
    if url_or_item.isdecimal():
        return store.call(entry_history.find, url_or_item)
    histories = (store.call(entry_history.find, url) for url in url_spellings(url_or_item))
    return next((history for history in histories if history), None)


def url_spellings(url: str) -> list[str]:
    """Returns the URLs that a person may mean, the one as written first."""
    address = url.strip() if "://" in url else f"https://{url.strip()}"
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    hosts = [host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"]
    tail = f"{slash}{path}"
    tails = [tail, tail.removesuffix("/") if tail.endswith("/") else f"{tail}/"]
    schemes = [scheme, *({"http": ["https"], "https": ["http"]}.get(scheme, []))]
    spellings = [f"{name}://{site}{end}" for name in schemes for site in hosts for end in tails]
    return list(dict.fromkeys([address, *spellings]))


def exclusions(history: EntryHistory, config: Config) -> dict[str, str]:
    """Returns the reason for each channel whose filter leaves a relevant item out, unless it already has a notice.

    A channel with a notice was notified before its filter changed.
    """
    item = history.item
    if item is None or not item.verdict.digest:
        return {}
    notified = {notice.channel for notice in item.notices}
    reasons = {
        channel.id: exclusion_reason(channel, item.verdict) for channel in config.channels if channel.id not in notified
    }
    return {channel: str(reason) for channel, reason in reasons.items() if reason}


def decision_sentences(history: EntryHistory, channels: Sequence[Channel], *, now: datetime) -> dict[str, str]:
    """Returns for each channel with a decision why it was notified or why not, in its time zone.

    Times are in UTC for a channel that is no longer configured.
    """
    configured = {channel.id: channel for channel in channels}
    sentences = {}
    for decision in history.decisions:
        channel = configured.get(decision.channel)
        sentences[decision.channel] = explain_decision(
            decision,
            zone=channel.zone if channel else "UTC",
            next_digest=next_slot_at(channel, now) if channel else None,
        )
    return sentences
